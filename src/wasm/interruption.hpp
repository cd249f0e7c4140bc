// How a guest is asked to end.
#pragma once

#include <gstd/base.hpp>

namespace gstd::wasm {

/// Asked by any thread, looked at by the guest's.
class Interruption {
 public:
  /// The first reason stays.
  void request(OutcomeKind reason) noexcept {
    std::int32_t none = kNone;
    reason_.compare_exchange_strong(none, static_cast<std::int32_t>(reason), std::memory_order_acq_rel);
  }
  /// For the next run, once nobody can ask on behalf of the last.
  void reset() noexcept { reason_.store(kNone, std::memory_order_release); }

  /// The outcome that was asked for; nothing as long as the guest may go on.
  std::optional<OutcomeKind> requested() const noexcept {
    const std::int32_t reason = reason_.load(std::memory_order_acquire);
    if (reason == kNone) return std::nullopt;
    return static_cast<OutcomeKind>(reason);
  }

 private:
  static constexpr std::int32_t kNone = -1;
  std::atomic<std::int32_t> reason_{kNone};
};

}  // namespace gstd::wasm

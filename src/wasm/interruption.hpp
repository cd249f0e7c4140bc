// How a guest is asked to end.
#pragma once

#include <gstd/base.hpp>

#include "wasm/binary/meter.hpp"

namespace gstd::wasm {

/// Asked by any thread, looked at by the guest's.
///
/// The reason comes before the words and is looked at after they are known, both in one total order: either who asks finds the
/// words, or the guest's thread finds the reason before it enters the guest.
class Interruption {
 public:
  /// The first reason stays. The guest's next look at the words ends it.
  void request(OutcomeKind reason) noexcept {
    std::int32_t none = kNone;
    reason_.compare_exchange_strong(none, static_cast<std::int32_t>(reason));
    if (std::uint64_t* words = words_.load()) write(words, kRaised);
  }

  /// The outcome that was asked for; nothing as long as the guest may go on.
  std::optional<OutcomeKind> requested() const noexcept {
    const std::int32_t reason = reason_.load();
    if (reason == kNone) return std::nullopt;
    return static_cast<OutcomeKind>(reason);
  }

  /// The guest's memory of that purpose, once there is one; it must stay for as long as anybody may ask.
  void watch(std::uint64_t* words) noexcept { words_.store(words); }

  /// For the next run, once nobody can ask on behalf of the last.
  void reset() noexcept {
    std::uint64_t* words = words_.load();
    if (words && requested()) write(words, 0);
    reason_.store(kNone);
  }

 private:
  static constexpr std::int32_t kNone = -1;
  static constexpr std::uint64_t kRaised = 1ull << 63;
  static constexpr std::size_t kWords = (std::size_t{binary::kInterruptPages} << 16) / sizeof(std::uint64_t);

  static void write(std::uint64_t* words, std::uint64_t value) noexcept {
    for (std::size_t i = 0; i < kWords; ++i) std::atomic_ref{words[i]}.store(value, std::memory_order_relaxed);
  }

  std::atomic<std::int32_t> reason_{kNone};
  std::atomic<std::uint64_t*> words_{nullptr};
};

}  // namespace gstd::wasm

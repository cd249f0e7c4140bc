#include "wasm/slot_pool.hpp"

#include <algorithm>

namespace gstd::wasm {
namespace {

// A timeout is added to the clock's reading, which must not overflow; nobody waits longer than this in earnest.
constexpr std::chrono::milliseconds kWaitMax = std::chrono::hours{24};

}  // namespace

SlotPool::SlotPool(unsigned count) {
  for (unsigned slot = count; slot > 0; --slot) free_.push_back(slot - 1);
}

Result<SlotPool::Lease> SlotPool::acquire(const CallOptions& options) {
  std::unique_lock lock{mutex_};
  if (!freed_.wait_for(lock, options.stop, std::min(options.timeout, kWaitMax), [this] { return !free_.empty(); })) {
    if (options.stop.stop_requested()) return Error{ErrorCode::cancelled, "stop requested while waiting for a free slot", {}};
    return Error{ErrorCode::deadline_exceeded, "no slot became free in time; raise SandboxOptions::slots or the timeout",
                 "slots_busy"};
  }
  const unsigned slot = free_.back();
  free_.pop_back();
  return Lease{*this, slot};
}

SlotPool::Lease::~Lease() {
  if (!pool_) return;
  {
    std::lock_guard lock{pool_->mutex_};
    pool_->free_.push_back(slot_);  // never allocates: the capacity of the constructor stays
  }
  pool_->freed_.notify_one();
}

}  // namespace gstd::wasm

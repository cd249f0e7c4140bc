// Which slots are free, and who waits for one.
#pragma once

#include <gstd/base.hpp>

#include <condition_variable>

namespace gstd::wasm {

/// Hands out the numbers 0 to count - 1, each to one holder at a time. May be shared between threads.
class SlotPool {
 public:
  /// A slot, given back by the destructor.
  class Lease {
   public:
    Lease(SlotPool& pool, unsigned slot) noexcept : pool_(&pool), slot_(slot) {}
    Lease(Lease&& other) noexcept : pool_(std::exchange(other.pool_, nullptr)), slot_(other.slot_) {}
    Lease& operator=(Lease&&) = delete;
    ~Lease();

   private:
    SlotPool* pool_;
    unsigned slot_;
  };

  explicit SlotPool(unsigned count);

  /// Errors: deadline_exceeded: no slot became free in time. cancelled: stop requested first.
  Result<Lease> acquire(const CallOptions& options);

 private:
  std::mutex mutex_;
  std::condition_variable_any freed_;
  std::vector<unsigned> free_;  // guarded by mutex_
};

}  // namespace gstd::wasm

// Counts the bytes of all bodies that a server holds, so that many connections together stay within one limit.
#pragma once

#include <atomic>
#include <cstddef>

namespace gstd::net {

/// Any thread. Outlives its charges.
class ByteBudget {
 public:
  explicit ByteBudget(std::size_t bytes_max) noexcept : bytes_max_(bytes_max) {}
  ByteBudget(const ByteBudget&) = delete;
  ByteBudget& operator=(const ByteBudget&) = delete;

  std::size_t used() const noexcept { return used_.load(std::memory_order_relaxed); }
  /// Whether so many more would be taken at this moment; nothing is set aside.
  bool has_room_for(std::size_t bytes) const noexcept { return bytes <= bytes_max_ - used(); }

 private:
  friend class ByteCharge;

  // The number orders nothing but itself, so relaxed is enough.
  bool try_take(std::size_t bytes) noexcept {
    std::size_t used = used_.load(std::memory_order_relaxed);
    do {
      if (bytes > bytes_max_ - used) return false;
    } while (!used_.compare_exchange_weak(used, used + bytes, std::memory_order_relaxed));
    return true;
  }
  void give_back(std::size_t bytes) noexcept { used_.fetch_sub(bytes, std::memory_order_relaxed); }

  const std::size_t bytes_max_;
  std::atomic<std::size_t> used_{0};  // never above bytes_max_
};

/// What one connection has taken of a budget; given back with it. One thread at a time.
class ByteCharge {
 public:
  explicit ByteCharge(ByteBudget& budget) noexcept : budget_(budget) {}
  ByteCharge(const ByteCharge&) = delete;
  ByteCharge& operator=(const ByteCharge&) = delete;
  ~ByteCharge() { release(); }

  /// Makes it `bytes` in all. False, and nothing changed, where the budget lacks the difference; less is always granted.
  bool try_resize(std::size_t bytes) noexcept {
    if (bytes > bytes_ && !budget_.try_take(bytes - bytes_)) return false;
    if (bytes < bytes_) budget_.give_back(bytes_ - bytes);
    bytes_ = bytes;
    return true;
  }
  void release() noexcept { try_resize(0); }

 private:
  ByteBudget& budget_;
  std::size_t bytes_ = 0;
};

}  // namespace gstd::net

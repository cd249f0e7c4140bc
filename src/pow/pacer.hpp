// How long a thread sleeps so as to take a share of its time only.
#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>

namespace gstd::pow {

/// The part of a thread's time that it does not work, taken in pauses: long enough that the system can use them, short enough that
/// the share holds over every second.
class Pacer {
 public:
  /// `share` is above 0 and at most 1.
  explicit Pacer(double share) noexcept : pause_per_work_((1 - share) / share) {}

  /// How long to sleep now, having worked for `worked` since the last call; mostly not at all.
  std::chrono::nanoseconds pause_after(std::chrono::nanoseconds worked) noexcept {
    if (pause_per_work_ == 0 || (worked_ += worked) < kWorkAtOnce) return std::chrono::nanoseconds{0};
    // What took longer was not work: the process was stopped, or the machine slept.
    const auto paid = std::min(worked_, kWorkMost);
    worked_ = std::chrono::nanoseconds{0};
    return std::chrono::nanoseconds{std::llround(static_cast<double>(paid.count()) * pause_per_work_)};
  }

  static constexpr std::chrono::nanoseconds kWorkAtOnce = std::chrono::milliseconds{1};
  static constexpr std::chrono::nanoseconds kWorkMost = 10 * kWorkAtOnce;

 private:
  double pause_per_work_;
  std::chrono::nanoseconds worked_{0};
};

}  // namespace gstd::pow

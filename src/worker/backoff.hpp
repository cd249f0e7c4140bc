// Growing, jittered pauses, so that many workers do not come back in step after the coordinator was away.
#pragma once

#include <gstd/base.hpp>

namespace gstd::worker {

inline constexpr std::chrono::milliseconds kBackoffFirst{200};
inline constexpr std::chrono::milliseconds kBackoffMax{15'000};

/// A duration drawn evenly from [whole / 2, whole].
std::chrono::milliseconds jittered(std::chrono::milliseconds whole, Random& random);

/// Not shared between threads.
class Backoff {
 public:
  explicit Backoff(Random& random) : random_(&random) {}

  /// The next pause: each twice the one before, up to kBackoffMax, jittered.
  std::chrono::milliseconds next();
  void reset() noexcept { whole_ = kBackoffFirst; }

 private:
  Random* random_;
  std::chrono::milliseconds whole_ = kBackoffFirst;
};

}  // namespace gstd::worker

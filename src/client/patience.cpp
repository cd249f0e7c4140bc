#include "client/patience.hpp"

#include <algorithm>
#include <condition_variable>

namespace gstd::client {

std::chrono::milliseconds retry_delay(unsigned failed) noexcept {
  constexpr std::chrono::milliseconds kFirst{1'000};
  auto delay = kFirst;
  for (unsigned i = 1; i < failed && delay < kRetryDelayMax; ++i) delay *= 2;
  return std::min(delay, kRetryDelayMax);
}

bool wait_for(std::chrono::milliseconds duration, std::stop_token stop) {
  std::mutex mutex;
  std::condition_variable_any woken;
  std::unique_lock lock{mutex};
  woken.wait_for(lock, stop, duration, [] { return false; });
  return !stop.stop_requested();
}

}  // namespace gstd::client

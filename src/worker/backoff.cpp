#include "worker/backoff.hpp"

#include <algorithm>

namespace gstd::worker {

std::chrono::milliseconds jittered(std::chrono::milliseconds whole, Random& random) {
  std::array<std::uint8_t, 4> bytes{};
  random.fill(bytes);
  std::uint32_t draw = 0;
  for (const std::uint8_t byte : bytes) draw = draw << 8 | byte;
  // The modulo's bias is at most half a minute's milliseconds in 2^32, which no pause notices.
  const auto half = static_cast<std::uint32_t>(whole.count() / 2);
  return whole - std::chrono::milliseconds{draw % (half + 1)};
}

std::chrono::milliseconds Backoff::next() {
  const auto pause = jittered(whole_, *random_);
  whole_ = std::min(whole_ * 2, kBackoffMax);
  return pause;
}

}  // namespace gstd::worker

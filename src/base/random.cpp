#include <gstd/base.hpp>

#include <sys/random.h>

namespace gstd {
namespace {

class SystemRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> out) override {
    std::size_t done = 0;
    while (done < out.size()) {
      const ssize_t got = getrandom(out.data() + done, out.size() - done, 0);
      // Only EINTR is possible here: the buffer is valid and the flags are zero, and the call is older than any kernel we run on.
      if (got > 0) done += static_cast<std::size_t>(got);
    }
  }
};

}  // namespace

Random& system_random() noexcept {
  // Never destroyed: threads of the host may use it while the process ends.
  static SystemRandom& random = *new SystemRandom;
  return random;
}

void SeededRandom::fill(std::span<std::uint8_t> out) {
  const std::lock_guard lock{mutex_};
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (i % 8 == 0) {
      word = (state_ += 0x9e3779b97f4a7c15u);
      word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9u;
      word = (word ^ (word >> 27)) * 0x94d049bb133111ebu;
      word ^= word >> 31;
    }
    out[i] = static_cast<std::uint8_t>(word >> (8 * (i % 8)));
  }
}

std::string make_uuid(Random& random) {
  std::array<std::uint8_t, 16> bytes{};
  random.fill(bytes);
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0f) | 0x40);  // version 4
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3f) | 0x80);  // variant of RFC 9562
  std::string text = encode_hex(bytes);
  for (const std::size_t at : {8, 13, 18, 23}) text.insert(at, 1, '-');
  return text;
}

}  // namespace gstd

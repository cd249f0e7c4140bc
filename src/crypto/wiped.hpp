// A secret for the length of a call. SecretBytes maps pages of its own, which costs more than most of what is done with such a key.
#pragma once

#include <gstd/crypto.hpp>

namespace gstd {

template <std::size_t N>
class Wiped {
 public:
  Wiped() = default;
  Wiped(const Wiped&) = delete;
  Wiped& operator=(const Wiped&) = delete;
  ~Wiped() { wipe(bytes_); }

  std::span<std::uint8_t> span() noexcept { return bytes_; }
  BytesView view() const noexcept { return bytes_; }

 private:
  std::array<std::uint8_t, N> bytes_{};
};

}  // namespace gstd

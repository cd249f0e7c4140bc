#include "ton/crc.hpp"

namespace gstd::ton {
namespace {

constexpr auto kCrc32cTable = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < table.size(); ++byte) {
    std::uint32_t rest = byte;
    for (int bit = 0; bit < 8; ++bit) rest = (rest >> 1) ^ ((rest & 1) != 0 ? 0x82f63b78u : 0u);
    table[byte] = rest;
  }
  return table;
}();

}  // namespace

// 34 bytes each time: a table would cost more memory than it saves time.
std::uint16_t crc16(BytesView bytes) noexcept {
  std::uint32_t rest = 0;
  for (const std::uint8_t byte : bytes) {
    rest ^= static_cast<std::uint32_t>(byte) << 8;
    for (int bit = 0; bit < 8; ++bit) rest = (rest << 1) ^ ((rest & 0x8000u) != 0 ? 0x1021u : 0u);
    rest &= 0xffffu;
  }
  return static_cast<std::uint16_t>(rest);
}

std::uint32_t crc32c(BytesView bytes) noexcept {
  std::uint32_t rest = 0xffffffffu;
  for (const std::uint8_t byte : bytes) rest = (rest >> 8) ^ kCrc32cTable[(rest ^ byte) & 0xffu];
  return ~rest;
}

}  // namespace gstd::ton

// The platform's generator: a hash of the seed text's UTF-16 units, and a xorshift whose right shift is arithmetic.
// Source: docs/protocol.md, "WASM execution", PRNG.
#include "wasm/env.hpp"

namespace gstd::wasm {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

// One code point from the front of `text`; of a sequence that is broken, the longest part that could have become one.
// Source: Unicode 15, section 3.9, table 3-7, and "U+FFFD Substitution of Maximal Subparts".
char32_t take_code_point(std::string_view& text) noexcept {
  const auto at = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t first = at(0);
  std::size_t length = 1;
  std::uint8_t low = 0x80;
  std::uint8_t high = 0xBF;
  char32_t point = first;
  if (first >= 0xC2 && first <= 0xDF) {
    length = 2;
    point = first & 0x1F;
  } else if (first >= 0xE0 && first <= 0xEF) {
    length = 3;
    point = first & 0x0F;
    if (first == 0xE0) low = 0xA0;   // shorter forms exist
    if (first == 0xED) high = 0x9F;  // surrogates
  } else if (first >= 0xF0 && first <= 0xF4) {
    length = 4;
    point = first & 0x07;
    if (first == 0xF0) low = 0x90;
    if (first == 0xF4) high = 0x8F;  // beyond U+10FFFF
  } else if (first >= 0x80) {
    point = kReplacement;
  }
  std::size_t taken = 1;
  for (; taken < length; ++taken, low = 0x80, high = 0xBF) {
    if (taken == text.size() || at(taken) < low || at(taken) > high) {
      point = kReplacement;
      break;
    }
    point = point << 6 | (at(taken) & 0x3F);
  }
  text.remove_prefix(taken);
  return point;
}

}  // namespace

std::uint32_t env_random_seed(std::string_view text) noexcept {
  std::uint32_t hash = 0;
  const auto add = [&](char32_t unit) { hash = 31 * hash + static_cast<std::uint32_t>(unit); };
  while (!text.empty()) {
    const char32_t point = take_code_point(text);
    if (point < 0x10000) {
      add(point);
    } else {
      add(0xD800 + ((point - 0x10000) >> 10));
      add(0xDC00 + ((point - 0x10000) & 0x3FF));
    }
  }
  return hash;
}

double env_random_next(std::uint32_t& state) noexcept {
  state ^= state << 13;
  state ^= static_cast<std::uint32_t>(static_cast<std::int32_t>(state) >> 17);
  state ^= state << 5;
  return state / 4294967296.0;
}

}  // namespace gstd::wasm

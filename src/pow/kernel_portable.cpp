// SHA-256 in plain C++ (FIPS 180-4 section 6.2), for every CPU and as the reference of the others.
#include <cstring>

#include "pow/kernel_common.hpp"

namespace gstd::pow {
namespace {

std::uint32_t rotate_right(std::uint32_t x, unsigned by) { return x >> by | x << (32 - by); }

std::uint32_t load_big_endian(const std::uint8_t* p) {
  return std::uint32_t{p[0]} << 24 | std::uint32_t{p[1]} << 16 | std::uint32_t{p[2]} << 8 | std::uint32_t{p[3]};
}

// Sixteen rounds with the schedule in a ring of sixteen words: `w` holds the words of these rounds, and is replaced word by word.
template <bool kFirst>
void sixteen_rounds(std::uint32_t (&s)[kStateWords], std::uint32_t (&w)[16], const std::uint32_t* k) {
  for (unsigned t = 0; t < 16; ++t) {
    if constexpr (!kFirst) {
      const std::uint32_t x = w[(t + 1) % 16];
      const std::uint32_t y = w[(t + 14) % 16];
      w[t] += (rotate_right(x, 7) ^ rotate_right(x, 18) ^ x >> 3) + w[(t + 9) % 16] +
              (rotate_right(y, 17) ^ rotate_right(y, 19) ^ y >> 10);
    }
    // The eight working variables stay in place and change their roles instead: a is s[0], then s[7], then s[6], ...
    const std::uint32_t a = s[(0u - t) % 8], b = s[(1u - t) % 8], c = s[(2u - t) % 8];
    const std::uint32_t e = s[(4u - t) % 8], f = s[(5u - t) % 8], g = s[(6u - t) % 8];
    std::uint32_t& d = s[(3u - t) % 8];
    std::uint32_t& h = s[(7u - t) % 8];
    const std::uint32_t t1 =
        h + (rotate_right(e, 6) ^ rotate_right(e, 11) ^ rotate_right(e, 25)) + (g ^ (e & (f ^ g))) + k[t] + w[t];
    d += t1;
    h = t1 + (rotate_right(a, 2) ^ rotate_right(a, 13) ^ rotate_right(a, 22)) + ((a & b) | (c & (a | b)));
  }
}

void compress(std::uint32_t* state, const std::uint8_t* blocks, std::size_t count) noexcept {
  for (; count != 0; --count, blocks += kBlockBytes) {
    std::uint32_t w[16];
    for (unsigned t = 0; t < 16; ++t) w[t] = load_big_endian(blocks + 4 * t);
    std::uint32_t s[kStateWords];
    std::memcpy(s, state, sizeof s);
    sixteen_rounds<true>(s, w, kRoundConstants);
    for (unsigned t = 16; t < 64; t += 16) sixteen_rounds<false>(s, w, kRoundConstants + t);
    for (unsigned i = 0; i < kStateWords; ++i) state[i] += s[i];
  }
}

std::uint64_t search(const Run& run, std::uint64_t count) noexcept {
  std::uint8_t tail[kTailBytesMax];
  std::memcpy(tail, run.tail, sizeof tail);
  for (std::uint64_t i = 0; i < count; ++i) {
    std::uint32_t state[kStateWords];
    std::memcpy(state, run.midstate, sizeof state);
    compress(state, tail, run.tail_blocks);
    if (has_leading_zeros(state, run.difficulty_bits)) return i;
    advance_digits(tail + run.digits_begin, tail + run.digits_end, 1);
  }
  return count;
}

bool is_supported() noexcept { return true; }

}  // namespace

constexpr Kernel kPortableKernel{"portable", 1, is_supported, compress, search};

}  // namespace gstd::pow

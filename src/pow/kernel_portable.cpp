// SHA-256 in C++ alone (FIPS 180-4 section 6.2), for every CPU and as the reference of the others. Four nonces side by side, in the
// compilers' own vectors: they become whatever the CPU's baseline offers (SSE2, NEON, or plain words).
#include <cstring>

#include "pow/cpu.hpp"
#include "pow/kernel_lanes.hpp"

namespace gstd::pow {
namespace {

struct Vector {
  static constexpr unsigned kLanes = 4;
  using Word = std::uint32_t __attribute__((vector_size(4 * kLanes)));

  static Word of(std::uint32_t x) { return Word{x, x, x, x}; }
  static Word load(const std::uint32_t* p) {
    Word word;
    std::memcpy(&word, p, sizeof word);
    return word;
  }
  static Word add(Word x, Word y) { return x + y; }
  template <int kBy>
  static Word shift_right(Word x) {
    return x >> kBy;
  }
  template <int kBy>
  static Word rotate_right(Word x) {
    return x >> kBy | x << (32 - kBy);
  }
  static Word exclusive_or(Word x, Word y, Word z) { return x ^ y ^ z; }
  static Word choose(Word e, Word f, Word g) { return g ^ (e & (f ^ g)); }
  static Word majority(Word a, Word b, Word c) { return (a & b) | (c & (a | b)); }
  static unsigned which_are_zero(Word x, Word mask) {
    const Word masked = x & mask;
    unsigned which = 0;
    for (unsigned lane = 0; lane < kLanes; ++lane) which |= static_cast<unsigned>(masked[lane] == 0) << lane;
    return which;
  }
};

std::uint32_t load_big_endian(const std::uint8_t* p) {
  return std::uint32_t{p[0]} << 24 | std::uint32_t{p[1]} << 16 | std::uint32_t{p[2]} << 8 | std::uint32_t{p[3]};
}

// Sixteen rounds with the schedule in a ring of sixteen words: `w` holds the words of these rounds, and is replaced word by word.
template <bool kFirst>
void sixteen_rounds(std::uint32_t (&s)[kStateWords], std::uint32_t (&w)[kBlockWords], const std::uint32_t* k) {
  for (unsigned t = 0; t < 16; ++t) {
    if constexpr (!kFirst) w[t] += small_sigma_0(w[(t + 1) % 16]) + w[(t + 9) % 16] + small_sigma_1(w[(t + 14) % 16]);
    // The eight working variables stay in place and change their roles instead: a is s[0], then s[7], then s[6], ...
    const std::uint32_t a = s[(0u - t) % 8], b = s[(1u - t) % 8], c = s[(2u - t) % 8];
    const std::uint32_t e = s[(4u - t) % 8], f = s[(5u - t) % 8], g = s[(6u - t) % 8];
    std::uint32_t& d = s[(3u - t) % 8];
    std::uint32_t& h = s[(7u - t) % 8];
    const std::uint32_t t1 = h + big_sigma_1(e) + (g ^ (e & (f ^ g))) + k[t] + w[t];
    d += t1;
    h = t1 + big_sigma_0(a) + ((a & b) | (c & (a | b)));
  }
}

void compress(std::uint32_t* state, const std::uint8_t* blocks, std::size_t count) noexcept {
  for (; count != 0; --count, blocks += kBlockBytes) {
    std::uint32_t w[kBlockWords];
    for (unsigned t = 0; t < kBlockWords; ++t) w[t] = load_big_endian(blocks + 4 * t);
    std::uint32_t s[kStateWords];
    std::memcpy(s, state, sizeof s);
    sixteen_rounds<true>(s, w, kRoundConstants);
    for (unsigned t = 16; t < kRounds; t += 16) sixteen_rounds<false>(s, w, kRoundConstants + t);
    for (unsigned i = 0; i < kStateWords; ++i) state[i] += s[i];
  }
}

}  // namespace

constexpr Kernel kPortableKernel{"portable", Vector::kLanes, is_any_cpu, compress, search_lanes<Vector>};

}  // namespace gstd::pow

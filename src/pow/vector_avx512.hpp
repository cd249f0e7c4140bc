// Sixteen words in an AVX-512 register. In an unnamed namespace, since whoever includes this is compiled for that CPU (kernel.hpp
// says why that matters).
#pragma once

#include <immintrin.h>

#include <cstdint>

namespace gstd::pow {
namespace {

struct Avx512Vector {
  static constexpr unsigned kLanes = 16;
  using Word = __m512i;

  static Word of(std::uint32_t x) { return _mm512_set1_epi32(static_cast<int>(x)); }
  static Word load(const std::uint32_t* p) { return _mm512_loadu_si512(p); }
  static Word add(Word x, Word y) { return _mm512_add_epi32(x, y); }
  template <int kBy>
  static Word shift_right(Word x) {
    return _mm512_srli_epi32(x, kBy);
  }
  template <int kBy>
  static Word rotate_right(Word x) {
    return _mm512_ror_epi32(x, kBy);
  }
  // The third argument of VPTERNLOGD is the truth table, its highest bit for 1, 1, 1.
  static Word exclusive_or(Word x, Word y, Word z) { return _mm512_ternarylogic_epi32(x, y, z, 0b10010110); }
  static Word choose(Word e, Word f, Word g) { return _mm512_ternarylogic_epi32(e, f, g, 0b11001010); }
  static Word majority(Word a, Word b, Word c) { return _mm512_ternarylogic_epi32(a, b, c, 0b11101000); }
  static unsigned which_are_zero(Word x, Word mask) { return _mm512_testn_epi32_mask(x, mask); }
};

}  // namespace
}  // namespace gstd::pow

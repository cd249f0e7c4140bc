// Eight nonces side by side with AVX2, for x86-64 CPUs without instructions for SHA-256.
#include <immintrin.h>

#include "pow/cpu.hpp"
#include "pow/kernel_lanes.hpp"

namespace gstd::pow {
namespace {

struct Vector {
  static constexpr unsigned kLanes = 8;
  using Word = __m256i;

  static Word of(std::uint32_t x) { return _mm256_set1_epi32(static_cast<int>(x)); }
  static Word load(const std::uint32_t* p) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)); }
  static Word add(Word x, Word y) { return _mm256_add_epi32(x, y); }
  template <int kBy>
  static Word shift_right(Word x) {
    return _mm256_srli_epi32(x, kBy);
  }
  template <int kBy>
  static Word rotate_right(Word x) {
    return _mm256_or_si256(_mm256_srli_epi32(x, kBy), _mm256_slli_epi32(x, 32 - kBy));
  }
  static Word exclusive_or(Word x, Word y, Word z) { return _mm256_xor_si256(_mm256_xor_si256(x, y), z); }
  static Word choose(Word e, Word f, Word g) { return _mm256_xor_si256(g, _mm256_and_si256(e, _mm256_xor_si256(f, g))); }
  static Word majority(Word a, Word b, Word c) {
    return _mm256_or_si256(_mm256_and_si256(a, b), _mm256_and_si256(c, _mm256_or_si256(a, b)));
  }
  static unsigned which_are_zero(Word x, Word mask) {
    const Word zero = _mm256_cmpeq_epi32(_mm256_and_si256(x, mask), _mm256_setzero_si256());
    return static_cast<unsigned>(_mm256_movemask_ps(_mm256_castsi256_ps(zero)));
  }
};

}  // namespace

constexpr Kernel kAvx2Kernel{"avx2", Vector::kLanes, has_avx2, nullptr, search_lanes<Vector>};

}  // namespace gstd::pow

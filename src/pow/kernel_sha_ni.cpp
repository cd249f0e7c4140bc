// SHA-256 with the x86 SHA extensions (Intel 64 and IA-32 Architectures Software Developer's Manual, volume 1, chapter "Intel SHA
// Extensions"), two nonces at a time.
//
// SHA256RNDS2 does two rounds and takes 4 cycles until its result can be used by the next one, but another can start earlier: one
// message alone leaves the unit idle, two fill it. Two messages are also what sixteen registers hold: per message two of state and
// four of schedule.
#include <immintrin.h>

#include "pow/cpu.hpp"
#include "pow/kernel_groups.hpp"

namespace gstd::pow {
namespace {

struct Unit {
  static constexpr unsigned kMessages = 2;
  static constexpr bool kSigma1AddsW7 = false;
  using Words = __m128i;
  struct State {
    Words abef, cdgh;
  };

  static Words load(const void* p) { return _mm_loadu_si128(static_cast<const __m128i*>(p)); }
  static Words load_big_endian(const std::uint8_t* p) {
    return _mm_shuffle_epi8(load(p), _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203));
  }
  static Words first(std::uint32_t x) { return _mm_cvtsi32_si128(static_cast<int>(x)); }
  static Words add(Words x, Words y) { return _mm_add_epi32(x, y); }

  static State load_state(const std::uint32_t* state) {
    const Words cdab = _mm_shuffle_epi32(load(state), 0xb1);
    const Words efgh = _mm_shuffle_epi32(load(state + 4), 0x1b);
    return {_mm_alignr_epi8(cdab, efgh, 8), _mm_blend_epi16(efgh, cdab, 0xf0)};
  }
  static void store_state(std::uint32_t* state, const State& s) {
    const Words feba = _mm_shuffle_epi32(s.abef, 0x1b);
    const Words dchg = _mm_shuffle_epi32(s.cdgh, 0xb1);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(state), _mm_blend_epi16(feba, dchg, 0xf0));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(state + 4), _mm_alignr_epi8(dchg, feba, 8));
  }
  static State add(const State& s, const State& t) { return {add(s.abef, t.abef), add(s.cdgh, t.cdgh)}; }
  static std::uint32_t first_word(const State& s) { return static_cast<std::uint32_t>(_mm_extract_epi32(s.abef, 3)); }

  static void four_rounds(State& s, Words wk) {
    s.cdgh = _mm_sha256rnds2_epu32(s.cdgh, s.abef, wk);
    s.abef = _mm_sha256rnds2_epu32(s.abef, s.cdgh, _mm_shuffle_epi32(wk, 0x0e));
  }
  static Words add_sigma_0(Words w16, Words next) { return _mm_sha256msg1_epu32(w16, next); }
  static Words seven_back(Words second_newest, Words newest) { return _mm_alignr_epi8(newest, second_newest, 4); }
  static Words add_sigma_1(Words sum, Words, Words newest) { return _mm_sha256msg2_epu32(sum, newest); }
};

}  // namespace

constexpr Kernel kShaNiKernel{"sha-ni", Unit::kMessages, has_sha_ni, compress_groups<Unit>, search_groups<Unit>};

}  // namespace gstd::pow

// SHA-256 with the x86 SHA extensions (Intel 64 and IA-32 Architectures Software Developer's Manual, volume 1, chapter "Intel SHA
// Extensions"), two nonces at a time.
//
// SHA256RNDS2 does two rounds and takes 4 cycles until its result can be used by the next one, but another can start after 2:
// one message alone leaves the unit idle half the time, two fill it. Two messages are also what sixteen registers hold: per
// message two of state and four of schedule.
#include <cpuid.h>
#include <immintrin.h>

#include <cstring>

#include "pow/kernel_common.hpp"

namespace gstd::pow {
namespace {

#define GSTD_ALWAYS_INLINE inline __attribute__((always_inline))

struct Message {
  __m128i abef, cdgh;  // the state in the order that SHA256RNDS2 wants
  __m128i w[4];        // ring of the last sixteen schedule words
};

GSTD_ALWAYS_INLINE __m128i load(const void* p) { return _mm_loadu_si128(static_cast<const __m128i*>(p)); }
GSTD_ALWAYS_INLINE void store(void* p, __m128i value) { _mm_storeu_si128(static_cast<__m128i*>(p), value); }

GSTD_ALWAYS_INLINE void load_state(const std::uint32_t* state, __m128i& abef, __m128i& cdgh) {
  const __m128i cdab = _mm_shuffle_epi32(load(state), 0xb1);
  const __m128i efgh = _mm_shuffle_epi32(load(state + 4), 0x1b);
  abef = _mm_alignr_epi8(cdab, efgh, 8);
  cdgh = _mm_blend_epi16(efgh, cdab, 0xf0);
}

GSTD_ALWAYS_INLINE void store_state(std::uint32_t* state, __m128i abef, __m128i cdgh) {
  const __m128i feba = _mm_shuffle_epi32(abef, 0x1b);
  const __m128i dchg = _mm_shuffle_epi32(cdgh, 0xb1);
  store(state, _mm_blend_epi16(feba, dchg, 0xf0));
  store(state + 4, _mm_alignr_epi8(dchg, feba, 8));
}

GSTD_ALWAYS_INLINE void load_block(Message& m, const std::uint8_t* block) {
  const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  m.w[0] = _mm_shuffle_epi8(load(block), big_endian);
  m.w[1] = _mm_shuffle_epi8(load(block + 16), big_endian);
  m.w[2] = _mm_shuffle_epi8(load(block + 32), big_endian);
  m.w[3] = _mm_shuffle_epi8(load(block + 48), big_endian);
}

// Rounds 4 * kGroup to 4 * kGroup + 3. From the fourth group on, the ring's oldest four words are replaced first.
template <unsigned kGroup>
GSTD_ALWAYS_INLINE void four_rounds(Message& m) {
  __m128i& w = m.w[kGroup % 4];
  if constexpr (kGroup >= 4) {
    const __m128i newest = m.w[(kGroup + 3) % 4];
    const __m128i seven_back = _mm_alignr_epi8(newest, m.w[(kGroup + 2) % 4], 4);
    w = _mm_sha256msg2_epu32(_mm_add_epi32(_mm_sha256msg1_epu32(w, m.w[(kGroup + 1) % 4]), seven_back), newest);
  }
  const __m128i wk = _mm_add_epi32(w, load(kRoundConstants + 4 * kGroup));
  m.cdgh = _mm_sha256rnds2_epu32(m.cdgh, m.abef, wk);
  m.abef = _mm_sha256rnds2_epu32(m.abef, m.cdgh, _mm_shuffle_epi32(wk, 0x0e));
}

template <unsigned kMessages, unsigned kGroup = 0>
GSTD_ALWAYS_INLINE void all_rounds(Message (&m)[kMessages]) {
  static_assert(kMessages == 1 || kMessages == 2);
  four_rounds<kGroup>(m[0]);
  if constexpr (kMessages == 2) four_rounds<kGroup>(m[1]);
  if constexpr (kGroup < 15) all_rounds<kMessages, kGroup + 1>(m);
}

void compress(std::uint32_t* state, const std::uint8_t* blocks, std::size_t count) noexcept {
  Message m[1];
  load_state(state, m[0].abef, m[0].cdgh);
  for (; count != 0; --count, blocks += kBlockBytes) {
    const __m128i abef = m[0].abef, cdgh = m[0].cdgh;
    load_block(m[0], blocks);
    all_rounds(m);
    m[0].abef = _mm_add_epi32(m[0].abef, abef);
    m[0].cdgh = _mm_add_epi32(m[0].cdgh, cdgh);
  }
  store_state(state, m[0].abef, m[0].cdgh);
}

bool has_leading_zeros(const Message& m, unsigned bits) {
  std::uint32_t state[kStateWords];
  store_state(state, m.abef, m.cdgh);
  return pow::has_leading_zeros(state, bits);
}

std::uint64_t search(const Run& run, std::uint64_t count) noexcept {
  std::uint8_t tails[2][kTailBytesMax];
  std::memcpy(tails[0], run.tail, kTailBytesMax);
  std::memcpy(tails[1], run.tail, kTailBytesMax);
  advance_digits(tails[1] + run.digits_begin, tails[1] + run.digits_end, 1);

  __m128i abef_start, cdgh_start;
  load_state(run.midstate, abef_start, cdgh_start);

  // All but a few digests fail already in their first word.
  const std::uint32_t wanted_zero =
      run.difficulty_bits >= 32 ? 0xffffffffu : ~static_cast<std::uint32_t>(0xffffffffu >> run.difficulty_bits);

  for (std::uint64_t i = 0; i < count; i += 2) {
    Message m[2];
    m[0].abef = m[1].abef = abef_start;
    m[0].cdgh = m[1].cdgh = cdgh_start;
    for (std::uint32_t block = 0; block < run.tail_blocks; ++block) {
      const __m128i abef0 = m[0].abef, cdgh0 = m[0].cdgh, abef1 = m[1].abef, cdgh1 = m[1].cdgh;
      load_block(m[0], tails[0] + block * kBlockBytes);
      load_block(m[1], tails[1] + block * kBlockBytes);
      all_rounds(m);
      m[0].abef = _mm_add_epi32(m[0].abef, abef0);
      m[0].cdgh = _mm_add_epi32(m[0].cdgh, cdgh0);
      m[1].abef = _mm_add_epi32(m[1].abef, abef1);
      m[1].cdgh = _mm_add_epi32(m[1].cdgh, cdgh1);
    }
    const auto first_word = [](const Message& message) { return static_cast<std::uint32_t>(_mm_extract_epi32(message.abef, 3)); };
    if ((first_word(m[0]) & wanted_zero) == 0 && has_leading_zeros(m[0], run.difficulty_bits)) return i;
    // With an odd count the last partner is beyond the run.
    if ((first_word(m[1]) & wanted_zero) == 0 && i + 1 < count && has_leading_zeros(m[1], run.difficulty_bits)) return i + 1;
    advance_digits(tails[0] + run.digits_begin, tails[0] + run.digits_end, 2);
    advance_digits(tails[1] + run.digits_begin, tails[1] + run.digits_end, 2);
  }
  return count;
}

// CPUID leaves 1 and 7 (same manual, volume 2, "CPUID"). SSE registers need no consent of the system on x86-64.
bool is_supported() noexcept {
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  if (__get_cpuid(1, &eax, &ebx, &ecx, &edx) == 0) return false;
  constexpr unsigned kSse41 = 1u << 19, kSsse3 = 1u << 9, kSha = 1u << 29;
  if ((ecx & kSse41) == 0 || (ecx & kSsse3) == 0) return false;
  return __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) != 0 && (ebx & kSha) != 0;
}

}  // namespace

constexpr Kernel kShaNiKernel{"sha-ni", 2, is_supported, compress, search};

}  // namespace gstd::pow

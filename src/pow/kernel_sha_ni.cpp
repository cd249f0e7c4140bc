// SHA-256 with the x86 SHA extensions (Intel 64 and IA-32 Architectures Software Developer's Manual, volume 1, chapter "Intel SHA
// Extensions"), two nonces at a time.
//
// SHA256RNDS2 does two rounds and takes 4 cycles until its result can be used by the next one, but another can start earlier: one
// message alone leaves the unit idle, two fill it. Two messages are also what sixteen registers hold: per message two of state and
// four of schedule.
#include <cpuid.h>
#include <immintrin.h>

#include "pow/kernel_common.hpp"

namespace gstd::pow {
namespace {

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
  for (unsigned i = 0; i < 4; ++i) m.w[i] = _mm_shuffle_epi8(load(block + 16 * i), big_endian);
}

// Four words of the schedule with their round constants.
GSTD_ALWAYS_INLINE void four_rounds(Message& m, __m128i wk) {
  m.cdgh = _mm_sha256rnds2_epu32(m.cdgh, m.abef, wk);
  m.abef = _mm_sha256rnds2_epu32(m.abef, m.cdgh, _mm_shuffle_epi32(wk, 0x0e));
}

template <unsigned kGroup = 0>
GSTD_ALWAYS_INLINE void all_rounds(Message& m) {
  __m128i& w = m.w[kGroup % 4];
  if constexpr (kGroup >= 4) {
    const __m128i newest = m.w[(kGroup + 3) % 4];
    const __m128i seven_back = _mm_alignr_epi8(newest, m.w[(kGroup + 2) % 4], 4);
    w = _mm_sha256msg2_epu32(_mm_add_epi32(_mm_sha256msg1_epu32(w, m.w[(kGroup + 1) % 4]), seven_back), newest);
  }
  four_rounds(m, _mm_add_epi32(w, load(kRoundConstants + 4 * kGroup)));
  if constexpr (kGroup < 15) all_rounds<kGroup + 1>(m);
}

void compress(std::uint32_t* state, const std::uint8_t* blocks, std::size_t count) noexcept {
  Message m;
  load_state(state, m.abef, m.cdgh);
  for (; count != 0; --count, blocks += kBlockBytes) {
    const __m128i abef = m.abef, cdgh = m.cdgh;
    load_block(m, blocks);
    all_rounds(m);
    m.abef = _mm_add_epi32(m.abef, abef);
    m.cdgh = _mm_add_epi32(m.cdgh, cdgh);
  }
  store_state(state, m.abef, m.cdgh);
}

// Which parts of four schedule words, 4 * kGroup on, are the same for all nonces of a step. SHA256MSG1 makes the first two parts,
// SHA256MSG2 the last; what is constant is summed up beforehand instead.
template <unsigned kVarying, unsigned kGroup>
struct Group {
  static constexpr Schedule schedule{kVarying};
  static constexpr unsigned t = 4 * kGroup;
  static constexpr bool is_constant = schedule.is_constant(t, t + 3);
  static constexpr bool has_constant_w16 = schedule.is_constant(t - 16, t - 13);
  static constexpr bool has_constant_sigma_0 = schedule.is_constant(t - 15, t - 12);
  static constexpr bool has_constant_w7 = schedule.is_constant(t - 7, t - 4);
  static constexpr bool has_constant_sigma_1 = schedule.is_constant(t - 2, t + 1);
};

// What the nonces of a step have in common.
template <unsigned kVarying>
struct Common {
  explicit Common(const Step& step) noexcept : first_word(step.state[0]) {
    sum_constants(Schedule{kVarying}, step, words);
    std::uint32_t state[kStateWords];
    first_rounds(step, state);
    load_state(state, abef, cdgh);
    sum_groups<kVarying / 4>();
  }

  __m128i abef, cdgh;                        // before the group of the varying word
  alignas(16) std::uint32_t words[kRounds];  // constant words; of the varying one, what is constant
  alignas(
      16) std::uint32_t sums[kRounds];  // of constant groups, the words and the round constants; of others, their constant parts
  std::uint32_t first_word;

 private:
  template <unsigned kGroup>
  void sum_groups() noexcept {
    using G = Group<kVarying, kGroup>;
    for (unsigned t = G::t; t < G::t + 4; ++t) {
      std::uint32_t sum = 0;
      if constexpr (G::is_constant) {
        sum = words[t] + kRoundConstants[t];
      } else if constexpr (kGroup >= 4) {
        if constexpr (G::has_constant_sigma_0) sum += small_sigma_0(words[t - 15]);
        if constexpr (G::has_constant_sigma_0 && G::has_constant_w16) sum += words[t - 16];
        if constexpr (G::has_constant_w7) sum += words[t - 7];
        if constexpr (G::has_constant_sigma_1) sum += small_sigma_1(words[t - 2]);
      }
      sums[t] = sum;
    }
    if constexpr (kGroup < 15) sum_groups<kGroup + 1>();
  }
};

template <unsigned kVarying, unsigned kGroup>
GSTD_ALWAYS_INLINE __m128i words_of(const Message& m, const Common<kVarying>& common) {
  return Group<kVarying, kGroup>::is_constant ? load(common.words + 4 * kGroup) : m.w[kGroup % 4];
}

template <unsigned kVarying, unsigned kGroup>
GSTD_ALWAYS_INLINE __m128i next_words(const Message& m, const Common<kVarying>& common) {
  using G = Group<kVarying, kGroup>;
  __m128i sum = load(common.sums + G::t);  // not loaded where nothing is constant
  bool has_sum = G::has_constant_sigma_0 || G::has_constant_w7 || G::has_constant_sigma_1;
  const auto add = [&](__m128i term) __attribute__((always_inline)) {
    sum = has_sum ? _mm_add_epi32(sum, term) : term;
    has_sum = true;
  };
  const __m128i w16 = words_of<kVarying, kGroup - 4>(m, common);
  if constexpr (!G::has_constant_sigma_0)
    add(_mm_sha256msg1_epu32(w16, words_of<kVarying, kGroup - 3>(m, common)));
  else if constexpr (!G::has_constant_w16)
    add(w16);
  const __m128i newest = words_of<kVarying, kGroup - 1>(m, common);
  const __m128i second_newest = words_of<kVarying, kGroup - 2>(m, common);
  if constexpr (!G::has_constant_w7) add(_mm_alignr_epi8(newest, second_newest, 4));
  if constexpr (!G::has_constant_sigma_1) sum = _mm_sha256msg2_epu32(sum, newest);
  return sum;
}

// The rounds of group kGroup and all behind it, for several messages in turn.
template <unsigned kVarying, unsigned kGroup, unsigned kMessages>
GSTD_ALWAYS_INLINE void rounds_from(Message (&messages)[kMessages], const Common<kVarying>& common) {
  using G = Group<kVarying, kGroup>;
  for (Message& m : messages) {
    if constexpr (G::is_constant) {
      four_rounds(m, load(common.sums + G::t));
    } else {
      if constexpr (kGroup >= 4) m.w[kGroup % 4] = next_words<kVarying, kGroup>(m, common);
      four_rounds(m, _mm_add_epi32(m.w[kGroup % 4], load(kRoundConstants + G::t)));
    }
  }
  if constexpr (kGroup < 15) rounds_from<kVarying, kGroup + 1>(messages, common);
}

template <unsigned kVarying>
std::size_t search_varying(const Step& step, const std::uint32_t* parts, std::size_t count) noexcept {
  constexpr unsigned kGroup = kVarying / 4, kMessages = 2;
  const Common<kVarying> common{step};
  const __m128i words = load(common.words + kVarying);
  for (std::size_t i = 0; i < count; i += kMessages) {
    Message messages[kMessages];
    for (unsigned k = 0; k < kMessages; ++k) {
      messages[k].abef = common.abef;
      messages[k].cdgh = common.cdgh;
      messages[k].w[kGroup % 4] = _mm_add_epi32(words, _mm_cvtsi32_si128(static_cast<int>(parts[i + k])));
    }
    rounds_from<kVarying, kGroup>(messages, common);
    for (unsigned k = 0; k < kMessages; ++k) {
      const auto first_word = static_cast<std::uint32_t>(_mm_extract_epi32(messages[k].abef, 3)) + common.first_word;
      if ((first_word & step.wanted_zero) == 0 && i + k < count) return i + k;
    }
  }
  return count;
}

std::size_t search(const Step& step, const std::uint32_t* parts, std::size_t count) noexcept {
  switch (step.varying) {
    case 0:
      return search_varying<0>(step, parts, count);
    case 4:
      return search_varying<4>(step, parts, count);
    case 8:
      return search_varying<8>(step, parts, count);
    default:
      return search_varying<12>(step, parts, count);
  }
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

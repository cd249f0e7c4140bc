// SHA-256 of as many nonces at once as a vector has lanes, for any vector type.
//
// A `Vector` is a type of the kernel's own: its `Word` holds one 32-bit word of each lane, its functions are the operations of
// FIPS 180-4 section 3.2 on it.
#pragma once

#include "pow/kernel_common.hpp"

namespace gstd::pow {
namespace {

/// What the nonces of a step have in common.
template <unsigned kVarying>
struct Common {
  explicit Common(const Step& step) noexcept : first_word(step.state[0]) {
    sum_constants(kSchedule, step, words);
    for (unsigned t = 0; t < kRounds; ++t)
      if (!kSchedule.varies(t)) words[t] += kRoundConstants[t];
    first_rounds(step, state);
  }
  static constexpr Schedule kSchedule{kVarying};

  std::uint32_t state[kStateWords];  ///< Before the round of the varying word.
  std::uint32_t words[kRounds];      ///< Constant words with the round's constant added; of the others what does not vary.
  std::uint32_t first_word;          ///< Of the state before the block: added behind the last round.
};

template <class Vector>
struct Lanes {
  typename Vector::Word state[kStateWords];  // the working variables stay in place and change their roles instead
  typename Vector::Word words[kBlockWords];  // ring of the last sixteen schedule words, those that vary
};

template <class Vector>
GSTD_ALWAYS_INLINE typename Vector::Word small_sigma_0(typename Vector::Word w) {
  return Vector::exclusive_or(Vector::template rotate_right<7>(w), Vector::template rotate_right<18>(w),
                              Vector::template shift_right<3>(w));
}

template <class Vector>
GSTD_ALWAYS_INLINE typename Vector::Word small_sigma_1(typename Vector::Word w) {
  return Vector::exclusive_or(Vector::template rotate_right<17>(w), Vector::template rotate_right<19>(w),
                              Vector::template shift_right<10>(w));
}

/// Replaces the oldest word of the ring by word t of the schedule.
template <class Vector, unsigned kVarying, unsigned t>
GSTD_ALWAYS_INLINE void schedule_word(Lanes<Vector>& lanes, const Common<kVarying>& common) {
  constexpr Schedule schedule{kVarying};
  using Word = typename Vector::Word;
  Word sum = Vector::of(common.words[t]);  // optimised away where nothing is constant: then it is zero, and added to nothing
  bool has_sum = !(schedule.varies(t - 2) && schedule.varies(t - 7) && schedule.varies(t - 15) && schedule.varies(t - 16));
  const auto add = [&](Word term) __attribute__((always_inline)) {
    sum = has_sum ? Vector::add(sum, term) : term;
    has_sum = true;
  };
  if constexpr (schedule.varies(t - 16)) add(lanes.words[t % kBlockWords]);
  if constexpr (schedule.varies(t - 15)) add(small_sigma_0<Vector>(lanes.words[(t - 15) % kBlockWords]));
  if constexpr (schedule.varies(t - 7)) add(lanes.words[(t - 7) % kBlockWords]);
  if constexpr (schedule.varies(t - 2)) add(small_sigma_1<Vector>(lanes.words[(t - 2) % kBlockWords]));
  lanes.words[t % kBlockWords] = sum;
}

/// Rounds t to 63.
template <class Vector, unsigned kVarying, unsigned t>
GSTD_ALWAYS_INLINE void rounds_from(Lanes<Vector>& lanes, const Common<kVarying>& common) {
  using Word = typename Vector::Word;
  constexpr bool varies = Common<kVarying>::kSchedule.varies(t);
  if constexpr (varies && t >= kBlockWords) schedule_word<Vector, kVarying, t>(lanes, common);
  const Word w = varies ? Vector::add(lanes.words[t % kBlockWords], Vector::of(kRoundConstants[t])) : Vector::of(common.words[t]);

  // a is state[0] in round 0, then state[7], then state[6], ...
  auto& s = lanes.state;
  const Word a = s[(64 - t) % 8], b = s[(65 - t) % 8], c = s[(66 - t) % 8];
  const Word e = s[(68 - t) % 8], f = s[(69 - t) % 8], g = s[(70 - t) % 8];
  Word& d = s[(67 - t) % 8];
  Word& h = s[(71 - t) % 8];
  const Word sigma_1 = Vector::exclusive_or(Vector::template rotate_right<6>(e), Vector::template rotate_right<11>(e),
                                            Vector::template rotate_right<25>(e));
  const Word t1 = Vector::add(Vector::add(Vector::add(h, w), Vector::choose(e, f, g)), sigma_1);
  const Word sigma_0 = Vector::exclusive_or(Vector::template rotate_right<2>(a), Vector::template rotate_right<13>(a),
                                            Vector::template rotate_right<22>(a));
  if constexpr (t + 1 < kRounds) d = Vector::add(d, t1);  // the last round's is not part of the first word
  h = Vector::add(t1, Vector::add(Vector::majority(a, b, c), sigma_0));
  if constexpr (t + 1 < kRounds) rounds_from<Vector, kVarying, t + 1>(lanes, common);
}

template <class Vector, unsigned kVarying>
std::size_t search_varying(const Step& step, const std::uint32_t* parts, std::size_t count) noexcept {
  const Common<kVarying> common{step};
  const auto wanted_zero = Vector::of(step.wanted_zero);
  for (std::size_t i = 0; i < count; i += Vector::kLanes) {
    Lanes<Vector> lanes;
    for (unsigned k = 0; k < kStateWords; ++k) lanes.state[(k + 64 - kVarying) % 8] = Vector::of(common.state[k]);
    lanes.words[kVarying] = Vector::add(Vector::of(common.words[kVarying]), Vector::load(parts + i));
    rounds_from<Vector, kVarying, kVarying>(lanes, common);
    // Round 63 leaves a in the place of h.
    const auto first_word = Vector::add(lanes.state[(71 - 63) % 8], Vector::of(common.first_word));
    if (const unsigned good = Vector::which_are_zero(first_word, wanted_zero); __builtin_expect(good != 0, 0)) {
      const std::size_t index = i + static_cast<unsigned>(__builtin_ctz(good));
      if (index < count) return index;  // else it is beyond the count, in the last vector
    }
  }
  return count;
}

/// Kernel::search of a kernel whose lanes are a Vector's.
template <class Vector>
std::size_t search_lanes(const Step& step, const std::uint32_t* parts, std::size_t count) noexcept {
  static_assert(Vector::kLanes <= kLanesMax);
  switch (step.varying) {
    case 0:
      return search_varying<Vector, 0>(step, parts, count);
    case 4:
      return search_varying<Vector, 4>(step, parts, count);
    case 8:
      return search_varying<Vector, 8>(step, parts, count);
    default:
      return search_varying<Vector, 12>(step, parts, count);
  }
}

}  // namespace
}  // namespace gstd::pow

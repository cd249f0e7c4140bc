// SHA-256 of several nonces in turn, for CPUs with instructions for it. These do rounds, and make schedule words, in groups of four
// words of one message; a second message fills the time until the first one's results can be used.
//
// A `Unit` is a type of the kernel's own: its `Words` holds a group, its `State` the working variables in the order that the CPU
// wants, its functions are the CPU's instructions.
#pragma once

#include "pow/kernel_common.hpp"

namespace gstd::pow {
namespace {

/// Which parts of group kGroup of the schedule, words t to t + 3, are the same for all nonces of a step. They are summed up
/// beforehand, unless an instruction adds them for nothing.
template <class Unit, unsigned kVarying, unsigned kGroup>
struct Group {
  static constexpr Schedule schedule{kVarying};
  static constexpr unsigned t = 4 * kGroup;
  static constexpr bool is_constant = schedule.is_constant(t, t + 3);
  static constexpr bool has_constant_w16 = schedule.is_constant(t - 16, t - 13);
  static constexpr bool has_constant_sigma_0 = schedule.is_constant(t - 15, t - 12);
  static constexpr bool has_constant_w7 = schedule.is_constant(t - 7, t - 4);
  static constexpr bool has_constant_sigma_1 = schedule.is_constant(t - 2, t + 1);

  // The instruction for small sigma 0 adds the words sixteen back in any case.
  static constexpr bool sums_sigma_0 = has_constant_sigma_0;
  static constexpr bool sums_w16 = has_constant_sigma_0 && has_constant_w16;
  // Where one instruction adds both, either both are summed up beforehand or none.
  static constexpr bool sums_w7 = has_constant_w7 && (has_constant_sigma_1 || !Unit::kSigma1AddsW7);
  static constexpr bool sums_sigma_1 = has_constant_sigma_1 && (has_constant_w7 || !Unit::kSigma1AddsW7);
  static constexpr bool has_sum = sums_sigma_0 || sums_w7 || sums_sigma_1;
};

/// What the nonces of a step have in common.
template <class Unit, unsigned kVarying>
struct Common {
  explicit Common(const Step& step) noexcept : first_word(step.state[0]) {
    sum_constants(Schedule{kVarying}, step, words);
    std::uint32_t first_state[kStateWords];
    first_rounds(step, first_state);
    state = Unit::load_state(first_state);
    sum_groups<kVarying / 4>();
  }

  typename Unit::State state;                // before the group of the varying word
  alignas(16) std::uint32_t words[kRounds];  // constant words; of the varying one, what is constant
  alignas(16) std::uint32_t sums[kRounds];   // of constant groups, words and round constants; of others, the parts of Group
  std::uint32_t first_word;                  // of the state before the block: added behind the last round

 private:
  template <unsigned kGroup>
  void sum_groups() noexcept {
    using G = Group<Unit, kVarying, kGroup>;
    for (unsigned t = G::t; t < G::t + 4; ++t) {
      std::uint32_t sum = 0;
      if constexpr (G::is_constant) {
        sum = words[t] + kRoundConstants[t];
      } else if constexpr (kGroup >= 4) {
        if constexpr (G::sums_sigma_0) sum += small_sigma_0(words[t - 15]);
        if constexpr (G::sums_w16) sum += words[t - 16];
        if constexpr (G::sums_w7) sum += words[t - 7];
        if constexpr (G::sums_sigma_1) sum += small_sigma_1(words[t - 2]);
      }
      sums[t] = sum;
    }
    if constexpr (kGroup < 15) sum_groups<kGroup + 1>();
  }
};

// At -O2, g++ 12 keeps loops over messages as loops, hence the messages in memory, unless told to unroll them by this many.
constexpr unsigned kUnrolled = 4;

template <class Unit>
struct Message {
  typename Unit::State state;
  typename Unit::Words w[4];  // ring of the last four groups
};

template <class Unit, unsigned kVarying, unsigned kGroup>
GSTD_ALWAYS_INLINE typename Unit::Words words_of(const Message<Unit>& m, const Common<Unit, kVarying>& common) {
  return Group<Unit, kVarying, kGroup>::is_constant ? Unit::load(common.words + 4 * kGroup) : m.w[kGroup % 4];
}

template <class Unit, unsigned kVarying, unsigned kGroup>
GSTD_ALWAYS_INLINE typename Unit::Words next_words(const Message<Unit>& m, const Common<Unit, kVarying>& common) {
  using G = Group<Unit, kVarying, kGroup>;
  using Words = typename Unit::Words;
  Words sum = Unit::load(common.sums + G::t);  // not loaded where nothing was summed up
  bool has_sum = G::has_sum;
  const auto add = [&](Words term) __attribute__((always_inline)) {
    sum = has_sum ? Unit::add(sum, term) : term;
    has_sum = true;
  };
  const Words w16 = words_of<Unit, kVarying, kGroup - 4>(m, common);
  if constexpr (!G::sums_sigma_0)
    add(Unit::add_sigma_0(w16, words_of<Unit, kVarying, kGroup - 3>(m, common)));
  else if constexpr (!G::sums_w16)
    add(w16);
  const Words newest = words_of<Unit, kVarying, kGroup - 1>(m, common);
  const Words second_newest = words_of<Unit, kVarying, kGroup - 2>(m, common);
  if constexpr (!G::sums_w7 && !Unit::kSigma1AddsW7) add(Unit::seven_back(second_newest, newest));
  if constexpr (!G::sums_sigma_1) sum = Unit::add_sigma_1(sum, second_newest, newest);
  return sum;
}

// The rounds of group kGroup and all behind it, for the messages in turn.
template <unsigned kGroup, class Unit, unsigned kVarying>
GSTD_ALWAYS_INLINE void rounds_from(Message<Unit> (&messages)[Unit::kMessages], const Common<Unit, kVarying>& common) {
  using G = Group<Unit, kVarying, kGroup>;
#pragma GCC unroll kUnrolled
  for (Message<Unit>& m : messages) {
    if constexpr (G::is_constant) {
      Unit::four_rounds(m.state, Unit::load(common.sums + G::t));
    } else {
      if constexpr (kGroup >= 4) m.w[kGroup % 4] = next_words<Unit, kVarying, kGroup>(m, common);
      Unit::four_rounds(m.state, Unit::add(m.w[kGroup % 4], Unit::load(kRoundConstants + G::t)));
    }
  }
  if constexpr (kGroup < 15) rounds_from<kGroup + 1>(messages, common);
}

template <class Unit, unsigned kVarying>
std::size_t search_varying(const Step& step, const std::uint32_t* parts, std::size_t count) noexcept {
  constexpr unsigned kGroup = kVarying / 4;
  const Common<Unit, kVarying> common{step};
  const typename Unit::Words words = Unit::load(common.words + kVarying);
  for (std::size_t i = 0; i < count; i += Unit::kMessages) {
    Message<Unit> messages[Unit::kMessages];
#pragma GCC unroll kUnrolled
    for (unsigned k = 0; k < Unit::kMessages; ++k) {
      messages[k].state = common.state;
      messages[k].w[kGroup % 4] = Unit::add(words, Unit::first(parts[i + k]));
    }
    rounds_from<kGroup>(messages, common);
#pragma GCC unroll kUnrolled
    for (unsigned k = 0; k < Unit::kMessages; ++k) {
      const std::uint32_t first_word = Unit::first_word(messages[k].state) + common.first_word;
      if ((first_word & step.wanted_zero) == 0 && i + k < count) return i + k;
    }
  }
  return count;
}

/// Kernel::search of a kernel with a Unit.
template <class Unit>
std::size_t search_groups(const Step& step, const std::uint32_t* parts, std::size_t count) noexcept {
  static_assert(Unit::kMessages <= kUnrolled && kUnrolled <= kLanesMax);
  switch (step.varying) {
    case 0:
      return search_varying<Unit, 0>(step, parts, count);
    case 4:
      return search_varying<Unit, 4>(step, parts, count);
    case 8:
      return search_varying<Unit, 8>(step, parts, count);
    default:
      return search_varying<Unit, 12>(step, parts, count);
  }
}

template <unsigned kGroup, class Unit>
GSTD_ALWAYS_INLINE void all_rounds(Message<Unit>& m) {
  auto& w = m.w[kGroup % 4];
  if constexpr (kGroup >= 4) {
    const auto newest = m.w[(kGroup + 3) % 4], second_newest = m.w[(kGroup + 2) % 4];
    w = Unit::add_sigma_0(w, m.w[(kGroup + 1) % 4]);
    if constexpr (!Unit::kSigma1AddsW7) w = Unit::add(w, Unit::seven_back(second_newest, newest));
    w = Unit::add_sigma_1(w, second_newest, newest);
  }
  Unit::four_rounds(m.state, Unit::add(w, Unit::load(kRoundConstants + 4 * kGroup)));
  if constexpr (kGroup < 15) all_rounds<kGroup + 1>(m);
}

/// Kernel::compress of such a kernel.
template <class Unit>
void compress_groups(std::uint32_t* state, const std::uint8_t* blocks, std::size_t count) noexcept {
  Message<Unit> m;
  m.state = Unit::load_state(state);
  for (; count != 0; --count, blocks += kBlockBytes) {
    const auto before = m.state;
    for (unsigned i = 0; i < 4; ++i) m.w[i] = Unit::load_big_endian(blocks + 16 * i);
    all_rounds<0>(m);
    m.state = Unit::add(m.state, before);
  }
  Unit::store_state(state, m.state);
}

}  // namespace
}  // namespace gstd::pow

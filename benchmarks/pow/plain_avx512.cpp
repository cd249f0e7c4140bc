// SHA-256 of sixteen blocks side by side, every round and every schedule word of it: what the CPU does without our shortcuts.
#include "pow/plain_avx512.hpp"

#include "pow/kernel_common.hpp"
#include "pow/vector_avx512.hpp"

namespace gstd::pow {
namespace {

using Vector = Avx512Vector;
using Word = Vector::Word;

template <unsigned t>
GSTD_ALWAYS_INLINE void rounds_from(Word (&s)[kStateWords], Word (&w)[kBlockWords]) {
  if constexpr (t >= kBlockWords) {
    const Word x = w[(t - 15) % 16], y = w[(t - 2) % 16];
    const Word sigma_0 = Vector::exclusive_or(Vector::rotate_right<7>(x), Vector::rotate_right<18>(x), Vector::shift_right<3>(x));
    const Word sigma_1 = Vector::exclusive_or(Vector::rotate_right<17>(y), Vector::rotate_right<19>(y), Vector::shift_right<10>(y));
    w[t % 16] = Vector::add(Vector::add(w[t % 16], sigma_0), Vector::add(w[(t - 7) % 16], sigma_1));
  }
  const Word a = s[(64 - t) % 8], b = s[(65 - t) % 8], c = s[(66 - t) % 8];
  const Word e = s[(68 - t) % 8], f = s[(69 - t) % 8], g = s[(70 - t) % 8];
  Word& d = s[(67 - t) % 8];
  Word& h = s[(71 - t) % 8];
  const Word wk = Vector::add(w[t % 16], Vector::of(kRoundConstants[t]));
  const Word sigma_1 = Vector::exclusive_or(Vector::rotate_right<6>(e), Vector::rotate_right<11>(e), Vector::rotate_right<25>(e));
  const Word t1 = Vector::add(Vector::add(Vector::add(h, wk), Vector::choose(e, f, g)), sigma_1);
  const Word sigma_0 = Vector::exclusive_or(Vector::rotate_right<2>(a), Vector::rotate_right<13>(a), Vector::rotate_right<22>(a));
  d = Vector::add(d, t1);
  h = Vector::add(t1, Vector::add(Vector::majority(a, b, c), sigma_0));
  if constexpr (t + 1 < kRounds) rounds_from<t + 1>(s, w);
}

}  // namespace

void compress_plainly_avx512(std::uint32_t* states, const std::uint32_t* words, std::size_t count) noexcept {
  for (; count != 0; --count, words += kBlockWords * Vector::kLanes) {
    Word s[kStateWords], w[kBlockWords];
    for (unsigned i = 0; i < kStateWords; ++i) s[i] = Vector::load(states + i * Vector::kLanes);
    for (unsigned t = 0; t < kBlockWords; ++t) w[t] = Vector::load(words + t * Vector::kLanes);
    rounds_from<0>(s, w);
    for (unsigned i = 0; i < kStateWords; ++i) {
      std::uint32_t* const state = states + i * Vector::kLanes;
      _mm512_storeu_si512(state, Vector::add(s[i], Vector::load(state)));
    }
  }
}

}  // namespace gstd::pow

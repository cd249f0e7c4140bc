// What kernels have in common. All in an unnamed namespace: each kernel file gets a copy of its own, compiled for its own CPU
// (kernel.hpp says why).
#pragma once

#include "pow/kernel.hpp"

#define GSTD_ALWAYS_INLINE inline __attribute__((always_inline))

namespace gstd::pow {
namespace {

constexpr unsigned kRounds = 64;

// FIPS 180-4 section 4.2.2.
alignas(64) constexpr std::uint32_t kRoundConstants[kRounds] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01,
    0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc,
    0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
    0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08,
    0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
    0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

inline std::uint32_t rotate_right(std::uint32_t x, unsigned by) noexcept { return x >> by | x << (32 - by); }

// The four sums of FIPS 180-4 section 4.1.2: capital sigmas for the rounds, small ones for the schedule.
inline std::uint32_t big_sigma_0(std::uint32_t a) noexcept {
  return rotate_right(a, 2) ^ rotate_right(a, 13) ^ rotate_right(a, 22);
}
inline std::uint32_t big_sigma_1(std::uint32_t e) noexcept {
  return rotate_right(e, 6) ^ rotate_right(e, 11) ^ rotate_right(e, 25);
}
inline std::uint32_t small_sigma_0(std::uint32_t w) noexcept { return rotate_right(w, 7) ^ rotate_right(w, 18) ^ w >> 3; }
inline std::uint32_t small_sigma_1(std::uint32_t w) noexcept { return rotate_right(w, 17) ^ rotate_right(w, 19) ^ w >> 10; }

/// The message schedule where all of a block's words but one are constant (FIPS 180-4 section 6.2.2, step 1).
class Schedule {
 public:
  explicit constexpr Schedule(unsigned varying) : varies_{} {
    for (unsigned t = 0; t < kRounds; ++t)
      varies_[t] = t < kBlockWords ? t == varying : varies_[t - 2] || varies_[t - 7] || varies_[t - 15] || varies_[t - 16];
  }
  constexpr bool varies(unsigned t) const { return varies_[t]; }
  /// Whether none of the words from `first` to `last` varies.
  constexpr bool is_constant(unsigned first, unsigned last) const {
    for (unsigned t = first; t <= last; ++t)
      if (varies_[t]) return false;
    return true;
  }

 private:
  bool varies_[kRounds];
};

/// Of each schedule word, the sum of what does not vary: all of a constant word, part of a varying one.
inline void sum_constants(const Schedule& schedule, const Step& step, std::uint32_t (&sums)[kRounds]) noexcept {
  for (unsigned t = 0; t < kBlockWords; ++t) sums[t] = step.words[t];
  for (unsigned t = kBlockWords; t < kRounds; ++t) {
    std::uint32_t sum = 0;
    if (!schedule.varies(t - 2)) sum += small_sigma_1(sums[t - 2]);
    if (!schedule.varies(t - 7)) sum += sums[t - 7];
    if (!schedule.varies(t - 15)) sum += small_sigma_0(sums[t - 15]);
    if (!schedule.varies(t - 16)) sum += sums[t - 16];
    sums[t] = sum;
  }
}

/// The rounds before the varying word, which are the same for all nonces (step 3 of the same section).
inline void first_rounds(const Step& step, std::uint32_t (&s)[kStateWords]) noexcept {
  for (unsigned i = 0; i < kStateWords; ++i) s[i] = step.state[i];
  for (unsigned t = 0; t < step.varying; ++t) {
    const std::uint32_t t1 = s[7] + big_sigma_1(s[4]) + (s[6] ^ (s[4] & (s[5] ^ s[6]))) + kRoundConstants[t] + step.words[t];
    const std::uint32_t t2 = big_sigma_0(s[0]) + ((s[0] & s[1]) | (s[2] & (s[0] | s[1])));
    for (unsigned i = kStateWords - 1; i > 0; --i) s[i] = s[i - 1];
    s[4] += t1;
    s[0] = t1 + t2;
  }
}

}  // namespace
}  // namespace gstd::pow

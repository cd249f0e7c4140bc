// What is checked of every challenge before it is hashed, and of every digest behind it.
#pragma once

#include <gstd/pow.hpp>

namespace gstd::pow {

/// Errors: invalid_argument: not 64 lower-case hex digits, no task, no wallet, difficulty above kDifficultyBitsMax.
Result<void> check_challenge(const Challenge& challenge);

/// 0 to 256, from the first bit on.
unsigned count_leading_zeros(const Digest& digest) noexcept;

}  // namespace gstd::pow

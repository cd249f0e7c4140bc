// What is checked of every challenge before it is hashed.
#pragma once

#include <gstd/pow.hpp>

namespace gstd::pow {

/// Errors: invalid_argument: not 64 lower-case hex digits, no task, no wallet, difficulty above kDifficultyBitsMax.
Result<void> check_challenge(const Challenge& challenge);

}  // namespace gstd::pow

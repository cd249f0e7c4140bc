// Which kernel hashes.
#pragma once

#include <gstd/pow.hpp>

#include "pow/kernel.hpp"

namespace gstd::pow {

/// All that are built in; usually each is faster than those before it.
std::span<const Kernel* const> built_in_kernels() noexcept;

/// Whether this CPU runs it; remembered.
bool is_supported(const Kernel& kernel) noexcept;

/// By the times of the built-in kernels, in their order; one that this CPU cannot run has the longest time there is.
const Kernel& fastest_of(std::span<const std::chrono::nanoseconds> times) noexcept;

/// The fastest that this CPU runs, whatever the environment says: measured at the first call, and remembered.
const Kernel& fastest_kernel() noexcept;

/// The one for single texts: the last that this CPU runs and that compresses.
const Kernel& compressing_kernel() noexcept;

/// By name; no name: the one of GSTD_POW_KERNEL, else the fastest.
/// Errors: invalid_argument: unknown, or not for this CPU.
Result<const Kernel*> choose_kernel(std::string_view name);

}  // namespace gstd::pow

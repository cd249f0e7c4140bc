// All kernels that are built in; usually each is faster than those before it.
#pragma once

#include "pow/kernel.hpp"

namespace gstd::pow {

inline constexpr const Kernel* kKernels[] = {
    &kPortableKernel,
#if defined(__x86_64__)
    &kAvx2Kernel,
    &kShaNiKernel,
    &kAvx512Kernel,
#elif defined(__aarch64__)
    &kArmv8Kernel,
#endif
};

}  // namespace gstd::pow

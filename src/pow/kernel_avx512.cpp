// Sixteen nonces side by side with AVX-512: rotations and every function of three words are one instruction each.
#include "pow/cpu.hpp"
#include "pow/kernel_lanes.hpp"
#include "pow/vector_avx512.hpp"

namespace gstd::pow {
constexpr Kernel kAvx512Kernel{"avx512", Avx512Vector::kLanes, has_avx512f, nullptr, search_lanes<Avx512Vector>};

}  // namespace gstd::pow

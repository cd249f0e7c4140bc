// Sixteen nonces side by side with AVX-512: rotations and every function of three words are one instruction each.
#include "pow/kernel_lanes.hpp"
#include "pow/vector_avx512.hpp"

namespace gstd::pow {
namespace {

bool is_supported() noexcept { return __builtin_cpu_supports("avx512f") != 0; }

}  // namespace

constexpr Kernel kAvx512Kernel{"avx512", Avx512Vector::kLanes, is_supported, nullptr, search_lanes<Avx512Vector>};

}  // namespace gstd::pow

#pragma once

#include <cstddef>
#include <cstdint>

namespace gstd::pow {

inline constexpr std::size_t kPlainLanes = 16;

/// Takes sixteen states through `count` blocks each. Word by word: lane l of word i is at [16 * i + l], and each further block's
/// 256 words follow the last's.
void compress_plainly_avx512(std::uint32_t* states, const std::uint32_t* words, std::size_t count) noexcept;

}  // namespace gstd::pow

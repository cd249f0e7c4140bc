// The contract between the solver and its kernels: plain data, and functions that neither allocate nor throw.
//
// A kernel gets all but one word of the last message block, and the values that this word is to take. So it computes once, per
// step, whatever the nonces of the step have in common: docs/pow.md draws it.
//
// Kernel files are compiled for CPUs that the rest of the library does not need. Hence this header includes nothing that brings
// inline functions: the linker keeps one copy of each for the whole program, and might keep the kernel's.
#pragma once

#include <cstddef>
#include <cstdint>

namespace gstd::pow {

inline constexpr std::size_t kBlockBytes = 64;  // FIPS 180-4 section 1
inline constexpr std::size_t kStateWords = 8;
inline constexpr std::size_t kBlockWords = 16;

/// The most nonces that any kernel hashes side by side.
inline constexpr std::size_t kLanesMax = 16;

/// Nonces whose texts differ in a single word of their last block.
struct Step {
  std::uint32_t state[kStateWords];  ///< Before that block.
  std::uint32_t words[kBlockWords];  ///< The block; in `words[varying]`, what the nonces share of that word.
  std::uint32_t varying;      ///< 0, 4, 8 or 12: a multiple of four, since CPUs with instructions for SHA-256 take four at a time.
  std::uint32_t wanted_zero;  ///< Bits of the digest's first word that are zero in a good digest.
};

struct Kernel {
  const char* name;
  unsigned lanes;  ///< Nonces hashed side by side, at most kLanesMax.

  /// Asks the CPU. Costly where a hypervisor answers: the dispatcher asks once.
  bool (*is_supported)() noexcept;

  /// Takes `state` through `count` blocks. Null: this kernel is no faster at that than the portable one.
  void (*compress)(std::uint32_t* state, const std::uint8_t* blocks, std::size_t count) noexcept;

  /// Tries `words[varying] + parts[i]` for i = 0, 1, ... `count` - 1 and returns the first i whose digest has none of the bits of
  /// `wanted_zero` in its first word, or `count`. `parts` is readable for kLanesMax - 1 values more than `count`.
  std::size_t (*search)(const Step& step, const std::uint32_t* parts, std::size_t count) noexcept;
};

extern const Kernel kPortableKernel;
extern const Kernel kAvx2Kernel;  ///< x86-64 only, as the next two.
extern const Kernel kShaNiKernel;
extern const Kernel kAvx512Kernel;
extern const Kernel kArmv8Kernel;  ///< aarch64 only.

}  // namespace gstd::pow

// The contract between the solver and its kernels: plain data, and functions that neither allocate nor throw.
//
// A kernel owns the innermost loop, digits included, instead of hashing blocks that somebody else prepared: so it can keep the
// message words of several nonces in registers and leave out whatever its lanes have in common.
//
// Kernel files are compiled for CPUs that the rest of the library does not need. Hence this header includes nothing that brings
// inline functions: the linker keeps one copy of each for the whole program, and might keep the kernel's.
#pragma once

#include <cstddef>
#include <cstdint>

namespace gstd::pow {

inline constexpr std::size_t kBlockBytes = 64;  // FIPS 180-4 section 1
inline constexpr std::size_t kStateWords = 8;

// Up to 63 bytes of constant text, 20 digits, and 9 bytes of padding: two blocks.
inline constexpr std::size_t kTailBytesMax = 2 * kBlockBytes;

/// Consecutive nonces with equally many digits, as a kernel needs them.
struct Run {
  std::uint32_t midstate[kStateWords];  ///< After all blocks of the text before `tail`.
  std::uint8_t tail[kTailBytesMax];     ///< Rest of the text, the first nonce's digits, and the padding (FIPS 180-4 section 5.1.1).
  std::uint32_t tail_blocks;            ///< 1 or 2.
  std::uint32_t digits_begin;           ///< In `tail`.
  std::uint32_t digits_end;
  std::uint32_t difficulty_bits;
};

struct Kernel {
  const char* name;
  unsigned lanes;  ///< Nonces hashed side by side.

  /// Asks the CPU. Costly where a hypervisor answers: the dispatcher asks once.
  bool (*is_supported)() noexcept;

  /// Takes `state` through `count` blocks.
  void (*compress)(std::uint32_t* state, const std::uint8_t* blocks, std::size_t count) noexcept;

  /// Tries the run's first `count` nonces in ascending order. Returns the index of the first good one, or `count`.
  /// The caller sees to it that none of them needs one digit more.
  std::uint64_t (*search)(const Run& run, std::uint64_t count) noexcept;
};

extern const Kernel kPortableKernel;
extern const Kernel kShaNiKernel;  ///< x86-64 only.

}  // namespace gstd::pow

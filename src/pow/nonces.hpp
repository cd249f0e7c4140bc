// The nonces that a search tries, and in which order: so that what kernels get varies in one word only. docs/pow.md draws it.
#pragma once

#include <gstd/pow.hpp>

#include "pow/kernel.hpp"

namespace gstd::pow {

/// At most. Short enough that a thread looks around every few dozen microseconds, long enough that what a step's nonces have in
/// common costs next to nothing per nonce. Divides 10^4, so that a word of four digits makes whole steps.
inline constexpr std::size_t kNoncesPerStep = 2000;

/// Of a nonce, those that fill the varying word.
inline constexpr std::size_t kInnerBytes = 4;

/// Where the parts of a nonce lie in the last blocks of the text. Its inner part fills the varying word; all the rest is its outer
/// number, which changes from one group of steps to the next.
struct NonceLayout {
  std::size_t bytes = 0;          ///< Of the nonce in the hashed text.
  std::size_t inner_begin = 0;    ///< Of the inner part, in the nonce.
  std::uint32_t varying = 0;      ///< Step::varying
  bool has_block_before = false;  ///< The nonce begins in the block before the last one.
  std::uint64_t outer_first = 0;  ///< The outer numbers are these,
  std::uint64_t outer_count = 0;  ///< so many from there on.
  std::uint64_t steps_per_outer = 0;
  std::size_t nonces_per_step = 0;
  const std::uint32_t* parts = nullptr;
};

/// For decimal nonces behind a prefix whose last, unfinished block has `rest_bytes` bytes.
NonceLayout lay_out_digits(std::size_t rest_bytes) noexcept;
/// For nonces of eight bytes behind a digest and twelve zero bytes.
NonceLayout lay_out_bytes() noexcept;

/// All nonces for one challenge, cut into steps. The same for every kernel, thread and process, so that a step's number is all that
/// two of them need to agree on. Threads: may be shared.
class NonceSpace {
 public:
  /// `prefix` is make_prefix()'s.
  NonceSpace(std::string_view prefix, Version version, unsigned difficulty_bits) noexcept;

  std::uint64_t step_count() const noexcept { return layout_.outer_count * layout_.steps_per_outer; }
  std::size_t nonces_per_step() const noexcept { return layout_.nonces_per_step; }

  /// Number `index`, below step_count(), as kernels want it.
  Step step(std::uint64_t index) const noexcept;
  /// The values for its varying word: nonces_per_step() of them and, for kernels that read ahead, kLanesMax - 1 behind.
  const std::uint32_t* parts(std::uint64_t index) const noexcept;
  /// As it goes over the wire: nonce number `part` of a step.
  std::string nonce(std::uint64_t index, std::size_t part) const;

 private:
  void write_nonce(std::uint64_t index, std::size_t part, std::uint8_t* out) const noexcept;

  Version version_;
  NonceLayout layout_;
  std::uint32_t wanted_zero_;
  std::uint32_t state_[kStateWords];  // of the prefix's whole blocks
  std::uint8_t rest_[kBlockBytes];    // what is left of the prefix
  std::size_t rest_bytes_;
  std::size_t prefix_bytes_;
};

}  // namespace gstd::pow

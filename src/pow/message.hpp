// The hashed text, cut into what all nonces share and what each changes. Layout: docs/protocol.md, "Proof of work".
#pragma once

#include <gstd/pow.hpp>

#include "pow/kernel.hpp"

namespace gstd::pow {

/// challenge || task || wallet
std::string make_prefix(const Challenge& challenge);

/// SHA-256 of a text.
Digest hash_text(const Kernel& kernel, std::string_view text) noexcept;

/// A prefix that is hashed already as far as whole blocks go. Threads: may be shared.
class Message {
 public:
  Message(std::string_view prefix, const Kernel& kernel) noexcept;

  /// The run that starts with `first`.
  Run run_from(std::uint64_t first, unsigned difficulty_bits) const noexcept;

 private:
  std::uint32_t midstate_[kStateWords];
  std::uint8_t rest_[kBlockBytes];  // what is left of the prefix behind its last whole block
  std::size_t rest_bytes_;
  std::size_t prefix_bytes_;
};

}  // namespace gstd::pow

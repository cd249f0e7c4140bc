// The hashed text, cut into what all nonces share and what each changes. Layout: docs/protocol.md, "Proof of work".
#pragma once

#include <gstd/pow.hpp>

#include "pow/kernel.hpp"

namespace gstd::pow {

/// What is hashed before the nonce, of a challenge that was checked. Version 1: challenge || task || wallet. Version 2: the digest
/// of all fields, 32 bytes.
std::string make_prefix(const Challenge& challenge);

/// The digest of `prefix` and a nonce whose form was checked.
Digest hash_nonce(const Kernel& kernel, std::string prefix, Version version, std::string_view nonce);

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

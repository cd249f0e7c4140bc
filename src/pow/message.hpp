// The hashed text. Layout of both versions: docs/pow.md, "What is hashed".
#pragma once

#include <gstd/pow.hpp>

#include "pow/kernel.hpp"

namespace gstd::pow {

/// What is hashed before the nonce, of a challenge that was checked. Version 1: challenge || task || wallet. Version 2: the digest
/// of all fields and twelve zero bytes, 44 bytes.
std::string make_prefix(const Challenge& challenge);

/// SHA-256 of a text, with a kernel that compresses.
Digest hash_text(const Kernel& kernel, std::string_view text) noexcept;

/// The digest of `prefix` and a nonce whose form was checked.
Digest hash_nonce(std::string prefix, Version version, std::string_view nonce);

/// A text that is hashed as far as whole blocks go.
struct Head {
  std::uint32_t state[kStateWords];
  std::string_view rest;  ///< What is left of the text, less than a block.
};
Head hash_whole_blocks(const Kernel& kernel, std::string_view text) noexcept;

// The end of a text: what is left of its last block, at most 25 digits, and at least 9 bytes of padding.
inline constexpr std::size_t kTailBytesMax = 2 * kBlockBytes;

/// Pads the `used` bytes at the start of `tail`, the end of a text of `text_bytes` (FIPS 180-4 section 5.1.1). Returns the number
/// of blocks.
std::size_t pad(std::uint8_t (&tail)[kTailBytesMax], std::size_t used, std::uint64_t text_bytes) noexcept;

}  // namespace gstd::pow

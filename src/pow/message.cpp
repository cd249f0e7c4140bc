#include "pow/message.hpp"

#include <cstring>

#include "pow/dispatch.hpp"

namespace gstd::pow {
namespace {

// FIPS 180-4 section 5.3.3.
constexpr std::uint32_t kInitialState[kStateWords] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                                      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

constexpr std::size_t kLengthBytes = 8;

// Tells the hashes of this purpose from all others that might sign or hash the same fields.
constexpr std::string_view kDomainTag = "gstd-pow-v2";

// They move the nonce to where the fewest rounds follow it: its last word is the block's thirteenth.
constexpr std::size_t kZerosBeforeNonce = 12;

// The length in four bytes, big-endian, then the field: no two lists of fields share an encoding.
constexpr std::size_t kFieldLengthBytes = 4;
void append_field(std::string& text, std::string_view field) {
  for (int shift = 24; shift >= 0; shift -= 8) text += static_cast<char>(field.size() >> shift);
  text += field;
}

// Of digits that were checked. Every claim's proof comes through here: no allocation beyond the text's own.
void append_bytes_of_hex(std::string& text, std::string_view hex) {
  const auto value = [](char digit) { return digit <= '9' ? digit - '0' : digit - 'a' + 10; };
  for (std::size_t i = 0; i < hex.size(); i += 2) text += static_cast<char>(value(hex[i]) << 4 | value(hex[i + 1]));
}

}  // namespace

Head hash_whole_blocks(const Kernel& kernel, std::string_view text) noexcept {
  const std::size_t blocks = text.size() / kBlockBytes;
  Head head;
  std::memcpy(head.state, kInitialState, sizeof head.state);
  kernel.compress(head.state, as_bytes(text).data(), blocks);
  head.rest = text.substr(blocks * kBlockBytes);
  return head;
}

std::size_t pad(std::uint8_t (&tail)[kTailBytesMax], std::size_t used, std::uint64_t text_bytes) noexcept {
  const std::size_t blocks = (used + 1 + kLengthBytes + kBlockBytes - 1) / kBlockBytes;
  std::memset(tail + used, 0, kTailBytesMax - used);
  tail[used] = 0x80;
  std::uint64_t bits = 8 * text_bytes;
  for (std::size_t i = 1; i <= kLengthBytes; ++i, bits >>= 8) tail[blocks * kBlockBytes - i] = static_cast<std::uint8_t>(bits);
  return blocks;
}

Digest hash_text(const Kernel& kernel, std::string_view text) noexcept {
  Head head = hash_whole_blocks(kernel, text);
  std::uint8_t tail[kTailBytesMax];
  std::memcpy(tail, head.rest.data(), head.rest.size());
  kernel.compress(head.state, tail, pad(tail, head.rest.size(), text.size()));
  Digest digest;
  for (std::size_t i = 0; i < digest.bytes.size(); ++i)
    digest.bytes[i] = static_cast<std::uint8_t>(head.state[i / 4] >> (24 - 8 * (i % 4)));
  return digest;
}

std::string make_prefix(const Challenge& challenge) {
  if (challenge.version == Version::v1) return challenge.challenge + challenge.task.str() + challenge.wallet.str();
  std::string challenge_bytes;
  append_bytes_of_hex(challenge_bytes, challenge.challenge);
  std::string fields;
  fields.reserve(4 * kFieldLengthBytes + kDomainTag.size() + challenge_bytes.size() + challenge.task.str().size() +
                 challenge.wallet.str().size());
  append_field(fields, kDomainTag);
  append_field(fields, challenge_bytes);
  append_field(fields, challenge.task.str());
  append_field(fields, challenge.wallet.str());
  const Digest digest = hash_text(compressing_kernel(), fields);
  std::string prefix(reinterpret_cast<const char*>(digest.bytes.data()), digest.bytes.size());
  return prefix.append(kZerosBeforeNonce, '\0');
}

Digest hash_nonce(std::string prefix, Version version, std::string_view nonce) {
  if (version == Version::v1)
    prefix += nonce;
  else
    append_bytes_of_hex(prefix, nonce);
  return hash_text(compressing_kernel(), prefix);
}

}  // namespace gstd::pow

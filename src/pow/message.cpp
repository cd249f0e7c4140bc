#include "pow/message.hpp"

#include <charconv>
#include <cstring>

namespace gstd::pow {
namespace {

// FIPS 180-4 section 5.3.3.
constexpr std::uint32_t kInitialState[kStateWords] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                                      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

constexpr std::size_t kLengthBytes = 8;

// Pads the `used` bytes of text at the start of `tail`, the end of a text of `text_bytes`. Returns the number of blocks.
std::uint32_t pad(std::uint8_t (&tail)[kTailBytesMax], std::size_t used, std::uint64_t text_bytes) noexcept {
  const std::size_t blocks = (used + 1 + kLengthBytes + kBlockBytes - 1) / kBlockBytes;
  std::memset(tail + used, 0, kTailBytesMax - used);
  tail[used] = 0x80;
  std::uint64_t bits = 8 * text_bytes;
  for (std::size_t i = 1; i <= kLengthBytes; ++i, bits >>= 8) tail[blocks * kBlockBytes - i] = static_cast<std::uint8_t>(bits);
  return static_cast<std::uint32_t>(blocks);
}

// Hashes the whole blocks of `text` and returns what is left.
std::string_view hash_whole_blocks(const Kernel& kernel, std::uint32_t (&state)[kStateWords], std::string_view text) noexcept {
  const std::size_t blocks = text.size() / kBlockBytes;
  std::memcpy(state, kInitialState, sizeof state);
  kernel.compress(state, as_bytes(text).data(), blocks);
  return text.substr(blocks * kBlockBytes);
}

// Tells the hashes of this purpose from all others that might sign or hash the same fields.
constexpr std::string_view kDomainTag = "gstd-pow-v2";

// The length in four bytes, big-endian, then the field: no two lists of fields share an encoding.
void append_field(std::string& text, std::string_view field) {
  for (int shift = 24; shift >= 0; shift -= 8) text += static_cast<char>(field.size() >> shift);
  text += field;
}

std::string bytes_of_hex(std::string_view hex) {
  const auto bytes = decode_hex(hex);
  return {reinterpret_cast<const char*>(bytes->data()), bytes->size()};
}

}  // namespace

std::string make_prefix(const Challenge& challenge) {
  if (challenge.version == Version::v1) return challenge.challenge + challenge.task.str() + challenge.wallet.str();
  std::string fields;
  append_field(fields, kDomainTag);
  append_field(fields, bytes_of_hex(challenge.challenge));
  append_field(fields, challenge.task.str());
  append_field(fields, challenge.wallet.str());
  const Digest digest = hash_text(kPortableKernel, fields);
  return {reinterpret_cast<const char*>(digest.bytes.data()), digest.bytes.size()};
}

Digest hash_nonce(const Kernel& kernel, std::string prefix, Version version, std::string_view nonce) {
  return hash_text(kernel, prefix + (version == Version::v1 ? std::string(nonce) : bytes_of_hex(nonce)));
}

Digest hash_text(const Kernel& kernel, std::string_view text) noexcept {
  std::uint32_t state[kStateWords];
  const auto rest = hash_whole_blocks(kernel, state, text);
  std::uint8_t tail[kTailBytesMax];
  std::memcpy(tail, rest.data(), rest.size());
  kernel.compress(state, tail, pad(tail, rest.size(), text.size()));
  Digest digest;
  for (std::size_t i = 0; i < digest.bytes.size(); ++i)
    digest.bytes[i] = static_cast<std::uint8_t>(state[i / 4] >> (24 - 8 * (i % 4)));
  return digest;
}

Message::Message(std::string_view prefix, const Kernel& kernel) noexcept : prefix_bytes_(prefix.size()) {
  const auto rest = hash_whole_blocks(kernel, midstate_, prefix);
  rest_bytes_ = rest.size();
  std::memcpy(rest_, rest.data(), rest.size());
}

Run Message::run_from(std::uint64_t first, unsigned difficulty_bits) const noexcept {
  Run run;
  std::memcpy(run.midstate, midstate_, sizeof run.midstate);
  std::memcpy(run.tail, rest_, rest_bytes_);
  char* const digits = reinterpret_cast<char*>(run.tail) + rest_bytes_;
  const auto digit_count = static_cast<std::size_t>(std::to_chars(digits, digits + 20, first).ptr - digits);  // 2^64 - 1 has 20
  run.digits_begin = static_cast<std::uint32_t>(rest_bytes_);
  run.digits_end = static_cast<std::uint32_t>(rest_bytes_ + digit_count);
  run.tail_blocks = pad(run.tail, run.digits_end, prefix_bytes_ + digit_count);
  run.difficulty_bits = difficulty_bits;
  return run;
}

}  // namespace gstd::pow

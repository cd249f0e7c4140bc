#include "pow/nonces.hpp"

#include <algorithm>
#include <cstring>

#include "pow/dispatch.hpp"
#include "pow/message.hpp"

namespace gstd::pow {
namespace {

constexpr std::uint64_t power_of_ten(std::size_t exponent) {
  std::uint64_t power = 1;
  while (exponent-- > 0) power *= 10;
  return power;
}

// What to add to a word of zeros ("0000", big-endian) for each number of four digits.
constexpr auto kFourDigits = [] {
  std::array<std::uint32_t, power_of_ten(kInnerBytes) + kLanesMax - 1> parts{};
  for (std::size_t number = 0; number < power_of_ten(kInnerBytes); ++number)
    for (std::size_t digit = 0; digit < kInnerBytes; ++digit)
      parts[number] |= static_cast<std::uint32_t>(number / power_of_ten(kInnerBytes - 1 - digit) % 10) << (24 - 8 * digit);
  return parts;
}();

constexpr auto kCounts = [] {
  std::array<std::uint32_t, kNoncesPerStep + kLanesMax - 1> counts{};
  for (std::size_t i = 0; i < counts.size(); ++i) counts[i] = static_cast<std::uint32_t>(i);
  return counts;
}();

// Behind these many bytes of text a block has no room for its length (FIPS 180-4 section 5.1.1).
constexpr std::size_t kTextOfLastBlockMax = kBlockBytes - 9;

void write_digits(std::uint64_t number, std::size_t digits, std::uint8_t* out) noexcept {
  for (; digits > 0; number /= 10) out[--digits] = static_cast<std::uint8_t>('0' + number % 10);
}

std::uint32_t load_big_endian(const std::uint8_t* p) noexcept {
  return std::uint32_t{p[0]} << 24 | std::uint32_t{p[1]} << 16 | std::uint32_t{p[2]} << 8 | std::uint32_t{p[3]};
}

}  // namespace

// How many digits a nonce has is ours to choose. They must fill a word at a multiple of four words, must leave that word in the
// last block, which then is the only one to be hashed per nonce, and should be many, so that no search runs out of them. Where the
// word lies further in than nineteen digits reach, zeros lead: a nonce is hashed as it is spelled, and its number stays below 2^64.
NonceLayout lay_out_digits(std::size_t rest_bytes) noexcept {
  constexpr std::size_t kUsual = 19;   // always below 2^64
  constexpr std::size_t kFewest = 13;  // a day of one thread
  NonceLayout layout;
  layout.has_block_before = rest_bytes + kFewest > kTextOfLastBlockMax;
  if (!layout.has_block_before) layout.varying = static_cast<std::uint32_t>(rest_bytes / 16 + 1) * 4;
  layout.inner_begin = (layout.has_block_before ? kBlockBytes : 4 * layout.varying) - rest_bytes;
  layout.bytes = std::max(kUsual, layout.inner_begin + kInnerBytes);
  if (!layout.has_block_before) layout.bytes = std::min(layout.bytes, kTextOfLastBlockMax - rest_bytes);
  layout.parts = kFourDigits.data();
  layout.nonces_per_step = kNoncesPerStep;
  layout.steps_per_outer = power_of_ten(kInnerBytes) / kNoncesPerStep;
  const std::size_t outer_digits = std::min(layout.bytes, kUsual) - kInnerBytes;
  layout.outer_first = power_of_ten(outer_digits - 1);
  layout.outer_count = 9 * layout.outer_first;
  return layout;
}

// The digest and the zeros fill eleven words, the nonce the next two: the latter of these varies within an outer number.
NonceLayout lay_out_bytes() noexcept {
  NonceLayout layout;
  layout.bytes = 8;
  layout.inner_begin = 4;
  layout.varying = 12;
  layout.outer_count = std::uint64_t{1} << 32;
  layout.nonces_per_step = kNoncesPerStep;
  layout.steps_per_outer = (std::uint64_t{1} << 32) / kNoncesPerStep;  // the last few numbers do not fill a step, and are left out
  layout.parts = kCounts.data();
  return layout;
}

NonceSpace::NonceSpace(std::string_view prefix, Version version, unsigned difficulty_bits) noexcept
    : version_(version), prefix_bytes_(prefix.size()) {
  const Head head = hash_whole_blocks(compressing_kernel(), prefix);
  std::memcpy(state_, head.state, sizeof state_);
  std::memcpy(rest_, head.rest.data(), head.rest.size());
  rest_bytes_ = head.rest.size();
  layout_ = version == Version::v1 ? lay_out_digits(rest_bytes_) : lay_out_bytes();
  wanted_zero_ = difficulty_bits >= 32 ? 0xffffffffu : ~(0xffffffffu >> difficulty_bits);
}

void NonceSpace::write_nonce(std::uint64_t index, std::size_t part, std::uint8_t* out) const noexcept {
  const std::uint64_t outer = layout_.outer_first + index / layout_.steps_per_outer;
  const std::uint64_t inner = index % layout_.steps_per_outer * layout_.nonces_per_step + part;
  if (version_ == Version::v2) {
    for (unsigned i = 0; i < 4; ++i) {
      out[i] = static_cast<std::uint8_t>(outer >> (24 - 8 * i));
      out[4 + i] = static_cast<std::uint8_t>(inner >> (24 - 8 * i));
    }
    return;
  }
  const std::size_t behind = layout_.bytes - layout_.inner_begin - kInnerBytes;
  write_digits(outer / power_of_ten(behind), layout_.inner_begin, out);
  write_digits(inner, kInnerBytes, out + layout_.inner_begin);
  write_digits(outer % power_of_ten(behind), behind, out + layout_.inner_begin + kInnerBytes);
}

Step NonceSpace::step(std::uint64_t index) const noexcept {
  std::uint8_t tail[kTailBytesMax];
  std::memcpy(tail, rest_, rest_bytes_);
  // The parts of decimal nonces count from an inner part of zeros on, those of binary ones from the step's first.
  const std::uint64_t from = version_ == Version::v1 ? index - index % layout_.steps_per_outer : index;
  write_nonce(from, 0, tail + rest_bytes_);
  pad(tail, rest_bytes_ + layout_.bytes, prefix_bytes_ + layout_.bytes);

  Step step;
  std::memcpy(step.state, state_, sizeof step.state);
  const std::uint8_t* block = tail;
  if (layout_.has_block_before) {
    compressing_kernel().compress(step.state, block, 1);
    block += kBlockBytes;
  }
  for (std::size_t i = 0; i < kBlockWords; ++i) step.words[i] = load_big_endian(block + 4 * i);
  step.varying = layout_.varying;
  step.wanted_zero = wanted_zero_;
  return step;
}

const std::uint32_t* NonceSpace::parts(std::uint64_t index) const noexcept {
  if (version_ == Version::v2) return layout_.parts;
  return layout_.parts + index % layout_.steps_per_outer * layout_.nonces_per_step;
}

std::string NonceSpace::nonce(std::uint64_t index, std::size_t part) const {
  std::uint8_t bytes[kBlockBytes];
  write_nonce(index, part, bytes);
  if (version_ == Version::v2) return encode_hex({bytes, layout_.bytes});
  return {reinterpret_cast<const char*>(bytes), layout_.bytes};
}

}  // namespace gstd::pow

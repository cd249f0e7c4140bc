#include "pow/challenge.hpp"

#include <algorithm>
#include <bit>
#include <charconv>

#include "pow/message.hpp"

namespace gstd::pow {
namespace {

struct DifficultyStep {
  std::int64_t nano_at_least;
  unsigned bits;
};

// 16 + trunc(2 * log10(r / 0.1)) changes where r is 0.1 times a power of the square root of ten. Spelt out, since a logarithm's
// last digit is the C library's choice. Above 0.1 the new value starts at the threshold itself; below, truncation towards zero
// makes the threshold belong to the lower value, hence the +1. Odd powers are irrational: rounded up to the next nano either way.
constexpr std::array kSteps{
    DifficultyStep{1'000'000'000'000, 24},
    DifficultyStep{316'227'766'017, 23},
    DifficultyStep{100'000'000'000, 22},
    DifficultyStep{31'622'776'602, 21},
    DifficultyStep{10'000'000'000, 20},
    DifficultyStep{3'162'277'661, 19},
    DifficultyStep{1'000'000'000, 18},
    DifficultyStep{316'227'767, 17},
    DifficultyStep{31'622'777, 16},
    DifficultyStep{10'000'000 + 1, 15},
    DifficultyStep{3'162'278, 14},
    DifficultyStep{1'000'000 + 1, 13},
    DifficultyStep{1, 12},
};

constexpr unsigned kBitsWithoutReward = 16;

bool is_lower_hex(char c) noexcept { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }
bool is_hex(char c) noexcept { return is_lower_hex(c) || (c >= 'A' && c <= 'F'); }
bool is_hex_pairs(std::string_view text) noexcept { return text.size() % 2 == 0 && std::ranges::all_of(text, is_hex); }

bool is_unsigned_64_bit_decimal(std::string_view text) noexcept {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [parsed_to, failed] = std::from_chars(text.data(), end, value);
  return failed == std::errc{} && parsed_to == end;
}

Error bad_challenge(std::string message) { return {ErrorCode::invalid_argument, std::move(message), "pow_challenge"}; }
Error bad_nonce(std::string message) { return {ErrorCode::invalid_argument, std::move(message), "pow_nonce"}; }

}  // namespace

Result<void> check_challenge(const Challenge& challenge) {
  if (challenge.version != Version::v1 && challenge.version != Version::v2)
    return bad_challenge("this library knows versions 1 and 2 of the challenge, not " +
                         std::to_string(static_cast<unsigned>(challenge.version)));
  if (challenge.challenge.size() != kChallengeHexChars || !std::ranges::all_of(challenge.challenge, is_lower_hex))
    return bad_challenge("a challenge is 64 lower-case hexadecimal digits");
  if (challenge.task.empty() || challenge.wallet.empty())
    return bad_challenge("a challenge names its task and its wallet, since both are hashed; fill in what the server left out");
  if (challenge.difficulty_bits > kDifficultyBitsMax)
    return bad_challenge("difficulty is 0 to 256 bits, not " + std::to_string(challenge.difficulty_bits));
  return {};
}

Result<void> check_nonce(Version version, std::string_view nonce) {
  if (version == Version::v2) {
    if (nonce.size() == kNonceHexChars && std::ranges::all_of(nonce, is_lower_hex)) return {};
    return bad_nonce("the nonce of a version 2 challenge is 16 lower-case hexadecimal digits");
  }
  if (nonce.empty()) return bad_nonce("the nonce is empty");
  if (nonce.size() > kNonceCharsMax) return bad_nonce("the nonce is longer than 64 characters");
  const bool good =
      nonce.starts_with("0x") ? is_hex_pairs(nonce.substr(2)) : is_unsigned_64_bit_decimal(nonce) || is_hex_pairs(nonce);
  if (!good) return bad_nonce("the nonce is neither an unsigned 64-bit decimal number nor pairs of hexadecimal digits");
  return {};
}

unsigned count_leading_zeros(const Digest& digest) noexcept {
  unsigned zeros = 0;
  for (const std::uint8_t byte : digest.bytes) {
    zeros += static_cast<unsigned>(std::countl_zero(byte));
    if (byte != 0) break;
  }
  return zeros;
}

Result<Verdict> verify(const Challenge& challenge, std::string_view nonce) {
  if (auto checked = check_challenge(challenge); !checked) return std::move(checked).error();
  if (auto checked = check_nonce(challenge.version, nonce); !checked) return std::move(checked).error();
  Verdict verdict;
  verdict.digest = hash_nonce(make_prefix(challenge), challenge.version, nonce);
  verdict.leading_zeros = count_leading_zeros(verdict.digest);
  verdict.valid = verdict.leading_zeros >= challenge.difficulty_bits;
  return verdict;
}

unsigned difficulty_bits_for(Amount reward) noexcept {
  for (const DifficultyStep& step : kSteps)
    if (reward.nano >= step.nano_at_least) return step.bits;
  return kBitsWithoutReward;
}

std::string make_challenge(Random& random) {
  std::array<std::uint8_t, kChallengeHexChars / 2> bytes{};
  random.fill(bytes);
  return encode_hex(bytes);
}

}  // namespace gstd::pow

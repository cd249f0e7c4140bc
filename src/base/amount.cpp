#include <gstd/base.hpp>

#include <charconv>

namespace gstd {
namespace {

constexpr std::size_t kAmountCharsMax = 64;
constexpr int kDecimals = 9;

Error bad_amount(std::string_view decimal, std::string_view why) {
  return {ErrorCode::invalid_argument,
          "\"" + std::string(decimal.substr(0, kAmountCharsMax)) + "\" is not an amount of GSTD: " + std::string(why), "amount"};
}

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

}  // namespace

// Reads the JSON number grammar (RFC 8259 section 6) without a detour through binary floating point.
Result<Amount> parse_amount(std::string_view decimal) {
  if (decimal.empty() || decimal.size() > kAmountCharsMax) return bad_amount(decimal, "empty or too long");
  if (decimal.front() == '-') return bad_amount(decimal, "negative");
  std::string digits;
  int decimals = 0;
  std::size_t i = 0;
  for (; i < decimal.size() && is_digit(decimal[i]); ++i) digits += decimal[i];
  if (digits.empty()) return bad_amount(decimal, "no digits");
  if (i < decimal.size() && decimal[i] == '.') {
    const std::size_t point = i++;
    for (; i < decimal.size() && is_digit(decimal[i]); ++i) digits += decimal[i];
    decimals = static_cast<int>(i - point - 1);
    if (decimals == 0) return bad_amount(decimal, "no digits after the point");
  }
  int exponent = 0;
  if (i < decimal.size() && (decimal[i] == 'e' || decimal[i] == 'E')) {
    ++i;
    // from_chars reads a minus of its own, but no plus.
    if (i + 1 < decimal.size() && decimal[i] == '+' && is_digit(decimal[i + 1])) ++i;
    const auto [end, failed] = std::from_chars(decimal.data() + i, decimal.data() + decimal.size(), exponent);
    if (failed != std::errc{} || exponent > 100 || exponent < -100) return bad_amount(decimal, "bad exponent");
    i = static_cast<std::size_t>(end - decimal.data());
  }
  if (i != decimal.size()) return bad_amount(decimal, "not a decimal number");

  // The value is `digits` times ten to `shift`, in nano.
  const int shift = exponent - decimals + kDecimals;
  for (int k = 0; k > shift && !digits.empty(); --k) {
    if (digits.back() != '0') return bad_amount(decimal, "more than nine decimals");
    digits.pop_back();
  }
  std::int64_t nano = 0;
  const auto push = [&nano](int digit) {
    if (nano > kAmountMax.nano / 10) return false;
    nano = nano * 10 + digit;
    return nano <= kAmountMax.nano;
  };
  for (char c : digits)
    if (!push(c - '0')) return bad_amount(decimal, "above ten million");
  for (int k = 0; k < shift && nano != 0; ++k)
    if (!push(0)) return bad_amount(decimal, "above ten million");
  return Amount{nano};
}

std::string format_amount(Amount amount) {
  // Unsigned, so that the most negative value has a magnitude too.
  const bool negative = amount.nano < 0;
  const std::uint64_t magnitude = negative ? 0 - static_cast<std::uint64_t>(amount.nano) : static_cast<std::uint64_t>(amount.nano);
  const auto unit = static_cast<std::uint64_t>(kNanoPerGstd);
  std::string out = (negative ? "-" : "") + std::to_string(magnitude / unit);
  if (const std::uint64_t rest = magnitude % unit; rest != 0) {
    std::string fraction = std::to_string(rest + unit).substr(1);
    fraction.erase(fraction.find_last_not_of('0') + 1);
    out += "." + fraction;
  }
  return out;
}

}  // namespace gstd

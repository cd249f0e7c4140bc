#include <gstd/base.hpp>

namespace gstd {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::string_view kBase64Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

constexpr auto kBase64Values = [] {
  std::array<std::int8_t, 256> values{};
  values.fill(-1);
  for (std::size_t i = 0; i < kBase64Digits.size(); ++i)
    values[static_cast<unsigned char>(kBase64Digits[i])] = static_cast<std::int8_t>(i);
  return values;
}();

Error not_base64(std::string_view why) {
  return {ErrorCode::invalid_argument, "not canonical base64: " + std::string(why), "base64"};
}

}  // namespace

BytesView as_bytes(std::string_view text) noexcept { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

std::string_view as_text(BytesView bytes) noexcept { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

std::string_view clip_utf8(std::string_view text, std::size_t bytes_max) noexcept {
  if (text.size() <= bytes_max) return text;
  constexpr std::size_t kContinuationsMax = 3;
  const auto is_continuation = [&](std::size_t at) { return (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80; };
  std::size_t end = bytes_max;
  while (end > 0 && bytes_max - end < kContinuationsMax && is_continuation(end)) --end;
  return text.substr(0, is_continuation(end) ? bytes_max : end);
}

std::string encode_hex(BytesView bytes) {
  std::string out(2 * bytes.size(), '\0');
  char* to = out.data();
  for (std::uint8_t byte : bytes) {
    *to++ = kHexDigits[byte >> 4];
    *to++ = kHexDigits[byte & 15];
  }
  return out;
}

Result<Bytes> decode_hex(std::string_view text) {
  if (text.size() % 2 != 0) return Error{ErrorCode::invalid_argument, "hexadecimal text has an odd number of digits", "hex"};
  Bytes out(text.size() / 2);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const int high = hex_value(text[2 * i]);
    const int low = hex_value(text[2 * i + 1]);
    if (high < 0 || low < 0)
      return Error{ErrorCode::invalid_argument, "not a hexadecimal digit near position " + std::to_string(2 * i), "hex"};
    out[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return out;
}

std::string encode_base64(BytesView bytes) {
  std::string out((bytes.size() + 2) / 3 * 4, '\0');
  char* to = out.data();
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t left = bytes.size() - i;
    const std::uint32_t group = static_cast<std::uint32_t>(bytes[i]) << 16 |
                                (left > 1 ? static_cast<std::uint32_t>(bytes[i + 1]) << 8 : 0u) |
                                (left > 2 ? static_cast<std::uint32_t>(bytes[i + 2]) : 0u);
    *to++ = kBase64Digits[group >> 18];
    *to++ = kBase64Digits[group >> 12 & 63];
    *to++ = left > 1 ? kBase64Digits[group >> 6 & 63] : '=';
    *to++ = left > 2 ? kBase64Digits[group & 63] : '=';
  }
  return out;
}

Result<Bytes> decode_base64(std::string_view text) {
  if (text.size() % 4 != 0) return not_base64("length is not a multiple of four");
  if (text.empty()) return Bytes{};
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  Bytes out(text.size() / 4 * 3 - padding);
  std::size_t written = 0;
  for (std::size_t i = 0; i < text.size(); i += 4) {
    const std::size_t digits = i + 4 == text.size() ? 4 - padding : 4;
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 4; ++k) {
      const int value = k < digits ? kBase64Values[static_cast<unsigned char>(text[i + k])] : 0;
      if (value < 0) return not_base64("character outside the alphabet near position " + std::to_string(i + k));
      group = group << 6 | static_cast<std::uint32_t>(value);
    }
    if ((digits == 2 && (group & 0xffff) != 0) || (digits == 3 && (group & 0xff) != 0))
      return not_base64("unused bits are not zero");
    for (std::size_t k = 0; k + 1 < digits; ++k) out[written++] = static_cast<std::uint8_t>(group >> (16 - 8 * k));
  }
  return out;
}

}  // namespace gstd

#include "base/platform_base64.hpp"

#include <algorithm>

namespace gstd::platform {
namespace {

constexpr std::size_t kDigits = (Signature::kSize + 2) / 3 * 4;
constexpr std::string_view kPadding = "==";
static_assert(Signature::kSize % 3 == 1, "one byte stands in the last group, hence two signs of padding");

}  // namespace

std::optional<Signature> read_base64_signature(std::string_view text) {
  std::array<char, kDigits> digits{};
  std::size_t size = 0;
  for (const char c : text) {
    if (c == '\r' || c == '\n') continue;
    if (size == digits.size()) return std::nullopt;
    digits[size++] = c;
  }
  if (size != digits.size() || !std::string_view{digits.data(), size}.ends_with(kPadding)) return std::nullopt;
  // With digits in the padding's place, the bits that no byte takes become part of bytes that nobody asks for.
  std::ranges::fill(std::span{digits}.last<kPadding.size()>(), 'A');
  const auto bytes = decode_base64({digits.data(), size});
  if (!bytes) return std::nullopt;
  Signature signature;
  std::copy_n(bytes->begin(), Signature::kSize, signature.bytes.begin());
  return signature;
}

}  // namespace gstd::platform

#include <gstd/protocol.hpp>

#include <algorithm>

namespace gstd {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

}  // namespace

SessionToken SessionToken::generate(Random& random) {
  SecretBytes bytes{kChars / 2};
  random.fill(bytes.span());
  SecretBytes text{kChars};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    text.span()[2 * i] = static_cast<std::uint8_t>(kDigits[bytes.view()[i] >> 4]);
    text.span()[2 * i + 1] = static_cast<std::uint8_t>(kDigits[bytes.view()[i] & 15]);
  }
  return SessionToken{std::make_shared<const SecretBytes>(std::move(text))};
}

Result<SessionToken> SessionToken::parse(std::string_view text) {
  if (text.size() != kChars || text.find_first_not_of(kDigits) != std::string_view::npos)
    return Error{ErrorCode::invalid_argument, "a session token has 64 lower-case hexadecimal digits; copy it from the login again",
                 "session_token"};
  return SessionToken{std::make_shared<const SecretBytes>(SecretBytes::copy_of(as_bytes(text)))};
}

std::string_view SessionToken::reveal() const noexcept { return text_ ? as_text(text_->view()) : std::string_view{}; }

}  // namespace gstd

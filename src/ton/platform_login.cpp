#include <gstd/ton.hpp>

#include "base/platform_base64.hpp"
#include "ton/hash.hpp"
#include "ton/login_rules.hpp"
#include "ton/wallet_of_key.hpp"

#include <charconv>

namespace gstd::ton {
namespace {

Error not_proven() {
  return {ErrorCode::unauthenticated, "the login does not show that its sender holds the wallet's key; sign in again",
          "login_signature"};
}

}  // namespace

Result<PlatformPayload> parse_platform_payload(std::string_view text) {
  const Error refusal{ErrorCode::invalid_argument,
                      "the payload is neither {\"nonce\", \"timestamp\"} nor nonce:timestamp[:address]; use POST /users/payload",
                      "login_payload"};
  const auto first = text.find(':');
  if (first == 0 || first == std::string_view::npos) return refusal;
  PlatformPayload payload;
  payload.nonce = text.substr(0, first);
  std::string_view rest = text.substr(first + 1);
  // An address in its raw form has a colon of its own, so that what follows the second one is all of it.
  if (const auto second = rest.find(':'); second != std::string_view::npos) {
    payload.address = rest.substr(second + 1);
    rest = rest.substr(0, second);
  }
  const char* const end = rest.data() + rest.size();
  const auto [stopped, failed] = std::from_chars(rest.data(), end, payload.timestamp);
  if (failed != std::errc{} || stopped != end || payload.timestamp < 0) return refusal;
  return payload;
}

Result<ProvenWallet> verify_platform_login_compat(const PlatformLogin& login, const PlatformPayload& payload,
                                                  const ProofRules& rules) {
  if (!is_fresh(payload.timestamp, rules.now, kPlatformLoginAgeMax)) return not_fresh("login", rules.now, "login_expired");
  auto address = address_on(login.address, rules.network);
  if (!address) return std::move(address).error();
  // Base64 alone: 128 hexadecimal digits are base64, too, of 96 bytes, and the platform refuses them.
  const auto signature = platform::read_base64_signature(login.signature);
  const auto version = usual_wallet_of(login.public_key, *address, rules.network);
  if (!signature || !version || payload.nonce.empty()) return not_proven();
  if (payload.address) {
    const auto named = Address::parse(*payload.address);
    if (!named || *named != *address) return not_proven();
  }
  const Digest digest = sha256({as_bytes(login.payload)});
  if (!verify_ed25519(login.public_key, digest.view(), *signature)) return not_proven();
  return ProvenWallet{*address, login.public_key, *version};
}

}  // namespace gstd::ton

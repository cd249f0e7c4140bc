#include "coordinator/login_rules.hpp"

#include <gstd/crypto.hpp>

namespace gstd::coordinator {
namespace {

constexpr std::chrono::seconds kSessionTimeMin{60};
constexpr std::chrono::seconds kSessionTimeMax{24 * 3'600};
constexpr std::chrono::seconds kSessionAgeMax{30 * 24 * 3'600};

Error not_a_login(std::string_view detail) {
  return {ErrorCode::invalid_argument, "the body is not a login: " + std::string(detail), "field"};
}

// The platform's two bodies, brought to one.
Result<protocol::PlatformLoginParts> parts_of(protocol::PlatformLogin login) {
  if (login.connect_payload) return *std::move(login.connect_payload);
  if (!login.wallet_address || !login.signature || !login.payload)
    return not_a_login("wallet_address, signature and payload are needed");
  return protocol::PlatformLoginParts{*login.wallet_address, *login.signature, *login.payload, login.public_key};
}

Result<ton::PlatformPayload> read_payload(const std::string& text) {
  if (!text.starts_with('{')) return ton::parse_platform_payload(text);
  auto read = protocol::read<protocol::PlatformLoginPayload>(text);
  if (!read) return std::move(read).error();
  return ton::PlatformPayload{std::move(read->nonce), read->timestamp, std::move(read->address)};
}

Result<protocol::PlatformLoginParts> read_platform_login(Call& call) {
  auto login = call.body<protocol::PlatformLogin>();
  if (!login) return std::move(login).error();
  return parts_of(*std::move(login));
}

Error compat_is_off() {
  return {ErrorCode::failed_precondition,
          "this is the platform's own login, which this coordinator's operator does not take (its option compat is off); sign a "
          "ton_proof of a payload of POST /users/payload",
          "compat_off"};
}

Result<LoginAttempt> judge_platform_login(Call& call, const ton::ProofRules& rules) {
  auto parts = read_platform_login(call);
  if (!parts) return std::move(parts).error();
  auto payload = read_payload(parts->payload);
  if (!payload) return std::move(payload).error();
  // Without a node of the chain to ask, a key that is not told cannot be known.
  if (!parts->public_key) return not_a_login("public_key is missing");
  const ton::PlatformLogin claim{parts->wallet_address, parts->payload, parts->signature, *parts->public_key};
  LoginAttempt attempt{ton::verify_platform_login_compat(claim, *payload, rules)};
  const Timestamp made{std::chrono::seconds{payload->timestamp}};
  attempt.nonce = protocol::SignedBy{*parts->public_key, "login:" + sha256(as_bytes(parts->payload)).hex(), made};
  return attempt;
}

ton::TonProof proof_of(protocol::Login login) {
  ton::TonProof proof;
  proof.address = std::move(login.address);
  proof.network = std::move(login.network);
  proof.domain = std::move(login.domain);
  proof.domain_bytes = login.domain_bytes;
  proof.timestamp = login.timestamp;
  proof.payload = std::move(login.payload);
  proof.signature = std::move(login.signature);
  proof.state_init = std::move(login.state_init);
  proof.public_key = login.public_key;
  return proof;
}

}  // namespace

Result<void> check_login_options(const LoginOptions& options) {
  const auto refuse = [](std::string message) { return Error{ErrorCode::invalid_argument, std::move(message), "options"}; };
  if (options.session_time < kSessionTimeMin || options.session_time > kSessionTimeMax)
    return refuse("login.session_time must be 1 min to 24 h");
  if (options.session_age_max < options.session_time || options.session_age_max > kSessionAgeMax)
    return refuse("login.session_age_max must be login.session_time to 30 days");
  for (const std::string& domain : options.domains)
    if (domain.empty() || domain.size() > ton::kProofDomainBytesMax)
      return refuse("login.domains must have 1 to " + std::to_string(ton::kProofDomainBytesMax) + " bytes each");
  return {};
}

std::vector<std::string> login_domains(Services& services) {
  const auto& given = services.options().login.domains;
  return given.empty() ? services.authorities().list() : given;
}

Error login_payload_not_open() {
  return {ErrorCode::unauthenticated,
          "the payload was not issued here, is used, or too old; get a new one with POST /users/payload and sign that",
          "login_payload"};
}

Result<LoginAttempt> judge_login(Call& call) {
  Services& services = call.services();
  const auto domains = login_domains(services);
  const Timestamp now = services.clock().now();
  const ton::ProofRules rules{domains, services.options().login.network, now};
  auto login = call.body<protocol::Login>();
  if (!login) {
    if (services.options().compat) return judge_platform_login(call, rules);
    if (read_platform_login(call)) return compat_is_off();
    return std::move(login).error();
  }
  // Looked at before anything is computed for a stranger; what counts is the transaction that uses it up.
  auto read = services.read([&](store::Transaction& records) -> Result<void> {
    auto open = records.is_login_payload_open(login->payload, now);
    if (!open) return std::move(open).error();
    return *open ? Result<void>{} : login_payload_not_open();
  });
  if (!read) return std::move(read).error();
  std::string payload = login->payload;
  return LoginAttempt{ton::verify_ton_proof(proof_of(*std::move(login)), rules), std::move(payload), {}};
}

}  // namespace gstd::coordinator

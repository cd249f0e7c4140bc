// Wallets that log in: what they are asked, what they answer, and the sessions that follow.
#include <gstd/login.hpp>

#include <algorithm>

#include "handles.hpp"

using namespace gstd::capi;

namespace {

int64_t unix_ms(gstd::Timestamp time) { return time.time_since_epoch().count(); }

// A C text that is wiped with its handle.
gstd::SecretBytes with_nul(std::string_view text) {
  gstd::SecretBytes copy{text.size() + 1};
  std::ranges::copy(gstd::as_bytes(text), copy.span().begin());
  copy.span().back() = 0;
  return copy;
}

}  // namespace

extern "C" {

gstd_status gstd_client_options_set_session(gstd_client_options* options, const char* token, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (options == nullptr || token == nullptr) return missing("options and token");
    auto session = gstd::SessionToken::parse(token);
    if (!session) return std::move(session).error();
    options->options.session = *std::move(session);
    return {};
  });
}

gstd_status gstd_client_login_payload(gstd_client* client, uint32_t timeout_ms, const gstd_stop* stop, gstd_login_payload** out,
                                      gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (client == nullptr || out == nullptr) return missing("client and out");
    auto payload = client->client.login_payload(call_options(timeout_ms, stop));
    if (!payload) return std::move(payload).error();
    *out = new gstd_login_payload{*std::move(payload)};
    return {};
  });
}
const char* gstd_login_payload_text(const gstd_login_payload* payload) {
  return payload == nullptr ? "" : payload->payload.payload.c_str();
}
const char* gstd_login_payload_network(const gstd_login_payload* payload) {
  return payload == nullptr ? "" : payload->payload.network.c_str();
}
size_t gstd_login_payload_domain_count(const gstd_login_payload* payload) {
  return payload == nullptr ? 0 : payload->payload.domains.size();
}
const char* gstd_login_payload_domain(const gstd_login_payload* payload, size_t index) {
  return index < gstd_login_payload_domain_count(payload) ? payload->payload.domains[index].c_str() : nullptr;
}
int64_t gstd_login_payload_expires_at_ms(const gstd_login_payload* payload) {
  return payload == nullptr ? 0 : unix_ms(payload->payload.expires_at);
}
void gstd_login_payload_free(gstd_login_payload* payload) { delete payload; }

gstd_status gstd_wallet_proof_from_json(const char* json, size_t size, gstd_wallet_proof** out, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (json == nullptr || out == nullptr) return missing("json and out");
    auto login = gstd::protocol::read<gstd::protocol::Login>({json, size});
    if (!login) return std::move(login).error();
    *out = new gstd_wallet_proof{*std::move(login)};
    return {};
  });
}
gstd_status gstd_wallet_proof_new(const gstd_login_payload* payload, const uint8_t* public_key, const char* version,
                                  const char* domain, gstd_wallet_proof** out, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (payload == nullptr || public_key == nullptr || out == nullptr) return missing("payload, public_key and out");
    gstd::PublicKey key;
    std::copy_n(public_key, key.bytes.size(), key.bytes.begin());
    gstd::WalletLogin wallet;
    if (version != nullptr) {
      const auto known = gstd::parse_wallet_version(version);
      if (!known) return known.error();
      wallet.version = *known;
    }
    if (domain != nullptr) wallet.domain = domain;
    auto draft = gstd::draft_wallet_proof(payload->payload, key, wallet);
    if (!draft) return std::move(draft).error();
    *out = new gstd_wallet_proof{*std::move(draft)};
    return {};
  });
}
gstd_status gstd_wallet_proof_digest(const gstd_wallet_proof* proof, uint8_t* digest, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (proof == nullptr || digest == nullptr) return missing("proof and digest");
    const auto signed_bytes = gstd::wallet_proof_digest(proof->login);
    if (!signed_bytes) return signed_bytes.error();
    std::ranges::copy(signed_bytes->bytes, digest);
    return {};
  });
}
gstd_status gstd_wallet_proof_set_signature(gstd_wallet_proof* proof, const uint8_t* signature, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (proof == nullptr || signature == nullptr) return missing("proof and signature");
    proof->login.signature.assign(signature, signature + gstd::Signature::kSize);
    return {};
  });
}
gstd_status gstd_wallet_proof_sign(gstd_wallet_proof* proof, const gstd_key* key, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (proof == nullptr || key == nullptr) return missing("proof and key");
    if (proof->login.public_key != key->key.public_key())
      return gstd::Error{gstd::ErrorCode::invalid_argument, "the proof is for another key; make one for this key's public half",
                         "wallet_key"};
    const auto digest = gstd::wallet_proof_digest(proof->login);
    if (!digest) return digest.error();
    const gstd::Signature signature = key->key.sign(digest->view());
    proof->login.signature.assign(signature.bytes.begin(), signature.bytes.end());
    return {};
  });
}
void gstd_wallet_proof_free(gstd_wallet_proof* proof) { delete proof; }

gstd_status gstd_client_login(gstd_client* client, const gstd_wallet_proof* proof, uint32_t timeout_ms, const gstd_stop* stop,
                              gstd_session** out, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (client == nullptr || proof == nullptr) return missing("client and proof");
    auto session = client->client.login(proof->login, call_options(timeout_ms, stop));
    if (!session) return std::move(session).error();
    if (out == nullptr) return {};
    auto token = with_nul(session->token.reveal());
    *out = new gstd_session{std::move(token), *std::move(session)};
    return {};
  });
}
const char* gstd_session_token(const gstd_session* session) {
  return session == nullptr ? "" : reinterpret_cast<const char*>(session->token.view().data());
}
const char* gstd_session_wallet(const gstd_session* session) {
  return session == nullptr ? "" : session->session.wallet.str().c_str();
}
int64_t gstd_session_expires_at_ms(const gstd_session* session) {
  return session == nullptr ? 0 : unix_ms(session->session.expires_at);
}
int64_t gstd_session_renewable_until_ms(const gstd_session* session) {
  return session == nullptr ? 0 : unix_ms(session->session.renewable_until);
}
void gstd_session_free(gstd_session* session) { delete session; }

gstd_status gstd_client_refresh_session(gstd_client* client, uint32_t timeout_ms, const gstd_stop* stop, int64_t* expires_at_ms,
                                        gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (client == nullptr) return missing("client");
    const auto view = client->client.refresh_session(call_options(timeout_ms, stop));
    if (!view) return view.error();
    if (expires_at_ms != nullptr) *expires_at_ms = unix_ms(view->expires_at);
    return {};
  });
}
gstd_status gstd_client_logout(gstd_client* client, int32_t everywhere, uint32_t timeout_ms, const gstd_stop* stop,
                               gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (client == nullptr) return missing("client");
    return client->client.logout(everywhere != 0, call_options(timeout_ms, stop));
  });
}

gstd_status gstd_coordinator_options_add_login_domain(gstd_coordinator_options* options, const char* domain, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (options == nullptr || domain == nullptr) return missing("options and domain");
    options->login.domains.emplace_back(domain);
    return {};
  });
}
void gstd_coordinator_options_set_session_seconds(gstd_coordinator_options* options, uint32_t seconds) {
  if (options != nullptr) options->login.session_time = std::chrono::seconds{seconds};
}

}  // extern "C"

// What a wallet program does when it is asked for a ton_proof.
#include <gstd/login.hpp>

#include <algorithm>

namespace gstd {
namespace {

Error not_known_by_key() {
  return {ErrorCode::invalid_argument,
          "a wallet is known by its key where it is v5r1, v4r2, v3r2, v3r1 or v4r1; log in to another with its own program, which "
          "sends the StateInit",
          "wallet_version"};
}

Error nothing_to_sign_for() {
  return {ErrorCode::data_loss, "the coordinator names no network or domain that a wallet could sign for", "answer"};
}

}  // namespace

Result<ton::WalletVersion> parse_wallet_version(std::string_view name) {
  for (const auto version : kWalletsKnownByKey)
    if (to_string(version) == name) return version;
  return not_known_by_key();
}

Result<protocol::Login> draft_wallet_proof(const protocol::LoginPayload& asked, const PublicKey& key, const WalletLogin& wallet) {
  if (std::find(kWalletsKnownByKey.begin(), kWalletsKnownByKey.end(), wallet.version) == kWalletsKnownByKey.end())
    return not_known_by_key();
  const auto network = ton::parse_network(asked.network);
  if (!network || (wallet.domain.empty() && asked.domains.empty())) return nothing_to_sign_for();
  const auto address = ton::address_of(wallet.version, key, {ton::kBasechain, *network, 0});
  if (!address) return address.error();
  const Clock& clock = wallet.clock == nullptr ? system_clock() : *wallet.clock;
  protocol::Login login;
  login.address = address->raw();
  login.network = asked.network;
  login.public_key = key;
  login.timestamp = std::chrono::floor<std::chrono::seconds>(clock.now()).time_since_epoch().count();
  login.domain = wallet.domain.empty() ? asked.domains.front() : wallet.domain;
  login.domain_bytes = login.domain.size();
  login.payload = asked.payload;
  return login;
}

Result<Digest> wallet_proof_digest(const protocol::Login& draft) {
  const auto address = ton::Address::parse(draft.address);
  if (!address) return address.error();
  return ton::ton_proof_digest(ton::ton_proof_message(*address, draft.domain, draft.timestamp, draft.payload));
}

Result<protocol::Login> prove_wallet(const protocol::LoginPayload& asked, const Signer& key, const WalletLogin& wallet,
                                     const CallOptions& options) {
  auto login = draft_wallet_proof(asked, key.public_key(), wallet);
  if (!login) return login;
  const auto digest = wallet_proof_digest(*login);
  if (!digest) return digest.error();
  const auto signature = key.sign(digest->view(), options);
  if (!signature) return signature.error();
  login->signature.assign(signature->bytes.begin(), signature->bytes.end());
  return login;
}

}  // namespace gstd

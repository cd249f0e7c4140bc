// A wallet of TON as its owner's telephone has it: a key, an address, and answers to requests for a ton_proof.
#pragma once

#include <gstd/ton.hpp>

#include "support/first_wallet.hpp"
#include "support/lab.hpp"

namespace gstd::test {

struct TonWallet {
  explicit TonWallet(SigningKey signer, ton::WalletVersion version = ton::WalletVersion::v5r1)
      : key(std::move(signer)), address(must(ton::address_of(version, key.public_key()))) {}
  /// With a key that follows from the name.
  explicit TonWallet(const std::string& name) : TonWallet(must(SigningKey::from_seed(sha256(as_bytes("wallet " + name)).view()))) {}

  /// The one of the vectors, with its StateInit.
  static TonWallet first() {
    Bytes seed(kSeedBytes);
    for (std::size_t i = 0; i < seed.size(); ++i) seed[i] = static_cast<std::uint8_t>(i);
    TonWallet wallet(must(SigningKey::from_seed(seed)), ton::WalletVersion::v4r2);
    wallet.state_init = must(decode_base64(kStateInitOfTheFirstWallet));
    return wallet;
  }

  SigningKey key;
  ton::Address address;
  std::optional<Bytes> state_init{};

  WalletId name() const { return must(WalletId::parse(address.raw())); }

  protocol::Login prove(std::string_view payload, std::string_view domain, Timestamp now) const {
    protocol::Login login;
    login.address = address.raw();
    login.network = "-239";
    login.public_key = key.public_key();
    login.timestamp = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    login.domain = domain;
    login.domain_bytes = domain.size();
    login.payload = payload;
    const Bytes message = ton::ton_proof_message(address, domain, login.timestamp, payload);
    const Signature signature = key.sign(ton::ton_proof_digest(message).view());
    login.signature.assign(signature.bytes.begin(), signature.bytes.end());
    login.state_init = state_init;
    return login;
  }
};

inline protocol::LoginPayload ask_for_payload(Lab& lab) {
  return must(lab.call<protocol::LoginPayload>({"POST", "/users/payload"}));
}

inline Result<protocol::LoggedIn> log_in(Lab& lab, const protocol::Login& login) {
  return lab.call<protocol::LoggedIn>({"POST", "/users/login", protocol::write(login)});
}

/// Payload, proof and login at once.
inline Result<protocol::LoggedIn> log_in(Lab& lab, const TonWallet& wallet) {
  const auto issued = ask_for_payload(lab);
  return log_in(lab, wallet.prove(issued.payload, issued.domains.at(0), lab.clock.now()));
}

inline std::string token_of(const protocol::LoggedIn& begun) { return std::string(begun.session_token.reveal()); }

/// A request with a session's token instead of a signature.
inline Ask with_session(std::string method, std::string path, const std::string& token, std::string body = {}) {
  return {std::move(method), std::move(path), std::move(body), nullptr, {{"X-Session-Token", token}}, {}, {}};
}

}  // namespace gstd::test

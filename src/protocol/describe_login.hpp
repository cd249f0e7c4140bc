// Messages of a wallet's login, and of the session that follows.
#pragma once

#include <gstd/ton.hpp>

#include "protocol/describe.hpp"

namespace gstd::protocol {

/// Raw form, or friendly; with room for the names of other coordinators.
inline constexpr Text kWalletText{1, kIdCharsMax};
inline constexpr Text kNetworkText{1, 10};
inline constexpr Text kDomainText{1, ton::kProofDomainBytesMax};
inline constexpr Text kProofPayloadText{1, ton::kProofPayloadBytesMax};
/// JSON with a nonce, a time and an address.
inline constexpr Text kPlatformPayloadText{1, 1'000};
inline constexpr LooseText kPlatformSignature{1, 200};
/// As many names as an operator gives a coordinator.
inline constexpr List<Text> kDomainList{100, kDomainText};
/// From 1970 to where all integers are exact; the bounds that matter depend on the clock.
inline constexpr LooseInteger kProofSeconds{0, kExactIntegerMax};
inline constexpr Range kDomainBytes{0, ton::kProofDomainBytesMax};
inline constexpr Range kSecondsLeft{0, kExactIntegerMax};

template <class V>
void describe(V& v, In<V, LoginPayload>& m) {
  v.about("What a wallet is asked to sign in its ton_proof.");
  v.field("payload", m.payload, required, "To be signed as it is, once.", kProofPayloadText);
  v.field("domains", m.domains, required, "For which domains a proof is taken.", kDomainList);
  v.field("network", m.network, required, "-239 for the main network, -3 for the test network.", kNetworkText);
  v.field("expires_at", m.expires_at, required, "No proof of it is taken from then on.");
  v.field("server_time", m.server_time, required, "What the coordinator's clock says.");
}

template <class V>
void describe(V& v, In<V, Login>& m) {
  v.about("A wallet's TonConnect ton_proof.");
  v.field("address", m.address, required, "The wallet's, in any form.", kWalletText);
  v.field("network", m.network, required, "-239 for the main network, -3 for the test network.", kNetworkText);
  v.field("public_key", m.public_key, optional, "The wallet's key; needed where there is no state_init.");
  v.group("proof", "As the wallet gave it.", [&m](auto& proof) {
    proof.field("timestamp", m.timestamp, required, "Unix seconds; also as a text.", kProofSeconds);
    proof.group("domain", "Who asked for it.", [&m](auto& domain) {
      domain.field("lengthBytes", m.domain_bytes, required, "Its length in UTF-8.", kDomainBytes);
      domain.field("value", m.domain, required, "The domain.", kDomainText);
    });
    proof.field("signature", m.signature, required, "Ed25519.", Base64{Signature::kSize});
    proof.field("payload", m.payload, required, "The one that POST /users/payload gave.", kProofPayloadText);
    proof.field("state_init", m.state_init, optional, "The bag of cells that the wallet's account starts from.",
                Base64{ton::kBocBytesMax});
  });
}

template <class V>
void describe(V& v, In<V, PlatformLoginParts>& m) {
  v.about("The platform's own login; taken in compat mode alone.");
  v.field("wallet_address", m.wallet_address, required, "The wallet's address, in any form.", kWalletText);
  v.field("signature", m.signature, required, "Base64 of an Ed25519 signature over the payload's SHA-256.", kPlatformSignature);
  v.field("payload", m.payload, required, "JSON with nonce and timestamp, or nonce:timestamp.", kPlatformPayloadText);
  v.field("public_key", m.public_key, optional, "The wallet's key.");
}

template <class V>
void describe(V& v, In<V, PlatformLogin>& m) {
  v.about("The platform's own login, flat or under connect_payload; taken in compat mode alone.");
  v.field("wallet_address", m.wallet_address, optional, "The wallet's address, in any form.", kWalletText);
  v.field("signature", m.signature, optional, "Base64 of an Ed25519 signature over the payload's SHA-256.", kPlatformSignature);
  v.field("payload", m.payload, optional, "JSON with nonce and timestamp, or nonce:timestamp.", kPlatformPayloadText);
  v.field("public_key", m.public_key, optional, "The wallet's key.");
  v.field("connect_payload", m.connect_payload, optional, "All of the above instead.");
}

template <class V>
void describe(V& v, In<V, PlatformLoginPayload>& m) {
  v.about("The payload of the platform's own login, where it is JSON.");
  v.field("nonce", m.nonce, required, "Made by the client, new each time.", Text{1, kPlatformPayloadText.bytes_max});
  v.field("timestamp", m.timestamp, required, "Unix seconds.", Range{0, kExactIntegerMax});
  v.field("address", m.address, optional, "The wallet's address, in any form.", kWalletText);
}

template <class V>
void describe(V& v, In<V, LoggedIn>& m) {
  v.about("A session that has begun.");
  v.group("user", "Whose it is.", [&m](auto& user) {
    user.field("wallet_address", m.wallet_address, required, "The wallet, by its one name.");
    user.field("balance", m.balance, required, "What it holds.");
    user.field("created_at", m.created_at, required, "When the session began.");
    user.field("updated_at", m.updated_at, required, "As created_at.");
  });
  v.field("session_token", m.session_token, required, "To be sent as X-Session-Token or Authorization: Bearer. A secret.");
  v.field("expires_in", m.expires_in, required, "Seconds until it ends.", kSecondsLeft);
  v.field("expires_at", m.expires_at, optional, "When it ends.");
  v.field("renewable_until", m.renewable_until, optional, "Until when it can be given more time.");
}

template <class V>
void describe(V& v, In<V, SessionView>& m) {
  v.about("A session as it stands.");
  v.field("wallet_address", m.wallet_address, required, "Whose it is.");
  v.field("expires_in", m.expires_in, required, "Seconds until it ends.", kSecondsLeft);
  v.field("expires_at", m.expires_at, required, "When it ends.");
  v.field("renewable_until", m.renewable_until, required, "Until when it can be given more time.");
}

}  // namespace gstd::protocol

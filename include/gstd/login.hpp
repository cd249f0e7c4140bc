// A wallet's side of a login: for applications that hold the key of a TON wallet themselves, or ask a signer that does. Who has the
// wallet in another program passes on what that answers, protocol::Login, and needs none of this.
#pragma once

#include <gstd/protocol.hpp>
#include <gstd/signer.hpp>
#include <gstd/ton.hpp>

#include <array>

namespace gstd {

/// Wallets that a coordinator knows by their key: it tries their addresses, and needs no StateInit.
inline constexpr std::array kWalletsKnownByKey{ton::WalletVersion::v5r1, ton::WalletVersion::v4r2, ton::WalletVersion::v3r2,
                                               ton::WalletVersion::v3r1, ton::WalletVersion::v4r1};
/// One of them by its name, e.g. "v4r2". Errors: invalid_argument, reason "wallet_version".
Result<ton::WalletVersion> parse_wallet_version(std::string_view name);

/// Which wallet of a key logs in, and where.
struct WalletLogin {
  ton::WalletVersion version = ton::WalletVersion::v5r1;  ///< One of kWalletsKnownByKey.
  std::string domain{};                                   ///< To sign for; empty: the first that the coordinator names.
  const Clock* clock = nullptr;                           ///< Null: system_clock().
};

/// What a wallet of this key answers `asked` with, but for the signature: in the base chain, on the network that the coordinator
/// named.
/// Errors: invalid_argument, reason "wallet_version": it is none of kWalletsKnownByKey. data_loss, reason "answer": `asked` names
/// no network or domain that could be signed for.
Result<protocol::Login> draft_wallet_proof(const protocol::LoginPayload& asked, const PublicKey& key,
                                           const WalletLogin& wallet = {});

/// The 32 bytes that the wallet's key signs with Ed25519, for protocol::Login::signature.
/// Errors: invalid_argument, reason "wallet_address": the draft's is none.
/// Source: TonConnect, "Address proof signature (ton_proof)".
Result<Digest> wallet_proof_digest(const protocol::Login& draft);

/// Both, and the signature of `key`: for Client::login(). Errors: those of draft_wallet_proof() and Signer::sign().
/// Threads: any; blocks while the signer does.
Result<protocol::Login> prove_wallet(const protocol::LoginPayload& asked, const Signer& key, const WalletLogin& wallet = {},
                                     const CallOptions& options = {});

}  // namespace gstd

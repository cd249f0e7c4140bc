// Who sent a request: from its signature to the key, and from the key to the wallet that it is bound to.
#pragma once

#include <gstd/net.hpp>
#include <gstd/protocol.hpp>
#include <gstd/store.hpp>
#include <gstd/ton.hpp>

#include "coordinator/authorities.hpp"

namespace gstd::coordinator {

struct Identity {
  std::optional<protocol::SignedBy> signed_by;  ///< Always there on routes that want a key; see protocol::Access.
  std::optional<store::Session> session;        ///< Instead of a signature, or of a registration beside it.
  WalletId wallet;                              ///< Empty while the key registers.

  /// Not to be asked for on routes that take sessions.
  const PublicKey& key() const noexcept { return signed_by->key; }
};

/// Whose tokens a call takes, beside its wallet's: the signer's, or the session's.
inline BytesView payer_of(const Identity& identity) noexcept {
  return identity.signed_by ? identity.key().view() : identity.session->token_sha256.view();
}

/// Checks the signature of a request; says nothing yet about the key's rights.
/// Errors: those of protocol::verify_request(); unauthenticated, reason "signature_malformed": a signed header comes twice, or
/// there is not exactly one Host; reason "authority": the request was signed for another Host than ours.
Result<protocol::SignedBy> verify_signature_of(const net::Request& request, const Authorities& authorities, Timestamp now);

/// unauthenticated, reason "key_revoked".
Error key_revoked();

/// The wallet that the key is bound to, or is the owner of by its name. Errors: unauthenticated, reason "key_unknown": none;
/// register first. key_revoked().
Result<WalletId> wallet_of_key(store::Transaction& records, const PublicKey& key);

/// How long a nonce is remembered after its signature has expired: a wall clock that is set back by as much makes no signature good
/// again whose nonce is forgotten.
inline constexpr std::chrono::minutes kNonceMargin{10};

/// Uses the nonce up. `now` is the transaction's. Errors: unauthenticated, reason "nonce_replayed": it was used before; reason
/// "signature_expired": the signature has become too old since it was verified; key_revoked(): meanwhile.
Result<void> use_nonce(store::Transaction& records, const protocol::SignedBy& signed_by, Timestamp now);

/// Brings `named` to the name by which the identity's wallet is known here; addresses have many spellings.
/// Errors: permission_denied, reason "not_yours": it is not the identity's wallet.
Result<void> own_wallet(const Identity& identity, WalletId& named);

/// Errors: permission_denied, reason "not_yours": the device is unknown or another key's.
Result<store::Device> own_device(store::Transaction& records, const Identity& identity, const DeviceId& named);

}  // namespace gstd::coordinator

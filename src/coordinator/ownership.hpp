// Whose word counts for a wallet, and what binds its devices.
#pragma once

#include "coordinator/call.hpp"

namespace gstd::coordinator {

/// A wallet's devices are few, and are read and written as one list when one of them loses its key.
inline constexpr std::size_t kDevicesPerWalletMax = 1'000;

/// The wallet's owner, whose signature admits further keys and revokes any: the key that the wallet is named after, or the first
/// one that registered it, or what either was rotated to. Nothing: nobody has registered it. Where wallets prove themselves in
/// another way, this is the place that learns of it.
Result<std::optional<PublicKey>> owner_of(store::Transaction& records, const WalletId& wallet);

/// A statement as it came, looked at as far as that takes no transaction that writes.
struct CheckedBinding {
  protocol::DeviceBinding binding;
  Signature by_device;
  std::optional<Signature> by_owner{};
  std::optional<PublicKey> owner{};  ///< Whose signature `by_owner` is; nothing: there is none.
};

/// Checks age and signatures. `by_owner` may be left out, but one that is there must be the owner's.
/// Errors: unauthenticated, reason "binding": a signature does not fit; reason "binding_expired": too old, or too far ahead.
Result<CheckedBinding> check_binding(Call& call, const protocol::DeviceBinding& binding, const Signature& by_device,
                                     const std::optional<Signature>& by_owner);

/// Puts the statement into the device's record. Errors: unauthenticated, reason "binding_replayed": the record has this or a later
/// one.
Result<void> put_binding(const CheckedBinding& checked, store::Device& device);

/// Revokes a key of a wallet: it is refused from now on, and what is leased to it is handed back.
Result<void> revoke_key(Mutation& mutation, const WalletId& wallet, const PublicKey& key);

}  // namespace gstd::coordinator

#include "coordinator/ownership.hpp"

#include "coordinator/find.hpp"

namespace gstd::coordinator {
namespace {

// What one transaction hands back at once; a wallet holds at most leases_per_wallet_max, whose own bound is far below.
constexpr std::size_t kLeasesMax = 100'000;

Error refused(std::string message, std::string reason) {
  return {ErrorCode::unauthenticated, std::move(message), std::move(reason)};
}

}  // namespace

Result<std::optional<PublicKey>> owner_of(store::Transaction& records, const WalletId& wallet) {
  auto stored = records.wallet_owner(wallet);
  if (stored) return std::optional{*stored};
  if (stored.error().code != ErrorCode::not_found) return std::move(stored).error();
  return protocol::key_named_by(wallet);
}

Result<CheckedBinding> check_binding(Call& call, const protocol::DeviceBinding& binding, const Signature& by_device,
                                     const std::optional<Signature>& by_owner) {
  const Timestamp now = call.services().clock().now();
  if (binding.issued_at > now + protocol::kBindingSkewMax || now - binding.issued_at > protocol::kBindingAgeMax)
    return refused("the statement that binds the device is not of the last minutes; make it anew, and set the clock right",
                   "binding_expired");
  const Bytes statement = protocol::encode_device_binding(binding);
  if (!verify_signature(binding.key, statement, by_device))
    return refused("the statement that binds the device is not signed by the device's key", "binding");
  CheckedBinding checked{binding, by_device};
  if (!by_owner) return checked;
  auto looked = call.services().read([&](store::Transaction& records) -> Result<void> {
    auto owner = owner_of(records, binding.wallet);
    if (!owner) return std::move(owner).error();
    checked.owner = *owner;
    return {};
  });
  if (!looked) return std::move(looked).error();
  if (!checked.owner || !verify_signature(*checked.owner, statement, *by_owner))
    return refused("the statement that binds the device is not signed by the wallet's owner", "binding");
  checked.by_owner = by_owner;
  return checked;
}

Result<void> put_binding(const CheckedBinding& checked, store::Device& device) {
  // Times have milliseconds, and a key may be exchanged within the one in which it was bound. A statement about the old key that is
  // of the same moment is no way back: that key is revoked.
  const bool is_new_key = checked.binding.key != device.key;
  if (device.issued_at &&
      (checked.binding.issued_at < *device.issued_at || (checked.binding.issued_at == *device.issued_at && !is_new_key)))
    return refused("this statement, or a later one, was used for the device; make it anew", "binding_replayed");
  device.key = checked.binding.key;
  device.encryption_key = checked.binding.encryption_key;
  device.issued_at = checked.binding.issued_at;
  device.device_signature = checked.by_device;
  device.owner_signature = checked.by_owner;
  return {};
}

Result<void> revoke_key(Mutation& mutation, const WalletId& wallet, const PublicKey& key) {
  if (auto revoked = mutation.records().revoke_key(key, mutation.now()); !revoked) return revoked;
  mutation.note_identity_change(wallet);
  const auto leased = mutation.records().leases_of(wallet, key, kLeasesMax);
  if (!leased) return leased.error();
  for (const TaskId& id : *leased) {
    auto task = find_task(mutation.records(), id);
    if (!task) return std::move(task).error();
    auto change = give_back(*task, task->attempt, task->lease->device, mutation.now());
    // A lease that has run out is the attendant's to end, which is about to.
    if (!change && change.error().reason == "lease_stale") continue;
    if (auto applied = mutation.apply(*task, std::move(change)); !applied) return std::move(applied).error();
  }
  return {};
}

}  // namespace gstd::coordinator

// A device's key is exchanged for another, or revoked.
#include "coordinator/handlers.hpp"
#include "coordinator/ownership.hpp"

namespace gstd::coordinator {
namespace {

Error not_yours(std::string message) { return {ErrorCode::permission_denied, std::move(message), "not_yours"}; }

Result<DeviceId> device_in_path(const Call& call) {
  auto id = DeviceId::parse(call.path_argument);
  if (!id) return Error{ErrorCode::invalid_argument, "the device id in the path: " + id.error().message, "field"};
  return id;
}

// The devices of a key: it is the key that is exchanged or revoked, and every device that has it goes along.
template <class Change>
Result<void> change_devices(Mutation& mutation, const WalletId& wallet, const PublicKey& key, Change change) {
  auto devices = mutation.records().devices_of(wallet, kDevicesPerWalletMax);
  if (!devices) return std::move(devices).error();
  for (store::Device& device : *devices) {
    if (device.key != key) continue;
    if (Result<void> changed = change(device); !changed) return changed;
    if (auto updated = mutation.records().update_device(device); !updated) return updated;
  }
  return {};
}

Result<void> check_new_key(Mutation& mutation, const PublicKey& key) {
  const auto revoked = mutation.records().is_revoked(key);
  if (!revoked) return revoked.error();
  if (*revoked) return key_revoked();
  auto taken = mutation.records().device_with_key(key);
  if (taken) return Error{ErrorCode::permission_denied, "the new key is another device's already; make a new one", "key_bound"};
  if (taken.error().code != ErrorCode::not_found) return std::move(taken).error();
  return {};
}

Result<void> rotate(Mutation& mutation, const Identity& identity, const CheckedBinding& checked) {
  const auto device = own_device(mutation.records(), identity, checked.binding.device);
  if (!device) return device.error();
  if (auto fit = check_new_key(mutation, checked.binding.key); !fit) return fit;
  const auto owner = owner_of(mutation.records(), identity.wallet);
  if (!owner) return owner.error();
  if (checked.owner && checked.owner != *owner)
    return Error{ErrorCode::aborted, "the wallet's owner has changed meanwhile; sign the statement anew", "changed"};
  auto moved = change_devices(mutation, identity.wallet, identity.key(), [&](store::Device& each) -> Result<void> {
    if (each.id == checked.binding.device) return put_binding(checked, each);
    // The statement about this one was the old key's. It is without one until it registers again.
    each.key = checked.binding.key;
    each.encryption_key.reset();
    each.device_signature.reset();
    each.owner_signature.reset();
    each.issued_at.reset();
    return {};
  });
  if (!moved) return moved;
  if (*owner == identity.key())
    if (auto set = mutation.records().set_wallet_owner(identity.wallet, checked.binding.key); !set) return set;
  return revoke_key(mutation, identity.wallet, identity.key());
}

Result<void> revoke(Mutation& mutation, const Identity& identity, const DeviceId& id) {
  auto device = mutation.records().device(id);
  if (!device && device.error().code != ErrorCode::not_found) return std::move(device).error();
  if (!device || device->wallet != identity.wallet) return not_yours("the path names a device that is not of the signer's wallet");
  const auto owner = owner_of(mutation.records(), identity.wallet);
  if (!owner) return owner.error();
  // A session is its wallet's own.
  if (!identity.session && device->key != identity.key() && *owner != identity.key())
    return not_yours("a device is revoked by itself or by its wallet's owner; sign with one of their keys");
  if (device->revoked_at) return {};
  auto marked = change_devices(mutation, identity.wallet, device->key, [&](store::Device& each) -> Result<void> {
    each.revoked_at = mutation.now();
    return {};
  });
  if (!marked) return marked;
  return revoke_key(mutation, identity.wallet, device->key);
}

}  // namespace

Result<Reply> rotate_device_key(Call& call) {
  const auto id = device_in_path(call);
  if (!id) return id.error();
  const auto request = call.body<protocol::RotateDeviceKey>();
  if (!request) return request.error();
  const auto checked =
      check_binding(call, {call.identity->wallet, *id, request->public_key, request->encryption_key, request->issued_at},
                    request->device_signature, request->owner_signature);
  if (!checked) return checked.error();
  auto written = call.write([&](Mutation& mutation) { return rotate(mutation, *call.identity, *checked); });
  if (!written) return std::move(written).error();
  return json_reply(protocol::Message{"The device has its new key; the old one is revoked"});
}

Result<Reply> revoke_device(Call& call) {
  const auto id = device_in_path(call);
  if (!id) return id.error();
  auto written = call.write([&](Mutation& mutation) { return revoke(mutation, *call.identity, *id); });
  if (!written) return std::move(written).error();
  return json_reply(protocol::Message{"The device's key is revoked"});
}

}  // namespace gstd::coordinator

// Devices, the owners of wallets, and keys that were revoked.
#include "store/memory/transaction.hpp"
#include "store/rules.hpp"

namespace gstd::store::memory {

Result<void> MemoryTransaction::insert_device(const Device& device) {
  if (!state_.devices.insert(undo_, device.id, device)) return taken("device", device.id.str());
  return {};
}

Result<void> MemoryTransaction::update_device(const Device& device) {
  if (!state_.devices.find(device.id)) return no_such("device", device.id.str());
  state_.devices.put(undo_, device.id, device);
  return {};
}

Result<Device> MemoryTransaction::device(const DeviceId& id) {
  if (const Device* found = state_.devices.find(id)) return *found;
  return no_such("device", id.str());
}

Result<std::vector<Device>> MemoryTransaction::devices_of(const WalletId& wallet, std::size_t limit) {
  std::vector<Device> out;
  for (const auto& [id, device] : state_.devices.rows()) {
    if (out.size() >= limit) break;
    if (device.wallet == wallet) out.push_back(device);
  }
  return out;
}

Result<Device> MemoryTransaction::device_with_key(const PublicKey& key) {
  for (const auto& [id, device] : state_.devices.rows())
    if (device.key == key) return device;
  return no_such("device with key", key.hex());
}

Result<std::uint64_t> MemoryTransaction::device_count() { return std::uint64_t{state_.devices.rows().size()}; }

Result<PublicKey> MemoryTransaction::wallet_owner(const WalletId& wallet) {
  if (const PublicKey* found = state_.wallet_owners.find(wallet)) return *found;
  return no_such("owner of wallet", wallet.str());
}

Result<void> MemoryTransaction::set_wallet_owner(const WalletId& wallet, const PublicKey& key) {
  state_.wallet_owners.put(undo_, wallet, key);
  return {};
}

Result<void> MemoryTransaction::revoke_key(const PublicKey& key, Timestamp now) {
  state_.revoked_keys.insert(undo_, key, now);
  return {};
}

Result<bool> MemoryTransaction::is_revoked(const PublicKey& key) { return state_.revoked_keys.find(key) != nullptr; }

Result<std::vector<TaskId>> MemoryTransaction::leases_of(const WalletId& worker, const PublicKey& key, std::size_t limit) {
  std::vector<TaskId> out;
  for (const auto& [expires_at, number] : state_.tasks.leases()) {
    if (out.size() >= limit) break;
    const Task& task = state_.tasks.at(number);
    if (task.lease->worker == worker && task.lease->key == key) out.push_back(task.id);
  }
  return out;
}

}  // namespace gstd::store::memory

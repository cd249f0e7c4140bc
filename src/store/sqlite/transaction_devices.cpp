// Devices, the owners of wallets, and keys that were revoked.
#include "store/rules.hpp"
#include "store/sqlite/select.hpp"
#include "store/sqlite/transaction.hpp"

namespace gstd::store::sqlite {
namespace {

// One list of columns for every question about devices, in the order in which read_device() reads them.
#define GSTD_DEVICE_COLUMNS \
  "id, wallet, key, type, registered_at, encryption_key, issued_at, device_signature, owner_signature, revoked_at"

Result<Device> read_device(Row row) {
  Device device;
  device.id = row.id<DeviceId>();
  device.wallet = row.id<WalletId>();
  device.key = row.fixed<PublicKey>();
  device.type = row.text();
  device.registered_at = row.time();
  device.encryption_key = row.optional_fixed<EncryptionPublicKey>();
  device.issued_at = row.optional_time();
  device.device_signature = row.optional_fixed<Signature>();
  device.owner_signature = row.optional_fixed<Signature>();
  device.revoked_at = row.optional_time();
  return row.finish(std::move(device));
}

Result<void> done(const Result<std::int64_t>& changed) {
  if (!changed) return changed.error();
  return {};
}

}  // namespace

Result<void> SqliteTransaction::insert_device(const Device& device) {
  return insert(taken("device", device.id.str()),
                "INSERT INTO devices (" GSTD_DEVICE_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                device.id, device.wallet, device.key, device.type, device.registered_at, device.encryption_key, device.issued_at,
                device.device_signature, device.owner_signature, device.revoked_at);
}

Result<void> SqliteTransaction::update_device(const Device& device) {
  const auto changed = execute(
      "UPDATE devices SET wallet = ?, key = ?, type = ?, registered_at = ?, encryption_key = ?, issued_at = ?,"
      " device_signature = ?, owner_signature = ?, revoked_at = ? WHERE id = ?",
      device.wallet, device.key, device.type, device.registered_at, device.encryption_key, device.issued_at,
      device.device_signature, device.owner_signature, device.revoked_at, device.id);
  if (!changed) return changed.error();
  if (*changed == 0) return no_such("device", device.id.str());
  return {};
}

Result<Device> SqliteTransaction::device(const DeviceId& id) {
  return read_one(db_.query("SELECT " GSTD_DEVICE_COLUMNS " FROM devices WHERE id = ?", id), no_such("device", id.str()),
                  read_device);
}

Result<std::vector<Device>> SqliteTransaction::devices_of(const WalletId& wallet, std::size_t limit) {
  return read_all(
      db_.query("SELECT " GSTD_DEVICE_COLUMNS " FROM devices WHERE wallet = ? ORDER BY id LIMIT ?", wallet, clamp_limit(limit)),
      read_device);
}

Result<Device> SqliteTransaction::device_with_key(const PublicKey& key) {
  return read_one(db_.query("SELECT " GSTD_DEVICE_COLUMNS " FROM devices WHERE key = ? ORDER BY id LIMIT 1", key),
                  no_such("device with key", key.hex()), read_device);
}

Result<std::uint64_t> SqliteTransaction::device_count() { return read_count(db_.query("SELECT count(*) FROM devices")); }

Result<PublicKey> SqliteTransaction::wallet_owner(const WalletId& wallet) {
  return read_one(db_.query("SELECT key FROM wallet_owners WHERE wallet = ?", wallet), no_such("owner of wallet", wallet.str()),
                  [](Row row) -> Result<PublicKey> {
                    auto key = row.fixed<PublicKey>();
                    return row.finish(key);
                  });
}

Result<void> SqliteTransaction::set_wallet_owner(const WalletId& wallet, const PublicKey& key) {
  return done(execute("INSERT INTO wallet_owners (wallet, key) VALUES (?, ?) ON CONFLICT (wallet) DO UPDATE SET key = excluded.key",
                      wallet, key));
}

Result<void> SqliteTransaction::revoke_key(const PublicKey& key, Timestamp now) {
  return done(execute("INSERT INTO revoked_keys (key, at) VALUES (?, ?) ON CONFLICT DO NOTHING", key, now));
}

Result<bool> SqliteTransaction::is_revoked(const PublicKey& key) {
  const auto count = read_count(db_.query("SELECT count(*) FROM revoked_keys WHERE key = ?", key));
  if (!count) return count.error();
  return *count != 0;
}

// State 2 is `assigned`; it stands as a number because the index is partial (see migrations.cpp).
Result<std::vector<TaskId>> SqliteTransaction::leases_of(const WalletId& worker, const PublicKey& key, std::size_t limit) {
  return read_all(db_.query("SELECT id FROM tasks INDEXED BY tasks_lease_workers WHERE state = 2 AND lease_worker = ?"
                            " AND lease_key = ? ORDER BY number LIMIT ?",
                            worker, key, clamp_limit(limit)),
                  [](Row row) -> Result<TaskId> {
                    auto id = row.id<TaskId>();
                    return row.finish(std::move(id));
                  });
}

}  // namespace gstd::store::sqlite

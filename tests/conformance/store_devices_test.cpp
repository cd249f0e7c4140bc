#include "conformance/store_fixture.hpp"

namespace gstd::test {
namespace {

class StoreDevicesTest : public StoreTest {};

INSTANTIATE_TEST_SUITE_P(Every, StoreDevicesTest, testing::Values("memory", "sqlite"),
                         [](const auto& param) { return param.param; });

// Goal:   devices are found by id, wallet and key; an id is given once.
// Method: two devices of one wallet, with and without a statement, and one of another.
TEST_P(StoreDevicesTest, DevicesAreFoundByIdWalletAndKey) {
  const auto a1 = make_device("a1", "wallet-a", 1);
  const auto a2 = make_bound_device("a2", "wallet-a", 3);
  const auto b = make_device("b", "wallet-b", 2);
  for (const auto& device : {a2, a1, b}) ASSERT_TRUE(write([&](Transaction& t) { return t.insert_device(device); }));
  EXPECT_EQ(describe(write([&](Transaction& t) { return t.insert_device(make_device("b", "wallet-c", 3)); })), "already_exists/");
  EXPECT_EQ(describe(read([](Transaction& t) { return t.device(id<DeviceId>("b")); })), describe(b));
  EXPECT_EQ(describe(read([](Transaction& t) { return t.device_with_key(filled<PublicKey>(2)); })), describe(b));
  EXPECT_EQ(*read([](Transaction& t) { return t.device_count(); }), 3u);
  const auto of = [&](const char* wallet, std::size_t limit) {
    std::string seen;
    const auto devices = read([&](Transaction& t) { return t.devices_of(id<WalletId>(wallet), limit); });
    for (const auto& device : *devices) seen += describe(device) + "\n";
    return seen;
  };
  EXPECT_EQ(of("wallet-a", 9), describe(a1) + "\n" + describe(a2) + "\n");
  EXPECT_EQ(of("wallet-a", 1), describe(a1) + "\n");
  EXPECT_EQ(of("c", 9), "");
  EXPECT_EQ(describe(read([](Transaction& t) { return t.device(id<DeviceId>("c")); })), "not_found/");
  EXPECT_EQ(describe(read([](Transaction& t) { return t.device_with_key(filled<PublicKey>(9)); })), "not_found/");
}

// Goal:   every field of a device changes but its id, and nothing of another's; an unknown one is not made.
// Method: a device without a statement gets one, another key and its end, and loses all of it again.
TEST_P(StoreDevicesTest, DevicesChange) {
  const auto plain = make_device("a", "wallet-a", 1);
  const auto other = make_bound_device("b", "wallet-a", 1);
  for (const auto& device : {plain, other}) ASSERT_TRUE(write([&](Transaction& t) { return t.insert_device(device); }));
  auto changed = make_bound_device("a", "wallet-b", 2);
  changed.type = "browser";
  changed.registered_at = kStart + std::chrono::seconds{1};
  changed.revoked_at = kStart + std::chrono::seconds{2};
  for (const auto& device : {changed, plain}) {
    ASSERT_TRUE(write([&](Transaction& t) { return t.update_device(device); }));
    EXPECT_EQ(describe(read([](Transaction& t) { return t.device(id<DeviceId>("a")); })), describe(device));
    EXPECT_EQ(describe(read([](Transaction& t) { return t.device(id<DeviceId>("b")); })), describe(other));
  }
  EXPECT_EQ(describe(write([](Transaction& t) { return t.update_device(make_device("c", "w", 1)); })), "not_found/");
  EXPECT_EQ(*read([](Transaction& t) { return t.device_count(); }), 2u);
}

// Goal:   a wallet has one owner, who may change.
TEST_P(StoreDevicesTest, WalletsHaveOneOwner) {
  const auto wallet = id<WalletId>("wallet");
  EXPECT_EQ(describe(read([&](Transaction& t) { return t.wallet_owner(wallet); })), "not_found/");
  for (const std::uint8_t key : {1, 2}) {
    ASSERT_TRUE(write([&](Transaction& t) { return t.set_wallet_owner(wallet, filled<PublicKey>(key)); }));
    EXPECT_EQ(*read([&](Transaction& t) { return t.wallet_owner(wallet); }), filled<PublicKey>(key));
  }
  EXPECT_EQ(describe(read([&](Transaction& t) { return t.wallet_owner(id<WalletId>("other")); })), "not_found/");
}

// Goal:   a revoked key stays revoked, whatever is swept, and no other is; what an undone write revoked is not.
TEST_P(StoreDevicesTest, RevokedKeysStayRevoked) {
  const auto is_revoked = [&](std::uint8_t key) {
    return *read([&](Transaction& t) { return t.is_revoked(filled<PublicKey>(key)); });
  };
  const auto revoke = [](Transaction& t) { return t.revoke_key(filled<PublicKey>(1), kStart); };
  EXPECT_FALSE(store_->write([&](Transaction& t) -> Result<void> {
    static_cast<void>(revoke(t));
    return Error{ErrorCode::aborted, "undone", {}};
  }));
  EXPECT_FALSE(is_revoked(1));
  ASSERT_TRUE(write(revoke));
  ASSERT_TRUE(write(revoke));
  ASSERT_TRUE(write([](Transaction& t) { return t.drop_expired(kStart + std::chrono::hours{24 * 365 * 100}); }));
  EXPECT_TRUE(is_revoked(1));
  EXPECT_FALSE(is_revoked(2));
}

// Goal:   the leases of a key of a wallet are found, no other's, and not what is leased no more.
// Method: tasks leased to two workers, one of which gives one back.
TEST_P(StoreDevicesTest, LeasesAreFoundByKey) {
  for (const auto& [name, worker] : {std::pair{"t1", "w1"}, {"t2", "w1"}, {"t3", "w2"}}) {
    ASSERT_TRUE(write([&, task = std::string(name)](Transaction& t) { return t.insert_task(make_task(task)); }));
    ASSERT_TRUE(step(name, [](const Task& task) { return gstd::fund(task, kStart); }));
    ASSERT_TRUE(
        step(name, [lease = make_lease(worker)](const Task& task) { return gstd::assign(task, lease, kLeaseTime, kStart); }));
  }
  const auto leases_of = [&](const char* worker, std::uint8_t key, std::size_t limit = 9) {
    return read([&](Transaction& t) { return t.leases_of(id<WalletId>(worker), filled<PublicKey>(key), limit); })->size();
  };
  EXPECT_EQ(leases_of("w1", 3), 2u);
  EXPECT_EQ(leases_of("w1", 3, 1), 1u);
  EXPECT_EQ(leases_of("w1", 4), 0u);
  EXPECT_EQ(leases_of("w2", 3), 1u);
  EXPECT_EQ(leases_of("w3", 3), 0u);
  ASSERT_TRUE(step("t1", [](const Task& task) { return gstd::give_back(task, task.attempt, task.lease->device, kStart); }));
  EXPECT_EQ(leases_of("w1", 3), 1u);
}

}  // namespace
}  // namespace gstd::test

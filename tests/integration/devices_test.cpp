// Several devices of one wallet through our client, over real HTTP, on every store.
#include "support/network.hpp"
#include "support/stores.hpp"

namespace gstd::test {
namespace {

class Devices : public ::testing::TestWithParam<std::string> {
 protected:
  std::shared_ptr<store::Store> open() { return open_store(GetParam(), folder_); }

 private:
  TempDir folder_;
};

INSTANTIATE_TEST_SUITE_P(Stores, Devices, ::testing::Values("memory", "sqlite"), [](const auto& param) { return param.param; });

SigningKey key_of(const std::string& name) { return must(SigningKey::from_seed(sha256(as_bytes("key of " + name)).view())); }

const protocol::DeviceView& device_of(const std::vector<protocol::DeviceView>& devices, const DeviceId& id) {
  for (const auto& device : devices)
    if (device.device_id == id) return device;
  throw std::runtime_error("there is no such device: " + id.str());
}

// Goal:   a wallet's devices each have a key of their own, act for it, and are bound so that anybody can check it.
// Method: an owner whose key is in a wallet, asked only for its word; the binding names the encryption key that the client has.
TEST_P(Devices, ActForOneWallet) {
  Network network{open()};
  int asked = 0;
  auto phone_options = network.client_options("phone");
  phone_options.wallet = network.requester->wallet();
  EXPECT_TRUE(refused(must(Client::create(phone_options)).register_device(), ErrorCode::permission_denied, "wallet_bound"));
  phone_options.owner = Signer::external(key_of("requester").public_key(), [&](BytesView message, const SignReply& reply) {
    ++asked;
    reply.answer(key_of("requester").sign(message));
  });
  const Client phone = must(Client::create(phone_options));
  must(phone.register_device("phone"));
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(must(phone.balance()).gstd_balance, Network::kMoney);
  EXPECT_EQ(asked, 1);

  const auto devices = must(phone.devices());
  ASSERT_EQ(devices.size(), 2u);
  for (const auto& device : devices) must(protocol::verify_device_binding(device));
  const auto& seen = device_of(devices, phone.device());
  EXPECT_EQ(seen.device_type, "phone");
  EXPECT_EQ(seen.owner_public_key, key_of("requester").public_key());
  EXPECT_EQ(seen.encryption_key, must(EncryptionKey::derive(key_of("phone").seed().view())).public_key());
}

// Goal:   a device gets another key, and goes on with it under the same id; the old one is refused, also after a restart.
TEST_P(Devices, RotateTheirKeys) {
  Network network{open()};
  const SigningKey fresh_key = key_of("fresh");
  must(network.requester->rotate_key(fresh_key));
  EXPECT_TRUE(refused(network.requester->balance(), ErrorCode::unauthenticated, "key_revoked"));
  auto options = network.client_options("requester");
  options.device = network.requester->device();
  options.key = fresh_key;
  const Client fresh = must(Client::create(options));
  EXPECT_EQ(must(fresh.balance()).gstd_balance, Network::kMoney);
  must(fresh.register_device());
  const auto devices = must(fresh.devices());
  ASSERT_EQ(devices.size(), 1u);
  must(protocol::verify_device_binding(devices[0]));
  EXPECT_EQ(devices[0].public_key, fresh_key.public_key());
  EXPECT_EQ(devices[0].owner_public_key, fresh_key.public_key());
  network.coordinator.reset();
  network.restart();
  EXPECT_TRUE(refused(network.requester->balance(), ErrorCode::unauthenticated, "key_revoked"));
  EXPECT_EQ(must(fresh.balance()).gstd_balance, Network::kMoney);
}

// Goal:   a revoked device holds nothing and is nobody, at once and for good.
// Method: it has a task; the owner revokes it; the task is open to another.
TEST_P(Devices, AreRevokedWithWhatTheyHold) {
  Network network{open()};
  auto phone_options = network.client_options("phone");
  phone_options.wallet = network.requester->wallet();
  phone_options.owner = Signer{key_of("requester")};
  const Client phone = must(Client::create(phone_options));
  must(phone.register_device());
  const auto module = must(network.requester->upload_module(empty_program())).sha256;
  const auto task = network.submit(module);
  const auto challenge = must(phone.request_challenge(task));
  const auto solution = must(pow::solve(challenge));
  const auto claim = must(phone.claim_task(task, solution.nonce));
  EXPECT_EQ(network.state_of(task), TaskState::assigned);

  must(network.requester->revoke_device(phone.device()));
  EXPECT_EQ(network.state_of(task), TaskState::pending);
  EXPECT_TRUE(refused(phone.heartbeat(task, claim.attempt), ErrorCode::unauthenticated, "key_revoked"));
  EXPECT_TRUE(refused(phone.register_device(), ErrorCode::unauthenticated, "key_revoked"));
  EXPECT_TRUE(device_of(must(network.requester->devices()), phone.device()).revoked_at.has_value());

  const Client other = must(Client::create(network.client_options("other")));
  must(other.register_device());
  const auto again = must(pow::solve(must(other.request_challenge(task))));
  EXPECT_EQ(must(other.claim_task(task, again.nonce)).task_id, task);
}

}  // namespace
}  // namespace gstd::test

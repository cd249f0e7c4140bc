// Several devices of one wallet: who admits them, and how their keys are exchanged and revoked. Over real HTTP, without our client.
#include "support/lab.hpp"

namespace gstd::test {
namespace {

using protocol::DeviceBinding;
using std::chrono::milliseconds;
using std::chrono::seconds;

EncryptionPublicKey encryption_key(std::uint8_t fill) {
  EncryptionPublicKey key;
  key.bytes.fill(fill);
  return key;
}

DeviceBinding binding_of(const Lab& lab, const Party& party, const WalletId& wallet) {
  return {wallet, party.device, party.key.public_key(), encryption_key(1), lab.clock.now()};
}

// What `party` sends to be bound by `binding`, signed by itself and by `owner`.
protocol::RegisterDevice registration(const Party& party, const DeviceBinding& binding, const Party* owner) {
  const Bytes statement = encode_device_binding(binding);
  protocol::RegisterDevice request{binding.device,    binding.wallet,           "desktop", binding.key, binding.encryption_key,
                                   binding.issued_at, party.key.sign(statement)};
  if (owner) request.owner_signature = owner->key.sign(statement);
  return request;
}

Result<protocol::Message> bind(Lab& lab, const Party& party, const DeviceBinding& binding, const Party* owner) {
  return lab.post<protocol::Message>(party, "/devices/register", registration(party, binding, owner));
}

// A device of the owner's wallet with a key of its own.
Party second_device(Lab& lab, const Party& owner, const std::string& name) {
  Party device(name);
  device.wallet = owner.wallet;
  must(bind(lab, device, binding_of(lab, device, owner.wallet), &owner));
  return device;
}

Result<protocol::Message> rotate(Lab& lab, const Party& old, const DeviceBinding& binding, const Party& fresh, const Party* owner) {
  const Bytes statement = encode_device_binding(binding);
  protocol::RotateDeviceKey request{binding.key, binding.encryption_key, binding.issued_at, fresh.key.sign(statement), {}};
  if (owner) request.owner_signature = owner->key.sign(statement);
  return lab.post<protocol::Message>(old, "/devices/" + binding.device.str() + "/rotate", request);
}

Result<protocol::Message> revoke(Lab& lab, const Party& by, const DeviceId& device) {
  return lab.call<protocol::Message>({"DELETE", "/devices/" + device.str(), {}, &by, {}, {}, {}});
}

template <class T>
testing::AssertionResult key_revoked(const Result<T>& result) {
  return refused(result, ErrorCode::unauthenticated, "key_revoked");
}

// Goal:   a wallet has several devices, each with its own key, on its owner's word alone; all of them act for it.
// Method: a second key without that word, with a stranger's, and with the owner's; the wallet's list vouches for each.
TEST(Devices, OwnerAdmitsFurtherKeys) {
  Lab lab;
  const Party owner = lab.requester("owner");
  const Party mallory = lab.worker("mallory");
  Party phone("phone");
  const auto binding = binding_of(lab, phone, owner.wallet);
  EXPECT_TRUE(refused(bind(lab, phone, binding, nullptr), ErrorCode::permission_denied, "wallet_bound"));
  EXPECT_TRUE(refused(bind(lab, phone, binding, &phone), ErrorCode::unauthenticated, "binding"));
  EXPECT_TRUE(refused(bind(lab, phone, binding, &mallory), ErrorCode::unauthenticated, "binding"));
  must(bind(lab, phone, binding, &owner));
  must(bind(lab, phone, binding, &owner));
  phone.wallet = owner.wallet;

  EXPECT_EQ(lab.balance(phone), lab.balance(owner));
  must(lab.take(phone, lab.create(owner)));
  const auto page = must(lab.get<protocol::DevicePage>(phone, "/devices/my"));
  ASSERT_EQ(page.devices.size(), 2u);
  const auto& by_id = page.devices[0].device_id == phone.device ? page.devices : std::vector{page.devices[1], page.devices[0]};
  EXPECT_EQ(by_id[0].public_key, phone.key.public_key());
  EXPECT_EQ(by_id[0].encryption_key, encryption_key(1));
  EXPECT_EQ(by_id[0].owner_public_key, owner.key.public_key());
  must(protocol::verify_device_binding(by_id[0]));
  EXPECT_FALSE(protocol::verify_device_binding(by_id[1])) << "the owner registered without a statement";
  EXPECT_EQ(must(lab.get<protocol::DevicePage>(mallory, "/devices/my")).devices.size(), 1u);
}

// Goal:   a statement binds what it says, now, and nothing else.
// Method: each part of it changed after it was signed; too old and too far ahead; one that is handed in again once a later one is
//         there, which would bring an encryption key back.
TEST(Devices, StatementsAreOfTheMomentAndServeOnce) {
  Lab lab;
  const Party owner = lab.worker("owner");
  const Party phone("phone");
  const auto good = binding_of(lab, phone, owner.wallet);
  const auto signed_ = registration(phone, good, &owner);
  const auto send = [&](const protocol::RegisterDevice& request) {
    return lab.post<protocol::Message>(phone, "/devices/register", request);
  };
  const auto spoilt = [&](auto spoil) {
    auto request = signed_;
    spoil(request);
    return send(request);
  };
  const auto binding = [](const auto& result) { return refused(result, ErrorCode::unauthenticated, "binding"); };
  EXPECT_TRUE(binding(spoilt([](auto& request) { request.device_id = must(DeviceId::parse("other")); })));
  EXPECT_TRUE(binding(spoilt([](auto& request) { request.wallet_address = must(WalletId::parse("other")); })));
  EXPECT_TRUE(binding(spoilt([](auto& request) { request.encryption_key = encryption_key(2); })));
  EXPECT_TRUE(binding(spoilt([](auto& request) { request.encryption_key.reset(); })));
  EXPECT_TRUE(binding(spoilt([](auto& request) { *request.issued_at += milliseconds{1}; })));
  const auto field = [](const auto& result) { return refused(result, ErrorCode::invalid_argument, "field"); };
  EXPECT_TRUE(field(spoilt([](auto& request) { request.issued_at.reset(); })));
  EXPECT_TRUE(field(spoilt([](auto& request) { request.device_signature.reset(); })));

  const auto at = [&](milliseconds offset) {
    auto shifted = good;
    shifted.issued_at += offset;
    return bind(lab, phone, shifted, &owner);
  };
  EXPECT_TRUE(refused(at(-protocol::kBindingAgeMax - milliseconds{1}), ErrorCode::unauthenticated, "binding_expired"));
  EXPECT_TRUE(refused(at(protocol::kBindingSkewMax + milliseconds{1}), ErrorCode::unauthenticated, "binding_expired"));

  must(send(signed_));
  lab.clock.advance(seconds{1});
  auto later = binding_of(lab, phone, owner.wallet);
  later.encryption_key = encryption_key(2);
  must(bind(lab, phone, later, &owner));
  EXPECT_TRUE(refused(send(signed_), ErrorCode::unauthenticated, "binding_replayed"));
  Party seen = phone;
  seen.wallet = owner.wallet;
  for (const auto& device : must(lab.get<protocol::DevicePage>(seen, "/devices/my")).devices) {
    if (device.device_id != phone.device) continue;
    EXPECT_EQ(device.encryption_key, encryption_key(2));
  }
}

// Goal:   a key may be exchanged within the millisecond in which it was bound.
// Method: both while the clock stands; the statement about the old key, which is of the same moment, is no way back.
TEST(Devices, RotateInTheMomentOfBinding) {
  Lab lab;
  const Party owner("owner");
  must(bind(lab, owner, binding_of(lab, owner, owner.wallet), nullptr));
  const Party phone = second_device(lab, owner, "phone");
  const Party fresh("fresh");
  auto binding = binding_of(lab, phone, owner.wallet);
  binding.key = fresh.key.public_key();
  must(rotate(lab, phone, binding, fresh, &owner));
  EXPECT_TRUE(key_revoked(bind(lab, phone, binding_of(lab, phone, owner.wallet), &owner)));
}

// Goal:   the owner's key of a wallet that is named after it need not register: its signature admits devices, no other's does.
// Method: the key stays cold; a stranger admits itself.
TEST(Devices, ColdKeyAdmitsDevicesToItsWallet) {
  Lab lab;
  const Party cold("cold");
  const WalletId wallet = protocol::wallet_named_after(cold.key.public_key());
  Party phone("phone");
  const auto binding = binding_of(lab, phone, wallet);
  EXPECT_TRUE(refused(bind(lab, phone, binding, nullptr), ErrorCode::permission_denied, "wallet_bound"));
  EXPECT_TRUE(refused(bind(lab, phone, binding, &phone), ErrorCode::unauthenticated, "binding"));
  must(bind(lab, phone, binding, &cold));
  phone.wallet = wallet;
  must(protocol::verify_device_binding(must(lab.get<protocol::DevicePage>(phone, "/devices/my")).devices.at(0)));
  // It lists and revokes, too; a key after which no wallet with a device is named does not.
  EXPECT_EQ(must(lab.get<protocol::DevicePage>(cold, "/devices/my")).devices.size(), 1u);
  must(revoke(lab, cold, phone.device));
  EXPECT_TRUE(key_revoked(lab.get<protocol::DevicePage>(phone, "/devices/my")));
  EXPECT_TRUE(refused(lab.get<protocol::DevicePage>(Party("stranger"), "/devices/my"), ErrorCode::unauthenticated, "key_unknown"));
}

// Goal:   a device gets another key on the proof of both, and the old one is worth nothing from then on, for ever.
// Method: the new key's signature by another; another's device; then the rotation, after which the old key asks, reads, registers
//         and rotates in vain.
TEST(Devices, RotationProvesBothKeysAndEndsTheOldOne) {
  Lab lab;
  const Party owner = lab.requester("owner");
  const Party phone = second_device(lab, owner, "phone");
  const Party mallory = lab.worker("mallory");
  Party fresh("fresh");
  fresh.wallet = owner.wallet;
  fresh.device = phone.device;
  lab.clock.advance(seconds{1});
  auto binding = binding_of(lab, fresh, owner.wallet);
  EXPECT_TRUE(refused(rotate(lab, phone, binding, mallory, &owner), ErrorCode::unauthenticated, "binding"));
  EXPECT_TRUE(refused(rotate(lab, phone, binding, fresh, &mallory), ErrorCode::unauthenticated, "binding"));
  EXPECT_TRUE(refused(rotate(lab, mallory, binding, fresh, nullptr), ErrorCode::unauthenticated, "binding"));
  auto owners = binding;
  owners.device = owner.device;
  EXPECT_TRUE(refused(rotate(lab, phone, owners, fresh, &owner), ErrorCode::permission_denied, "not_yours"));
  auto taken = binding;
  taken.key = owner.key.public_key();
  EXPECT_TRUE(refused(rotate(lab, phone, taken, owner, &owner), ErrorCode::permission_denied, "key_bound"));

  must(rotate(lab, phone, binding, fresh, &owner));
  EXPECT_EQ(lab.balance(fresh), lab.balance(owner));
  EXPECT_TRUE(key_revoked(lab.get<protocol::WalletBalance>(phone, "/wallet/balance")));
  EXPECT_TRUE(key_revoked(rotate(lab, phone, binding, fresh, &owner)));
  lab.clock.advance(seconds{1});
  Party again = phone;
  again.device = must(DeviceId::parse("again"));
  EXPECT_TRUE(key_revoked(bind(lab, again, binding_of(lab, again, owner.wallet), &owner)));
  EXPECT_TRUE(key_revoked(lab.join(Party("phone"))));
  // Nor does it come back as a new key.
  binding = binding_of(lab, phone, owner.wallet);
  EXPECT_TRUE(key_revoked(rotate(lab, fresh, binding, phone, &owner)));
  for (const auto& device : must(lab.get<protocol::DevicePage>(fresh, "/devices/my")).devices)
    if (device.device_id == phone.device) must(protocol::verify_device_binding(device));
}

// Goal:   the owner may exchange its own key: the new one owns the wallet, and a wallet that is named after the old one still shows
//         who vouches for the new.
TEST(Devices, OwnerRotatesItself) {
  Lab lab;
  Party owner("owner");
  owner.wallet = protocol::wallet_named_after(owner.key.public_key());
  must(lab.join(owner));
  Party fresh("fresh");
  fresh.wallet = owner.wallet;
  fresh.device = owner.device;
  lab.clock.advance(seconds{1});
  must(rotate(lab, owner, binding_of(lab, fresh, owner.wallet), fresh, &owner));
  const auto page = must(lab.get<protocol::DevicePage>(fresh, "/devices/my"));
  EXPECT_EQ(page.devices.at(0).owner_public_key, fresh.key.public_key());
  must(protocol::verify_device_binding(page.devices.at(0)));

  Party phone("phone");
  EXPECT_TRUE(refused(bind(lab, phone, binding_of(lab, phone, owner.wallet), &owner), ErrorCode::unauthenticated, "binding"));
  must(bind(lab, phone, binding_of(lab, phone, owner.wallet), &fresh));
}

// Goal:   revocation is immediate: what the device holds goes back, and no further word of it counts.
// Method: the owner revokes a device that has a task; the next heartbeat and the finished result come too late; another worker
// takes
//         the task at once, while the clock stands.
TEST(Devices, RevocationTakesTheLeaseAway) {
  Lab lab;
  const Party owner = lab.requester("owner");
  const Party phone = second_device(lab, owner, "phone");
  const Party worker = lab.worker("worker");
  const TaskId task = lab.create(owner);
  const auto claim = must(lab.take(phone, task));
  must(revoke(lab, owner, phone.device));
  EXPECT_EQ(must(lab.task(owner, task)).status, TaskState::pending);
  EXPECT_TRUE(key_revoked(
      lab.post<protocol::LeaseView>(phone, "/orchestrator/heartbeat", protocol::Heartbeat{task, phone.device, claim.attempt})));
  EXPECT_TRUE(key_revoked(lab.complete(phone, Lab::completion_of(phone, claim))));
  EXPECT_TRUE(key_revoked(lab.fail(phone, claim, "gone", true)));
  const auto next = must(lab.take(worker, task));
  EXPECT_EQ(must(lab.complete(worker, Lab::completion_of(worker, next))).status, TaskState::completed);
  must(revoke(lab, owner, phone.device));
  for (const auto& device : must(lab.get<protocol::DevicePage>(owner, "/devices/my")).devices)
    EXPECT_EQ(device.revoked_at.has_value(), device.device_id == phone.device);
  must(lab.coordinator->check_ledger());
}

// Goal:   a device is revoked by itself or by its wallet's owner, by nobody else; who is not of the wallet does not even learn that
// it
//         is there.
TEST(Devices, OnlyItselfOrTheOwnerRevokes) {
  Lab lab;
  const Party owner = lab.worker("owner");
  const Party phone = second_device(lab, owner, "phone");
  const Party tablet = second_device(lab, owner, "tablet");
  const Party mallory = lab.worker("mallory");
  const auto not_yours = [](const auto& result) { return refused(result, ErrorCode::permission_denied, "not_yours"); };
  EXPECT_TRUE(not_yours(revoke(lab, phone, tablet.device)));
  EXPECT_TRUE(not_yours(revoke(lab, phone, owner.device)));
  const auto there = revoke(lab, mallory, phone.device);
  const auto nowhere = revoke(lab, mallory, must(DeviceId::parse("nowhere")));
  EXPECT_TRUE(not_yours(there));
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(there.error(), nowhere.error());
  must(revoke(lab, tablet, tablet.device));
  EXPECT_TRUE(key_revoked(lab.get<protocol::DevicePage>(tablet, "/devices/my")));
  EXPECT_EQ(lab.balance(phone), lab.balance(owner)) << "the others go on";
}

// Goal:   a key that is revoked takes all its devices along, since it is the key that is not trusted any more.
TEST(Devices, RevocationIsOfTheKey) {
  Lab lab;
  const Party owner = lab.worker("owner");
  const Party phone = second_device(lab, owner, "phone");
  Party other = phone;
  other.device = must(DeviceId::parse("other"));
  must(lab.join(other));
  must(revoke(lab, owner, other.device));
  EXPECT_TRUE(key_revoked(lab.get<protocol::WalletBalance>(phone, "/wallet/balance")));
  for (const auto& device : must(lab.get<protocol::DevicePage>(owner, "/devices/my")).devices)
    EXPECT_EQ(device.revoked_at.has_value(), device.device_id != owner.device);
}

}  // namespace
}  // namespace gstd::test

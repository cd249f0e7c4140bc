#include <gstd/protocol.hpp>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "unit/flipped_bit.hpp"

namespace gstd::protocol {
namespace {

SigningKey key_of(std::uint8_t fill) { return *SigningKey::from_seed(Bytes(kSeedBytes, fill)); }

DeviceBinding binding() {
  DeviceBinding out{*WalletId::parse("wallet"), *DeviceId::parse("device"), key_of(1).public_key(), EncryptionPublicKey{},
                    Timestamp{std::chrono::milliseconds{0x0102030405060708}}};
  out.encryption_key->bytes.fill(7);
  return out;
}

// Goal:   the bytes are those that the header describes, field by field.
// Method: written out by hand.
TEST(DeviceBinding, HasOneEncoding) {
  const std::string key = key_of(1).public_key().hex();
  EXPECT_EQ(encode_hex(encode_device_binding(binding())),
            encode_hex(as_bytes("gstd-device-binding-v1")) + "00000006" + encode_hex(as_bytes("wallet")) + "00000006" +
                encode_hex(as_bytes("device")) + "00000020" + key + "00000020" + encode_hex(Bytes(32, 7)) + "0102030405060708");
  DeviceBinding without = binding();
  without.encryption_key.reset();
  EXPECT_EQ(encode_device_binding(without).size() + 32, encode_device_binding(binding()).size());
}

// Goal:   no two statements share an encoding.
// Method: pairs of small statements, which differ in few fields.
RC_GTEST_PROP(DeviceBinding, SharesItsEncodingWithNoOther, ()) {
  const auto any = [] {
    const auto name = [] { return *rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab")))); };
    DeviceBinding out;
    out.wallet = *WalletId::parse(name().substr(0, 3));
    out.device = *DeviceId::parse(name().substr(0, 3));
    out.key.bytes[0] = *rc::gen::element<std::uint8_t>(0, 1);
    if (*rc::gen::arbitrary<bool>()) out.encryption_key.emplace().bytes[0] = *rc::gen::element<std::uint8_t>(0, 1);
    out.issued_at = Timestamp{std::chrono::milliseconds{*rc::gen::element(0, 1, 256)}};
    return out;
  };
  const DeviceBinding a = any();
  const DeviceBinding b = any();
  RC_ASSERT((a == b) == (encode_device_binding(a) == encode_device_binding(b)));
}

// Goal:   both signatures are needed where the owner is another, the device's alone where it is itself; a wallet's name decides who
//         its owner is.
TEST(DeviceBinding, TakesBothSignatures) {
  const DeviceBinding good = binding();
  const Bytes statement = encode_device_binding(good);
  const auto device = key_of(1).sign(statement);
  const auto owner = key_of(2).sign(statement);
  EXPECT_TRUE(verify_device_binding(good, device, key_of(2).public_key(), owner));
  EXPECT_TRUE(verify_device_binding(good, device, key_of(1).public_key()));
  const auto refused = [](const Result<void>& result) {
    return !result && result.error().code == ErrorCode::unauthenticated && result.error().reason == "binding";
  };
  EXPECT_TRUE(refused(verify_device_binding(good, device, key_of(2).public_key())));
  EXPECT_TRUE(refused(verify_device_binding(good, device, key_of(2).public_key(), device)));
  EXPECT_TRUE(refused(verify_device_binding(good, owner, key_of(2).public_key(), owner)));
  EXPECT_TRUE(refused(verify_device_binding(good, owner, key_of(1).public_key())));

  DeviceBinding named = good;
  named.wallet = wallet_named_after(key_of(2).public_key());
  const Bytes named_statement = encode_device_binding(named);
  EXPECT_TRUE(
      verify_device_binding(named, key_of(1).sign(named_statement), key_of(2).public_key(), key_of(2).sign(named_statement)));
  EXPECT_TRUE(refused(
      verify_device_binding(named, key_of(1).sign(named_statement), key_of(3).public_key(), key_of(3).sign(named_statement))));
  EXPECT_TRUE(refused(verify_device_binding(named, key_of(1).sign(named_statement), key_of(1).public_key())));
}

// Goal:   a view of a device stands for its statement, and one without is refused.
TEST(DeviceBinding, OfAView) {
  const DeviceBinding good = binding();
  const Bytes statement = encode_device_binding(good);
  DeviceView view{good.device,
                  good.wallet,
                  "desktop",
                  good.key,
                  key_of(2).public_key(),
                  good.encryption_key,
                  good.issued_at,
                  key_of(1).sign(statement),
                  key_of(2).sign(statement)};
  EXPECT_TRUE(verify_device_binding(view));
  DeviceView other = view;
  other.encryption_key->bytes[0] ^= 1;
  EXPECT_FALSE(verify_device_binding(other));
  other = view;
  other.device_signature.reset();
  EXPECT_FALSE(verify_device_binding(other));
  other = view;
  other.issued_at.reset();
  EXPECT_FALSE(verify_device_binding(other));
}

// Goal:   nothing that binds a device can be changed, whoever shows it: each name, key, time and signature, to its last bit.
// Method: a device of any keys and times, with an encryption key or without; one part changed by a bit or left out.
RC_GTEST_PROP(DeviceBinding, AnyFlippedBitIsRefused, (std::uint64_t seed)) {
  using test::with_flipped_bit;
  SeededRandom random{seed};
  const auto device = SigningKey::generate(random);
  const auto owner = SigningKey::generate(random);
  DeviceBinding bound{*WalletId::parse("wallet"),
                      *DeviceId::parse("device"),
                      device.public_key(),
                      {},
                      Timestamp{std::chrono::milliseconds{test::any_below(253'402'300'800'000)}}};
  if (*rc::gen::arbitrary<bool>()) random.fill(bound.encryption_key.emplace().bytes);
  const Bytes statement = encode_device_binding(bound);
  DeviceView view{bound.device,    bound.wallet,           "desktop",
                  bound.key,       owner.public_key(),     bound.encryption_key,
                  bound.issued_at, device.sign(statement), owner.sign(statement)};
  RC_ASSERT(verify_device_binding(view).has_value());
  switch (test::any_below(9)) {
    case 0:
      view.wallet_address = *WalletId::parse(view.wallet_address.str() + "1");
      break;
    case 1:
      view.device_id = *DeviceId::parse(view.device_id.str() + "1");
      break;
    case 2:
      view.public_key = with_flipped_bit(view.public_key);
      break;
    case 3:
      view.owner_public_key = with_flipped_bit(view.owner_public_key);
      break;
    case 4:
      if (view.encryption_key)
        view.encryption_key = with_flipped_bit(*view.encryption_key);
      else
        view.encryption_key.emplace();
      break;
    case 5:
      RC_PRE(view.encryption_key.has_value());
      view.encryption_key.reset();
      break;
    case 6:
      view.issued_at = Timestamp{
          std::chrono::milliseconds{view.issued_at->time_since_epoch().count() ^ (std::int64_t{1} << test::any_below(63))}};
      break;
    case 7:
      view.device_signature = with_flipped_bit(*view.device_signature);
      break;
    case 8:
      view.owner_signature = with_flipped_bit(*view.owner_signature);
      break;
  }
  RC_ASSERT(!verify_device_binding(view).has_value());
}

// Goal:   a wallet's name gives the key that it is named after, by the one spelling that names it.
TEST(DeviceBinding, NamesKeysByOneSpelling) {
  const PublicKey key = key_of(1).public_key();
  EXPECT_EQ(key_named_by(wallet_named_after(key)), key);
  const std::string hex = key.hex();
  std::string upper = hex;
  for (char& c : upper)
    if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
  for (const std::string& name : {"wallet" + hex, "ed25519:" + upper, "ed25519:" + hex.substr(2), std::string("ed25519:")})
    EXPECT_FALSE(key_named_by(*WalletId::parse(name))) << name;
}

}  // namespace
}  // namespace gstd::protocol

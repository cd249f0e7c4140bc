// Several devices of one wallet, through the C ABI alone.
#include <cstring>

#include "main_job.hpp"

namespace gstd::capi_test {
namespace {

KeyHandle new_key() {
  gstd_key* key = nullptr;
  expect_ok(gstd_key_new(&key, nullptr), nullptr);
  return KeyHandle{key};
}

ClientHandle client_of(const char* url, const gstd_key* key, const gstd_key* owner, const char* device) {
  const ClientOptionsHandle options{gstd_client_options_new(url)};
  gstd_error* error = nullptr;
  gstd_client_options_set_key(options.get(), key);
  gstd_client_options_set_owner(options.get(), owner);
  expect_ok(gstd_client_options_set_device(options.get(), device, &error), error);
  expect_ok(gstd_client_options_set_wallet(options.get(), "shared", &error), error);
  gstd_client* client = nullptr;
  expect_ok(gstd_client_new(options.get(), &client, &error), error);
  return ClientHandle{client};
}

// Goal:   the owner admits a second device, which gets another key and is revoked; each key that ends is refused from then on.
TEST_F(MainJob, SeveralDevicesOfOneWallet) {
  const KeyHandle owner_key = new_key();
  const KeyHandle phone_key = new_key();
  const KeyHandle fresh_key = new_key();
  gstd_error* error = nullptr;
  const auto registers = [&](const ClientHandle& client) {
    return gstd_client_register_device(client.get(), "phone", kTimeoutMs, nullptr, &error);
  };
  const ClientHandle owner = client_of(url(), owner_key.get(), nullptr, "laptop");
  expect_ok(registers(owner), error);
  const ClientHandle alone = client_of(url(), phone_key.get(), nullptr, "phone");
  EXPECT_EQ(reason_of(registers(alone), GSTD_PERMISSION_DENIED, error), "wallet_bound");
  const ClientHandle phone = client_of(url(), phone_key.get(), owner_key.get(), "phone");
  expect_ok(registers(phone), error);

  gstd_encryption_key* raw_reading_key = nullptr;
  expect_ok(gstd_encryption_key_new(&raw_reading_key, &error), error);
  const EncryptionKeyHandle reading_key{raw_reading_key};
  expect_ok(gstd_client_rotate_key(phone.get(), fresh_key.get(), reading_key.get(), kTimeoutMs, nullptr, &error), error);
  EXPECT_EQ(reason_of(registers(phone), GSTD_UNAUTHENTICATED, error), "key_revoked");
  const ClientHandle fresh = client_of(url(), fresh_key.get(), nullptr, "phone");
  EXPECT_EQ(reason_of(gstd_client_revoke_device(fresh.get(), "laptop", kTimeoutMs, nullptr, &error), GSTD_PERMISSION_DENIED, error),
            "not_yours");
  expect_ok(gstd_client_revoke_device(owner.get(), "phone", kTimeoutMs, nullptr, &error), error);
  EXPECT_EQ(reason_of(registers(fresh), GSTD_UNAUTHENTICATED, error), "key_revoked");

  gstd_devices* raw = nullptr;
  expect_ok(gstd_client_devices(owner.get(), kTimeoutMs, nullptr, &raw, &error), error);
  const DevicesHandle devices{raw};
  ASSERT_EQ(gstd_devices_count(raw), 2u);
  EXPECT_STREQ(gstd_devices_id(raw, 0), "laptop");
  EXPECT_STREQ(gstd_devices_id(raw, 1), "phone");
  EXPECT_STREQ(gstd_devices_id(raw, 2), "");
  EXPECT_EQ(gstd_devices_is_revoked(raw, 0), 0);
  EXPECT_EQ(gstd_devices_is_revoked(raw, 1), 1);
  std::uint8_t expected[32];
  std::uint8_t seen[32];
  gstd_key_public(fresh_key.get(), expected);
  EXPECT_EQ(gstd_devices_public_key(raw, 1, seen), 1);
  EXPECT_EQ(std::memcmp(seen, expected, sizeof seen), 0);
  EXPECT_EQ(gstd_devices_public_key(raw, 2, seen), 0);
  EXPECT_EQ(gstd_devices_encryption_key(raw, 0, seen), 1);
  EXPECT_EQ(gstd_devices_encryption_key(raw, 1, seen), 1);
  gstd_encryption_key_public(reading_key.get(), expected);
  EXPECT_EQ(std::memcmp(seen, expected, sizeof seen), 0);
  EXPECT_EQ(gstd_devices_encryption_key(raw, 2, seen), 0);
  EXPECT_EQ(gstd_devices_count(nullptr), 0u);
  EXPECT_EQ(gstd_devices_is_revoked(nullptr, 0), 0);
  EXPECT_EQ(gstd_client_devices(nullptr, 1, nullptr, &raw, nullptr), GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(gstd_client_rotate_key(owner.get(), nullptr, nullptr, 1, nullptr, nullptr), GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(gstd_client_revoke_device(owner.get(), "", kTimeoutMs, nullptr, nullptr), GSTD_INVALID_ARGUMENT);
}

}  // namespace
}  // namespace gstd::capi_test

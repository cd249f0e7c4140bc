// Key files through the C ABI.
#include <cstdlib>
#include <cstring>

#include "conformance/temp_dir.hpp"
#include "handles.hpp"

namespace gstd::capi_test {
namespace {

// `error` by reference: it is filled by the call that gives `status`.
std::string reason_of(gstd_status status, gstd_status expected, gstd_error*& error) {
  const ErrorHandle held{error};
  EXPECT_EQ(status, expected);
  return gstd_error_reason(error);
}

// Goal:   a key comes back from its file with its passphrase alone, and every refusal has its own reason.
// Method: one file encrypted, one not.
TEST(KeyFile, ComesBack) {
  const gstd::test::TempDir folder;
  const std::string sealed = (folder / "sealed").string();
  const std::string plain = (folder / "plain").string();
  const std::uint8_t passphrase[] = {'a', 0, 'b'};
  gstd_key* raw = nullptr;
  gstd_error* error = nullptr;
  expect_ok(gstd_key_new(&raw, &error), error);
  const KeyHandle key{raw};
  expect_ok(gstd_key_save(key.get(), sealed.c_str(), passphrase, sizeof passphrase, &error), error);
  expect_ok(gstd_key_save_unencrypted(key.get(), plain.c_str(), &error), error);
  std::uint8_t expected[32];
  gstd_key_public(key.get(), expected);

  for (const auto& [path, is_encrypted] : {std::pair{sealed, 1}, {plain, 0}}) {
    std::uint8_t shown[32] = {};
    std::int32_t encrypted = -1;
    expect_ok(gstd_key_file_public(path.c_str(), shown, &encrypted, &error), error);
    EXPECT_EQ(std::memcmp(shown, expected, sizeof shown), 0);
    EXPECT_EQ(encrypted, is_encrypted);
    gstd_key* loaded = nullptr;
    expect_ok(gstd_key_load(path.c_str(), passphrase, sizeof passphrase, &loaded, &error), error);
    const KeyHandle held{loaded};
    std::uint8_t seen[32] = {};
    gstd_key_public(loaded, seen);
    EXPECT_EQ(std::memcmp(seen, expected, sizeof seen), 0);
  }
  gstd_key* none = nullptr;
  EXPECT_EQ(reason_of(gstd_key_load(sealed.c_str(), nullptr, 0, &none, &error), GSTD_FAILED_PRECONDITION, error),
            "key_file_locked");
  EXPECT_EQ(reason_of(gstd_key_load(sealed.c_str(), passphrase, 1, &none, &error), GSTD_UNAUTHENTICATED, error),
            "key_file_passphrase");
  EXPECT_EQ(reason_of(gstd_key_save(key.get(), sealed.c_str(), passphrase, 1, &error), GSTD_ALREADY_EXISTS, error), "key_file");
  EXPECT_EQ(reason_of(gstd_key_save(key.get(), (folder / "x").c_str(), nullptr, 0, &error), GSTD_INVALID_ARGUMENT, error),
            "passphrase");
  EXPECT_EQ(reason_of(gstd_key_load((folder / "x").c_str(), nullptr, 0, &none, &error), GSTD_NOT_FOUND, error), "key_file");
  EXPECT_EQ(none, nullptr);
  EXPECT_EQ(gstd_key_load(nullptr, nullptr, 0, &none, nullptr), GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(gstd_key_save(nullptr, "x", passphrase, 1, nullptr), GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(gstd_key_save_unencrypted(nullptr, "x", nullptr), GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(gstd_key_file_public(nullptr, expected, nullptr, nullptr), GSTD_INVALID_ARGUMENT);
}

}  // namespace
}  // namespace gstd::capi_test

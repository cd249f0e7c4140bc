// Names, errors, keys, hashing.
#include <cstdlib>
#include <cstring>

#include "handles.hpp"

namespace gstd::capi_test {
namespace {

std::string hex(const std::uint8_t* data, std::size_t size) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (std::size_t i = 0; i < size; ++i) {
    out += kDigits[data[i] >> 4];
    out += kDigits[data[i] & 15];
  }
  return out;
}

// Goal:   every number has its name, and an unknown one does not crash.
// Method: the first, the last, one beyond, a negative one.
TEST(Names, CoverStatusesOutcomesAndStates) {
  EXPECT_STREQ(gstd_version(), "0.1.0");
  EXPECT_STREQ(gstd_status_name(GSTD_OK), "ok");
  EXPECT_STREQ(gstd_status_name(GSTD_UNAUTHENTICATED), "unauthenticated");
  EXPECT_STREQ(gstd_status_name(99), "unknown");
  EXPECT_STREQ(gstd_outcome_name(GSTD_OUTCOME_INVALID_MODULE), "invalid_module");
  EXPECT_STREQ(gstd_outcome_name(-1), "unknown");
  EXPECT_STREQ(gstd_task_state_name(GSTD_TASK_DISPUTED), "disputed");
  EXPECT_STREQ(gstd_task_state_name(1000), "unknown");
}

// Goal:   a program that asks first of all has libcurl's memory wiped, however often it asks.
// Method: in a process of its own, since others here have used libcurl by now.
TEST(HttpMemoryDeathTest, IsWipedForWhoAsksFirst) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto ask_twice = [] {
    std::exit(gstd_wipe_http_memory(nullptr) == GSTD_OK && gstd_wipe_http_memory(nullptr) == GSTD_OK ? 0 : 1);
  };
  EXPECT_EXIT(ask_twice(), ::testing::ExitedWithCode(0), "");
}

// Goal:   freeing nothing is fine, and a getter of nothing answers something harmless.
// Method: NULL everywhere.
TEST(Null, IsHarmless) {
  gstd_error_free(nullptr);
  gstd_text_free(nullptr);
  gstd_key_free(nullptr);
  gstd_sandbox_free(nullptr);
  gstd_pow_options_free(nullptr);
  gstd_solution_free(nullptr);
  gstd_client_free(nullptr);
  gstd_worker_free(nullptr);
  gstd_coordinator_free(nullptr);
  EXPECT_EQ(gstd_error_status(nullptr), GSTD_OK);
  EXPECT_STREQ(gstd_text_get(nullptr), "");
  EXPECT_STREQ(gstd_coordinator_url(nullptr), "");
  std::size_t size = 7;
  EXPECT_EQ(gstd_result_output(nullptr, &size), nullptr);
  EXPECT_EQ(size, 0u);
}

// Goal:   a missing argument is an error with details, for who wants them, and touches no output.
// Method: with and without an error pointer.
TEST(Errors, MissingArgumentIsRefused) {
  auto* untouched = reinterpret_cast<gstd_client*>(std::uintptr_t{8});
  gstd_client* out = untouched;
  gstd_error* error = nullptr;
  EXPECT_EQ(gstd_client_new(nullptr, &out, &error), GSTD_INVALID_ARGUMENT);
  const ErrorHandle held{error};
  EXPECT_EQ(gstd_error_status(error), GSTD_INVALID_ARGUMENT);
  EXPECT_STREQ(gstd_error_reason(error), "null");
  EXPECT_NE(std::strlen(gstd_error_message(error)), 0u);
  EXPECT_EQ(out, untouched);
  EXPECT_EQ(gstd_client_new(nullptr, nullptr, nullptr), GSTD_INVALID_ARGUMENT);
}

// Goal:   hashing is SHA-256, also of nothing.
// Method: FIPS 180-4's "abc" and the empty text.
TEST(Sha256, EqualsTheStandard) {
  std::uint8_t digest[32];
  gstd_sha256(reinterpret_cast<const std::uint8_t*>("abc"), 3, digest);
  EXPECT_EQ(hex(digest, 32), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  gstd_sha256(nullptr, 0, digest);
  EXPECT_EQ(hex(digest, 32), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

// Goal:   a key follows from its seed; a seed of another length is refused.
// Method: RFC 8032 section 7.1, test 1.
TEST(Key, FollowsFromItsSeed) {
  const std::uint8_t seed[32] = {0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4,
                                 0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60};
  gstd_key* key = nullptr;
  expect_ok(gstd_key_from_seed(seed, sizeof seed, &key, nullptr), nullptr);
  const KeyHandle held{key};
  std::uint8_t public_key[32];
  gstd_key_public(key, public_key);
  EXPECT_EQ(hex(public_key, 32), "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  EXPECT_EQ(gstd_key_from_seed(seed, 31, &key, nullptr), GSTD_INVALID_ARGUMENT);
}

}  // namespace
}  // namespace gstd::capi_test

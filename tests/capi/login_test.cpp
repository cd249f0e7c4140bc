// A TON wallet's login and its session, through the C ABI alone; what a wallet program signs is signed by OpenSSL.
#include <cstdio>
#include <cstring>
#include <ctime>

#include "main_job.hpp"
#include "outside_key.hpp"

namespace gstd::capi_test {
namespace {

void sign_with(const OutsideKey& wallet, gstd_wallet_proof* proof) {
  std::uint8_t digest[32];
  gstd_error* error = nullptr;
  expect_ok(gstd_wallet_proof_digest(proof, digest, &error), error);
  expect_ok(gstd_wallet_proof_set_signature(proof, wallet.sign(digest, sizeof digest).data(), &error), error);
}

ClientHandle client_with(const char* url, const char* token, const gstd_key* key = nullptr, const char* wallet = nullptr) {
  const ClientOptionsHandle options{gstd_client_options_new(url)};
  gstd_error* error = nullptr;
  if (token != nullptr) expect_ok(gstd_client_options_set_session(options.get(), token, &error), error);
  if (key != nullptr) gstd_client_options_set_key(options.get(), key);
  if (wallet != nullptr) expect_ok(gstd_client_options_set_wallet(options.get(), wallet, &error), error);
  gstd_client* client = nullptr;
  expect_ok(gstd_client_new(options.get(), &client, &error), error);
  return ClientHandle{client};
}

LoginPayloadHandle ask(gstd_client* client) {
  gstd_login_payload* payload = nullptr;
  gstd_error* error = nullptr;
  expect_ok(gstd_client_login_payload(client, kTimeoutMs, nullptr, &payload, &error), error);
  return LoginPayloadHandle{payload};
}

SessionHandle log_in(gstd_client* client, const OutsideKey& wallet, const char* version = nullptr) {
  const auto payload = ask(client);
  gstd_wallet_proof* proof = nullptr;
  gstd_error* error = nullptr;
  expect_ok(gstd_wallet_proof_new(payload.get(), wallet.public_key(), version, nullptr, &proof, &error), error);
  const WalletProofHandle held{proof};
  sign_with(wallet, proof);
  gstd_session* session = nullptr;
  expect_ok(gstd_client_login(client, proof, kTimeoutMs, nullptr, &session, &error), error);
  return SessionHandle{session};
}

gstd_status see_balance(gstd_client* client, std::int64_t* nano, gstd_error** error = nullptr) {
  return gstd_client_balance(client, kTimeoutMs, nullptr, nano, error);
}

// Goal:   a program without a key of its own acts for a wallet that is elsewhere, passes its session on, and ends it.
// Method: login by two calls with the signature between; the wallet's money seen by this client and one that got the token; each
//         way of ending it.
TEST_F(MainJob, WalletLogsInAndOut) {
  const OutsideKey wallet{7};
  const auto client = client_with(url(), nullptr);
  gstd_error* error = nullptr;
  std::int64_t nano = -1;
  EXPECT_EQ(reason_of(gstd_client_refresh_session(client.get(), kTimeoutMs, nullptr, nullptr, &error), GSTD_UNAUTHENTICATED, error),
            "session_missing");
  const auto session = log_in(client.get(), wallet);
  const std::string name = gstd_session_wallet(session.get());
  EXPECT_EQ(name.substr(0, 2), "0:");
  EXPECT_EQ(std::strlen(gstd_session_token(session.get())), 64u);
  EXPECT_GT(gstd_session_renewable_until_ms(session.get()), gstd_session_expires_at_ms(session.get()));
  expect_ok(gstd_coordinator_deposit(coordinator_.get(), "gift", name.c_str(), 5, nullptr, &error), error);
  expect_ok(see_balance(client.get(), &nano, &error), error);
  EXPECT_EQ(nano, 5);
  std::int64_t expires_at = 0;
  expect_ok(gstd_client_refresh_session(client.get(), kTimeoutMs, nullptr, &expires_at, &error), error);
  EXPECT_GE(expires_at, gstd_session_expires_at_ms(session.get()));

  const auto passed_on = client_with(url(), gstd_session_token(session.get()));
  expect_ok(see_balance(passed_on.get(), &nano, &error), error);
  const auto other = client_with(url(), nullptr);
  const auto second = log_in(other.get(), wallet);
  EXPECT_STRNE(gstd_session_token(second.get()), gstd_session_token(session.get()));
  expect_ok(gstd_client_logout(passed_on.get(), 0, kTimeoutMs, nullptr, &error), error);
  EXPECT_EQ(reason_of(see_balance(client.get(), &nano, &error), GSTD_UNAUTHENTICATED, error), "session_invalid");
  expect_ok(see_balance(other.get(), &nano, &error), error);
  const auto third = log_in(client.get(), wallet);
  expect_ok(gstd_client_logout(client.get(), 1, kTimeoutMs, nullptr, &error), error);
  EXPECT_EQ(reason_of(see_balance(other.get(), &nano, &error), GSTD_UNAUTHENTICATED, error), "session_invalid");
  EXPECT_EQ(reason_of(gstd_client_logout(client.get(), 0, kTimeoutMs, nullptr, &error), GSTD_UNAUTHENTICATED, error),
            "session_missing");
}

// Goal:   a device registers for a wallet with its session, and not without.
// Method: the same key with and without; the wallet's contract is another version, and its key is in this process.
TEST_F(MainJob, SessionShowsWhoseWalletItIs) {
  gstd_key* raw_key = nullptr;
  gstd_error* error = nullptr;
  expect_ok(gstd_key_new(&raw_key, &error), error);
  const KeyHandle wallet_key{raw_key};
  expect_ok(gstd_key_new(&raw_key, &error), error);
  const KeyHandle device_key{raw_key};
  std::uint8_t public_key[32];
  gstd_key_public(wallet_key.get(), public_key);

  const auto browser = client_with(url(), nullptr);
  const auto payload = ask(browser.get());
  EXPECT_STREQ(gstd_login_payload_network(payload.get()), "-239");
  ASSERT_GE(gstd_login_payload_domain_count(payload.get()), 1u);
  EXPECT_STRNE(gstd_login_payload_domain(payload.get(), 0), "");
  EXPECT_EQ(gstd_login_payload_domain(payload.get(), gstd_login_payload_domain_count(payload.get())), nullptr);
  EXPECT_GT(gstd_login_payload_expires_at_ms(payload.get()), 0);
  gstd_wallet_proof* raw_proof = nullptr;
  expect_ok(gstd_wallet_proof_new(payload.get(), public_key, "v4r2", nullptr, &raw_proof, &error), error);
  const WalletProofHandle proof{raw_proof};
  EXPECT_EQ(reason_of(gstd_wallet_proof_sign(proof.get(), device_key.get(), &error), GSTD_INVALID_ARGUMENT, error), "wallet_key");
  expect_ok(gstd_wallet_proof_sign(proof.get(), wallet_key.get(), &error), error);
  gstd_session* raw_session = nullptr;
  expect_ok(gstd_client_login(browser.get(), proof.get(), kTimeoutMs, nullptr, &raw_session, &error), error);
  const SessionHandle session{raw_session};

  const char* wallet = gstd_session_wallet(session.get());
  const auto registers = [&](const ClientHandle& client) {
    return gstd_client_register_device(client.get(), "phone", kTimeoutMs, nullptr, &error);
  };
  EXPECT_EQ(reason_of(registers(client_with(url(), nullptr, device_key.get(), wallet)), GSTD_PERMISSION_DENIED, error),
            "wallet_proof");
  expect_ok(registers(client_with(url(), gstd_session_token(session.get()), device_key.get(), wallet)), error);
}

// Goal:   what a wallet program answers is passed on as it is, serves once, and only for a domain of the coordinator.
// Method: a proof as TonConnect lays it out; again; a domain that the coordinator has not.
TEST_F(MainJob, ProofComesAsJson) {
  const OutsideKey wallet{9};
  const auto client = client_with(url(), nullptr);
  const std::string name = gstd_session_wallet(log_in(client.get(), wallet).get());
  std::string key_hex;
  for (std::size_t i = 0; i < 32; ++i) {
    char digits[3];
    std::snprintf(digits, sizeof digits, "%02x", wallet.public_key()[i]);
    key_hex += digits;
  }
  gstd_error* error = nullptr;
  const auto answer = [&](const std::string& domain) {
    const auto payload = ask(client.get());
    const std::string json = R"({"address": ")" + name + R"(", "network": "-239", "public_key": ")" + key_hex +
                             R"(", "proof": {"timestamp": )" + std::to_string(std::time(nullptr)) +
                             R"(, "domain": {"lengthBytes": )" + std::to_string(domain.size()) + R"(, "value": ")" + domain +
                             R"("}, "signature": ")" + std::string(86, 'A') + R"(==", "payload": ")" +
                             gstd_login_payload_text(payload.get()) + "\"}}";
    gstd_wallet_proof* proof = nullptr;
    expect_ok(gstd_wallet_proof_from_json(json.data(), json.size(), &proof, &error), error);
    sign_with(wallet, proof);
    return WalletProofHandle{proof};
  };
  const auto login = [&](const WalletProofHandle& proof) {
    return gstd_client_login(client.get(), proof.get(), kTimeoutMs, nullptr, nullptr, &error);
  };
  const auto good = answer(gstd_login_payload_domain(ask(client.get()).get(), 0));
  expect_ok(login(good), error);
  EXPECT_EQ(reason_of(login(good), GSTD_UNAUTHENTICATED, error), "login_payload");
  EXPECT_EQ(reason_of(login(answer("evil.example")), GSTD_UNAUTHENTICATED, error), "ton_proof_domain");
  std::int64_t nano = -1;
  expect_ok(see_balance(client.get(), &nano, &error), error);
}

// Goal:   a coordinator takes the domains and lifetimes that it was given.
// Method: a domain of its own, and a session of a minute.
TEST(Login, CoordinatorHasItsOwnDomains) {
  gstd_coordinator_options* options = gstd_coordinator_options_new();
  gstd_error* error = nullptr;
  expect_ok(gstd_coordinator_options_add_login_domain(options, "gstd.example", &error), error);
  gstd_coordinator_options_set_session_seconds(options, 60);
  gstd_coordinator* raw = nullptr;
  expect_ok(gstd_coordinator_start(options, &raw, &error), error);
  const CoordinatorHandle coordinator{raw};
  gstd_coordinator_options_free(options);
  const auto client = client_with(gstd_coordinator_url(raw), nullptr);
  const auto payload = ask(client.get());
  EXPECT_EQ(gstd_login_payload_domain_count(payload.get()), 1u);
  EXPECT_STREQ(gstd_login_payload_domain(payload.get(), 0), "gstd.example");
  const OutsideKey wallet{8};
  const auto session = log_in(client.get(), wallet, "v3r2");
  EXPECT_LT(gstd_session_expires_at_ms(session.get()), gstd_login_payload_expires_at_ms(payload.get()));
}

// Goal:   what is no login is refused where it is given, and NULL is an error, not a crash.
TEST(Login, TakesNoNonsense) {
  const ClientOptionsHandle options{gstd_client_options_new("http://127.0.0.1:1")};
  gstd_error* error = nullptr;
  for (const char* token : {"", "abc", "zz"})
    EXPECT_EQ(reason_of(gstd_client_options_set_session(options.get(), token, &error), GSTD_INVALID_ARGUMENT, error),
              "session_token");
  EXPECT_EQ(gstd_client_options_set_session(options.get(), nullptr, nullptr), GSTD_INVALID_ARGUMENT);
  gstd_wallet_proof* proof = nullptr;
  EXPECT_EQ(reason_of(gstd_wallet_proof_from_json("{", 1, &proof, &error), GSTD_INVALID_ARGUMENT, error), "json");
  EXPECT_EQ(reason_of(gstd_wallet_proof_from_json("{}", 2, &proof, &error), GSTD_INVALID_ARGUMENT, error), "field");
  EXPECT_EQ(gstd_wallet_proof_from_json(nullptr, 0, &proof, nullptr), GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(gstd_wallet_proof_new(nullptr, nullptr, nullptr, nullptr, &proof, nullptr), GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(proof, nullptr);
  std::uint8_t bytes[64] = {};
  EXPECT_EQ(gstd_wallet_proof_digest(nullptr, bytes, nullptr), GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(gstd_wallet_proof_set_signature(nullptr, bytes, nullptr), GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(gstd_wallet_proof_sign(nullptr, nullptr, nullptr), GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(gstd_client_login_payload(nullptr, 1, nullptr, nullptr, nullptr), GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(gstd_client_login(nullptr, nullptr, 1, nullptr, nullptr, nullptr), GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(gstd_client_refresh_session(nullptr, 1, nullptr, nullptr, nullptr), GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(gstd_client_logout(nullptr, 0, 1, nullptr, nullptr), GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(gstd_coordinator_options_add_login_domain(nullptr, "x", nullptr), GSTD_INVALID_ARGUMENT);
  EXPECT_STREQ(gstd_login_payload_text(nullptr), "");
  EXPECT_EQ(gstd_login_payload_domain(nullptr, 0), nullptr);
  EXPECT_STREQ(gstd_session_token(nullptr), "");
  EXPECT_EQ(gstd_session_expires_at_ms(nullptr), 0);
}

}  // namespace
}  // namespace gstd::capi_test

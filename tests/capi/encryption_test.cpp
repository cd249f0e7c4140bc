// Encrypted tasks through the C ABI alone: created, granted to a worker, done, read.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstring>

#include "main_job.hpp"

namespace gstd::capi_test {
namespace {

constexpr std::uint32_t kWaitMs = 10'000;

EncryptionKeyHandle reading_key() {
  gstd_encryption_key* key = nullptr;
  gstd_error* error = nullptr;
  expect_ok(gstd_encryption_key_new(&key, &error), error);
  return EncryptionKeyHandle{key};
}

WorkerHandle start_worker(const char* url) {
  const auto client = options_for(url, "worker");
  gstd_error* error = nullptr;
  expect_ok(gstd_client_options_set_device(client.get(), "trusted", &error), error);
  const auto key = reading_key();
  gstd_client_options_set_encryption_key(client.get(), key.get());
  const WorkerOptionsHandle options{gstd_worker_options_new(client.get())};
  gstd_worker* worker = nullptr;
  expect_ok(gstd_worker_start(options.get(), kTimeoutMs, nullptr, &worker, &error), error);
  return WorkerHandle{worker};
}

RequestHandle sealed_order(const std::uint8_t* module, const std::string& input) {
  RequestHandle request{gstd_task_request_new(module, kBudget)};
  gstd_error* error = nullptr;
  gstd_task_request_set_encrypted(request.get(), 1);
  expect_ok(gstd_task_request_set_input(request.get(), reinterpret_cast<const std::uint8_t*>(input.data()), input.size(), &error),
            error);
  return request;
}

TextHandle create(gstd_client* client, const gstd_task_request* request) {
  gstd_text* id = nullptr;
  gstd_error* error = nullptr;
  expect_ok(gstd_client_create_task(client, request, kTimeoutMs, nullptr, &id, &error), error);
  return TextHandle{id};
}

std::string output_of(const gstd_result* result) {
  std::size_t size = 0;
  const std::uint8_t* output = gstd_result_output(result, &size);
  return {reinterpret_cast<const char*>(output), size};
}

void expect_verified(const gstd_result* result, const std::uint8_t* module, const std::string& input) {
  std::uint8_t digest[32];
  gstd_sha256(reinterpret_cast<const std::uint8_t*>(input.data()), input.size(), digest);
  gstd_error* error = nullptr;
  expect_ok(gstd_result_verify(result, module, digest, &error), error);
  digest[0] ^= 1;
  EXPECT_EQ(gstd_result_verify(result, module, digest, nullptr), GSTD_DATA_LOSS);
}

// The body of the answer to a GET with a session's token, as a program without this library fetches it.
std::string fetch(const std::string& url, const std::string& path, const std::string& token) {
  const std::string port = url.substr(url.rfind(':') + 1);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(port)));
  inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
  const int connection = ::socket(AF_INET, SOCK_STREAM, 0);
  EXPECT_EQ(::connect(connection, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  const std::string request = "GET /api/v1" + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nX-Session-Token: " + token +
                              "\r\nConnection: close\r\n\r\n";
  EXPECT_EQ(::write(connection, request.data(), request.size()), static_cast<ssize_t>(request.size()));
  std::string answer;
  char part[4096];
  for (ssize_t got = 0; (got = ::read(connection, part, sizeof part)) > 0;) answer.append(part, static_cast<std::size_t>(got));
  ::close(connection);
  return answer.substr(answer.find("\r\n\r\n") + 4);
}

struct Requester {
  std::atomic<int> asked{0};
  std::atomic<bool> grants{false};
  std::atomic<int> released{0};
};

std::int32_t may_have_the_key(void* user_data, const char* task, std::uint32_t attempt, const char* device,
                              const std::uint8_t* device_public_key) {
  auto& requester = *static_cast<Requester*>(user_data);
  ++requester.asked;
  const std::uint8_t nothing[32] = {};
  EXPECT_STREQ(task, "a-task-of-mine");
  EXPECT_EQ(attempt, 1u);
  EXPECT_STREQ(device, "trusted");
  EXPECT_NE(std::memcmp(device_public_key, nothing, sizeof nothing), 0);
  return requester.grants ? 1 : 0;
}

// Goal:   an encrypted task is done by a worker that the requester chose, and is read by whoever has the requester's encryption
// key. Method: the first client creates; the second, of the same keys, as after a restart, first refuses the worker, then grants;
// what was
//         lent to the callback comes back once.
TEST_F(MainJob, EncryptedTaskIsGrantedByChoice) {
  if (!kHasEngine) GTEST_SKIP() << "built without an engine";
  static_cast<void>(create("uploads the module"));
  const std::string input = "for the worker's eyes only";
  Requester requester;
  {
    const auto options = options_for(url(), "reader");
    gstd_error* error = nullptr;
    const auto key = reading_key();
    gstd_client_options_set_encryption_key(options.get(), key.get());
    expect_ok(gstd_client_options_set_grant_callback(
                  options.get(), &may_have_the_key, &requester,
                  [](void* user_data) { ++static_cast<Requester*>(user_data)->released; }, &error),
              error);
    gstd_client* raw = nullptr;
    expect_ok(gstd_client_new(options.get(), &raw, &error), error);
    ClientHandle first{raw};
    expect_ok(gstd_client_register_device(raw, "desktop", kTimeoutMs, nullptr, &error), error);
    expect_ok(gstd_coordinator_deposit(coordinator_.get(), "reader", "reader", kGrant, nullptr, &error), error);
    const auto order = sealed_order(module_, input);
    expect_ok(gstd_task_request_set_id(order.get(), "a-task-of-mine", &error), error);
    const auto id = gstd::capi_test::create(first.get(), order.get());
    EXPECT_STREQ(gstd_text_get(id.get()), "a-task-of-mine");
    first.reset();

    expect_ok(gstd_client_new(options.get(), &raw, &error), error);
    const ClientHandle client{raw};
    expect_ok(gstd_client_follow_task(raw, gstd_text_get(id.get()), &error), error);
    const auto worker = start_worker(url());
    std::size_t granted = 0;
    while (requester.asked == 0) {
      expect_ok(gstd_client_grant_keys(raw, kWaitMs, kTimeoutMs, nullptr, &granted, &error), error);
      ASSERT_EQ(granted, 0u);
    }
    gstd_result* result_raw = nullptr;
    EXPECT_EQ(reason_of(gstd_client_result(raw, gstd_text_get(id.get()), kTimeoutMs, nullptr, &result_raw, &error),
                        GSTD_FAILED_PRECONDITION, error),
              "not_ready");
    requester.grants = true;
    while (granted == 0) expect_ok(gstd_client_grant_keys(raw, kWaitMs, kTimeoutMs, nullptr, &granted, &error), error);
    EXPECT_EQ(granted, 1u);
    expect_ok(gstd_worker_drain(worker.get(), kTimeoutMs, nullptr, &error), error);
    expect_ok(gstd_client_result(raw, gstd_text_get(id.get()), kTimeoutMs, nullptr, &result_raw, &error), error);
    const ResultHandle result{result_raw};
    EXPECT_EQ(gstd_result_is_encrypted(result.get()), 1);
    EXPECT_EQ(output_of(result.get()), input);
    expect_verified(result.get(), module_, input);
    EXPECT_EQ(requester.released, 0);
  }
  EXPECT_EQ(requester.released, 1);
}

// Goal:   the result of a wallet's encrypted task can be fetched by a program that has its session, and opened with its content
// key. Method: created and waited for with the device's own key; fetched by plain HTTP; without the key and with another one.
TEST_F(MainJob, EncryptedResultIsOpenedElsewhere) {
  if (!kHasEngine) GTEST_SKIP() << "built without an engine";
  static_cast<void>(create("uploads the module"));
  const std::string input = "nobody else reads this";
  gstd_error* error = nullptr;
  gstd_key* raw_key = nullptr;
  expect_ok(gstd_key_new(&raw_key, &error), error);
  const KeyHandle key{raw_key};
  std::uint8_t public_key[32];
  gstd_key_public(raw_key, public_key);
  gstd_login_payload* payload = nullptr;
  expect_ok(gstd_client_login_payload(client_.get(), kTimeoutMs, nullptr, &payload, &error), error);
  const LoginPayloadHandle held_payload{payload};
  gstd_wallet_proof* proof = nullptr;
  expect_ok(gstd_wallet_proof_new(payload, public_key, nullptr, nullptr, &proof, &error), error);
  const WalletProofHandle held_proof{proof};
  expect_ok(gstd_wallet_proof_sign(proof, raw_key, &error), error);
  gstd_session* session = nullptr;
  expect_ok(gstd_client_login(client_.get(), proof, kTimeoutMs, nullptr, &session, &error), error);
  const SessionHandle held_session{session};
  const std::string wallet = gstd_session_wallet(session);

  const auto options = options_for(url(), wallet.c_str());
  expect_ok(gstd_client_options_set_session(options.get(), gstd_session_token(session), &error), error);
  gstd_client* raw = nullptr;
  expect_ok(gstd_client_new(options.get(), &raw, &error), error);
  const ClientHandle client{raw};
  expect_ok(gstd_client_register_device(raw, "desktop", kTimeoutMs, nullptr, &error), error);
  expect_ok(gstd_coordinator_deposit(coordinator_.get(), "own", wallet.c_str(), kGrant, nullptr, &error), error);
  const auto id = gstd::capi_test::create(raw, sealed_order(module_, input).get());
  const auto worker = start_worker(url());
  gstd_result* waited = nullptr;
  expect_ok(gstd_client_wait_result(raw, gstd_text_get(id.get()), kTimeoutMs, nullptr, &waited, &error), error);
  EXPECT_EQ(output_of(ResultHandle{waited}.get()), input);

  const std::string json = fetch(url(), std::string("/tasks/") + gstd_text_get(id.get()) + "/result", gstd_session_token(session));
  std::uint8_t content_key[32];
  expect_ok(gstd_client_content_key(raw, gstd_text_get(id.get()), content_key, &error), error);
  gstd_result* opened = nullptr;
  EXPECT_EQ(reason_of(gstd_result_from_json(json.data(), json.size(), nullptr, &opened, &error), GSTD_INVALID_ARGUMENT, error),
            "encryption");
  expect_ok(gstd_result_from_json(json.data(), json.size(), content_key, &opened, &error), error);
  const ResultHandle result{opened};
  EXPECT_EQ(output_of(opened), input);
  expect_verified(opened, module_, input);
  content_key[5] ^= 1;
  EXPECT_EQ(reason_of(gstd_result_from_json(json.data(), json.size(), content_key, &opened, &error), GSTD_DATA_LOSS, error),
            "sealed");
}

// Goal:   an encryption key is what its secret says, and goes with a signing key where none is named.
// Method: a key made from its own secret; the derived key under a client that was given it, and one that was not.
TEST(EncryptionKeys, AreTheirSecrets) {
  gstd_error* error = nullptr;
  const auto key = reading_key();
  std::uint8_t secret[32];
  std::uint8_t first[32];
  std::uint8_t second[32];
  gstd_encryption_key_secret(key.get(), secret);
  gstd_encryption_key* raw = nullptr;
  expect_ok(gstd_encryption_key_from_secret(secret, sizeof secret, &raw, &error), error);
  const EncryptionKeyHandle copy{raw};
  gstd_encryption_key_public(key.get(), first);
  gstd_encryption_key_public(copy.get(), second);
  EXPECT_EQ(std::memcmp(first, second, sizeof first), 0);
  EXPECT_EQ(gstd_encryption_key_from_secret(secret, 31, &raw, nullptr), GSTD_INVALID_ARGUMENT);

  gstd_key* raw_key = nullptr;
  expect_ok(gstd_key_new(&raw_key, &error), error);
  const KeyHandle signing{raw_key};
  expect_ok(gstd_encryption_key_derive(signing.get(), &raw, &error), error);
  const EncryptionKeyHandle derived{raw};
  const auto content_key_of = [&](const gstd_encryption_key* given, const gstd_key* by, std::uint8_t* content_key) {
    const ClientOptionsHandle options{gstd_client_options_new("http://127.0.0.1:1")};
    if (by != nullptr) gstd_client_options_set_key(options.get(), by);
    if (given != nullptr) gstd_client_options_set_encryption_key(options.get(), given);
    gstd_client* client = nullptr;
    expect_ok(gstd_client_new(options.get(), &client, &error), error);
    return gstd_client_content_key(ClientHandle{client}.get(), "task", content_key, &error);
  };
  expect_ok(content_key_of(derived.get(), nullptr, first), error);
  expect_ok(content_key_of(nullptr, signing.get(), second), error);
  EXPECT_EQ(std::memcmp(first, second, sizeof first), 0);
  expect_ok(content_key_of(key.get(), signing.get(), second), error);
  EXPECT_NE(std::memcmp(first, second, sizeof first), 0);
  EXPECT_EQ(reason_of(content_key_of(nullptr, nullptr, first), GSTD_FAILED_PRECONDITION, error), "encryption_key");
}

// Goal:   NULL is an error, not a crash.
// Method: each parameter that must not be.
TEST(EncryptionKeys, TakeNoNull) {
  const ClientOptionsHandle options{gstd_client_options_new("http://127.0.0.1:1")};
  const std::uint8_t bytes[32] = {};
  EXPECT_EQ(gstd_encryption_key_new(nullptr, nullptr), GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(gstd_encryption_key_from_secret(nullptr, 32, nullptr, nullptr), GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(gstd_encryption_key_from_secret(bytes, 32, nullptr, nullptr), GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(gstd_encryption_key_derive(nullptr, nullptr, nullptr), GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(gstd_client_options_set_grant_callback(options.get(), nullptr, nullptr, nullptr, nullptr), GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(gstd_client_options_set_grant_callback(nullptr, &may_have_the_key, nullptr, nullptr, nullptr), GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(gstd_task_request_set_id(nullptr, "x", nullptr), GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(gstd_client_follow_task(nullptr, "x", nullptr), GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(gstd_client_grant_keys(nullptr, 0, 1, nullptr, nullptr, nullptr), GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(gstd_client_content_key(nullptr, "x", nullptr, nullptr), GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(gstd_client_result(nullptr, "x", 1, nullptr, nullptr, nullptr), GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(gstd_result_from_json(nullptr, 0, nullptr, nullptr, nullptr), GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(gstd_result_is_encrypted(nullptr), 0);
  gstd_encryption_key_free(nullptr);
}

}  // namespace
}  // namespace gstd::capi_test

// Signatures from outside the library, through the C ABI.
#include <atomic>
#include <cstring>
#include <thread>

#include "main_job.hpp"
#include "outside_key.hpp"

namespace gstd::capi_test {
namespace {

struct Wallet {
  std::atomic<int> asked{0};
  std::atomic<int> released{0};
  std::atomic<int> taken{-1};
  bool on_a_thread = false;
  bool answers = false;
  std::thread thread;

  ~Wallet() {
    if (thread.joinable()) thread.join();
  }
};

void ask(void* user_data, const std::uint8_t* message, std::size_t size, gstd_sign_reply* reply) {
  auto& wallet = *static_cast<Wallet*>(user_data);
  ++wallet.asked;
  std::size_t reply_size = 0;
  EXPECT_EQ(gstd_sign_reply_message(reply, &reply_size), message);
  EXPECT_EQ(reply_size, size);
  const auto settle = [&wallet, reply] {
    const std::uint8_t nonsense[64] = {};
    wallet.taken = wallet.answers ? gstd_sign_reply_answer(reply, nonsense) : gstd_sign_reply_refuse(reply, "not today");
    EXPECT_EQ(gstd_sign_reply_refuse(reply, nullptr), 0);
    gstd_sign_reply_free(reply);
  };
  if (wallet.on_a_thread)
    wallet.thread = std::thread(settle);
  else
    settle();
}

void release(void* user_data) { ++static_cast<Wallet*>(user_data)->released; }

std::string refusal_of(Wallet& wallet) {
  std::uint8_t public_key[32] = {1};
  ClientOptionsHandle options{gstd_client_options_new("http://127.0.0.1:9")};
  gstd_error* error = nullptr;
  expect_ok(gstd_client_options_set_wallet(options.get(), "wallet", &error), error);
  expect_ok(gstd_client_options_set_signer(options.get(), public_key, ask, &wallet, release, &error), error);
  gstd_client* raw = nullptr;
  expect_ok(gstd_client_new(options.get(), &raw, &error), error);
  ClientHandle client{raw};
  options.reset();
  EXPECT_EQ(wallet.released, 0);
  EXPECT_EQ(gstd_client_register_device(client.get(), "desktop", kTimeoutMs, nullptr, &error), GSTD_UNAUTHENTICATED);
  const ErrorHandle held{error};
  EXPECT_STREQ(gstd_error_reason(error), "signer");
  client.reset();
  EXPECT_EQ(wallet.released, 1);
  EXPECT_EQ(wallet.asked, 1);
  return gstd_error_message(error);
}

// Goal:   a refusal and a wrong signature reach the caller, from the call's thread and from another, and what was lent comes back.
// Method: nothing listens at the URL: had anything been sent, the error would be another.
TEST(Signer, RefusalsReachTheCaller) {
  for (const bool on_a_thread : {false, true}) {
    Wallet refuses;
    refuses.on_a_thread = on_a_thread;
    EXPECT_NE(refusal_of(refuses).find("not today"), std::string::npos);
    if (refuses.thread.joinable()) refuses.thread.join();
    EXPECT_EQ(refuses.taken, 1);
    Wallet lies;
    lies.on_a_thread = on_a_thread;
    lies.answers = true;
    EXPECT_NE(refusal_of(lies).find("not the key's"), std::string::npos);
    if (lies.thread.joinable()) lies.thread.join();
    EXPECT_EQ(lies.taken, 1);
  }
}

void answer(void* user_data, const std::uint8_t* message, std::size_t size, gstd_sign_reply* reply) {
  EXPECT_EQ(gstd_sign_reply_answer(reply, static_cast<const OutsideKey*>(user_data)->sign(message, size).data()), 1);
  gstd_sign_reply_free(reply);
}

// Goal:   a wallet whose keys are all somewhere else has devices, a new key for one of them, and a private task, which a worker
// with
//         such a key does.
// Method: OpenSSL signs for owner, device, the device's next key and the worker; encryption keys are named, for there is no seed.
TEST_F(MainJob, EveryKeyIsSomewhereElse) {
  if (!kHasEngine) GTEST_SKIP() << "built without an engine";
  OutsideKey owner{1};
  OutsideKey phone{2};
  OutsideKey fresh{3};
  OutsideKey worker_key{4};
  gstd_error* error = nullptr;
  gstd_encryption_key* raw_reading = nullptr;
  expect_ok(gstd_encryption_key_new(&raw_reading, &error), error);
  const EncryptionKeyHandle reading{raw_reading};
  const auto options_of = [&](OutsideKey& key, OutsideKey* by, const char* wallet, const char* device) {
    ClientOptionsHandle options{gstd_client_options_new(url())};
    expect_ok(gstd_client_options_set_signer(options.get(), key.public_key(), answer, &key, nullptr, &error), error);
    if (by != nullptr)
      expect_ok(gstd_client_options_set_owner_signer(options.get(), by->public_key(), answer, by, nullptr, &error), error);
    expect_ok(gstd_client_options_set_wallet(options.get(), wallet, &error), error);
    expect_ok(gstd_client_options_set_device(options.get(), device, &error), error);
    gstd_client_options_set_encryption_key(options.get(), reading.get());
    return options;
  };
  const auto client_of = [&](const ClientOptionsHandle& options) {
    gstd_client* client = nullptr;
    expect_ok(gstd_client_new(options.get(), &client, &error), error);
    return ClientHandle{client};
  };
  const auto registers = [&](const ClientHandle& client) {
    return gstd_client_register_device(client.get(), "phone", kTimeoutMs, nullptr, &error);
  };
  expect_ok(registers(client_of(options_of(owner, nullptr, "shared", "vault"))), error);
  EXPECT_EQ(reason_of(registers(client_of(options_of(phone, nullptr, "shared", "phone"))), GSTD_PERMISSION_DENIED, error),
            "wallet_bound");
  const auto first = client_of(options_of(phone, &owner, "shared", "phone"));
  expect_ok(registers(first), error);
  expect_ok(
      gstd_client_rotate_to_signer(first.get(), fresh.public_key(), answer, &fresh, reading.get(), kTimeoutMs, nullptr, &error),
      error);
  EXPECT_EQ(reason_of(registers(first), GSTD_UNAUTHENTICATED, error), "key_revoked");

  const auto client = client_of(options_of(fresh, nullptr, "shared", "phone"));
  expect_ok(gstd_coordinator_deposit(coordinator_.get(), "shared", "shared", kGrant, nullptr, &error), error);
  const std::string input = "signed by nobody here";
  static_cast<void>(create("uploads the module"));
  const RequestHandle request{gstd_task_request_new(module_, kBudget)};
  gstd_task_request_set_encrypted(request.get(), 1);
  expect_ok(gstd_task_request_set_input(request.get(), reinterpret_cast<const std::uint8_t*>(input.data()), input.size(), &error),
            error);
  gstd_text* raw_id = nullptr;
  expect_ok(gstd_client_create_task(client.get(), request.get(), kTimeoutMs, nullptr, &raw_id, &error), error);
  const TextHandle id{raw_id};
  const WorkerOptionsHandle options{gstd_worker_options_new(options_of(worker_key, nullptr, "worker", "laptop").get())};
  gstd_worker* raw_worker = nullptr;
  expect_ok(gstd_worker_start(options.get(), kTimeoutMs, nullptr, &raw_worker, &error), error);
  const WorkerHandle worker{raw_worker};
  gstd_result* raw_result = nullptr;
  expect_ok(gstd_client_wait_result(client.get(), gstd_text_get(id.get()), kTimeoutMs, nullptr, &raw_result, &error), error);
  const ResultHandle result{raw_result};
  std::size_t size = 0;
  const std::uint8_t* output = gstd_result_output(result.get(), &size);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(output), size), input);
  EXPECT_EQ(gstd_result_is_encrypted(result.get()), 1);
}

// Goal:   a caller who gets an error keeps what it lent; nothing is fine where a reply is expected.
// Method: NULL for each.
TEST(Signer, RefusesNull) {
  Wallet wallet;
  const std::uint8_t public_key[32] = {1};
  const ClientOptionsHandle options{gstd_client_options_new("http://127.0.0.1:9")};
  EXPECT_EQ(gstd_client_options_set_signer(nullptr, public_key, ask, &wallet, release, nullptr), GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(gstd_client_options_set_signer(options.get(), nullptr, ask, &wallet, release, nullptr), GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(gstd_client_options_set_signer(options.get(), public_key, nullptr, &wallet, release, nullptr), GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(gstd_client_options_set_owner_signer(options.get(), public_key, nullptr, &wallet, release, nullptr),
            GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(gstd_client_rotate_to_signer(nullptr, public_key, ask, &wallet, nullptr, 1, nullptr, nullptr), GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(wallet.released, 0);
  std::size_t size = 7;
  EXPECT_EQ(gstd_sign_reply_message(nullptr, &size), nullptr);
  EXPECT_EQ(size, 0u);
  EXPECT_EQ(gstd_sign_reply_answer(nullptr, nullptr), 0);
  EXPECT_EQ(gstd_sign_reply_refuse(nullptr, nullptr), 0);
  gstd_sign_reply_free(nullptr);
}

}  // namespace
}  // namespace gstd::capi_test

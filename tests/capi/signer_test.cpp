// Signatures from outside the library, through the C ABI.
#include <atomic>
#include <cstring>
#include <thread>

#include "main_job.hpp"

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

// Goal:   a caller who gets an error keeps what it lent; nothing is fine where a reply is expected.
// Method: NULL for each.
TEST(Signer, RefusesNull) {
  Wallet wallet;
  const std::uint8_t public_key[32] = {1};
  const ClientOptionsHandle options{gstd_client_options_new("http://127.0.0.1:9")};
  EXPECT_EQ(gstd_client_options_set_signer(nullptr, public_key, ask, &wallet, release, nullptr), GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(gstd_client_options_set_signer(options.get(), nullptr, ask, &wallet, release, nullptr), GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(gstd_client_options_set_signer(options.get(), public_key, nullptr, &wallet, release, nullptr), GSTD_INVALID_ARGUMENT);
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

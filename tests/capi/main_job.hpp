// A coordinator and a requester, through the C ABI alone.
#pragma once

#include "handles.hpp"

namespace gstd::capi_test {

inline constexpr std::int64_t kGrant = 1'000'000'000;
inline constexpr std::int64_t kBudget = 100'000'000;

inline ClientOptionsHandle options_for(const char* url, const char* wallet) {
  ClientOptionsHandle options{gstd_client_options_new(url)};
  gstd_key* key = nullptr;
  expect_ok(gstd_key_new(&key, nullptr), nullptr);
  gstd_client_options_set_key(options.get(), key);
  gstd_key_free(key);
  expect_ok(gstd_client_options_set_wallet(options.get(), wallet, nullptr), nullptr);
  return options;
}

class MainJob : public testing::Test {
 protected:
  void SetUp() override {
    gstd_coordinator_options* options = gstd_coordinator_options_new();
    gstd_coordinator_options_set_difficulty_bits(options, 4);
    gstd_coordinator* coordinator = nullptr;
    gstd_error* error = nullptr;
    expect_ok(gstd_coordinator_start(options, &coordinator, &error), error);
    gstd_coordinator_options_free(options);
    coordinator_.reset(coordinator);
    std::int64_t balance = 0;
    expect_ok(gstd_coordinator_deposit(coordinator, "grant", "requester", kGrant, &balance, &error), error);
    EXPECT_EQ(balance, kGrant);
    gstd_client* client = nullptr;
    expect_ok(gstd_client_new(options_for(url(), "requester").get(), &client, &error), error);
    client_.reset(client);
    expect_ok(gstd_client_register_device(client, "desktop", kTimeoutMs, nullptr, &error), error);
  }

  const char* url() const { return gstd_coordinator_url(coordinator_.get()); }

  // One task on the echo guest.
  TextHandle create(const std::string& input) {
    const auto wasm = read_guest("echo");
    gstd_error* error = nullptr;
    expect_ok(gstd_client_upload_module(client_.get(), wasm.data(), wasm.size(), kTimeoutMs, nullptr, module_, &error), error);
    const RequestHandle request{gstd_task_request_new(module_, kBudget)};
    expect_ok(gstd_task_request_set_input(request.get(), reinterpret_cast<const std::uint8_t*>(input.data()), input.size(), &error),
              error);
    gstd_text* id = nullptr;
    expect_ok(gstd_client_create_task(client_.get(), request.get(), kTimeoutMs, nullptr, &id, &error), error);
    return TextHandle{id};
  }

  std::int32_t state_of(const gstd_text* id) {
    std::int32_t state = -1;
    gstd_error* error = nullptr;
    expect_ok(gstd_client_task_state(client_.get(), gstd_text_get(id), kTimeoutMs, nullptr, &state, &error), error);
    return state;
  }

  std::int64_t balance() {
    std::int64_t nano = -1;
    gstd_error* error = nullptr;
    expect_ok(gstd_client_balance(client_.get(), kTimeoutMs, nullptr, &nano, &error), error);
    return nano;
  }

  CoordinatorHandle coordinator_;
  ClientHandle client_;
  std::uint8_t module_[32] = {};
};

}  // namespace gstd::capi_test

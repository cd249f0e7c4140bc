// TLS through the C ABI: what the setters take, and what both ends make of it.
#include "handles.hpp"
#include "support/certificates.hpp"

namespace gstd::capi_test {
namespace {

using test::Authority;
using test::KeyPair;

constexpr std::uint32_t kWaitMs = 60'000;

class CapiTls : public testing::Test {
 protected:
  void start() {
    gstd_coordinator_options* options = gstd_coordinator_options_new();
    gstd_error* error = nullptr;
    expect_ok(gstd_coordinator_options_set_tls(options, server_.certificate.c_str(), server_.key.c_str(), &error), error);
    expect_ok(gstd_coordinator_options_set_tls_client_ca(options, authority_.file().c_str(), &error), error);
    gstd_coordinator* raw = nullptr;
    expect_ok(gstd_coordinator_start(options, &raw, &error), error);
    gstd_coordinator_options_free(options);
    coordinator_.reset(raw);
  }
  // Registers with a new key and this pin; the status, and the error's reason.
  std::pair<gstd_status, std::string> reach(const std::string& pin) {
    const ClientOptionsHandle options{gstd_client_options_new(gstd_coordinator_url(coordinator_.get()))};
    gstd_key* raw_key = nullptr;
    gstd_error* error = nullptr;
    expect_ok(gstd_key_new(&raw_key, &error), error);
    const KeyHandle key{raw_key};
    gstd_client_options_set_key(options.get(), key.get());
    const std::string wallet = "wallet-" + std::to_string(++wallets_);
    expect_ok(gstd_client_options_set_wallet(options.get(), wallet.c_str(), &error), error);
    expect_ok(gstd_client_options_set_ca_file(options.get(), authority_.file().c_str(), &error), error);
    expect_ok(gstd_client_options_add_pinned_public_key(options.get(), pin.c_str(), &error), error);
    expect_ok(gstd_client_options_set_client_certificate(options.get(), client_.certificate.c_str(), client_.key.c_str(), &error),
              error);
    gstd_client* raw = nullptr;
    gstd_status status = gstd_client_new(options.get(), &raw, &error);
    const ClientHandle client{raw};
    if (status == GSTD_OK) status = gstd_client_register_device(raw, "desktop", kWaitMs, nullptr, &error);
    const ErrorHandle held{error};
    return {status, status == GSTD_OK ? "" : gstd_error_reason(error)};
  }

  const test::TempDir folder_;
  const Authority authority_{folder_, "authority"};
  const KeyPair server_ = authority_.issue("server");
  const KeyPair client_ = authority_.issue("client");
  CoordinatorHandle coordinator_;
  int wallets_ = 0;
};

// Goal:   a pinned coordinator that asks for certificates is reached, another key is refused, and the files are read anew.
// Method: the right pin and a wrong one; the same files again, then none.
TEST_F(CapiTls, ReachesAPinnedCoordinator) {
  start();
  EXPECT_EQ(std::string(gstd_coordinator_url(coordinator_.get())).substr(0, 8), "https://");
  EXPECT_EQ(reach(server_.pin).first, GSTD_OK);
  const auto [status, reason] = reach(client_.pin);
  EXPECT_EQ(status, GSTD_UNAUTHENTICATED);
  EXPECT_EQ(reason, "tls_pin");
  const auto [no_pin, no_pin_reason] = reach("no pin");
  EXPECT_EQ(no_pin, GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(no_pin_reason, "pinned_public_keys");

  gstd_error* error = nullptr;
  expect_ok(gstd_coordinator_reload_certificates(coordinator_.get(), &error), error);
  std::filesystem::remove(server_.certificate);
  EXPECT_EQ(gstd_coordinator_reload_certificates(coordinator_.get(), nullptr), GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(reach(server_.pin).first, GSTD_OK);
}

// Goal:   NULL is an error, not a crash.
// Method: each parameter of each function.
TEST_F(CapiTls, TakesNoNull) {
  const ClientOptionsHandle client{gstd_client_options_new("https://127.0.0.1:1")};
  gstd_coordinator_options* const options = gstd_coordinator_options_new();
  EXPECT_EQ(gstd_client_options_add_pinned_public_key(nullptr, "x", nullptr), GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(gstd_client_options_add_pinned_public_key(client.get(), nullptr, nullptr), GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(gstd_client_options_set_client_certificate(nullptr, "c", "k", nullptr), GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(gstd_client_options_set_client_certificate(client.get(), nullptr, "k", nullptr), GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(gstd_client_options_set_client_certificate(client.get(), "c", nullptr, nullptr), GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(gstd_coordinator_options_set_tls(nullptr, "c", "k", nullptr), GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(gstd_coordinator_options_set_tls(options, nullptr, "k", nullptr), GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(gstd_coordinator_options_set_tls(options, "c", nullptr, nullptr), GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(gstd_coordinator_options_set_tls_client_ca(nullptr, "c", nullptr), GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(gstd_coordinator_options_set_tls_client_ca(options, nullptr, nullptr), GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(gstd_coordinator_reload_certificates(nullptr, nullptr), GSTD_INVALID_ARGUMENT);
  gstd_coordinator_options_free(options);
}

}  // namespace
}  // namespace gstd::capi_test

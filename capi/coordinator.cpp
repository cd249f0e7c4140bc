#include <algorithm>

#include "handles.hpp"

using namespace gstd::capi;

extern "C" {

gstd_coordinator_options* gstd_coordinator_options_new(void) { return new (std::nothrow) gstd_coordinator_options{}; }
gstd_status gstd_coordinator_options_set_database(gstd_coordinator_options* options, const char* path, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (options == nullptr || path == nullptr) return missing("options and path");
    options->database = path;
    return {};
  });
}
void gstd_coordinator_options_set_port(gstd_coordinator_options* options, uint16_t port) {
  if (options != nullptr) options->port = port;
}
void gstd_coordinator_options_set_difficulty_bits(gstd_coordinator_options* options, uint32_t bits) {
  if (options != nullptr) options->difficulty_bits = bits;
}
void gstd_coordinator_options_set_key(gstd_coordinator_options* options, const gstd_key* key) {
  if (options != nullptr && key != nullptr) options->key = key->key;
}
void gstd_coordinator_options_set_lease_ms(gstd_coordinator_options* options, uint32_t milliseconds) {
  if (options != nullptr) options->lease_time = std::chrono::milliseconds{milliseconds};
}
gstd_status gstd_coordinator_options_set_tls(gstd_coordinator_options* options, const char* certificate_path, const char* key_path,
                                             gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (options == nullptr || certificate_path == nullptr || key_path == nullptr)
      return missing("options, certificate_path and key_path");
    std::string certificate = certificate_path;
    options->tls.key_file = key_path;
    options->tls.certificate_file = std::move(certificate);
    return {};
  });
}
gstd_status gstd_coordinator_options_set_tls_client_ca(gstd_coordinator_options* options, const char* path, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (options == nullptr || path == nullptr) return missing("options and path");
    options->tls.client_ca_file = path;
    return {};
  });
}
void gstd_coordinator_options_free(gstd_coordinator_options* options) { delete options; }

gstd_status gstd_coordinator_start(const gstd_coordinator_options* options, gstd_coordinator** out, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (options == nullptr || out == nullptr) return missing("options and out");
    gstd::CoordinatorOptions settings;
    settings.store = gstd::store::open_memory();
    if (!options->database.empty()) {
      auto opened = gstd::store::open_sqlite({.path = options->database});
      if (!opened) return std::move(opened).error();
      settings.store = *std::move(opened);
    }
    settings.port = options->port;
    settings.difficulty_bits = options->difficulty_bits;
    settings.key = options->key;
    settings.login = options->login;
    if (!options->tls.certificate_file.empty() || !options->tls.client_ca_file.empty()) settings.tls = options->tls;
    if (options->lease_time) settings.lease_time = *options->lease_time;
    auto coordinator = gstd::Coordinator::start(std::move(settings));
    if (!coordinator) return std::move(coordinator).error();
    *out = new gstd_coordinator{*std::move(coordinator)};
    return {};
  });
}
const char* gstd_coordinator_url(const gstd_coordinator* coordinator) {
  return coordinator == nullptr ? "" : coordinator->coordinator.url().c_str();
}
gstd_status gstd_coordinator_reload_certificates(gstd_coordinator* coordinator, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (coordinator == nullptr) return missing("coordinator");
    return coordinator->coordinator.reload_certificates();
  });
}
void gstd_coordinator_public_key(const gstd_coordinator* coordinator, uint8_t* out) {
  if (coordinator == nullptr || out == nullptr) return;
  const auto& key = coordinator->coordinator.public_key().bytes;
  std::copy(key.begin(), key.end(), out);
}
gstd_status gstd_coordinator_deposit(gstd_coordinator* coordinator, const char* deposit_id, const char* wallet, int64_t amount_nano,
                                     int64_t* balance_nano, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (coordinator == nullptr || deposit_id == nullptr || wallet == nullptr) return missing("coordinator, deposit_id and wallet");
    const auto id = gstd::WalletId::parse(wallet);
    if (!id) return id.error();
    const auto balance = coordinator->coordinator.deposit(deposit_id, *id, gstd::Amount{amount_nano});
    if (!balance) return balance.error();
    if (balance_nano != nullptr) *balance_nano = balance->nano;
    return {};
  });
}
gstd_status gstd_coordinator_check_ledger(const gstd_coordinator* coordinator, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (coordinator == nullptr) return missing("coordinator");
    return coordinator->coordinator.check_ledger();
  });
}
void gstd_coordinator_stop(gstd_coordinator* coordinator) {
  if (coordinator != nullptr) coordinator->coordinator.stop();
}
void gstd_coordinator_free(gstd_coordinator* coordinator) { delete coordinator; }

}  // extern "C"

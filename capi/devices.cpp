// The devices of a wallet.
#include <algorithm>

#include "handles.hpp"

using namespace gstd::capi;

namespace {

const gstd::protocol::DeviceView* device_at(const gstd_devices* devices, size_t index) {
  return devices == nullptr || index >= devices->devices.size() ? nullptr : &devices->devices[index];
}

}  // namespace

extern "C" {

void gstd_client_options_set_owner(gstd_client_options* options, const gstd_key* owner) {
  if (options != nullptr && owner != nullptr) options->options.owner = owner->key;
}

gstd_status gstd_client_options_set_device(gstd_client_options* options, const char* device, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (options == nullptr || device == nullptr) return missing("options and device");
    auto id = gstd::DeviceId::parse(device);
    if (!id) return std::move(id).error();
    options->options.device = *std::move(id);
    return {};
  });
}

gstd_status gstd_client_rotate_key(gstd_client* client, const gstd_key* new_key, const gstd_encryption_key* encryption_key,
                                   uint32_t timeout_ms, const gstd_stop* stop, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (client == nullptr || new_key == nullptr) return missing("client and new_key");
    std::optional<gstd::EncryptionKey> readable;
    if (encryption_key != nullptr) readable = encryption_key->key;
    return client->client.rotate_key(new_key->key, readable, call_options(timeout_ms, stop));
  });
}

gstd_status gstd_client_revoke_device(gstd_client* client, const char* device, uint32_t timeout_ms, const gstd_stop* stop,
                                      gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (client == nullptr || device == nullptr) return missing("client and device");
    const auto id = gstd::DeviceId::parse(device);
    if (!id) return id.error();
    return client->client.revoke_device(*id, call_options(timeout_ms, stop));
  });
}

gstd_status gstd_client_devices(gstd_client* client, uint32_t timeout_ms, const gstd_stop* stop, gstd_devices** out,
                                gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (client == nullptr || out == nullptr) return missing("client and out");
    auto devices = client->client.devices(call_options(timeout_ms, stop));
    if (!devices) return std::move(devices).error();
    *out = new gstd_devices{*std::move(devices)};
    return {};
  });
}

size_t gstd_devices_count(const gstd_devices* devices) { return devices == nullptr ? 0 : devices->devices.size(); }

const char* gstd_devices_id(const gstd_devices* devices, size_t index) {
  const auto* device = device_at(devices, index);
  return device == nullptr ? "" : device->device_id.str().c_str();
}

int32_t gstd_devices_public_key(const gstd_devices* devices, size_t index, uint8_t* public_key) {
  const auto* device = device_at(devices, index);
  if (device == nullptr || public_key == nullptr) return 0;
  std::ranges::copy(device->public_key.bytes, public_key);
  return 1;
}

int32_t gstd_devices_encryption_key(const gstd_devices* devices, size_t index, uint8_t* encryption_key) {
  const auto* device = device_at(devices, index);
  if (device == nullptr || encryption_key == nullptr || !device->encryption_key) return 0;
  int32_t vouched = 0;
  static_cast<void>(guarded(nullptr, [&]() -> gstd::Result<void> {
    if (auto bound = gstd::protocol::verify_device_binding(*device); !bound) return bound;
    vouched = 1;
    return {};
  }));
  if (vouched == 1) std::ranges::copy(device->encryption_key->bytes, encryption_key);
  return vouched;
}

int32_t gstd_devices_is_revoked(const gstd_devices* devices, size_t index) {
  const auto* device = device_at(devices, index);
  return device != nullptr && device->revoked_at ? 1 : 0;
}

void gstd_devices_free(gstd_devices* devices) { delete devices; }

}  // extern "C"

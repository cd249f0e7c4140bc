// Keys in files.
#include <gstd/key_file.hpp>

#include <algorithm>

#include "handles.hpp"

using namespace gstd::capi;

extern "C" {

gstd_status gstd_key_save(const gstd_key* key, const char* path, const uint8_t* passphrase, size_t size, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (key == nullptr || path == nullptr) return missing("key and path");
    return gstd::write_key_file(path, key->key, {.passphrase = bytes(passphrase, size)});
  });
}

gstd_status gstd_key_save_unencrypted(const gstd_key* key, const char* path, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (key == nullptr || path == nullptr) return missing("key and path");
    return gstd::write_key_file(path, key->key, {.unencrypted = true});
  });
}

gstd_status gstd_key_load(const char* path, const uint8_t* passphrase, size_t size, gstd_key** out, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (path == nullptr || out == nullptr) return missing("path and out");
    auto key = gstd::read_key_file(path, bytes(passphrase, size));
    if (!key) return std::move(key).error();
    *out = new gstd_key{*std::move(key)};
    return {};
  });
}

gstd_status gstd_key_file_public(const char* path, uint8_t* public_key, int32_t* is_encrypted, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (path == nullptr || public_key == nullptr) return missing("path and public_key");
    const auto info = gstd::inspect_key_file(path);
    if (!info) return info.error();
    std::ranges::copy(info->public_key.bytes, public_key);
    if (is_encrypted != nullptr) *is_encrypted = info->is_encrypted ? 1 : 0;
    return {};
  });
}

}  // extern "C"

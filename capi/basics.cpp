// Stop sources, texts, hashing, keys and limits.
#include <gstd/net.hpp>

#include <algorithm>

#include "handles.hpp"

using namespace gstd::capi;

extern "C" {

gstd_stop* gstd_stop_new(void) {
  return make_or_null<gstd_stop>([] { return std::stop_source{}; });
}
void gstd_stop_request(gstd_stop* stop) {
  if (stop != nullptr) stop->source.request_stop();
}
void gstd_stop_free(gstd_stop* stop) { delete stop; }

const char* gstd_text_get(const gstd_text* text) { return text == nullptr ? "" : text->text.c_str(); }
size_t gstd_text_size(const gstd_text* text) { return text == nullptr ? 0 : text->text.size(); }
void gstd_text_free(gstd_text* text) { delete text; }

void gstd_sha256(const uint8_t* data, size_t size, uint8_t* digest) {
  if (digest != nullptr) std::ranges::copy(gstd::sha256(bytes(data, size)).bytes, digest);
}

gstd_status gstd_wipe_http_memory(gstd_error** error) { return guarded(error, gstd::net::wipe_http_memory); }

gstd_status gstd_key_new(gstd_key** out, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (out == nullptr) return missing("out");
    *out = new gstd_key{gstd::SigningKey::generate()};
    return {};
  });
}

gstd_status gstd_key_from_seed(const uint8_t* seed, size_t size, gstd_key** out, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (seed == nullptr || out == nullptr) return missing("seed and out");
    auto key = gstd::SigningKey::from_seed(bytes(seed, size));
    if (!key) return std::move(key).error();
    *out = new gstd_key{*std::move(key)};
    return {};
  });
}

void gstd_key_public(const gstd_key* key, uint8_t* public_key) {
  if (key != nullptr && public_key != nullptr) std::ranges::copy(key->key.public_key().bytes, public_key);
}
void gstd_key_free(gstd_key* key) { delete key; }

gstd_limits* gstd_limits_new(void) {
  return make_or_null<gstd_limits>([] { return gstd::RunLimits{}; });
}
void gstd_limits_set_fuel(gstd_limits* limits, uint64_t fuel) {
  if (limits != nullptr) limits->limits.fuel = fuel;
}
void gstd_limits_set_memory_bytes_max(gstd_limits* limits, uint64_t bytes) {
  if (limits != nullptr) limits->limits.memory_bytes_max = bytes;
}
void gstd_limits_set_wall_ms(gstd_limits* limits, uint32_t milliseconds) {
  if (limits != nullptr) limits->limits.wall_time = std::chrono::milliseconds{milliseconds};
}
void gstd_limits_set_output_bytes_max(gstd_limits* limits, uint64_t bytes) {
  if (limits != nullptr) limits->limits.output_bytes_max = bytes;
}
void gstd_limits_free(gstd_limits* limits) { delete limits; }

}  // extern "C"

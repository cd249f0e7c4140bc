// Encrypted tasks: their keys, who is granted them, and results that are opened.
#include <gstd/sealing.hpp>

#include <algorithm>

#include "handles.hpp"
#include "user_data.hpp"

using namespace gstd::capi;

namespace {

// The id, and a client to use it with; whatever else the call needs is its own to check.
gstd::Result<gstd::TaskId> task_of(const gstd_client* client, const char* task_id) {
  if (client == nullptr || task_id == nullptr) return missing("client and task_id");
  return gstd::TaskId::parse(task_id);
}

}  // namespace

extern "C" {

gstd_status gstd_encryption_key_new(gstd_encryption_key** out, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (out == nullptr) return missing("out");
    *out = new gstd_encryption_key{gstd::EncryptionKey::generate()};
    return {};
  });
}
gstd_status gstd_encryption_key_from_secret(const uint8_t* secret, size_t size, gstd_encryption_key** out, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (secret == nullptr || out == nullptr) return missing("secret and out");
    auto key = gstd::EncryptionKey::from_secret(bytes(secret, size));
    if (!key) return std::move(key).error();
    *out = new gstd_encryption_key{*std::move(key)};
    return {};
  });
}
gstd_status gstd_encryption_key_derive(const gstd_key* key, gstd_encryption_key** out, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (key == nullptr || out == nullptr) return missing("key and out");
    auto derived = gstd::EncryptionKey::derive(key->key.seed().view());
    if (!derived) return std::move(derived).error();
    *out = new gstd_encryption_key{*std::move(derived)};
    return {};
  });
}
void gstd_encryption_key_public(const gstd_encryption_key* key, uint8_t* public_key) {
  if (key != nullptr && public_key != nullptr) std::ranges::copy(key->key.public_key().bytes, public_key);
}
void gstd_encryption_key_secret(const gstd_encryption_key* key, uint8_t* secret) {
  if (key == nullptr || secret == nullptr) return;
  static_cast<void>(guarded(nullptr, [&]() -> gstd::Result<void> {
    const gstd::SecretBytes copy = key->key.secret();
    std::ranges::copy(copy.view(), secret);
    return {};
  }));
}
void gstd_encryption_key_free(gstd_encryption_key* key) { delete key; }

void gstd_client_options_set_encryption_key(gstd_client_options* options, const gstd_encryption_key* key) {
  if (options != nullptr && key != nullptr) options->options.encryption_key = key->key;
}
gstd_status gstd_client_options_set_grant_callback(gstd_client_options* options, gstd_grant_callback callback, void* user_data,
                                                   gstd_release_callback release, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (options == nullptr || callback == nullptr) return missing("options and callback");
    const auto held = std::make_shared<UserData>(user_data);
    options->options.grant_to = [callback, held](const gstd::protocol::KeyWanted& wanted) {
      return callback(held->get(), wanted.task_id.str().c_str(), wanted.attempt, wanted.device_id.str().c_str(),
                      wanted.device_public_key.bytes.data()) != 0;
    };
    held->release_with(release);
    return {};
  });
}

gstd_status gstd_task_request_set_id(gstd_task_request* request, const char* id, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (request == nullptr || id == nullptr) return missing("request and id");
    auto task = gstd::TaskId::parse(id);
    if (!task) return std::move(task).error();
    request->request.id = *std::move(task);
    return {};
  });
}

gstd_status gstd_client_follow_task(gstd_client* client, const char* task_id, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    const auto id = task_of(client, task_id);
    if (!id) return id.error();
    client->client.follow_task(*id);
    return {};
  });
}
gstd_status gstd_client_grant_keys(gstd_client* client, uint32_t wait_ms, uint32_t timeout_ms, const gstd_stop* stop,
                                   size_t* granted, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (client == nullptr) return missing("client");
    const auto count = client->client.grant_keys(std::chrono::milliseconds{wait_ms}, call_options(timeout_ms, stop));
    if (!count) return count.error();
    if (granted != nullptr) *granted = *count;
    return {};
  });
}
gstd_status gstd_client_content_key(gstd_client* client, const char* task_id, uint8_t* content_key, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    const auto id = task_of(client, task_id);
    if (!id) return id.error();
    if (content_key == nullptr) return missing("content_key");
    const auto key = client->client.content_key(*id);
    if (!key) return key.error();
    std::ranges::copy(key->view(), content_key);
    return {};
  });
}

gstd_status gstd_client_result(gstd_client* client, const char* task_id, uint32_t timeout_ms, const gstd_stop* stop,
                               gstd_result** out, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    const auto id = task_of(client, task_id);
    if (!id) return id.error();
    if (out == nullptr) return missing("out");
    auto result = client->client.result(*id, call_options(timeout_ms, stop));
    if (!result) return std::move(result).error();
    *out = new gstd_result{*std::move(result)};
    return {};
  });
}
gstd_status gstd_result_from_json(const char* json, size_t size, const uint8_t* content_key, gstd_result** out,
                                  gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (json == nullptr || out == nullptr) return missing("json and out");
    auto result = gstd::protocol::read<gstd::protocol::TaskResult>({json, size});
    if (!result) return std::move(result).error();
    if (content_key != nullptr) {
      const auto key = gstd::ContentKey::from_bytes({content_key, gstd::kContentKeyBytes});
      if (!key) return key.error();
      result = gstd::open_result(*std::move(result), *key);
      if (!result) return std::move(result).error();
    } else if (result->encryption) {
      return gstd::Error{gstd::ErrorCode::invalid_argument,
                         "the result is of an encrypted task; give its content key, which its requester's client has",
                         "encryption"};
    }
    *out = new gstd_result{*std::move(result)};
    return {};
  });
}
int32_t gstd_result_is_encrypted(const gstd_result* result) { return result != nullptr && result->result.encryption ? 1 : 0; }

}  // extern "C"

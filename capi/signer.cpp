// Signatures from outside the library: the callback, and the reply that it gets.
#include <algorithm>

#include "handles.hpp"
#include "user_data.hpp"

using namespace gstd::capi;

namespace {

gstd::Signer signer_of(const uint8_t* public_key, gstd_sign_callback callback, const std::shared_ptr<UserData>& user_data) {
  gstd::PublicKey key;
  std::copy_n(public_key, key.bytes.size(), key.bytes.begin());
  return gstd::Signer::external(key, [callback, user_data](gstd::BytesView message, gstd::SignReply reply) {
    callback(user_data->get(), message.data(), message.size(), new gstd_sign_reply{std::move(reply)});
  });
}

gstd_status set_signer(gstd_client_options* options, std::optional<gstd::Signer> gstd::ClientOptions::*which,
                       const uint8_t* public_key, gstd_sign_callback callback, void* user_data, gstd_release_callback release,
                       gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (options == nullptr || public_key == nullptr || callback == nullptr) return missing("options, public_key and callback");
    const auto held = std::make_shared<UserData>(user_data);
    auto signer = signer_of(public_key, callback, held);
    held->release_with(release);
    options->options.*which = std::move(signer);
    return {};
  });
}

}  // namespace

extern "C" {

gstd_status gstd_client_options_set_signer(gstd_client_options* options, const uint8_t* public_key, gstd_sign_callback callback,
                                           void* user_data, gstd_release_callback release, gstd_error** error) {
  return set_signer(options, &gstd::ClientOptions::key, public_key, callback, user_data, release, error);
}
gstd_status gstd_client_options_set_owner_signer(gstd_client_options* options, const uint8_t* public_key,
                                                 gstd_sign_callback callback, void* user_data, gstd_release_callback release,
                                                 gstd_error** error) {
  return set_signer(options, &gstd::ClientOptions::owner, public_key, callback, user_data, release, error);
}
gstd_status gstd_client_rotate_to_signer(gstd_client* client, const uint8_t* public_key, gstd_sign_callback callback,
                                         void* user_data, const gstd_encryption_key* encryption_key, uint32_t timeout_ms,
                                         const gstd_stop* stop, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (client == nullptr || public_key == nullptr || callback == nullptr) return missing("client, public_key and callback");
    std::optional<gstd::EncryptionKey> readable;
    if (encryption_key != nullptr) readable = encryption_key->key;
    const auto signer = signer_of(public_key, callback, std::make_shared<UserData>(user_data));
    return client->client.rotate_key(signer, readable, call_options(timeout_ms, stop));
  });
}

const uint8_t* gstd_sign_reply_message(const gstd_sign_reply* reply, size_t* size) {
  const auto message = reply == nullptr ? gstd::BytesView{} : reply->reply.message();
  if (size != nullptr) *size = message.size();
  return message.data();
}
int32_t gstd_sign_reply_answer(gstd_sign_reply* reply, const uint8_t* signature) {
  if (reply == nullptr || signature == nullptr) return 0;
  gstd::Signature value;
  std::copy_n(signature, value.bytes.size(), value.bytes.begin());
  int32_t taken = 0;
  static_cast<void>(guarded(nullptr, [&]() -> gstd::Result<void> {
    taken = reply->reply.answer(value) ? 1 : 0;
    return {};
  }));
  return taken;
}
int32_t gstd_sign_reply_refuse(gstd_sign_reply* reply, const char* why) {
  if (reply == nullptr) return 0;
  int32_t taken = 0;
  static_cast<void>(guarded(nullptr, [&]() -> gstd::Result<void> {
    taken = reply->reply.refuse(why == nullptr ? "no reason given" : why) ? 1 : 0;
    return {};
  }));
  return taken;
}
void gstd_sign_reply_free(gstd_sign_reply* reply) { delete reply; }

}  // extern "C"

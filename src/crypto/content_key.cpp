#include <gstd/sealing.hpp>

#include "crypto/canonical.hpp"

namespace gstd {

ContentKey ContentKey::generate(Random& random) {
  SecretBytes bytes{kContentKeyBytes};
  random.fill(bytes.span());
  return ContentKey{std::move(bytes)};
}

Result<ContentKey> ContentKey::from_bytes(BytesView bytes) {
  if (bytes.size() != kContentKeyBytes)
    return Error{ErrorCode::invalid_argument,
                 "a content key has " + std::to_string(kContentKeyBytes) + " bytes, this one has " + std::to_string(bytes.size()),
                 "sealing"};
  return ContentKey{SecretBytes::copy_of(bytes)};
}

Result<ContentKey> ContentKey::derive(const EncryptionKey& key, const TaskId& task) {
  SecretBytes bytes{kContentKeyBytes};
  const SecretBytes secret = key.secret();
  auto derived = hkdf_sha256(secret.view(), {}, canonical::labelled("gstd-content-key-v1").text(task.str()).take(), bytes.span());
  if (!derived) return std::move(derived).error();
  return ContentKey{std::move(bytes)};
}

}  // namespace gstd

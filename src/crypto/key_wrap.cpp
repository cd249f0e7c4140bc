#include <gstd/sealing.hpp>

#include <algorithm>

#include "crypto/gcm.hpp"
#include "crypto/sealed_error.hpp"
#include "crypto/wiped.hpp"

namespace gstd {
namespace {

constexpr auto kSuite = static_cast<std::uint8_t>(SealingSuite::x25519_aes256gcm);
constexpr std::size_t kEphemeralAt = 1;
constexpr std::size_t kCiphertextAt = kEphemeralAt + EncryptionPublicKey::kSize;

// Each key wraps once, since the ephemeral key pair serves once; so one nonce does for all.
constexpr std::array<std::uint8_t, kAeadNonceBytes> kNonce{};

// Both public keys are bound, too: X25519 ignores a bit of each, which would leave a wrap that can be changed unseen.
Result<void> derive_key(BytesView shared, BytesView ephemeral, const WrapContext& context, BytesView encoded,
                        std::span<std::uint8_t> key) {
  Bytes salt(ephemeral.begin(), ephemeral.end());
  salt.insert(salt.end(), context.recipient.bytes.begin(), context.recipient.bytes.end());
  return hkdf_sha256(shared, salt, encoded, key);
}

}  // namespace

Result<WrappedKey> wrap_key(const ContentKey& key, const WrapContext& context, Random& random) {
  if (context.task.empty()) return sealing_refused("the context names no task");
  const auto ephemeral = EncryptionKey::generate(random);
  const auto shared = ephemeral.shared_secret(context.recipient);
  if (!shared) return sealing_refused("the recipient's encryption key is one that makes no secret; it must register another");
  const auto encoded = encode_wrap_context(context);
  Wiped<kAeadKeyBytes> wrapping_key;
  auto derived = derive_key(shared->view(), ephemeral.public_key().view(), context, encoded, wrapping_key.span());
  if (!derived) return std::move(derived).error();

  WrappedKey wrapped;
  wrapped.bytes.front() = kSuite;
  std::ranges::copy(ephemeral.public_key().bytes, wrapped.bytes.begin() + kEphemeralAt);
  Gcm gcm{Gcm::Direction::seal, wrapping_key.view()};
  if (!gcm.ready() || !gcm.seal(kNonce, encoded, key.view(), wrapped.bytes.data() + kCiphertextAt))
    return Error{ErrorCode::internal, "OpenSSL could not run AES-256-GCM; see its configuration", "aead"};
  return wrapped;
}

Result<ContentKey> unwrap_key(const WrappedKey& wrapped, const EncryptionKey& recipient, const WrapContext& context) {
  if (wrapped.bytes.front() != kSuite || context.recipient != recipient.public_key()) return not_opened();
  const auto ephemeral = EncryptionPublicKey::from_bytes(wrapped.view().subspan(kEphemeralAt, EncryptionPublicKey::kSize));
  const auto shared = recipient.shared_secret(*ephemeral);
  if (!shared) return not_opened();
  const auto encoded = encode_wrap_context(context);
  Wiped<kAeadKeyBytes> wrapping_key;
  auto derived = derive_key(shared->view(), ephemeral->view(), context, encoded, wrapping_key.span());
  if (!derived) return std::move(derived).error();

  Gcm gcm{Gcm::Direction::open, wrapping_key.view()};
  Wiped<kContentKeyBytes> content_key;
  if (!gcm.ready() ||
      gcm.open(kNonce, encoded, wrapped.view().subspan(kCiphertextAt), content_key.span().data()) != Gcm::Opened::good)
    return not_opened();
  return ContentKey::from_bytes(content_key.view());
}

}  // namespace gstd

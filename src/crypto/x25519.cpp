#include <gstd/sealing.hpp>

#include <algorithm>

#include "crypto/canonical.hpp"
#include "crypto/sealed_error.hpp"
#include "crypto/sodium.hpp"
#include "crypto/wiped.hpp"

namespace gstd {

struct EncryptionKey::State {
  SecretBytes secret{kEncryptionSecretBytes};
  EncryptionPublicKey public_key;
};

static_assert(kEncryptionSecretBytes == crypto_scalarmult_curve25519_SCALARBYTES);
static_assert(EncryptionPublicKey::kSize == crypto_scalarmult_curve25519_BYTES);

EncryptionKey EncryptionKey::generate(Random& random) {
  Wiped<kEncryptionSecretBytes> secret;
  random.fill(secret.span());
  return *from_secret(secret.view());  // refuses wrong lengths only
}

Result<EncryptionKey> EncryptionKey::from_secret(BytesView secret) {
  if (secret.size() != kEncryptionSecretBytes)
    return Error{
        ErrorCode::invalid_argument,
        "an X25519 secret has " + std::to_string(kEncryptionSecretBytes) + " bytes, this one has " + std::to_string(secret.size()),
        "encryption_key"};
  auto state = std::make_shared<State>();
  std::ranges::copy(secret, state->secret.span().begin());
  crypto_scalarmult_curve25519_base(state->public_key.bytes.data(), state->secret.view().data());
  return EncryptionKey{std::move(state)};
}

Result<EncryptionKey> EncryptionKey::derive(BytesView seed) {
  if (seed.size() != kSeedBytes)
    return Error{ErrorCode::invalid_argument,
                 "an Ed25519 seed has " + std::to_string(kSeedBytes) + " bytes, this one has " + std::to_string(seed.size()),
                 "seed"};
  Wiped<kEncryptionSecretBytes> secret;
  if (auto derived = hkdf_sha256(seed, {}, canonical::labelled("gstd-encryption-key-v1").take(), secret.span()); !derived)
    return std::move(derived).error();
  return from_secret(secret.view());
}

const EncryptionPublicKey& EncryptionKey::public_key() const noexcept { return state_->public_key; }

Result<SecretBytes> EncryptionKey::shared_secret(const EncryptionPublicKey& other) const {
  SecretBytes shared{crypto_scalarmult_curve25519_BYTES};
  // Refuses the all-zero result of a point of small order (RFC 7748 section 6.1).
  if (crypto_scalarmult_curve25519(shared.span().data(), state_->secret.view().data(), other.bytes.data()) != 0)
    return not_opened();
  return shared;
}

SecretBytes EncryptionKey::secret() const { return SecretBytes::copy_of(state_->secret.view()); }

}  // namespace gstd

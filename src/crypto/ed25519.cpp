#include <gstd/crypto.hpp>

#include "crypto/sodium.hpp"

namespace gstd {

struct SigningKey::State {
  SecretBytes secret{crypto_sign_ed25519_SECRETKEYBYTES};  // seed, then public key: what libsodium signs with
  PublicKey public_key;
};

static_assert(kSeedBytes == crypto_sign_ed25519_SEEDBYTES);

SigningKey SigningKey::generate(Random& random) {
  SecretBytes seed{kSeedBytes};
  random.fill(seed.span());
  return *from_seed(seed.view());  // refuses wrong lengths only
}

Result<SigningKey> SigningKey::from_seed(BytesView seed) {
  if (seed.size() != kSeedBytes)
    return Error{ErrorCode::invalid_argument,
                 "an Ed25519 seed has " + std::to_string(kSeedBytes) + " bytes, this one has " + std::to_string(seed.size()),
                 "seed"};
  auto state = std::make_shared<State>();
  crypto_sign_ed25519_seed_keypair(state->public_key.bytes.data(), state->secret.span().data(), seed.data());
  return SigningKey{std::move(state)};
}

const PublicKey& SigningKey::public_key() const noexcept { return state_->public_key; }

Signature SigningKey::sign(BytesView message) const {
  Signature signature;
  crypto_sign_ed25519_detached(signature.bytes.data(), nullptr, message.data(), message.size(), state_->secret.view().data());
  return signature;
}

SecretBytes SigningKey::seed() const { return SecretBytes::copy_of(state_->secret.view().first(kSeedBytes)); }

bool verify_signature(const PublicKey& key, BytesView message, const Signature& signature) noexcept {
  ensure_sodium();
  return crypto_sign_ed25519_verify_detached(signature.bytes.data(), message.data(), message.size(), key.bytes.data()) == 0;
}

}  // namespace gstd

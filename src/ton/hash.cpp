#include "ton/hash.hpp"

#include <sodium.h>

namespace gstd::ton {

// Neither of the two needs sodium_init(): it chooses faster implementations and sets up the random generator, which is not used.

Digest sha256(std::initializer_list<BytesView> parts) noexcept {
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  for (BytesView part : parts) crypto_hash_sha256_update(&state, part.data(), part.size());
  Digest digest;
  crypto_hash_sha256_final(&state, digest.bytes.data());
  return digest;
}

bool verify_ed25519(const PublicKey& key, BytesView message, const Signature& signature) noexcept {
  return crypto_sign_ed25519_verify_detached(signature.bytes.data(), message.data(), message.size(), key.bytes.data()) == 0;
}

}  // namespace gstd::ton

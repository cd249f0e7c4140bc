#include <gstd/crypto.hpp>

#include "crypto/gcm.hpp"

namespace gstd {
namespace {

// Longest plaintext under one nonce, before the counter would repeat: 2^39 - 256 bits (NIST SP 800-38D section 5.2.1.1).
constexpr std::uint64_t kPlaintextBytesMax = (std::uint64_t{1} << 36) - 32;

Error refused(std::string message) { return {ErrorCode::invalid_argument, std::move(message), "aead"}; }
Error cipher_failed() { return {ErrorCode::internal, "OpenSSL could not run AES-256-GCM; see its configuration", "aead"}; }

Result<void> check_key(BytesView key) {
  if (key.size() != kAeadKeyBytes) return refused("an AES-256 key has 32 bytes, this one has " + std::to_string(key.size()));
  return {};
}

Result<void> check_nonce(BytesView aead_nonce) {
  if (aead_nonce.size() != kAeadNonceBytes)
    return refused("an AES-GCM nonce has 12 bytes, this one has " + std::to_string(aead_nonce.size()));
  return {};
}

Result<Bytes> seal_with(Gcm& gcm, BytesView aead_nonce, BytesView associated, BytesView plaintext) {
  if (auto checked = check_nonce(aead_nonce); !checked) return std::move(checked).error();
  if (plaintext.size() > kPlaintextBytesMax) return refused("AES-GCM seals at most 64 GiB under one nonce; split the data");
  if (!gcm.ready()) return cipher_failed();
  Bytes sealed(plaintext.size() + kAeadTagBytes);
  if (!gcm.seal(aead_nonce, associated, plaintext, sealed.data())) return cipher_failed();
  return sealed;
}

Result<Bytes> open_with(Gcm& gcm, BytesView aead_nonce, BytesView associated, BytesView sealed) {
  if (auto checked = check_nonce(aead_nonce); !checked) return std::move(checked).error();
  if (sealed.size() < kAeadTagBytes || sealed.size() - kAeadTagBytes > kPlaintextBytesMax)
    return refused("sealed data has 16 bytes at least (its tag) and 64 GiB at most");
  if (!gcm.ready()) return cipher_failed();
  Bytes plaintext(sealed.size() - kAeadTagBytes);
  switch (gcm.open(aead_nonce, associated, sealed, plaintext.data())) {
    case Gcm::Opened::good:
      return plaintext;
    case Gcm::Opened::bad:
      return Error{ErrorCode::data_loss, "the data was not sealed with this key, nonce and associated data, or was changed since",
                   "aead"};
    case Gcm::Opened::failed:
      break;
  }
  return cipher_failed();
}

}  // namespace

struct AeadKey::State {
  Gcm sealing;
  Gcm opening;
};

AeadKey::AeadKey(std::unique_ptr<State> state) : state_(std::move(state)) {}
AeadKey::AeadKey(AeadKey&&) noexcept = default;
AeadKey& AeadKey::operator=(AeadKey&&) noexcept = default;
AeadKey::~AeadKey() = default;

Result<AeadKey> AeadKey::create(BytesView key) {
  if (auto checked = check_key(key); !checked) return std::move(checked).error();
  auto state = std::make_unique<State>(State{{Gcm::Direction::seal, key}, {Gcm::Direction::open, key}});
  if (!state->sealing.ready() || !state->opening.ready()) return cipher_failed();
  return AeadKey{std::move(state)};
}

Result<Bytes> AeadKey::seal(BytesView aead_nonce, BytesView associated, BytesView plaintext) {
  return seal_with(state_->sealing, aead_nonce, associated, plaintext);
}

Result<Bytes> AeadKey::open(BytesView aead_nonce, BytesView associated, BytesView sealed) {
  return open_with(state_->opening, aead_nonce, associated, sealed);
}

Result<Bytes> aead_seal(BytesView key, BytesView aead_nonce, BytesView associated, BytesView plaintext) {
  if (auto checked = check_key(key); !checked) return std::move(checked).error();
  Gcm gcm{Gcm::Direction::seal, key};
  return seal_with(gcm, aead_nonce, associated, plaintext);
}

Result<Bytes> aead_open(BytesView key, BytesView aead_nonce, BytesView associated, BytesView sealed) {
  if (auto checked = check_key(key); !checked) return std::move(checked).error();
  Gcm gcm{Gcm::Direction::open, key};
  return open_with(gcm, aead_nonce, associated, sealed);
}

}  // namespace gstd

#include <gstd/crypto.hpp>

#include <algorithm>

#include <openssl/evp.h>

namespace gstd {
namespace {

// EVP takes lengths as int; longer data goes in several calls.
constexpr std::size_t kChunkBytesMax = std::size_t{1} << 30;

// Longest plaintext under one nonce, before the counter would repeat: 2^39 - 256 bits (NIST SP 800-38D section 5.2.1.1).
constexpr std::uint64_t kPlaintextBytesMax = (std::uint64_t{1} << 36) - 32;

using Context = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

enum class Direction : int { open = 0, seal = 1 };  // EVP's numbers

Error cipher_failed() { return {ErrorCode::internal, "OpenSSL could not run AES-256-GCM; see its configuration", "aead"}; }

Result<void> check_lengths(BytesView key, BytesView aead_nonce) {
  if (key.size() != kAeadKeyBytes)
    return Error{ErrorCode::invalid_argument, "an AES-256 key has 32 bytes, this one has " + std::to_string(key.size()), "aead"};
  if (aead_nonce.size() != kAeadNonceBytes)
    return Error{ErrorCode::invalid_argument, "an AES-GCM nonce has 12 bytes, this one has " + std::to_string(aead_nonce.size()),
                 "aead"};
  return {};
}

Context start(Direction direction, BytesView key, BytesView aead_nonce) {
  // Looked up once: a fetch by name walks the providers and takes a lock. Lives as long as the process.
  static EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  Context context{EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free};
  if (cipher == nullptr || context == nullptr ||
      EVP_CipherInit_ex2(context.get(), cipher, key.data(), aead_nonce.data(), static_cast<int>(direction), nullptr) != 1)
    context.reset();
  return context;
}

// `out` null: associated data.
bool feed(EVP_CIPHER_CTX* context, std::uint8_t* out, BytesView in) {
  while (!in.empty()) {
    const std::size_t size = std::min(in.size(), kChunkBytesMax);
    int written = 0;
    if (EVP_CipherUpdate(context, out, &written, in.data(), static_cast<int>(size)) != 1) return false;
    if (out != nullptr) out += size;
    in = in.subspan(size);
  }
  return true;
}

}  // namespace

Result<Bytes> aead_seal(BytesView key, BytesView aead_nonce, BytesView associated, BytesView plaintext) {
  if (auto checked = check_lengths(key, aead_nonce); !checked) return std::move(checked).error();
  if (plaintext.size() > kPlaintextBytesMax)
    return Error{ErrorCode::invalid_argument, "AES-GCM seals at most 64 GiB under one nonce; split the data", "aead"};
  const Context context = start(Direction::seal, key, aead_nonce);
  if (!context) return cipher_failed();

  Bytes sealed(plaintext.size() + kAeadTagBytes);
  std::uint8_t* const tag = sealed.data() + plaintext.size();
  int written = 0;
  if (!feed(context.get(), nullptr, associated) || !feed(context.get(), sealed.data(), plaintext) ||
      EVP_CipherFinal_ex(context.get(), tag, &written) != 1 ||
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, static_cast<int>(kAeadTagBytes), tag) != 1)
    return cipher_failed();
  return sealed;
}

Result<Bytes> aead_open(BytesView key, BytesView aead_nonce, BytesView associated, BytesView sealed) {
  if (auto checked = check_lengths(key, aead_nonce); !checked) return std::move(checked).error();
  if (sealed.size() < kAeadTagBytes || sealed.size() - kAeadTagBytes > kPlaintextBytesMax)
    return Error{ErrorCode::invalid_argument, "sealed data has 16 bytes at least (its tag) and 64 GiB at most", "aead"};
  const Context context = start(Direction::open, key, aead_nonce);
  if (!context) return cipher_failed();

  std::array<std::uint8_t, kAeadTagBytes> tag{};
  std::copy(sealed.end() - kAeadTagBytes, sealed.end(), tag.begin());
  Bytes plaintext(sealed.size() - kAeadTagBytes);
  if (EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(kAeadTagBytes), tag.data()) != 1 ||
      !feed(context.get(), nullptr, associated) || !feed(context.get(), plaintext.data(), sealed.first(plaintext.size()))) {
    wipe(plaintext);
    return cipher_failed();
  }
  std::uint8_t none = 0;  // GCM has no last block to write
  int written = 0;
  if (EVP_CipherFinal_ex(context.get(), &none, &written) != 1) {
    wipe(plaintext);
    return Error{ErrorCode::data_loss, "the data was not sealed with this key, nonce and associated data, or was changed since",
                 "aead"};
  }
  return plaintext;
}

}  // namespace gstd

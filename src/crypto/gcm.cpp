#include "crypto/gcm.hpp"

#include <algorithm>

#include <openssl/evp.h>

namespace gstd {
namespace {

// EVP takes lengths as int; longer data goes in several calls.
constexpr std::size_t kPieceBytesMax = std::size_t{1} << 30;

// `out` null: associated data.
bool feed(EVP_CIPHER_CTX* context, std::uint8_t* out, BytesView in) {
  while (!in.empty()) {
    const std::size_t size = std::min(in.size(), kPieceBytesMax);
    int written = 0;
    if (EVP_CipherUpdate(context, out, &written, in.data(), static_cast<int>(size)) != 1) return false;
    if (out != nullptr) out += size;
    in = in.subspan(size);
  }
  return true;
}

bool start(EVP_CIPHER_CTX* context, BytesView aead_nonce) {
  constexpr int kAsBefore = -1;
  return EVP_CipherInit_ex2(context, nullptr, nullptr, aead_nonce.data(), kAsBefore, nullptr) == 1;
}

}  // namespace

void Gcm::Free::operator()(EVP_CIPHER_CTX* context) const noexcept { EVP_CIPHER_CTX_free(context); }

Gcm::Gcm(Direction direction, BytesView key) : context_(EVP_CIPHER_CTX_new()) {
  // Looked up once: a fetch by name walks the providers and takes a lock. Lives as long as the process.
  static EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  if (cipher == nullptr || context_ == nullptr ||
      EVP_CipherInit_ex2(context_.get(), cipher, key.data(), nullptr, static_cast<int>(direction), nullptr) != 1)
    context_.reset();
}

bool Gcm::seal(BytesView aead_nonce, BytesView associated, BytesView plaintext, std::uint8_t* sealed) {
  std::uint8_t* const tag = sealed + plaintext.size();
  int written = 0;
  return start(context_.get(), aead_nonce) && feed(context_.get(), nullptr, associated) &&
         feed(context_.get(), sealed, plaintext) && EVP_CipherFinal_ex(context_.get(), tag, &written) == 1 &&
         EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_GET_TAG, static_cast<int>(kAeadTagBytes), tag) == 1;
}

Gcm::Opened Gcm::open(BytesView aead_nonce, BytesView associated, BytesView sealed, std::uint8_t* plaintext) {
  const std::size_t size = sealed.size() - kAeadTagBytes;
  std::array<std::uint8_t, kAeadTagBytes> tag{};
  std::copy(sealed.end() - kAeadTagBytes, sealed.end(), tag.begin());
  if (!start(context_.get(), aead_nonce) ||
      EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(kAeadTagBytes), tag.data()) != 1 ||
      !feed(context_.get(), nullptr, associated) || !feed(context_.get(), plaintext, sealed.first(size))) {
    wipe({plaintext, size});
    return Opened::failed;
  }
  std::uint8_t none = 0;  // GCM has no last block to write
  int written = 0;
  if (EVP_CipherFinal_ex(context_.get(), &none, &written) == 1) return Opened::good;
  wipe({plaintext, size});
  return Opened::bad;
}

}  // namespace gstd

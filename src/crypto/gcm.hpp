// AES-256-GCM with the key set up once: OpenSSL's context, kept. Its key schedule is most of the work of a short message.
#pragma once

#include <gstd/crypto.hpp>

typedef struct evp_cipher_ctx_st EVP_CIPHER_CTX;

namespace gstd {

/// One direction under one key. Not shared between threads. The context wipes the key schedule when it goes.
class Gcm {
 public:
  enum class Direction : int { open = 0, seal = 1 };  // EVP's numbers

  /// Lengths are the caller's to check. Not ready() where OpenSSL refuses.
  Gcm(Direction direction, BytesView key);
  bool ready() const noexcept { return context_ != nullptr; }

  /// `sealed` has room for plaintext and tag and may begin where the plaintext does. False: OpenSSL failed.
  bool seal(BytesView aead_nonce, BytesView associated, BytesView plaintext, std::uint8_t* sealed);

  enum class Opened { good, bad, failed };
  /// `sealed` has at least a tag. `plaintext` has room for the rest; where it is not good, that is wiped.
  Opened open(BytesView aead_nonce, BytesView associated, BytesView sealed, std::uint8_t* plaintext);

 private:
  struct Free {
    void operator()(EVP_CIPHER_CTX* context) const noexcept;
  };
  std::unique_ptr<EVP_CIPHER_CTX, Free> context_;
};

}  // namespace gstd

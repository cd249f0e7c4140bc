#include <gstd/sealing.hpp>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "crypto/canonical.hpp"
#include "crypto/wiped.hpp"

namespace gstd {

Digest keyed_commitment(const ContentKey& key, SealingDirection direction, const Digest& plaintext_sha256) {
  // Not the content key itself: what a commitment is made with is used for nothing else.
  Wiped<Digest::kSize> committing_key;
  auto derived = hkdf_sha256(key.view(), {}, canonical::labelled("gstd-commitment-key-v1").take(), committing_key.span());
  const auto message = canonical::labelled("gstd-commitment-v1").enumerator(direction).fixed(plaintext_sha256).take();
  Digest commitment;
  unsigned size = 0;
  const bool made = derived && HMAC(EVP_sha256(), committing_key.view().data(), static_cast<int>(committing_key.view().size()),
                                    message.data(), message.size(), commitment.bytes.data(), &size) != nullptr;
  // OpenSSL fails here only where memory is out, or it lacks SHA-256 altogether. A commitment to nothing must not go unnoticed.
  if (!made) throw std::bad_alloc{};
  return commitment;
}

}  // namespace gstd

// An Ed25519 key that the library under test never sees: OpenSSL has it, as a wallet program or an HSM would.
#pragma once

#include <openssl/evp.h>

#include "handles.hpp"

#include <array>

namespace gstd::capi_test {

class OutsideKey {
 public:
  /// The key of a seed of 32 equal bytes.
  explicit OutsideKey(std::uint8_t fill) {
    std::array<std::uint8_t, 32> seed;
    seed.fill(fill);
    key_.reset(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()));
    std::size_t size = public_key_.size();
    EXPECT_EQ(EVP_PKEY_get_raw_public_key(key_.get(), public_key_.data(), &size), 1);
  }

  const std::uint8_t* public_key() const { return public_key_.data(); }

  std::array<std::uint8_t, 64> sign(const std::uint8_t* message, std::size_t size) const {
    std::array<std::uint8_t, 64> signature{};
    std::size_t signature_size = signature.size();
    const std::unique_ptr<EVP_MD_CTX, Deleter<EVP_MD_CTX_free>> context{EVP_MD_CTX_new()};
    EXPECT_EQ(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()), 1);
    EXPECT_EQ(EVP_DigestSign(context.get(), signature.data(), &signature_size, message, size), 1);
    return signature;
  }

 private:
  std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>> key_;
  std::array<std::uint8_t, 32> public_key_;
};

}  // namespace gstd::capi_test

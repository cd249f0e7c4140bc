#include <gstd/sealing.hpp>

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

namespace gstd {
namespace {

using Context = std::unique_ptr<EVP_KDF_CTX, decltype(&EVP_KDF_CTX_free)>;

Context make_context() {
  // Looked up once: a fetch by name walks the providers and takes a lock. Lives as long as the process.
  static EVP_KDF* const hkdf = EVP_KDF_fetch(nullptr, "HKDF", nullptr);
  return {hkdf == nullptr ? nullptr : EVP_KDF_CTX_new(hkdf), &EVP_KDF_CTX_free};
}

// OpenSSL's parameters are not const, although these are only read.
OSSL_PARAM octets(const char* name, BytesView bytes) {
  return OSSL_PARAM_construct_octet_string(name, const_cast<std::uint8_t*>(bytes.data()), bytes.size());
}

}  // namespace

Result<void> hkdf_sha256(BytesView key, BytesView salt, BytesView info, std::span<std::uint8_t> out) {
  if (key.empty()) return Error{ErrorCode::invalid_argument, "nothing can be derived from an empty key", "hkdf"};
  if (out.size() > kHkdfBytesMax)
    return Error{ErrorCode::invalid_argument, "HKDF-SHA-256 gives at most " + std::to_string(kHkdfBytesMax) + " bytes", "hkdf"};
  if (out.empty()) return {};

  char digest[] = "SHA256";
  std::array<OSSL_PARAM, 5> parameters;
  std::size_t count = 0;
  parameters.at(count++) = OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0);
  parameters.at(count++) = octets(OSSL_KDF_PARAM_KEY, key);
  // Left out, both are empty, which is what RFC 5869 means by "not provided".
  if (!salt.empty()) parameters.at(count++) = octets(OSSL_KDF_PARAM_SALT, salt);
  if (!info.empty()) parameters.at(count++) = octets(OSSL_KDF_PARAM_INFO, info);
  parameters.at(count) = OSSL_PARAM_construct_end();

  const Context context = make_context();
  if (context == nullptr || EVP_KDF_derive(context.get(), out.data(), out.size(), parameters.data()) != 1) {
    wipe(out);
    return Error{ErrorCode::internal, "OpenSSL could not run HKDF; see its configuration", "hkdf"};
  }
  return {};
}

}  // namespace gstd

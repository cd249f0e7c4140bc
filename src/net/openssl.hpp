// OpenSSL's objects with owners, and its errors as text.
#pragma once

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

namespace gstd::net {

struct OpenSslFree {
  void operator()(BIO* bio) const noexcept { BIO_free(bio); }
  void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
  void operator()(SSL* ssl) const noexcept { SSL_free(ssl); }
  void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
  void operator()(X509* certificate) const noexcept { X509_free(certificate); }
};
template <class T>
using OpenSslPtr = std::unique_ptr<T, OpenSslFree>;

/// What OpenSSL says of the last failure of this thread, which is forgotten with that. Names no secrets.
inline std::string openssl_reason() {
  const char* const text = ERR_reason_error_string(ERR_peek_last_error());
  std::string reason = text ? text : "no reason given";
  ERR_clear_error();
  return reason;
}

}  // namespace gstd::net

// What the server's TLS connections share: certificate, key, authority, and what is spoken.
#pragma once

#include <gstd/net.hpp>

#include "net/openssl.hpp"

namespace gstd::net {

/// Never changed once made: a reload makes another, and connections hold the one that they began with. May be shared between
/// threads.
class TlsContext {
 public:
  /// Errors: invalid_argument or permission_denied; the reason is the option whose file does not serve.
  static Result<std::shared_ptr<const TlsContext>> load(const ServerTls& options);
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  /// A connection's own state. Throws std::bad_alloc.
  OpenSslPtr<SSL> new_connection() const;

  bool asks_for_client_certificate() const noexcept { return asks_for_client_certificate_; }
  /// Whether a client with that certificate, which has been verified, may come in.
  bool admits(X509* certificate) const;
  /// Whether the time of the server's own certificate has come and is not over.
  bool is_in_date() const noexcept { return is_in_date_; }

 private:
  TlsContext(OpenSslPtr<SSL_CTX> context, const ServerTls& options);

  OpenSslPtr<SSL_CTX> context_;
  bool asks_for_client_certificate_;
  std::vector<std::string> client_names_;
  bool is_in_date_ = false;
};

}  // namespace gstd::net

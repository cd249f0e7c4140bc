// Resumption is off. A resumed session would outlive the certificate, or the client's admission, that it began with, and the keys
// of its tickets would have to be changed often enough not to undo forward secrecy. Connections are kept alive, so that it would
// save little.
#include "net/tls_context.hpp"

#include <openssl/x509v3.h>

#include <algorithm>
#include <new>

#include "net/tls_files.hpp"

namespace gstd::net {
namespace {

// For TLS 1.2: key exchange with forward secrecy, and authenticated encryption alone (RFC 9325 section 4.2). All of TLS 1.3's are
// of that kind.
constexpr const char* kCiphers = "ECDHE+AESGCM:ECDHE+CHACHA20";

constexpr std::string_view kProtocol = "http/1.1";

// RFC 7301 section 3.2: a client that names protocols, and not ours, is told so; one that names none means HTTP/1.1.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_size, const unsigned char* offered, unsigned size,
                    void*) {
  for (unsigned at = 0; at < size; at += 1u + offered[at]) {
    const unsigned length = offered[at];
    if (length >= size - at) break;
    if (std::string_view(reinterpret_cast<const char*>(offered + at + 1), length) != kProtocol) continue;
    *chosen = offered + at + 1;
    *chosen_size = static_cast<unsigned char>(length);
    return SSL_TLSEXT_ERR_OK;
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

// Called for each certificate of the client's chain, with what OpenSSL thinks of it.
int check_client(int is_fine, X509_STORE_CTX* verification) {
  if (is_fine != 1 || X509_STORE_CTX_get_error_depth(verification) != 0) return is_fine;
  const auto* const ssl = static_cast<const SSL*>(X509_STORE_CTX_get_ex_data(verification, SSL_get_ex_data_X509_STORE_CTX_idx()));
  const auto* const context = static_cast<const TlsContext*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
  if (context->admits(X509_STORE_CTX_get_current_cert(verification))) return 1;
  X509_STORE_CTX_set_error(verification, X509_V_ERR_CERT_REJECTED);
  return 0;
}

Error out_of_memory() {
  ERR_clear_error();
  return {ErrorCode::resource_exhausted, "no memory for TLS; free some", "memory"};
}

// The certificates are held by the context from here on, the key too.
Result<void> set_certificate(SSL_CTX* context, const std::vector<OpenSslPtr<X509>>& chain, EVP_PKEY* key,
                             const ServerTls& options) {
  if (SSL_CTX_use_certificate(context, chain.front().get()) != 1)
    return Error{ErrorCode::invalid_argument,
                 "certificate_file \"" + options.certificate_file + "\" does not serve (" + openssl_reason() +
                     "); use a certificate with a key of at least 2048 bits (RSA) or 224 (EC)",
                 "certificate_file"};
  for (auto next = chain.begin() + 1; next != chain.end(); ++next)
    if (SSL_CTX_add1_chain_cert(context, next->get()) != 1)
      return Error{ErrorCode::invalid_argument,
                   "a certificate behind the first in certificate_file \"" + options.certificate_file + "\" does not serve (" +
                       openssl_reason() + "); leave it out, or have it made anew",
                   "certificate_file"};
  if (SSL_CTX_use_PrivateKey(context, key) == 1 && SSL_CTX_check_private_key(context) == 1) return {};
  ERR_clear_error();
  return Error{ErrorCode::invalid_argument,
               "key_file \"" + options.key_file + "\" is not the key of the certificate in \"" + options.certificate_file +
                   "\"; name both anew",
               "key_file"};
}

Result<void> set_client_authority(SSL_CTX* context, const std::string& path) {
  const auto authorities = read_certificates(path, "client_ca_file");
  if (!authorities) return authorities.error();
  X509_STORE* const store = SSL_CTX_get_cert_store(context);
  for (const auto& authority : *authorities)
    if (X509_STORE_add_cert(store, authority.get()) != 1 || SSL_CTX_add_client_CA(context, authority.get()) != 1)
      return out_of_memory();
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, check_client);
  return {};
}

}  // namespace

TlsContext::TlsContext(OpenSslPtr<SSL_CTX> context, const ServerTls& options)
    : context_(std::move(context)),
      asks_for_client_certificate_(!options.client_ca_file.empty()),
      client_names_(options.client_names) {
  SSL_CTX_set_app_data(context_.get(), this);
}

Result<std::shared_ptr<const TlsContext>> TlsContext::load(const ServerTls& options) {
  if (!options.client_names.empty() && options.client_ca_file.empty())
    return Error{ErrorCode::invalid_argument, "client_names without a client_ca_file mean nothing; name the clients' authority too",
                 "client_names"};
  const auto chain = read_certificates(options.certificate_file, "certificate_file");
  if (!chain) return chain.error();
  const auto key = read_private_key(options.key_file, "key_file");
  if (!key) return key.error();

  ERR_clear_error();
  OpenSslPtr<SSL_CTX> made(SSL_CTX_new(TLS_server_method()));
  if (!made) return out_of_memory();
  SSL_CTX* const context = made.get();
  if (SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1 || SSL_CTX_set_cipher_list(context, kCiphers) != 1)
    return Error{ErrorCode::failed_precondition, "this OpenSSL does not offer TLS 1.2 (" + openssl_reason() + "); use another",
                 "tls"};
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA | SSL_OP_CLEANSE_PLAINTEXT);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
  if (auto set = set_certificate(context, *chain, key->get(), options); !set) return std::move(set).error();
  if (!options.client_ca_file.empty())
    if (auto set = set_client_authority(context, options.client_ca_file); !set) return std::move(set).error();
  std::shared_ptr<TlsContext> loaded(new TlsContext(std::move(made), options));
  const X509* const own = chain->front().get();
  loaded->is_in_date_ = X509_cmp_current_time(X509_get0_notBefore(own)) < 0 && X509_cmp_current_time(X509_get0_notAfter(own)) > 0;
  return std::shared_ptr<const TlsContext>(std::move(loaded));
}

OpenSslPtr<SSL> TlsContext::new_connection() const {
  OpenSslPtr<SSL> connection(SSL_new(context_.get()));
  if (!connection) throw std::bad_alloc();
  return connection;
}

bool TlsContext::admits(X509* certificate) const {
  if (client_names_.empty()) return true;
  return std::any_of(client_names_.begin(), client_names_.end(), [&](const std::string& name) {
    return X509_check_host(certificate, name.data(), name.size(), X509_CHECK_FLAG_NO_WILDCARDS, nullptr) == 1;
  });
}

}  // namespace gstd::net

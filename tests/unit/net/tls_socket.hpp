// A TLS client that says what libcurl would not: old versions, odd protocols, renegotiation. Blocks, within RawSocket's bounds.
#pragma once

#include <openssl/ssl.h>

#include <functional>
#include <memory>

#include "unit/net/raw_socket.hpp"

namespace gstd::net::test {

class TlsSocket {
 public:
  /// Verifies nothing. `tune` sets up what is odd.
  explicit TlsSocket(std::uint16_t port, const std::function<void(SSL_CTX*)>& tune = {})
      : socket_(RawSocket::connect(port)), context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free) {
    // OpenSSL writes without MSG_NOSIGNAL.
    ::signal(SIGPIPE, SIG_IGN);
    if (tune) tune(context_.get());
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_fd(ssl_.get(), socket_.fd());
    is_connected_ = SSL_connect(ssl_.get()) == 1;
  }

  bool is_connected() const noexcept { return is_connected_; }
  SSL* ssl() noexcept { return ssl_.get(); }
  RawSocket& socket() noexcept { return socket_; }

  bool send(std::string_view text) {
    return SSL_write(ssl_.get(), text.data(), static_cast<int>(text.size())) == static_cast<int>(text.size());
  }
  /// Until `end` came; all there is where it does not come.
  std::string read_until(std::string_view end) {
    std::string text;
    char piece[4096];
    while (text.find(end) == std::string::npos) {
      const int got = SSL_read(ssl_.get(), piece, sizeof piece);
      if (got <= 0) break;
      text.append(piece, static_cast<std::size_t>(got));
    }
    return text;
  }

 private:
  RawSocket socket_;
  std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context_;
  std::unique_ptr<SSL, void (*)(SSL*)> ssl_{nullptr, SSL_free};
  bool is_connected_ = false;
};

}  // namespace gstd::net::test

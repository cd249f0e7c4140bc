// A connection's bytes, with TLS around them or without. One look at a pointer is all that plain connections pay for it.
#pragma once

#include <boost/asio/ssl/stream.hpp>

#include "net/asio.hpp"
#include "net/tls_context.hpp"

namespace gstd::net {

/// All but the constructor is its executor's.
class Stream {
 public:
  using executor_type = Strand;  // as Asio's composed operations want to know it

  /// `tls`: null for none. Throws std::bad_alloc, or what Asio throws.
  Stream(Socket socket, std::shared_ptr<const TlsContext> tls) : socket_(std::move(socket)), context_(std::move(tls)) {
    if (!context_) return;
    tls_.emplace(socket_, context_->new_connection().release());
    is_tls_ = true;
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  Strand get_executor() { return socket_.get_executor(); }
  Socket& socket() noexcept { return socket_; }  ///< For what is not TLS's: to shut down, to cancel, to close.
  bool is_tls() const noexcept { return is_tls_; }
  /// The peer has shown a certificate, and it was found good. True only after the handshake.
  bool has_client_certificate() const noexcept { return is_tls_ && context_->asks_for_client_certificate(); }
  /// From here on bytes go as they are: the peer does not speak TLS.
  void leave_tls() noexcept { is_tls_ = false; }

  template <class Handler>
  void async_handshake(Handler&& handler) {
    tls_->async_handshake(asio::ssl::stream_base::server, std::forward<Handler>(handler));
  }
  /// Says that nothing more comes, and waits for the peer to say so.
  template <class Handler>
  void async_end_tls(Handler&& handler) {
    tls_->async_shutdown(std::forward<Handler>(handler));
  }
  template <class Buffers, class Handler>
  void async_read_some(const Buffers& buffers, Handler&& handler) {
    if (is_tls_) return static_cast<void>(tls_->async_read_some(buffers, std::forward<Handler>(handler)));
    socket_.async_read_some(buffers, std::forward<Handler>(handler));
  }
  template <class Buffers, class Handler>
  void async_write_some(const Buffers& buffers, Handler&& handler) {
    if (is_tls_) return static_cast<void>(tls_->async_write_some(buffers, std::forward<Handler>(handler)));
    socket_.async_write_some(buffers, std::forward<Handler>(handler));
  }

 private:
  Socket socket_;
  const std::shared_ptr<const TlsContext> context_;
  std::optional<asio::ssl::stream<Socket&>> tls_;
  bool is_tls_ = false;
};

}  // namespace gstd::net

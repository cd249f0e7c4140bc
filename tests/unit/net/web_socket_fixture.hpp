// Shorthand for the tests of WebSockets.
#pragma once

#include "support/web_socket.hpp"
#include "unit/net/http_fixture.hpp"
#include "unit/net/raw_socket.hpp"

namespace gstd::net::test {

using gstd::test::WebSocketPeer;

/// A handler's side of one WebSocket: counts, and lets a test wait.
class Channel {
 public:
  explicit Channel(std::function<void(const WebSocket&)> on_ready = {}) : on_ready_(std::move(on_ready)) {}

  Handler handler() {
    return [this](const Request&, const Responder& responder) { upgrade(responder); };
  }
  void upgrade(const Responder& responder) {
    responder.upgrade({[this](const WebSocket& socket) {
                         {
                           const std::lock_guard lock(mutex_);
                           ++ready_;
                           socket_ = socket;
                           changed_.notify_all();
                         }
                         if (on_ready_) on_ready_(socket);
                       },
                       [this] {
                         const std::lock_guard lock(mutex_);
                         ++closed_;
                         changed_.notify_all();
                       }});
  }

  WebSocket socket() {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, std::chrono::seconds(20), [&] { return socket_.has_value(); }))
      throw std::runtime_error("no WebSocket came to be");
    return *socket_;
  }
  bool wait_closed() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20), [&] { return closed_ > 0; });
  }
  std::size_t ready() {
    const std::lock_guard lock(mutex_);
    return ready_;
  }
  std::size_t closed() {
    const std::lock_guard lock(mutex_);
    return closed_;
  }

 private:
  const std::function<void(const WebSocket&)> on_ready_;
  std::mutex mutex_;
  std::condition_variable changed_;
  // All guarded by mutex_.
  std::optional<WebSocket> socket_;
  std::size_t ready_ = 0;
  std::size_t closed_ = 0;
};

/// RFC 6455 section 1.3's own handshake.
inline constexpr std::string_view kHandshake =
    "GET /live HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";

}  // namespace gstd::net::test

// The other end of a WebSocket, over Beast: blocks, and gives up after a while instead of waiting for ever.
#pragma once

#include <gstd/net.hpp>

#include <stdexcept>

#include "net/asio.hpp"  // before any other of Asio's headers

#include <boost/asio/connect.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/stream.hpp>

namespace gstd::test {

class WebSocketPeer {
 public:
  /// Asks `target` of the server at that port of the loopback, with these header fields beside the handshake's own.
  WebSocketPeer(std::uint16_t port, const std::string& target, const net::Headers& headers = {}) : frames_(io_) {
    const std::string host = "127.0.0.1:" + std::to_string(port);
    frames_.read_message_max(kMessageBytesMax);
    frames_.next_layer().connect({boost::asio::ip::address_v4::loopback(), port});
    namespace websocket = boost::beast::websocket;
    frames_.set_option(websocket::stream_base::decorator([&](websocket::request_type& request) {
      for (const auto& field : headers) request.insert(field.name, field.value);
    }));
    websocket::response_type response;
    const auto error = wait([&](auto done) { frames_.async_handshake(response, host, target, done); });
    if (error && error != websocket::error::upgrade_declined) throw std::runtime_error("no handshake: " + error.message());
    answer_.status = static_cast<int>(response.result_int());
    for (const auto& field : response) answer_.headers.add(std::string(field.name_string()), std::string(field.value()));
    answer_.body = response.body();
  }

  /// What the handshake was answered with; 101 where it became a WebSocket.
  const net::Response& answer() const noexcept { return answer_; }
  bool is_open() const noexcept { return answer_.status == 101; }

  /// The next message; nothing at the end.
  std::optional<std::string> read() {
    boost::beast::flat_buffer buffer;
    if (wait([&](auto done) { frames_.async_read(buffer, done); })) return std::nullopt;
    const auto data = buffer.data();
    return std::string(static_cast<const char*>(data.data()), data.size());
  }
  /// Whether it was taken.
  bool send(const std::string& text) {
    return !wait([&](auto done) { frames_.async_write(boost::asio::buffer(text), done); });
  }
  void close() {
    wait([&](auto done) { frames_.async_close(boost::beast::websocket::close_code::normal, done); });
  }

  /// Reads on to the end. What the server said there; 0 where the connection just broke.
  int close_code() {
    while (read()) {
    }
    return frames_.reason().code;
  }
  std::string close_reason() const { return frames_.reason().reason.c_str(); }

 private:
  /// More than any test's server sends; Beast's own bound is 16 MiB.
  static constexpr std::size_t kMessageBytesMax = 64u << 20;

  template <class Start>
  boost::system::error_code wait(Start start) {
    std::optional<boost::system::error_code> result;
    start([&result](boost::system::error_code error, auto...) { result = error; });
    io_.restart();
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (!result && io_.run_one_until(end) != 0) {
    }
    if (!result) throw std::runtime_error("the other end of the WebSocket says nothing");
    return *result;
  }

  boost::asio::io_context io_{1};
  boost::beast::websocket::stream<boost::asio::ip::tcp::socket> frames_;
  net::Response answer_;
};

}  // namespace gstd::test

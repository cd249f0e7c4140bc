// WebSockets of the server: how they begin, and what goes over them.
#include "unit/net/https_fixture.hpp"
#include "unit/net/tls_socket.hpp"
#include "unit/net/web_socket_fixture.hpp"

namespace gstd::net {
namespace {

using namespace test;
using std::chrono::milliseconds;

// A handler that upgrades whoever asks for it, and says to others what they ask for.
Handler upgrade_or_answer(Channel& channel) {
  return [&](const Request& request, const Responder& responder) {
    if (request.wants_web_socket) return channel.upgrade(responder);
    answer_target(request, responder);
  };
}

// Goal:   messages arrive whole and in order, each asked for by the one before, and then the end with its reason.
// Method: a hundred of them, of sizes on both sides of each of the frame's three forms of length, and of Beast's pieces.
TEST(WebSocketServer, SendsMessagesOneAfterTheOther) {
  const auto text_of = [](std::size_t i) { return std::string(i * 797, static_cast<char>('a' + i % 26)) + std::to_string(i); };
  std::size_t next = 0;
  Channel channel([&](const WebSocket& socket) {
    if (next == 100) return socket.close(CloseCode::normal, "that was all");
    socket.send(text_of(next++));
  });
  const HttpServer server = start_server(channel.handler());
  WebSocketPeer peer(server.port(), "/");
  ASSERT_TRUE(peer.is_open());
  for (std::size_t i = 0; i < 100; ++i) EXPECT_EQ(peer.read(), text_of(i));
  EXPECT_EQ(peer.close_code(), 1000);
  EXPECT_EQ(peer.close_reason(), "that was all");
  EXPECT_TRUE(channel.wait_closed());
  EXPECT_EQ(channel.ready(), 101u);
  EXPECT_EQ(channel.closed(), 1u);
}

// Goal:   the handshake is answered as RFC 6455 says, without extensions, and says nothing of the software's version.
// Method: the example of its section 1.3; then an offer of compression.
TEST(WebSocketServer, ShakesHandsByTheBook) {
  Channel channel;
  const HttpServer server = start_server(channel.handler());
  RawSocket peer = RawSocket::connect(server.port());
  peer.send(kHandshake);
  const std::string answer = peer.read_until("\r\n\r\n");
  EXPECT_EQ(status_line(answer), "HTTP/1.1 101 Switching Protocols");
  EXPECT_NE(answer.find("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"), std::string::npos) << answer;
  EXPECT_EQ(answer.find("Beast"), std::string::npos) << answer;
  Headers offer;
  offer.set("Sec-WebSocket-Extensions", "permessage-deflate");
  offer.set("Sec-WebSocket-Protocol", "any");
  WebSocketPeer other(server.port(), "/", offer);
  EXPECT_FALSE(other.answer().headers.find("Sec-WebSocket-Extensions"));
  EXPECT_FALSE(other.answer().headers.find("Sec-WebSocket-Protocol"));
}

// Goal:   only a request that asks for a WebSocket in the one proper way is told to be one; the others are requests like any other.
// Method: the proper one, spoilt in one place each.
TEST(WebSocketServer, TellsWhoAsks) {
  Channel channel;
  const HttpServer server = start_server(upgrade_or_answer(channel));
  const std::pair<std::string_view, std::string_view> changes[] = {
      {"GET", "POST"},
      {"HTTP/1.1", "HTTP/1.0"},
      {"Upgrade: websocket", "Upgrade: h2c"},
      {"Upgrade: websocket\r\n", ""},
      {"Connection: Upgrade", "Connection: keep-alive"},
      {"Version: 13", "Version: 8"},
      {"Version: 13", "Version: 13\r\nSec-WebSocket-Version: 13"},
      {"ub25jZQ==", "ub25jZQ="},
      {"dGhlIHNhbXBsZSBub25jZQ==", ""},
      {"Sec-WebSocket-Key: ", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Key: "},
      {"\r\n\r\n", "\r\nContent-Length: 1\r\n\r\nx"},
      {"\r\n\r\n", "\r\n\r\n\x81"},
  };
  for (const auto& [from, to] : changes) {
    std::string text(kHandshake);
    text.replace(text.find(from), from.size(), to);
    SCOPED_TRACE(text);
    RawSocket peer = RawSocket::connect(server.port());
    peer.send(text);
    EXPECT_EQ(status_line(peer.read_until("/live")), "HTTP/1.1 200 OK");
  }
  EXPECT_EQ(channel.ready(), 0u);
  RawSocket peer = RawSocket::connect(server.port());
  peer.send(
      "GET /live HTTP/1.1\r\nHost: a\r\nupgrade: foo, WebSocket\r\nCONNECTION: keep-alive, upgrade\r\n"
      "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n\r\n");
  EXPECT_EQ(status_line(peer.read_until("\r\n\r\n")), "HTTP/1.1 101 Switching Protocols");
}

// Goal:   a handler that upgrades a request which did not ask answers 500, and hears that nothing came of it.
// Method: an ordinary request to a handler that upgrades all.
TEST(WebSocketServer, UpgradesNobodyWhoDidNotAsk) {
  Channel channel;
  const HttpServer server = start_server(channel.handler());
  auto response = make_client().send(get(url(server)));
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 500);
  EXPECT_TRUE(channel.wait_closed());
  EXPECT_EQ(channel.ready(), 0u);
}

// Goal:   a request for a WebSocket may be answered like any other, and the connection goes on.
// Method: a refusal, then another request on the same connection.
TEST(WebSocketServer, MayBeRefused) {
  const HttpServer server = start_server([](const Request& request, const Responder& responder) {
    Response response{.status = request.wants_web_socket ? 401 : 200, .headers = {}, .body = "answer"};
    responder.send(std::move(response));
  });
  RawSocket peer = RawSocket::connect(server.port());
  peer.send(kHandshake);
  EXPECT_EQ(status_line(peer.read_until("answer")), "HTTP/1.1 401 Unauthorized");
  peer.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(status_line(peer.read_until("answer")), "HTTP/1.1 200 OK");
}

// Goal:   the handler may answer later, and from another thread.
// Method: the Responder is kept, and upgraded by the test.
TEST(WebSocketServer, MayBeginLater) {
  Shelf shelf;
  Channel channel;
  const HttpServer server = start_server(shelf.handler());
  std::optional<WebSocketPeer> peer;
  std::thread connecting([&] { peer.emplace(server.port(), "/"); });
  channel.upgrade(shelf.take());
  connecting.join();
  channel.socket().send("hello");
  EXPECT_EQ(peer->read(), "hello");
}

// Goal:   with TLS all is the same.
// Method: the book's handshake and one short message, as bytes.
TEST_F(TlsFixture, CarriesWebSockets) {
  Channel channel([](const WebSocket& socket) { socket.send("hello"); });
  HttpServer server = serve(tls(pair_), channel.handler());
  TlsSocket peer(server.port());
  ASSERT_TRUE(peer.is_connected());
  ASSERT_TRUE(peer.send(kHandshake));
  const std::string answer = peer.read_until("hello");
  EXPECT_EQ(status_line(answer), "HTTP/1.1 101 Switching Protocols");
  EXPECT_TRUE(answer.ends_with("\r\n\r\n\x81\x05hello")) << answer;
  server.stop();
  EXPECT_TRUE(channel.wait_closed());
}

}  // namespace
}  // namespace gstd::net

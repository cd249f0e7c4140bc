// WebSockets of the server: how they end, whatever the peer does.
#include "unit/net/web_socket_fixture.hpp"

namespace gstd::net {
namespace {

using namespace test;
using std::chrono::milliseconds;

// A message that no sockets' buffers hold.
constexpr std::size_t kLongBytes = 32u << 20;

// Goal:   what a peer says is not taken: it is told so, or that it was too long, or that it breaks the rules.
// Method: a short message, a long one, and one without the mask that a client's must have.
TEST(WebSocketEnd, TakesNoMessages) {
  Channel channel;
  const HttpServer server = start_server(channel.handler());
  WebSocketPeer talker(server.port(), "/");
  EXPECT_TRUE(talker.send("hello"));
  EXPECT_EQ(talker.close_code(), 1003);
  WebSocketPeer babbler(server.port(), "/");
  babbler.send(std::string(1u << 20, 'x'));
  EXPECT_EQ(babbler.close_code(), 1009);
  RawSocket unmasked = RawSocket::connect(server.port());
  unmasked.send(kHandshake);
  unmasked.read_until("\r\n\r\n");
  unmasked.send("\x81\x01x");
  const std::string end = unmasked.read_all();
  EXPECT_EQ(end.substr(0, 1), "\x88");
  EXPECT_EQ(end.substr(2, 2), std::string("\x03\xea")) << "1002";
}

// Goal:   a peer's own end, orderly or not, is heard of once.
// Method: a closing handshake, a reset.
TEST(WebSocketEnd, HearsOfThePeers) {
  Channel orderly;
  const HttpServer first = start_server(orderly.handler());
  WebSocketPeer(first.port(), "/").close();
  EXPECT_TRUE(orderly.wait_closed());
  Channel broken;
  const HttpServer second = start_server(broken.handler());
  RawSocket peer = RawSocket::connect(second.port());
  peer.send(kHandshake);
  peer.read_until("\r\n\r\n");
  peer.reset();
  EXPECT_TRUE(broken.wait_closed());
  EXPECT_EQ(orderly.closed(), 1u);
  EXPECT_EQ(broken.closed(), 1u);
}

// Goal:   a ping, which is no message, is answered with what came in it.
// Method: one of three bytes, under a mask of zeros.
TEST(WebSocketEnd, AnswersPings) {
  Channel channel;
  const HttpServer server = start_server(channel.handler());
  RawSocket peer = RawSocket::connect(server.port());
  peer.send(kHandshake);
  peer.read_until("\r\n\r\n");
  peer.send(std::string_view("\x89\x83\0\0\0\0abc", 9));
  EXPECT_EQ(peer.read_until("abc"),
            "\x8a\x03"
            "abc");
}

// Goal:   a peer that is there stays, one that is not is asked for a sign of life and then let go of.
// Method: a short idle time; a peer that reads, so that Beast answers pings, gets a message after more than two of these; another
//         one never answers.
TEST(WebSocketEnd, LetsGoOfTheDead) {
  HttpServerOptions options;
  options.web_socket_idle_timeout = milliseconds{1'000};
  Channel lively;
  const HttpServer server = start_server(lively.handler(), options);
  WebSocketPeer peer(server.port(), "/");
  std::thread sender([&] {
    const WebSocket socket = lively.socket();
    std::this_thread::sleep_for(5 * options.web_socket_idle_timeout / 2);
    socket.send("still there?");
  });
  EXPECT_EQ(peer.read(), "still there?");
  sender.join();

  options.web_socket_idle_timeout = milliseconds{100};
  Channel dead;
  const HttpServer other = start_server(dead.handler(), options);
  RawSocket silent = RawSocket::connect(other.port());
  silent.send(kHandshake);
  silent.read_until("\r\n\r\n");
  EXPECT_EQ(silent.read_all().substr(0, 1), "\x89") << "a ping";
  EXPECT_TRUE(dead.wait_closed());
}

// Goal:   a peer that does not take its message is cut, and holds that one alone in memory.
// Method: it does not read; the handler would send without end.
TEST(WebSocketEnd, CutsSlowReaders) {
  HttpServerOptions options;
  options.write_timeout = milliseconds{200};
  options.write_bytes_per_second_min = 1u << 30;
  Channel channel([](const WebSocket& socket) { socket.send(std::string(kLongBytes, 'x')); });
  const HttpServer server = start_server(channel.handler(), options);
  RawSocket peer = RawSocket::connect(server.port());
  peer.send(kHandshake);
  EXPECT_TRUE(channel.wait_closed());
  EXPECT_EQ(channel.ready(), 1u);
}

// Goal:   the end does not wait for a message that nobody takes.
// Method: it is closed while a long one is under way to a peer that does not read; all other times are far longer.
TEST(WebSocketEnd, ClosesOnSlowReaders) {
  HttpServerOptions options;
  options.write_timeout = options.web_socket_idle_timeout = std::chrono::hours{1};
  Channel channel([](const WebSocket& socket) { socket.send(std::string(kLongBytes, 'x')); });
  const HttpServer server = start_server(channel.handler(), options);
  RawSocket peer = RawSocket::connect(server.port());
  peer.send(kHandshake);
  channel.socket().close(CloseCode::policy_violation, "key_revoked");
  EXPECT_TRUE(channel.wait_closed());
  EXPECT_LT(peer.read_all().size(), kLongBytes);
}

// Goal:   a handler that sends too early is told apart from one that waits for its turn, and nothing is lost in silence.
// Method: two messages at once, the first so long that it is under way.
TEST(WebSocketEnd, TakesOneMessageAtATime) {
  Channel channel([](const WebSocket& socket) {
    socket.send(std::string(kLongBytes, 'x'));
    socket.send("too early");
  });
  const HttpServer server = start_server(channel.handler());
  WebSocketPeer peer(server.port(), "/");
  EXPECT_EQ(peer.read().value_or("").substr(0, 1), "x");
  EXPECT_EQ(peer.close_code(), 1011);
}

// Goal:   messages count among the bytes in flight, and connections among the connections.
// Method: a message longer than there is room for; a second connection where one is allowed.
TEST(WebSocketEnd, CountsAsOthersDo) {
  HttpServerOptions options;
  options.body_bytes_max = options.bytes_in_flight_max = 1u << 20;
  options.connections_max = 1;
  Channel channel;
  const HttpServer server = start_server(channel.handler(), options);
  WebSocketPeer peer(server.port(), "/");
  EXPECT_EQ(RawSocket::connect(server.port()).read_all(), "");
  channel.socket().send(std::string(2u << 20, 'x'));
  EXPECT_EQ(peer.close_code(), 1013);
}

// Goal:   stop() tells peers that the server goes, and waits for none of them for ever.
// Method: a peer that is idle; one that does not take its message.
TEST(WebSocketEnd, StopsWithTheServer) {
  Channel idle;
  HttpServer server = start_server(idle.handler());
  WebSocketPeer peer(server.port(), "/");
  const WebSocket socket = idle.socket();
  std::thread stopper([&] { server.stop(); });
  EXPECT_EQ(peer.close_code(), 1001);
  stopper.join();
  EXPECT_EQ(idle.closed(), 1u);
  socket.send("too late");
  socket.close(CloseCode::normal, {});

  Channel slow([](const WebSocket& ready) { ready.send(std::string(kLongBytes, 'x')); });
  HttpServer other = start_server(slow.handler());
  RawSocket reader = RawSocket::connect(other.port());
  reader.send(kHandshake);
  slow.socket();
  other.stop();
  EXPECT_EQ(slow.closed(), 1u);
}

// Goal:   who upgrades too late hears that nothing comes of it.
// Method: Responders kept beyond their peer's end, and beyond the server's.
TEST(WebSocketEnd, MayComeBeforeTheBeginning) {
  Shelf shelf;
  std::optional<HttpServer> server = start_server(shelf.handler());
  Channel gone;
  Channel late;
  RawSocket first = RawSocket::connect(server->port());
  first.send(kHandshake);
  const Responder to_first = shelf.take();
  first.reset();
  gone.upgrade(to_first);
  EXPECT_TRUE(gone.wait_closed());
  RawSocket second = RawSocket::connect(server->port());
  second.send(kHandshake);
  const Responder to_second = shelf.take();
  server.reset();
  late.upgrade(to_second);
  EXPECT_EQ(late.closed(), 1u);
  EXPECT_EQ(late.ready(), 0u);
}

// Goal:   senders, enders, peers that leave and a server that stops may race.
// Method: many rounds. For the sanitizers' eyes.
TEST(WebSocketEnd, RacesWithEverything) {
  for (int round = 0; round < 30; ++round) {
    Channel channel([](const WebSocket& socket) { socket.send("again"); });
    std::optional<HttpServer> server = start_server(channel.handler());
    std::optional<WebSocketPeer> peer{std::in_place, server->port(), "/"};
    const WebSocket socket = channel.socket();
    EXPECT_EQ(peer->read(), "again");
    std::thread ending([&] { socket.close(CloseCode::normal, "enough"); });
    std::thread leaving([&] { peer.reset(); });
    server.reset();
    ending.join();
    leaving.join();
    EXPECT_EQ(channel.closed(), 1u);
  }
}

}  // namespace
}  // namespace gstd::net

// Peers that send, but so slowly that they would hold a connection for next to nothing. Real sockets that drip; every drip is
// bounded, so that a server which never cuts them fails the test instead of hanging it.
#include "unit/net/http_fixture.hpp"
#include "unit/net/raw_socket.hpp"

namespace gstd::net {
namespace {

using namespace test;
using std::chrono::milliseconds;

// Sends `drop` again and again, with a pause between, until the server answers; then all that it says.
std::string drip(RawSocket& socket, std::string_view drop, milliseconds pause) {
  constexpr int kDropsMax = 2'000;
  for (int drops = 0; drops < kDropsMax; ++drops) {
    if (socket.is_readable(pause)) return socket.read_all();
    if (!socket.send(drop)) return socket.read_all();
  }
  return "never cut";
}

HttpServerOptions patient() {
  HttpServerOptions options;
  options.header_timeout = options.read_timeout = std::chrono::hours{1};
  options.body_grace = std::chrono::hours{1};
  return options;
}

// Goal:   a head that never ends is cut by header_timeout, however often a byte of it comes, and however much time a request has.
// Method: one byte of a header field at a time.
TEST(HttpSlowSender, CutsDrippingHeads) {
  HttpServerOptions options = patient();
  options.header_timeout = milliseconds(200);
  const HttpServer server = start_server(answer_target, options);
  RawSocket socket = RawSocket::connect(server.port());
  ASSERT_TRUE(socket.send("GET / HTTP/1.1\r\nHost: here\r\nX: "));
  EXPECT_EQ(status_line(drip(socket, "x", milliseconds(5))), "HTTP/1.1 408 Request Timeout");
  expect_serves(server);
}

// Goal:   a body below the least rate is cut once its grace is over, announced or chunked.
// Method: a byte at a time, some two hundred a second at most, against a thousand.
TEST(HttpSlowSender, CutsDrippingBodies) {
  HttpServerOptions options = patient();
  options.body_grace = milliseconds(100);
  options.read_bytes_per_second_min = 1'000;
  const HttpServer server = start_server(answer_target, options);
  for (const auto& [fields, drop] :
       {std::pair{"Content-Length: 100000", "x"}, std::pair{"Transfer-Encoding: chunked", "1\r\nx\r\n"}}) {
    RawSocket socket = RawSocket::connect(server.port());
    ASSERT_TRUE(socket.send("POST / HTTP/1.1\r\nHost: here\r\n" + std::string(fields) + "\r\n\r\n"));
    EXPECT_EQ(status_line(drip(socket, drop, milliseconds(5))), "HTTP/1.1 408 Request Timeout") << fields;
  }
  expect_serves(server);
}

// Goal:   who asks first whether to send the body ("100-continue"), and then does not, is cut as well.
// Method: the question, and silence.
TEST(HttpSlowSender, CutsBodiesThatNeverCome) {
  HttpServerOptions options = patient();
  options.body_grace = milliseconds(100);
  const HttpServer server = start_server(answer_target, options);
  RawSocket socket = RawSocket::connect(server.port());
  ASSERT_TRUE(socket.send("POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"));
  EXPECT_EQ(status_line(socket.read_until("\r\n\r\n")), "HTTP/1.1 100 Continue");
  EXPECT_EQ(status_line(socket.read_all()), "HTTP/1.1 408 Request Timeout");
}

// Goal:   slow is not too slow: a body above the least rate may come in drops, for longer than its grace, and the next request on
//         the connection begins anew.
// Method: a kilobyte at a time against a byte a second, through many times the grace.
TEST(HttpSlowSender, LetsSlowBodiesCome) {
  HttpServerOptions options = patient();
  options.body_grace = milliseconds(1);
  options.read_bytes_per_second_min = 1;
  const HttpServer server = start_server(
      [](const Request& request, const Responder& responder) {
        responder.send({200, {}, std::to_string(request.body.size())});
      },
      options);
  RawSocket socket = RawSocket::connect(server.port());
  for (int request = 0; request < 2; ++request) {
    // The first drop comes with the head: the grace is less than a thread may have to wait for its turn.
    ASSERT_TRUE(socket.send("POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 20480\r\n\r\n" + std::string(1024, 'x')));
    for (int drop = 1; drop < 20; ++drop) {
      ASSERT_FALSE(socket.is_readable(milliseconds(2)));
      ASSERT_TRUE(socket.send(std::string(1024, 'x')));
    }
    EXPECT_EQ(status_line(socket.read_until("20480")), "HTTP/1.1 200 OK");
  }
}

// Goal:   with 0 there is no least rate, and read_timeout still ends what never comes.
// Method: a body without its end.
TEST(HttpSlowSender, RateCanBeOff) {
  HttpServerOptions options = patient();
  options.body_grace = milliseconds(1);
  options.read_bytes_per_second_min = 0;
  options.read_timeout = milliseconds(300);
  const HttpServer server = start_server(answer_target, options);
  RawSocket socket = RawSocket::connect(server.port());
  ASSERT_TRUE(socket.send("POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 5\r\n\r\n"));
  EXPECT_EQ(status_line(drip(socket, "", milliseconds(20))), "HTTP/1.1 408 Request Timeout");
}

}  // namespace
}  // namespace gstd::net

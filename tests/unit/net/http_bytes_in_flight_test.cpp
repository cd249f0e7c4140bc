// What peers together can make the server hold: bodies that arrive slowly, and answers that are taken slowly.
#include "unit/net/http_fixture.hpp"
#include "unit/net/raw_socket.hpp"

namespace gstd::net {
namespace {

using namespace test;
using std::chrono::milliseconds;

constexpr std::string_view kTooMuch = "HTTP/1.1 503 Service Unavailable";
constexpr std::string_view kPost = "POST / HTTP/1.1\r\nHost: a\r\n";

// Far more than the sockets' buffers on both sides take, so that the server still holds it while nobody reads.
constexpr std::size_t kLongBytes = 32u << 20;

void answer_long(const Request& request, const Responder& responder) {
  Response response;
  if (request.target == "/long")
    response.body = std::string(kLongBytes, 'x');
  else if (request.target == "/small")
    response.body = std::string(kUncountedBodyBytes, 'x');
  else if (request.target == "/not-small")
    response.body = std::string(kUncountedBodyBytes + 1, 'x');
  else
    response.body = request.target;
  responder.send(std::move(response));
}

// A body of which so many bytes count.
std::string body_of(std::size_t counted) { return std::string(kUncountedBodyBytes + counted, 'x'); }

void answer_nothing(const Request&, const Responder& responder) { responder.send({.status = 200, .headers = {}, .body = {}}); }

std::string with_length(std::size_t bytes) { return std::string(kPost) + "Content-Length: " + std::to_string(bytes) + "\r\n\r\n"; }

int status_of(const Request& request) {
  auto response = make_client().send(request);
  return response ? response->status : 0;
}

// The server sees what a peer did in its own time. False: not within the tries.
bool comes_to(int status, const Request& request) {
  for (int i = 0; i < 1'000; ++i) {
    if (status_of(request) == status) return true;
    std::this_thread::sleep_for(milliseconds(10));
  }
  return false;
}

// A peer whose unfinished body `part` the server holds, so that it has no room for `probe`. A probe that is there first may get the
// part refused instead; then it is sent anew.
RawSocket hold(const HttpServer& server, std::string_view part, const Request& probe) {
  for (int tries = 0; tries < 100; ++tries) {
    RawSocket peer = RawSocket::connect(server.port());
    peer.send(part);
    for (int i = 0; i < 1'000 && !peer.is_readable(milliseconds(10)); ++i)
      if (status_of(probe) == 503) return peer;
  }
  throw std::runtime_error("the server holds no body");
}

// Goal:   slow readers hold no more than the limit together; the others hear 503, small calls go on to the byte, and an end makes
//         room.
// Method: room for just two long answers; six peers ask for one and read no more than its head.
TEST(HttpBytesInFlight, BoundsSlowReaders) {
  HttpServerOptions options;
  options.bytes_in_flight_max = 2 * (kLongBytes - kUncountedBodyBytes);
  const HttpServer server = start_server(answer_long, options);
  std::vector<RawSocket> peers;
  for (int i = 0; i < 6; ++i) {
    RawSocket& peer = peers.emplace_back(RawSocket::connect(server.port()));
    peer.send("GET /long HTTP/1.1\r\nHost: a\r\n\r\n");
    const std::string head = peer.read_until("\r\n\r\n");
    EXPECT_EQ(status_line(head), i < 2 ? "HTTP/1.1 200 OK" : kTooMuch) << i;
    EXPECT_EQ(head.find("Connection: close\r\n") != std::string::npos, i >= 2) << i;
  }
  expect_serves(server);
  EXPECT_EQ(status_of(get(url(server, "/small"))), 200);
  EXPECT_EQ(status_of(get(url(server, "/not-small"))), 503);
  EXPECT_EQ(status_of(post(url(server, "/small"), std::string(kUncountedBodyBytes, 'x'))), 200);
  EXPECT_EQ(status_of(post(url(server, "/small"), std::string(kUncountedBodyBytes + 1, 'x'))), 503);
  EXPECT_EQ(status_of(get(url(server, "/long"))), 503);
  peers.front().reset();
  EXPECT_TRUE(comes_to(200, get(url(server, "/long"))));
}

// Goal:   a peer that always takes a little, but less than the least rate, is cut.
// Method: it needs many times the allowed time, and pauses far shorter than the time allowed without any progress.
TEST(HttpBytesInFlight, EndsReadersBelowTheLeastRate) {
  HttpServerOptions options;
  options.write_timeout = milliseconds(400);
  options.write_bytes_per_second_min = std::size_t{1} << 40;
  const HttpServer server = start_server(answer_long, options);
  RawSocket peer = RawSocket::connect(server.port());
  peer.send("GET /long HTTP/1.1\r\nHost: a\r\n\r\n");
  constexpr std::size_t kPieceBytes = 128u << 10;
  constexpr milliseconds kPause{20};  // 256 pieces: 5 s in all
  std::string got;
  for (std::size_t wanted = kPieceBytes; peer.read_some(got);)
    if (got.size() >= wanted) {
      wanted += kPieceBytes;
      std::this_thread::sleep_for(kPause);
    }
  EXPECT_EQ(status_line(got), "HTTP/1.1 200 OK");
  EXPECT_LT(got.size(), kLongBytes);
  expect_serves(server);
}

// Goal:   bodies under way count as far as they came, whatever was announced, and no longer than until the answer.
// Method: one body stays a byte short; then a second does not fit, nor one that asks first; after the last byte all of it is free.
TEST(HttpBytesInFlight, ChargesSlowSenders) {
  HttpServerOptions options;
  options.body_bytes_max = options.bytes_in_flight_max = 1'000'000;
  const HttpServer server = start_server(answer_nothing, options);
  RawSocket idle = RawSocket::connect(server.port());
  idle.send(with_length(1'000'000));
  RawSocket slow = hold(server, with_length(kUncountedBodyBytes + 600'000) + body_of(599'999),
                        post(url(server), body_of(400'002)));  // refused only when all 599 999 are here
  EXPECT_EQ(status_of(post(url(server), body_of(400'000))), 200);

  RawSocket asking = RawSocket::connect(server.port());
  asking.send(std::string(kPost) + "Expect: 100-continue\r\nContent-Length: " + std::to_string(kUncountedBodyBytes + 400'002) +
              "\r\n\r\n");
  EXPECT_EQ(status_line(asking.read_until("\r\n\r\n")), kTooMuch);

  slow.send("x");
  EXPECT_EQ(status_line(slow.read_until("\r\n\r\n")), "HTTP/1.1 200 OK");
  for (int i = 0; i < 10; ++i) EXPECT_EQ(status_of(post(url(server), std::string(1'000'000, 'x'))), 200) << i;
}

// Goal:   whatever way a body under way ends, its bytes are free again.
// Method: a reset, an end, malformed chunks, and a body whose own growth was refused; each time the whole limit is asked for after
// it.
TEST(HttpBytesInFlight, ReleasesWhatEndsEarly) {
  HttpServerOptions options;
  options.body_bytes_max = options.bytes_in_flight_max = 1'000'000;
  const HttpServer server = start_server(answer_nothing, options);
  const Request whole = post(url(server), std::string(1'000'000, 'x'));
  const std::string half = with_length(1'000'000) + body_of(500'000);
  static_assert(kUncountedBodyBytes + 500'000 == 0x8a120);
  const std::string chunk = std::string(kPost) + "Transfer-Encoding: chunked\r\n\r\n8a120\r\n" + body_of(500'000) + "\r\n";

  RawSocket resetting = hold(server, half, whole);
  resetting.reset();
  EXPECT_TRUE(comes_to(200, whole));

  RawSocket ending = hold(server, half, whole);
  ending.end_sending();
  EXPECT_EQ(status_line(ending.read_until("\r\n\r\n")), "HTTP/1.1 400 Bad Request");
  EXPECT_EQ(status_of(whole), 200);

  RawSocket first = hold(server, chunk, post(url(server), body_of(500'001)));  // refused only when all 500 000 are here
  RawSocket second = RawSocket::connect(server.port());
  second.send(chunk + "1\r\nx\r\n");
  EXPECT_EQ(status_line(second.read_until("\r\n\r\n")), kTooMuch);
  first.send("zz\r\n");
  EXPECT_EQ(status_line(first.read_until("\r\n\r\n")), "HTTP/1.1 400 Bad Request");
  EXPECT_EQ(status_of(whole), 200);
}

}  // namespace
}  // namespace gstd::net

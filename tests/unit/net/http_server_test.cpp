// The server against peers that do not behave, over plain sockets.
#include "unit/net/http_fixture.hpp"
#include "unit/net/raw_socket.hpp"

namespace gstd::net {
namespace {

using namespace test;
using std::chrono::milliseconds;

std::string ask(const HttpServer& server, std::string_view request) {
  RawSocket peer = RawSocket::connect(server.port());
  peer.send(request);
  peer.end_sending();
  return peer.read_all();
}

// Goal:   what is not HTTP/1.1 gets one 4xx with the refuse text, the connection closes, and no handler sees it.
// Method: one malformed request per connection; a good one at the end.
TEST(HttpServer, RefusesMalformedRequests) {
  std::atomic<int> handled{0};
  const HttpServer server = start_server(
      [&](const Request& request, const Responder& responder) {
        ++handled;
        answer_target(request, responder);
      },
      {}, [](int status, std::string_view sentence) { return "[" + std::to_string(status) + "] " + std::string(sentence); });
  const std::string_view malformed[] = {
      "nonsense\r\n\r\n",
      "GET / HTTP/1.1\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
      "GET / HTTP/2.0\r\nHost: a\r\n\r\n",
      "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nbad name: x\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nName : x\r\n\r\n",
      "GET path HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET ftp://a/b HTTP/1.1\r\nHost: a\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\nx",
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\nx",
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n0\r\n\r\n",
      "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
  };
  for (const std::string_view request : malformed) {
    const std::string answer = ask(server, request);
    EXPECT_EQ(status_line(answer), "HTTP/1.1 400 Bad Request") << request;
    EXPECT_NE(answer.find("\r\n\r\n[400] "), std::string::npos) << request;
    EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos) << request;
  }
  EXPECT_EQ(status_line(ask(server, "GET / HTTP/1.1\r\nHost: a\r\nExpect: wonders\r\n\r\n")), "HTTP/1.1 417 Expectation Failed");
  EXPECT_EQ(handled, 0);
  expect_serves(server);
}

// Goal:   a request that ends early is refused, wherever it ends, and costs nothing else.
// Method: every proper prefix of one request.
TEST(HttpServer, RefusesTruncatedRequests) {
  const HttpServer server = start_server(answer_target);
  const std::string whole = "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody";
  EXPECT_EQ(ask(server, ""), "");
  for (std::size_t size = 1; size < whole.size(); ++size)
    EXPECT_EQ(status_line(ask(server, whole.substr(0, size))), "HTTP/1.1 400 Bad Request") << size;
  EXPECT_EQ(status_line(ask(server, whole)), "HTTP/1.1 200 OK");
}

// Goal:   a peer that resets the connection in the middle of anything does no harm.
// Method: reset in the head, in the body, and while the answer is awaited.
TEST(HttpServer, SurvivesResets) {
  Shelf shelf;
  const HttpServer server = start_server([&](Request request, Responder responder) {
    if (request.target == "/keep") return shelf.handler()(std::move(request), std::move(responder));
    answer_target(request, responder);
  });
  for (const std::string_view part : {"GET /", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx"}) {
    RawSocket peer = RawSocket::connect(server.port());
    peer.send(part);
    peer.reset();
  }
  RawSocket peer = RawSocket::connect(server.port());
  peer.send("GET /keep HTTP/1.1\r\nHost: a\r\n\r\n");
  const Responder responder = shelf.take();
  peer.reset();
  responder.send({.status = 200, .headers = {}, .body = std::string(5'000'000, 'x')});
  expect_serves(server);
}

// Goal:   headers beyond the limit are 431, bodies 413 whether announced or chunked; at the limit both are served.
// Method: one byte decides.
TEST(HttpServer, BoundsHeadersAndBodies) {
  HttpServerOptions options;
  options.header_bytes_max = 512;
  options.body_bytes_max = 10;
  const HttpServer server = start_server(answer_target, options);
  const auto with_head = [](std::size_t size) {
    const std::string start = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
    return start + std::string(size - start.size() - 4, 'x') + "\r\n\r\n";
  };
  EXPECT_EQ(status_line(ask(server, with_head(512))), "HTTP/1.1 200 OK");
  EXPECT_EQ(status_line(ask(server, with_head(513))), "HTTP/1.1 431 Request Header Fields Too Large");
  EXPECT_EQ(status_line(ask(server, with_head(200'000))), "HTTP/1.1 431 Request Header Fields Too Large");
  EXPECT_EQ(status_line(ask(server, "GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(600, 'x'))),
            "HTTP/1.1 431 Request Header Fields Too Large");

  const std::string start = "POST / HTTP/1.1\r\nHost: a\r\n";
  EXPECT_EQ(status_line(ask(server, start + "Content-Length: 10\r\n\r\n0123456789")), "HTTP/1.1 200 OK");
  EXPECT_EQ(status_line(ask(server, start + "Content-Length: 11\r\n\r\n")), "HTTP/1.1 413 Payload Too Large");
  EXPECT_EQ(status_line(ask(server, start + "Content-Length: 1000\r\n\r\n" + std::string(1000, 'x'))),
            "HTTP/1.1 413 Payload Too Large");
  EXPECT_EQ(status_line(ask(server, start + "Transfer-Encoding: chunked\r\n\r\n5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n")),
            "HTTP/1.1 200 OK");
  EXPECT_EQ(status_line(ask(server, start + "Transfer-Encoding: chunked\r\n\r\n5\r\n01234\r\n6\r\n567890\r\n0\r\n\r\n")),
            "HTTP/1.1 413 Payload Too Large");
  // A chunk's extension has no limit of its own in HTTP.
  EXPECT_EQ(status_line(ask(server, start + "Transfer-Encoding: chunked\r\n\r\n1;" + std::string(200'000, 'x'))),
            "HTTP/1.1 400 Bad Request");
  expect_serves(server);
}

// Goal:   a sender that does not finish in time hears 408, also one that always sends a little.
// Method: silence after half a head; then a byte now and again until the server answers, at most for 20 s.
TEST(HttpServer, EndsSlowRequests) {
  HttpServerOptions options;
  options.read_timeout = milliseconds(100);
  const HttpServer server = start_server(answer_target, options);
  RawSocket silent = RawSocket::connect(server.port());
  silent.send("GET / HTTP/1.1\r\nHo");
  EXPECT_EQ(status_line(silent.read_until("\r\n\r\n")), "HTTP/1.1 408 Request Timeout");

  RawSocket trickling = RawSocket::connect(server.port());
  trickling.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");
  for (int i = 0; i < 1'000 && !trickling.is_readable(milliseconds(20)); ++i) trickling.send("x");
  EXPECT_EQ(status_line(trickling.read_until("\r\n\r\n")), "HTTP/1.1 408 Request Timeout");
  expect_serves(server);
}

// Goal:   a connection without a request is closed after its idle time, without a word, before and after a first request.
// Method: a server with a short idle time; reads until the end.
TEST(HttpServer, ClosesIdleConnections) {
  HttpServerOptions options;
  options.idle_timeout = milliseconds(50);
  const HttpServer server = start_server(answer_target, options);
  RawSocket fresh = RawSocket::connect(server.port());
  EXPECT_EQ(fresh.read_all(), "");
  // On a busy machine the idle time may pass before the request goes out; then it is tried again.
  std::string answer;
  for (int i = 0; i < 100 && answer.empty(); ++i) {
    RawSocket used = RawSocket::connect(server.port());
    used.send("GET /one HTTP/1.1\r\nHost: a\r\n\r\n");
    answer = used.read_all();
  }
  EXPECT_NE(answer.find("/one"), std::string::npos);
  EXPECT_EQ(answer.rfind("HTTP/1.1"), 0u);
}

// Goal:   pipelined requests are answered in their order, one after the other.
// Method: three in one write; the first is answered last as far as the handler goes: the second must not start before.
TEST(HttpServer, AnswersPipelinedRequestsInOrder) {
  Shelf shelf;
  std::atomic<int> handled{0};
  const HttpServer server = start_server([&](Request request, Responder responder) {
    ++handled;
    if (request.target == "/1") return shelf.handler()(std::move(request), std::move(responder));
    answer_target(request, responder);
  });
  RawSocket peer = RawSocket::connect(server.port());
  peer.send(
      "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n"
      "POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
      "GET /3 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const Responder first = shelf.take();
  EXPECT_FALSE(peer.is_readable(milliseconds(50)));
  EXPECT_EQ(handled, 1);
  first.send({.status = 200, .headers = {}, .body = "/1"});
  const std::string answers = peer.read_all();
  EXPECT_LT(answers.find("\r\n\r\n/1"), answers.find("\r\n\r\n/2"));
  EXPECT_LT(answers.find("\r\n\r\n/2"), answers.find("\r\n\r\n/3"));
  EXPECT_NE(answers.find("\r\n\r\n/3"), std::string::npos);
}

// Goal:   "Expect: 100-continue" is answered before the body, the refusal instead of it where the body is too long.
// Method: the body is sent only after the interim answer.
TEST(HttpServer, LetsPeersContinue) {
  HttpServerOptions options;
  options.body_bytes_max = 10;
  const HttpServer server = start_server(
      [](const Request& request, const Responder& responder) {
        responder.send({.status = 200, .headers = {}, .body = "got " + request.body});
      },
      options);
  RawSocket peer = RawSocket::connect(server.port());
  peer.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 4\r\n\r\n");
  EXPECT_EQ(peer.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  peer.send("body");
  peer.end_sending();
  EXPECT_NE(peer.read_all().find("\r\n\r\ngot body"), std::string::npos);
  EXPECT_EQ(status_line(ask(server, "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 11\r\n\r\n")),
            "HTTP/1.1 413 Payload Too Large");
}

// Goal:   a chunked body is put together, and its trailers do not become headers.
// Method: a trailer with the name of a header that the handler looks at.
TEST(HttpServer, ReadsChunkedBodies) {
  const HttpServer server = start_server([](const Request& request, const Responder& responder) {
    responder.send({.status = 200, .headers = {}, .body = request.body + " " + std::to_string(request.headers.count("X-Role"))});
  });
  const std::string answer =
      ask(server,
          "POST / HTTP/1.1\r\nHost: a\r\nX-Role: one\r\nTransfer-Encoding: chunked\r\nTrailer: X-Role\r\n\r\n"
          "3\r\nabc\r\n2\r\nde\r\n0\r\nX-Role: two\r\n\r\n");
  EXPECT_NE(answer.find("\r\n\r\nabcde 1"), std::string::npos) << answer;
}

// Goal:   the answer's head is whole: date and length always, and the connection's end where the peer asked for it or is HTTP/1.0.
// Method: the handler tries to write the server's own headers.
TEST(HttpServer, WritesItsOwnHeaders) {
  const HttpServer server = start_server([](const Request& request, const Responder& responder) {
    Response response;
    response.headers.add("Content-Length", "999");
    response.headers.add("Transfer-Encoding", "chunked");
    response.headers.add("Date", "never");
    response.body = request.target;
    responder.send(std::move(response));
  });
  for (const std::string_view request :
       {"GET http://a:1/whole?x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "GET /whole?x HTTP/1.0\r\n\r\n"}) {
    RawSocket peer = RawSocket::connect(server.port());
    peer.send(request);
    const std::string answer = peer.read_all();
    EXPECT_NE(answer.find("Content-Length: 8\r\n"), std::string::npos);
    EXPECT_EQ(answer.find("999"), std::string::npos);
    EXPECT_EQ(answer.find("chunked"), std::string::npos);
    EXPECT_EQ(answer.find("never"), std::string::npos);
    EXPECT_NE(answer.find(" GMT\r\n"), std::string::npos);
    EXPECT_NE(answer.find("Connection: close\r\n\r\n/whole?x"), std::string::npos) << answer;
  }
}

// Goal:   connections beyond the limit are closed, and one that ends makes room.
// Method: a limit of one.
TEST(HttpServer, BoundsConnections) {
  HttpServerOptions options;
  options.connections_max = 1;
  const HttpServer server = start_server(answer_target, options);
  RawSocket first = RawSocket::connect(server.port());
  first.send("GET /first HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_NE(first.read_until("/first").find("200 OK"), std::string::npos);
  RawSocket second = RawSocket::connect(server.port());
  EXPECT_EQ(second.read_all(), "");
  first.close();
  // The server sees the end in its own time.
  Result<Response> response = Error{};
  for (int i = 0; i < 1'000 && !response; ++i) {
    response = make_client().send(get(url(server, "/2")));
    if (!response) std::this_thread::sleep_for(milliseconds(10));
  }
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "/2");
}

// Goal:   a peer that does not take its answer loses the connection, and the server nothing else.
// Method: an answer larger than the sockets' buffers, and nobody reads until the connection is over.
TEST(HttpServer, EndsPeersThatDoNotRead) {
  HttpServerOptions options;
  options.write_timeout = milliseconds(100);
  options.connections_max = 1;  // so that a second connection shows that the first is over
  const std::size_t size = 64u << 20;
  const HttpServer server = start_server(
      [&](const Request& request, const Responder& responder) {
        Response response;
        response.body = request.target == "/long" ? std::string(size, 'x') : request.target;
        responder.send(std::move(response));
      },
      options);
  RawSocket peer = RawSocket::connect(server.port());
  peer.send("GET /long HTTP/1.1\r\nHost: a\r\n\r\n");
  Result<Response> response = Error{};
  for (int i = 0; i < 1'000 && !response; ++i) {
    response = make_client().send(get(url(server)));
    if (!response) std::this_thread::sleep_for(milliseconds(10));
  }
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_LT(peer.read_all().size(), size);
}

// Goal:   options out of range and addresses that are taken or not ours are errors that name them.
// Method: one of each.
TEST(HttpServer, ChecksItsOptions) {
  const auto code = [](auto change, Handler handler = answer_target) {
    HttpServerOptions options;
    change(options);
    auto server = HttpServer::start(options, std::move(handler));
    return server ? ErrorCode{} : server.error().code;
  };
  EXPECT_EQ(code([](auto& o) { o.threads = 0; }), ErrorCode::invalid_argument);
  EXPECT_EQ(code([](auto& o) { o.threads = 257; }), ErrorCode::invalid_argument);
  EXPECT_EQ(code([](auto& o) { o.header_bytes_max = 0; }), ErrorCode::invalid_argument);
  EXPECT_EQ(code([](auto& o) { o.connections_max = 0; }), ErrorCode::invalid_argument);
  EXPECT_EQ(code([](auto& o) { o.bytes_in_flight_max = o.body_bytes_max - 1; }), ErrorCode::invalid_argument);
  EXPECT_EQ(code([](auto& o) { o.write_timeout = milliseconds(0); }), ErrorCode::invalid_argument);
  EXPECT_EQ(code([](auto& o) { o.write_bytes_per_second_min = 0; }), ErrorCode::invalid_argument);
  EXPECT_EQ(code([](auto& o) { o.read_timeout = milliseconds(0); }), ErrorCode::invalid_argument);
  EXPECT_EQ(code([](auto& o) { o.header_timeout = milliseconds(0); }), ErrorCode::invalid_argument);
  EXPECT_EQ(code([](auto& o) { o.body_grace = milliseconds(0); }), ErrorCode::invalid_argument);
  EXPECT_EQ(code([](auto& o) { o.idle_timeout = milliseconds::max(); }), ErrorCode::invalid_argument);
  EXPECT_EQ(code([](auto& o) { o.address = "localhost"; }), ErrorCode::invalid_argument);
  EXPECT_EQ(code([](auto&) {}, nullptr), ErrorCode::invalid_argument);
  EXPECT_EQ(code([](auto& o) { o.address = "192.0.2.1"; }), ErrorCode::unavailable);  // TEST-NET-1, RFC 5737

  const HttpServer server = start_server(answer_target);
  HttpServerOptions taken;
  taken.port = server.port();
  auto second = HttpServer::start(taken, answer_target);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::unavailable);
  EXPECT_NE(second.error().message.find("127.0.0.1:" + std::to_string(server.port())), std::string::npos);
}

}  // namespace
}  // namespace gstd::net

// How a server ends, whatever is under way.
#include "unit/net/http_fixture.hpp"
#include "unit/net/raw_socket.hpp"

namespace gstd::net {
namespace {

using namespace test;
using std::chrono::milliseconds;

// Goal:   stop() waits for a handler under way, and what that answers still arrives.
// Method: the handler waits at a door; stop() begins meanwhile, which shows in refused connections.
TEST(HttpServerStop, WaitsForHandlers) {
  Door entered, leave;
  std::atomic<bool> returned{false};
  HttpServer server = start_server([&](const Request& request, const Responder& responder) {
    if (request.target != "/kept-waiting") return answer_target(request, responder);
    entered.open();
    leave.wait();
    answer_target(request, responder);
    returned = true;
  });
  const HttpClient client = make_client();
  Result<Response> response = Error{};
  std::thread caller([&] { response = client.send(get(url(server, "/kept-waiting"))); });
  EXPECT_TRUE(entered.wait());
  std::thread stopper([&] {
    server.stop();
    EXPECT_TRUE(returned);
  });
  Result<Response> refused = Response{};
  for (int i = 0; i < 10'000 && refused; ++i) refused = make_client().send(get(url(server)));
  EXPECT_FALSE(refused) << "it still accepts";
  EXPECT_FALSE(returned);
  leave.open();
  stopper.join();
  caller.join();
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "/kept-waiting");
  EXPECT_EQ(response->headers.find("Connection"), "close");
}

// Goal:   Responders kept for later answer nobody after the stop, and may outlive the server.
// Method: a call whose Responder is kept, an idle connection, a request that is half sent; then stop().
TEST(HttpServerStop, LeavesKeptRespondersHarmless) {
  Shelf shelf;
  std::optional<HttpServer> server = start_server(shelf.handler());
  RawSocket idle = RawSocket::connect(server->port());
  RawSocket half = RawSocket::connect(server->port());
  half.send("GET / HT");
  const HttpClient client = make_client();
  Result<Response> response = Response{};
  std::thread caller([&] { response = client.send(get(url(*server))); });
  const Responder responder = shelf.take();
  server->stop();
  caller.join();
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::unavailable);
  EXPECT_EQ(idle.read_all(), "");
  EXPECT_EQ(half.read_all(), "");
  server->stop();  // again is fine
  server.reset();
  responder.send({.status = 200, .headers = {}, .body = "too late"});
}

// Goal:   answers that race with the stop are sent or dropped, and nothing else.
// Method: many rounds of a thread that answers while another stops and destroys. For the sanitizers' eyes.
TEST(HttpServerStop, RacesWithLateAnswers) {
  for (int round = 0; round < 50; ++round) {
    Shelf shelf;
    std::optional<HttpServer> server = start_server(shelf.handler());
    RawSocket peer = RawSocket::connect(server->port());
    peer.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    Responder responder = shelf.take();
    std::thread answering([kept = std::move(responder)] { kept.send({.status = 200, .headers = {}, .body = "late"}); });
    server.reset();
    answering.join();
    const std::string answer = peer.read_all();
    EXPECT_TRUE(answer.empty() || answer.ends_with("\r\n\r\nlate")) << answer;
  }
}

// Goal:   a handler may stop its own server: it neither waits for itself nor loses its answer.
// Method: the handler stops and then answers; the destructor joins.
TEST(HttpServerStop, MayBeginInAHandler) {
  Door ready;
  std::optional<HttpServer> server;
  server = start_server([&](const Request& request, const Responder& responder) {
    ready.wait();
    server->stop();
    answer_target(request, responder);
  });
  const std::string target = url(*server, "/stop");
  ready.open();
  auto response = make_client().send(get(target));
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "/stop");
  server.reset();
  EXPECT_FALSE(make_client().send(get(target)));
}

// Goal:   a handler may even destroy its own server.
// Method: as above; the end of the last thread shows in the handler's own state being let go.
TEST(HttpServerStop, MayEndInAHandler) {
  Door ready;
  auto alive = std::make_shared<int>();
  const std::weak_ptr<int> gone = alive;
  std::optional<HttpServer> server;
  server = start_server([&, alive = std::move(alive)](const Request& request, const Responder& responder) {
    ready.wait();
    server.reset();
    answer_target(request, responder);
  });
  const std::string target = url(*server, "/destroy");
  ready.open();
  auto response = make_client().send(get(target));
  ASSERT_TRUE(response) << response.error().message;
  for (int i = 0; i < 2'000 && !gone.expired(); ++i) std::this_thread::sleep_for(milliseconds(10));
  EXPECT_TRUE(gone.expired());
}

// Goal:   a peer that does not take its answer holds up stop() only for a bounded time.
// Method: an answer larger than the sockets' buffers, and nobody reads.
TEST(HttpServerStop, DoesNotWaitForPeersForever) {
  Door answered;
  HttpServer server = start_server([&](const Request&, const Responder& responder) {
    responder.send({.status = 200, .headers = {}, .body = std::string(64u << 20, 'x')});
    answered.open();
  });
  RawSocket peer = RawSocket::connect(server.port());
  peer.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(answered.wait());
  server.stop();
  EXPECT_LT(peer.read_all().size(), std::size_t{64u << 20});
}

}  // namespace
}  // namespace gstd::net

// Client and server together.
#include "unit/net/http_fixture.hpp"

namespace gstd::net {
namespace {

using namespace test;

std::string every_byte() {
  std::string text;
  for (int i = 0; i < 256; ++i) text.push_back(static_cast<char>(i));
  return text;
}

// Goal:   method, target, headers and body arrive as they were sent, both ways.
// Method: a handler that echoes everything; bodies with every byte value, none at all, and one of many reads.
TEST(Http, CarriesRequestAndResponse) {
  const HttpServer server = start_server([](Request request, const Responder& responder) {
    Response response;
    response.status = 201;
    response.headers.add("X-Method", request.method);
    response.headers.add("X-Target", request.target);
    response.headers.add("X-Value", std::string(request.headers.find("x-value").value_or("missing")));
    response.headers.add("X-Empty", std::string(request.headers.find("x-empty").value_or("missing")));
    response.headers.add("X-Type", std::to_string(request.headers.count("Content-Type")));
    response.headers.add("Twice", "a");
    response.headers.add("Twice", "b");
    response.body = std::move(request.body);
    responder.send(std::move(response));
  });
  const HttpClient client = make_client();
  for (const std::string method : {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
    for (const std::string& body : {std::string(), every_byte(), std::string(3'000'000, 'x')}) {
      Request request = get(url(server, "/a/b?c=d%20e"));
      request.method = method;
      request.body = body;
      request.headers.add("X-Value", "some value");
      request.headers.add("X-Empty", "");
      auto response = client.send(request);
      ASSERT_TRUE(response) << response.error().message;
      EXPECT_EQ(response->status, 201);
      EXPECT_EQ(response->headers.find("X-Method"), method);
      EXPECT_EQ(response->headers.find("X-Target"), "/a/b?c=d%20e");
      EXPECT_EQ(response->headers.find("X-Value"), "some value");
      EXPECT_EQ(response->headers.find("X-Empty"), "");
      EXPECT_EQ(response->headers.find("X-Type"), "0");
      EXPECT_EQ(response->headers.count("Twice"), 2u);
      EXPECT_EQ(response->body, body);
    }
  }
}

// Goal:   HEAD has the length of the body and no body; 204 has neither; the connection stays usable behind both.
// Method: HEAD, 204 and GET one after the other, from one peer port.
TEST(Http, AnswersHeadAndNoContent) {
  const HttpServer server = start_server([](const Request& request, const Responder& responder) {
    Response response;
    if (request.target == "/none") response.status = 204;
    response.headers.add("Peer", request.peer);
    response.body = "12345";
    responder.send(std::move(response));
  });
  const HttpClient client = make_client();
  Request request = get(url(server));
  request.method = "HEAD";
  auto head = client.send(request);
  ASSERT_TRUE(head) << head.error().message;
  EXPECT_EQ(head->headers.find("Content-Length"), "5");
  EXPECT_EQ(head->body, "");
  auto none = client.send(get(url(server, "/none")));
  ASSERT_TRUE(none) << none.error().message;
  EXPECT_EQ(none->status, 204);
  EXPECT_EQ(none->headers.find("Content-Length"), std::nullopt);
  auto full = client.send(get(url(server)));
  ASSERT_TRUE(full) << full.error().message;
  EXPECT_EQ(full->body, "12345");
  EXPECT_EQ(full->headers.find("Peer"), head->headers.find("Peer"));
  EXPECT_EQ(full->headers.find("Peer"), none->headers.find("Peer"));
}

// Goal:   a connection serves many calls; "Connection: close" of a handler ends it.
// Method: the server tells the port that it sees.
TEST(Http, KeepsConnectionsAlive) {
  const HttpServer server = start_server([](const Request& request, const Responder& responder) {
    Response response;
    if (request.target == "/close") response.headers.set("Connection", "close");
    response.body = request.peer;
    responder.send(std::move(response));
  });
  const HttpClient client = make_client();
  const auto peer = [&](std::string_view path) {
    auto response = client.send(get(url(server, path)));
    return response ? response->body : response.error().message;
  };
  const std::string first = peer("/");
  EXPECT_EQ(first.find("127.0.0.1:"), 0u);
  EXPECT_EQ(peer("/"), first);
  EXPECT_EQ(peer("/close"), first);
  EXPECT_NE(peer("/"), first);
}

// Goal:   calls at once do not mix, and each has its own connection.
// Method: 64 threads share a client; the handlers keep all Responders until the last request is there, then answer in reverse.
TEST(Http, ServesConcurrentCalls) {
  constexpr std::size_t kCalls = 64;
  std::mutex mutex;
  std::vector<std::pair<std::string, Responder>> waiting;
  const HttpServer server = start_server([&](Request request, Responder responder) {
    std::vector<std::pair<std::string, Responder>> all;
    {
      const std::lock_guard lock(mutex);
      waiting.emplace_back(request.body, std::move(responder));
      if (waiting.size() == kCalls) all.swap(waiting);
    }
    for (auto one = all.rbegin(); one != all.rend(); ++one) {
      Response response;
      response.body = "answer to " + one->first;
      one->second.send(std::move(response));
    }
  });
  const HttpClient client = make_client();
  for (int round = 0; round < 3; ++round) {
    std::vector<std::string> answers(kCalls);
    {
      std::vector<std::jthread> threads;
      for (std::size_t i = 0; i < kCalls; ++i)
        threads.emplace_back([&, i] {
          auto response = client.send(post(url(server), std::to_string(i)));
          answers[i] = response ? response->body : response.error().message;
        });
    }
    for (std::size_t i = 0; i < kCalls; ++i) EXPECT_EQ(answers[i], "answer to " + std::to_string(i));
  }
}

// Goal:   an answer may come later from any thread, and only the first counts.
// Method: the Responder is carried to the test's thread and answers twice.
TEST(Http, TakesLaterAnswers) {
  Shelf shelf;
  const HttpServer server = start_server(shelf.handler());
  const HttpClient client = make_client();
  std::jthread later([&] {
    const Responder responder = shelf.take();
    responder.send({.status = 202, .headers = {}, .body = "first"});
    responder.send({.status = 203, .headers = {}, .body = "second"});
  });
  auto response = client.send(get(url(server)));
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 202);
  EXPECT_EQ(response->body, "first");
}

// Goal:   a request that nobody answers, a handler that throws and an answer that HTTP does not allow end in 500, and the
//         connection serves on.
// Method: each of them by path; then a plain one.
TEST(Http, AnswersForFailedHandlers) {
  struct NoException {};
  std::atomic<int> logged{0};
  HttpServerOptions options;
  options.log = [&](LogLevel level, std::string_view) { logged += level == LogLevel::error; };
  const HttpServer server = start_server(
      [](const Request& request, const Responder& responder) {
        if (request.target == "/drop") return;
        if (request.target == "/throw") throw std::runtime_error("on purpose");
        if (request.target == "/throw-other") throw NoException{};
        Response response;
        response.body = request.target;
        if (request.target == "/split") response.headers.add("X-Split", "a\r\nSet-Cookie: b");
        if (request.target == "/status") response.status = 99;
        responder.send(std::move(response));
        if (request.target == "/throw-late") throw std::runtime_error("after the answer");
      },
      options, [](int status, std::string_view) { return "refused " + std::to_string(status); });
  const HttpClient client = make_client();
  for (const std::string_view path : {"/drop", "/throw", "/throw-other", "/split", "/status"}) {
    auto response = client.send(get(url(server, path)));
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->status, 500) << path;
    EXPECT_EQ(response->body, "refused 500") << path;
    EXPECT_EQ(response->headers.find("Set-Cookie"), std::nullopt);
  }
  for (const std::string_view path : {"/throw-late", "/fine"}) {
    auto response = client.send(get(url(server, path)));
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->status, 200);
    EXPECT_EQ(response->body, path);
  }
  EXPECT_EQ(logged, 5);
}

// Goal:   a client whose body is refused for its length hears 413, not a broken connection.
// Method: far more than the sockets' buffers hold, so that the refusal overtakes the body.
TEST(Http, RefusesLongBodyInTime) {
  HttpServerOptions options;
  options.body_bytes_max = 1000;
  const HttpServer server = start_server(answer_target, options);
  const HttpClient client = make_client();
  auto fits = client.send(post(url(server, "/fits"), std::string(1000, 'x')));
  ASSERT_TRUE(fits) << fits.error().message;
  EXPECT_EQ(fits->body, "/fits");
  for (const std::size_t size : {std::size_t{1001}, std::size_t{12'000'000}}) {
    auto response = client.send(post(url(server), std::string(size, 'x')));
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->status, 413);
  }
  auto again = client.send(get(url(server, "/again")));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->body, "/again");
}

// Goal:   an IPv6 address serves like an IPv4 one.
// Method: ::1, where the machine has it.
TEST(Http, SpeaksIpv6) {
  HttpServerOptions options;
  options.address = "::1";
  auto server = HttpServer::start(options, [](const Request& request, const Responder& responder) {
    responder.send({.status = 200, .headers = {}, .body = request.peer});
  });
  if (!server) GTEST_SKIP() << server.error().message;
  auto response = make_client().send(get("http://[::1]:" + std::to_string(server->port()) + "/"));
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body.find("[::1]:"), 0u);
}

}  // namespace
}  // namespace gstd::net

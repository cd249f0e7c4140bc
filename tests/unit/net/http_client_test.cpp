// The client against servers that do not behave, over plain sockets.
#include <dlfcn.h>
#include <netdb.h>

#include "unit/net/http_fixture.hpp"
#include "unit/net/raw_socket.hpp"

namespace {

constexpr const char* kSlowHost = "slow.test";  // RFC 6761 section 6.2: never a real name

// One lookup of kSlowHost; shared with libcurl's thread, which may be the last to hold it.
struct SlowLookup {
  gstd::net::test::Door entered, released;
  std::atomic<bool> gave_up{false};
};
std::mutex slow_lookup_mutex;
std::shared_ptr<SlowLookup> slow_lookup;  // guarded by slow_lookup_mutex

std::shared_ptr<SlowLookup> current_slow_lookup() {
  const std::lock_guard lock(slow_lookup_mutex);
  return slow_lookup;
}

}  // namespace

// Stands before the C library's for the whole program: one name takes as long as the test likes.
extern "C" __attribute__((visibility("default"))) int getaddrinfo(const char* __restrict node, const char* __restrict service,
                                                                  const addrinfo* __restrict hints, addrinfo** __restrict found) {
  if (node && std::string_view(node) == kSlowHost) {
    const auto lookup = current_slow_lookup();
    lookup->entered.open();
    if (!lookup->released.wait()) lookup->gave_up = true;
    return EAI_FAIL;
  }
  using Lookup = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
  static const auto real = reinterpret_cast<Lookup>(::dlsym(RTLD_NEXT, "getaddrinfo"));
  return real(node, service, hints, found);
}

namespace gstd::net {
namespace {

using namespace test;
using std::chrono::milliseconds;

constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

ErrorCode code_of(const Result<Response>& result) { return result ? ErrorCode{} : result.error().code; }
std::string reason_of(const Result<Response>& result) { return result ? "none: it succeeded" : result.error().reason; }

// A thread that plays the server; what fails there fails the test, and not the program.
template <class Play>
std::jthread serve_raw(Play play) {
  return std::jthread([play] {
    try {
      play();
    } catch (const std::exception& e) {
      ADD_FAILURE() << "the raw server: " << e.what();
    }
  });
}

// One connection: reads a request's head, sends `answer`, closes.
Result<Response> send_against(std::string_view answer, HttpClientOptions options = {}, Request request = {}) {
  RawListener listener;
  std::jthread server = serve_raw([&] {
    RawSocket peer = listener.accept();
    peer.read_until("\r\n\r\n");
    peer.send(answer);
    peer.end_sending();
    peer.read_all();
  });
  request.target = listener.url();
  return make_client(std::move(options)).send(request, {.timeout = milliseconds(20'000), .stop = {}});
}

// Goal:   another thread ends a call whose answer the server holds, at once.
// Method: the handler keeps the Responder; the call has an hour, the test program does not.
TEST(HttpClient, IsCancelledFromAnotherThread) {
  Shelf shelf;
  const HttpServer server = start_server(shelf.handler());
  const HttpClient client = make_client();
  std::stop_source source;
  std::jthread canceller([&] {
    const Responder kept = shelf.take();
    source.request_stop();
    // The Responder goes without an answer only after the call had its chance to end.
    std::this_thread::sleep_for(milliseconds(50));
  });
  auto response = client.send(get(url(server)), {.timeout = std::chrono::hours(1), .stop = source.get_token()});
  EXPECT_EQ(code_of(response), ErrorCode::cancelled);
  EXPECT_EQ(code_of(client.send(get(url(server)), {.timeout = std::chrono::hours(1), .stop = source.get_token()})),
            ErrorCode::cancelled);
}

// Goal:   the deadline ends a call, also one that has none left or an endless one that is answered.
// Method: kept Responders; timeouts of 30 ms, zero, and the longest there is.
TEST(HttpClient, HonoursTheDeadline) {
  Shelf shelf;
  const HttpServer server = start_server([&](Request request, Responder responder) {
    if (request.target == "/keep") return shelf.handler()(std::move(request), std::move(responder));
    answer_target(request, responder);
  });
  const HttpClient client = make_client();
  EXPECT_EQ(code_of(client.send(get(url(server, "/keep")), {.timeout = milliseconds(30), .stop = {}})),
            ErrorCode::deadline_exceeded);
  EXPECT_EQ(code_of(client.send(get(url(server)), {.timeout = milliseconds(0), .stop = {}})), ErrorCode::deadline_exceeded);
  auto response = client.send(get(url(server, "/max")), {.timeout = milliseconds::max(), .stop = {}});
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "/max");
}

// Goal:   a name lookup that hangs holds up neither the deadline nor the destructor.
// Method: a host whose lookup waits until the test has seen both.
TEST(HttpClient, LeavesHangingNameLookups) {
  const auto lookup = std::make_shared<SlowLookup>();
  {
    const std::lock_guard lock(slow_lookup_mutex);
    slow_lookup = lookup;
  }
  {
    const HttpClient client = make_client();
    auto response = client.send(get(std::string("http://") + kSlowHost + "/"), {.timeout = milliseconds(30), .stop = {}});
    EXPECT_EQ(code_of(response), ErrorCode::deadline_exceeded);
  }
  EXPECT_FALSE(lookup->gave_up) << "the client waited for the lookup";
  EXPECT_TRUE(lookup->entered.wait());
  lookup->released.open();
}

// Goal:   no listener and no such name are `unavailable`, told apart by the reason, and name the server.
// Method: a port that was free a moment ago; a name that RFC 6761 section 6.4 keeps from existing.
TEST(HttpClient, ReportsUnreachableServers) {
  std::string target;
  {
    const RawListener listener;
    target = listener.url("/path?token=secret");
  }
  auto refused = make_client().send(get(target));
  EXPECT_EQ(code_of(refused), ErrorCode::unavailable);
  EXPECT_EQ(reason_of(refused), "connect_failed");
  EXPECT_NE(refused.error().message.find("http://127.0.0.1:"), std::string::npos);
  EXPECT_EQ(refused.error().message.find("secret"), std::string::npos);
  auto unknown = make_client().send(get("http://no-such-name.invalid/"));
  EXPECT_EQ(code_of(unknown), ErrorCode::unavailable);
  EXPECT_EQ(reason_of(unknown), "name_unresolved");
}

// Goal:   what is not a proper http or https request never leaves.
// Method: one bad thing each.
TEST(HttpClient, ChecksTheRequest) {
  const HttpClient client = make_client();
  using namespace std::string_literals;
  const std::pair<std::string, std::string> urls[] = {
      {"", "url"},
      {"127.0.0.1:80/x", "url"},
      {"http://", "url"},
      {"http://a b/", "url"},
      {"http://a:99999/", "url"},
      {"http://user:pw@127.0.0.1/", "url"},
      {"http://127.0.0.1/\0x"s, "url"},
      {"http://127.0.0.1/\r\nX: y", "url"},
      {"ftp://127.0.0.1/", "scheme"},
      {"file:///etc/passwd", "scheme"},
      {"gstd://127.0.0.1/", "scheme"},
      {"ws://127.0.0.1/", "scheme"},
  };
  for (const auto& [target, reason] : urls) {
    auto response = client.send(get(target));
    EXPECT_EQ(code_of(response), ErrorCode::invalid_argument) << target;
    EXPECT_EQ(reason_of(response), reason) << target;
    EXPECT_EQ(response.error().message.find("pw@"), std::string::npos);
  }
  for (const std::string_view method : {"", "get", "CONNECT", "TRACE", "GET / HTTP/1.1\r\nX:"}) {
    Request request = get("http://127.0.0.1/");
    request.method = method;
    EXPECT_EQ(reason_of(client.send(request)), "method") << method;
  }
  const std::pair<std::string, std::string> fields[] = {{"", "x"},
                                                        {"a b", "x"},
                                                        {"a:", "x"},
                                                        {"A\r\nB", "x"},
                                                        {"A", "x\r\nB: y"},
                                                        {"A", "x\0y"s},
                                                        {"content-length", "1"},
                                                        {"Transfer-Encoding", "chunked"}};
  for (const auto& [name, value] : fields) {
    Request request = get("http://127.0.0.1/");
    request.headers.add(name, value);
    EXPECT_EQ(reason_of(client.send(request)), "header") << name;
  }
}

// Goal:   options out of range are errors that name them.
// Method: one of each.
TEST(HttpClient, ChecksItsOptions) {
  const auto reason = [](auto change) {
    HttpClientOptions options;
    change(options);
    auto client = HttpClient::create(options);
    return client ? "" : client.error().reason;
  };
  EXPECT_EQ(reason([](auto& o) { o.connect_timeout = milliseconds(0); }), "connect_timeout");
  EXPECT_EQ(reason([](auto& o) { o.connect_timeout = milliseconds::max(); }), "connect_timeout");
  EXPECT_EQ(reason([](auto& o) { o.user_agent = "a\r\nb"; }), "user_agent");
  EXPECT_EQ(reason([](auto& o) { o.ca_file = "/nowhere/ca.pem"; }), "ca_file");
}

// Goal:   answers beyond the limits end the call, whether their length is announced or not, and HEAD is not a body.
// Method: one byte decides; headers without end.
TEST(HttpClient, BoundsTheAnswer) {
  HttpClientOptions options;
  options.response_bytes_max = 4;
  auto fits = send_against("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n1234", options);
  ASSERT_TRUE(fits) << fits.error().message;
  EXPECT_EQ(fits->body, "1234");
  for (const std::string_view answer :
       {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n12345", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n12345",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n123\r\n2\r\n45\r\n0\r\n\r\n"}) {
    auto response = send_against(answer, options);
    EXPECT_EQ(code_of(response), ErrorCode::resource_exhausted) << answer;
    EXPECT_EQ(reason_of(response), "response_too_long");
  }
  Request head;
  head.method = "HEAD";
  auto response = send_against("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n", options, head);
  EXPECT_TRUE(response) << response.error().message;
  std::string endless = "HTTP/1.1 200 OK\r\n";
  for (int i = 0; i < 5'000; ++i) endless += "X-Field: " + std::string(80, 'x') + "\r\n";
  EXPECT_EQ(reason_of(send_against(endless)), "response_too_long");
}

// Goal:   only the final answer's headers count: not those of interim answers, not trailers.
// Method: 103 before, a trailer behind.
TEST(HttpClient, ReadsTheFinalHead) {
  auto response = send_against(
      "HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n"
      "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\nX-Final:  \t1 2 \r\nX-None:\r\n\r\n"
      "2\r\nno\r\n0\r\nX-Trailer: 1\r\n\r\n");
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 404);
  EXPECT_EQ(response->body, "no");
  EXPECT_EQ(response->headers.find("X-Final"), "1 2");
  EXPECT_EQ(response->headers.find("X-None"), "");
  EXPECT_EQ(response->headers.find("X-Early"), std::nullopt);
  EXPECT_EQ(response->headers.find("X-Trailer"), std::nullopt);
}

// Goal:   half an answer is no answer, and what is not HTTP is said to be that.
// Method: ends at various places.
TEST(HttpClient, ReportsBrokenAnswers) {
  for (const std::string_view answer :
       {"", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n123", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n123"}) {
    auto response = send_against(answer);
    EXPECT_EQ(code_of(response), ErrorCode::unavailable) << answer;
    EXPECT_EQ(reason_of(response), "connection_lost") << answer;
  }
  auto response = send_against("SSH-2.0-OpenSSH_9.2p1\r\n");
  EXPECT_EQ(code_of(response), ErrorCode::data_loss);
  EXPECT_EQ(reason_of(response), "not_http");
}

// An environment variable for as long as the object lives.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) {
    if (const char* before = std::getenv(name)) before_ = before;
    ::setenv(name, value, 1);
  }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;
  ~Variable() {
    if (before_)
      ::setenv(name_, before_->c_str(), 1);
    else
      ::unsetenv(name_);
  }

 private:
  const char* name_;
  std::optional<std::string> before_;
};

// Goal:   a redirect is an answer like any other, and the environment names no proxy.
// Method: a Location, and a proxy variable, that would both fail.
TEST(HttpClient, GoesWhereItIsSent) {
  const Variable proxy("http_proxy", "http://127.0.0.1:1");
  const Variable exceptions("no_proxy", "none.invalid");
  auto response = send_against("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 302);
}

// Goal:   a kept connection that the server closed between calls is replaced unseen, for every method, and each request arrives
//         exactly once.
// Method: a server that closes after each answer without saying so; the next call begins when the end has arrived.
TEST(HttpClient, ReplacesStaleConnections) {
  RawListener listener;
  std::atomic<int> arrived{0};
  Door closed[3];
  std::jthread server = serve_raw([&] {
    for (auto& door : closed) {
      RawSocket peer = listener.accept();
      arrived += !peer.read_until("\r\n\r\n").empty();
      peer.send(kOk);
      peer.close();  // the loopback delivers the end before close() returns
      door.open();
    }
  });
  const HttpClient client = make_client();
  int i = 0;
  for (const Request& request : {get(listener.url()), post(listener.url(), ""), get(listener.url())}) {
    auto response = client.send(request);
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->body, "ok");
    EXPECT_TRUE(closed[i++].wait());
  }
  EXPECT_EQ(arrived, 3);
}

// Goal:   where a kept connection breaks after the request went out, a GET is sent again; a POST, which may have been processed,
//         is not.
// Method: the server answers once per connection, then reads a second request and closes without a word.
TEST(HttpClient, RepeatsOnlyWhatIsSafe) {
  RawListener listener;
  std::atomic<int> posts{0};
  std::jthread server = serve_raw([&] {
    for (int connection = 0; connection < 2; ++connection) {
      RawSocket peer = listener.accept();
      for (int request = 0; request < 2; ++request) {
        posts += peer.read_until("\r\n\r\n").starts_with("POST");
        if (request == 0) peer.send(kOk);
      }
    }
  });
  const HttpClient client = make_client();
  EXPECT_TRUE(client.send(get(listener.url())));
  EXPECT_TRUE(client.send(get(listener.url())));  // breaks on the first connection, comes again on the second
  auto response = client.send(post(listener.url(), ""));
  EXPECT_EQ(code_of(response), ErrorCode::unavailable);
  EXPECT_EQ(reason_of(response), "connection_lost");
  server.join();
  EXPECT_EQ(posts, 1);
}

// Goal:   a peer that goes while a body is on its way raises no signal.
// Method: more than the sockets' buffers hold, to a server that resets. SIGPIPE would end the test program.
TEST(HttpClient, RaisesNoSignal) {
  RawListener listener;
  std::jthread server = serve_raw([&] {
    RawSocket peer = listener.accept();
    peer.read_until("\r\n\r\n");
    peer.reset();
  });
  EXPECT_EQ(code_of(make_client().send(post(listener.url(), std::string(50'000'000, 'x')))), ErrorCode::unavailable);
}

}  // namespace
}  // namespace gstd::net

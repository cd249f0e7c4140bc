#include <gstd/client.hpp>

#include "support/scripted_server.hpp"

#include <set>
#include <thread>

namespace gstd {
namespace {

using std::chrono::milliseconds;
using test::ScriptedServer;

const CallOptions kPatient{milliseconds{20'000}, {}};

template <class Id>
Id id(std::string_view text) {
  return *Id::parse(text);
}

struct Fixture {
  ScriptedServer server;
  SeededRandom random{7};
  SigningKey key = SigningKey::generate(random);

  ClientOptions options(unsigned tries = 1) {
    ClientOptions options;
    options.url = server.url();
    options.key = key;
    options.wallet = id<WalletId>("EQ+wallet/1=");
    options.tries = tries;
    options.random = &random;
    return options;
  }
  Client client(unsigned tries = 1) { return *Client::create(options(tries)); }
};

template <class T>
void expect_error(const Result<T>& result, ErrorCode code, std::string_view reason) {
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, code) << result.error().message;
  EXPECT_EQ(result.error().reason, reason) << result.error().message;
}

protocol::TaskView view_of(std::string_view task) {
  protocol::TaskView view;
  view.task_id = id<TaskId>(task);
  view.requester_address = id<WalletId>("wallet");
  view.task_type = "wasm_binary";
  view.operation = "run";
  view.escrow_status = "locked";
  return view;
}

protocol::Claim claim_of(std::string_view task) {
  protocol::Claim claim;
  claim.claimed = true;
  claim.task_id = id<TaskId>(task);
  claim.attempt = 1;
  claim.lease_ms = 30'000;
  claim.task_type = "wasm_binary";
  claim.operation = "run";
  claim.input = {1, 2};
  claim.input_sha256 = sha256(claim.input);
  return claim;
}

Result<protocol::SignedBy> verified(const net::Request& request) {
  const auto header = [&](std::string_view name) { return std::string(request.headers.find(name).value_or("")); };
  return protocol::verify_request({request.method, *request.headers.find("Host"), request.target, as_bytes(request.body),
                                   request.headers.find("Idempotency-Key")},
                                  {header("Content-Digest"), header("Signature-Input"), header("Signature")}, system_clock().now());
}

// Goal:   options that cannot work are refused before anything is sent.
// Method: each bound of `tries`, and a URL that the endpoint refuses.
TEST(Client, RefusesOptionsOutOfRange) {
  for (const unsigned tries : {0u, 11u}) {
    ClientOptions options;
    options.url = "http://127.0.0.1:1";
    options.tries = tries;
    expect_error(Client::create(options), ErrorCode::invalid_argument, "options");
  }
  ClientOptions plain;
  plain.url = "http://coordinator.example";
  expect_error(Client::create(plain), ErrorCode::invalid_argument, "url");
}

// Goal:   a device is named after its key unless it has a name of its own.
// Method: all three cases.
TEST(Client, NamesItsDeviceAfterTheKey) {
  Fixture f;
  EXPECT_EQ(f.client().device().str(), "dev-" + f.key.public_key().hex().substr(0, 16));
  auto named = f.options();
  named.device = id<DeviceId>("mine");
  EXPECT_EQ(Client::create(named)->device().str(), "mine");
  auto anonymous = f.options();
  anonymous.key.reset();
  EXPECT_TRUE(Client::create(anonymous)->device().empty());
}

// Goal:   each request carries a signature that verifies over what arrived, Host header included, each with a nonce of its own.
// Method: a GET with a query and a POST with a body, verified on the server's side as a coordinator would.
TEST(Client, SignsEveryRequest) {
  Fixture f;
  f.server.then(protocol::WalletBalance{}).then(protocol::Message{"Device registered successfully"});
  const auto client = f.client();
  ASSERT_TRUE(client.balance());
  ASSERT_TRUE(client.register_device());
  const auto requests = f.server.requests();
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_EQ(requests[0].target, "/api/v1/wallet/balance?wallet=EQ%2Bwallet%2F1%3D");
  std::set<std::string> nonces;
  for (const auto& request : requests) {
    const auto by = verified(request);
    ASSERT_TRUE(by) << by.error().message;
    EXPECT_EQ(by->key, f.key.public_key());
    nonces.insert(by->nonce);
  }
  EXPECT_EQ(nonces.size(), 2u);
  const auto body = protocol::read<protocol::RegisterDevice>(requests[1].body);
  ASSERT_TRUE(body) << body.error().message;
  EXPECT_EQ(body->public_key, f.key.public_key());
  EXPECT_EQ(body->wallet_address, client.wallet());
}

// Goal:   without a key public calls work and signed ones fail here, without a request.
// Method: one of each.
TEST(Client, WithoutAKeyOnlyPublicCallsAreSent) {
  Fixture f;
  auto options = f.options();
  options.key.reset();
  f.server.then(protocol::Version{"v1", "test"});
  const auto client = *Client::create(options);
  ASSERT_TRUE(client.version());
  EXPECT_FALSE(f.server.requests().at(0).headers.find("Signature"));
  expect_error(client.balance(), ErrorCode::unauthenticated, "key_missing");
  expect_error(client.register_device(), ErrorCode::unauthenticated, "key_missing");
  EXPECT_EQ(f.server.requests().size(), 1u);
}

// Goal:   a call that answers `unavailable` is sent again: the same request, with the same idempotency key, freshly signed.
// Method: one refusal before the answer, once as our error form and once as a proxy's page; the next call has another key.
TEST(Client, RepeatsWhatIsUnavailable) {
  Fixture f;
  protocol::TaskCreated created;
  created.task_id = id<TaskId>("t");
  created.payment_memo = "TASK-t";
  f.server.then_refuse({ErrorCode::unavailable, "starting", {}}).then(created).then(502, "<html>bad gateway</html>").then(created);
  const auto client = f.client(2);
  TaskRequest request;
  request.budget = {kNanoPerGstd};
  ASSERT_TRUE(client.create_task(request, kPatient));
  ASSERT_TRUE(client.create_task(request, kPatient));
  const auto requests = f.server.requests();
  ASSERT_EQ(requests.size(), 4u);
  std::set<std::string> nonces;
  std::set<std::string> keys;
  for (const auto& sent : requests) {
    const auto by = verified(sent);
    ASSERT_TRUE(by) << by.error().message;
    nonces.insert(by->nonce);
    keys.emplace(*sent.headers.find("Idempotency-Key"));
    EXPECT_EQ(sent.body, requests[0].body);
  }
  EXPECT_EQ(nonces.size(), 4u);
  EXPECT_EQ(keys.size(), 2u);
  EXPECT_EQ(requests[0].headers.find("Idempotency-Key"), requests[1].headers.find("Idempotency-Key"));
}

// Goal:   the tries are bounded, and the last refusal is what the caller sees.
// Method: a server that always refuses, two tries.
TEST(Client, GivesUpAfterItsTries) {
  Fixture f;
  f.server.then_refuse({ErrorCode::unavailable, "first", {}}).then_refuse({ErrorCode::unavailable, "second", "store"});
  const auto answer = f.client(2).version(kPatient);
  expect_error(answer, ErrorCode::unavailable, "store");
  EXPECT_EQ(answer.error().message, "second");
  EXPECT_EQ(f.server.requests().size(), 2u);
}

// Goal:   a refusal that says when to come back is obeyed: the call is sent again then, not earlier, freshly signed.
// Method: 429 and 503, in milliseconds by our own form, in seconds by the header alone.
TEST(Client, ComesBackWhenItIsTold) {
  Fixture f;
  const protocol::Version version{"v1", "scripted"};
  const auto told = [](int status, std::string seconds, std::string body) {
    return [=](const net::Request&, const net::Responder& responder) {
      net::Response response{status, {}, body};
      response.headers.set("Retry-After", seconds);
      responder.send(std::move(response));
    };
  };
  const Error refusal{ErrorCode::resource_exhausted, "too many", "rate_limit"};
  const auto client = f.client(3);
  const auto begin = std::chrono::steady_clock::now();
  f.server.then(told(429, "7", protocol::write_error(refusal, milliseconds{40})))
      .then(told(503, "0", "<html>busy</html>"))
      .then(version);
  EXPECT_TRUE(client.version(kPatient));
  EXPECT_GE(std::chrono::steady_clock::now() - begin, milliseconds{40});
  EXPECT_EQ(f.server.requests().size(), 3u);
  std::set<std::string> signatures;
  for (const auto& request : f.server.requests()) signatures.insert(std::string(request.headers.find("Signature").value_or("")));
  EXPECT_EQ(signatures.size(), 3u);

  // Not where it was not told, nor where that cannot be read, nor beyond the tries, nor beyond the deadline.
  f.server.then_refuse(refusal);
  expect_error(client.version(kPatient), ErrorCode::resource_exhausted, "rate_limit");
  f.server.then(told(429, "Fri, 31 Dec 1999 23:59:59 GMT", protocol::write_error(refusal)));
  expect_error(client.version(kPatient), ErrorCode::resource_exhausted, "rate_limit");
  f.server.then(told(400, "0", protocol::write_error({ErrorCode::invalid_argument, "wrong", "field"})));
  expect_error(client.version(kPatient), ErrorCode::invalid_argument, "field");
  for (int i = 0; i < 3; ++i) f.server.then(told(429, "0", protocol::write_error(refusal)));
  expect_error(client.version(kPatient), ErrorCode::resource_exhausted, "rate_limit");
  f.server.then(told(429, "3600", protocol::write_error(refusal, std::chrono::hours{1})));
  expect_error(client.version(kPatient), ErrorCode::resource_exhausted, "rate_limit");
  EXPECT_EQ(f.server.requests().size(), 3u + 1 + 1 + 1 + 3 + 1);
}

// Goal:   without being told, only `unavailable` is worth a repeat.
// Method: every other code, with tries left.
TEST(Client, DoesNotRepeatOtherRefusals) {
  Fixture f;
  const auto client = f.client(4);
  std::size_t sent = 0;
  for (const ErrorCode code : {ErrorCode::invalid_argument, ErrorCode::not_found, ErrorCode::aborted, ErrorCode::resource_exhausted,
                               ErrorCode::failed_precondition, ErrorCode::unauthenticated, ErrorCode::internal}) {
    f.server.then_refuse({code, "a sentence", "a_word"});
    const auto answer = client.version(kPatient);
    expect_error(answer, code, "a_word");
    EXPECT_EQ(answer.error().message, "a sentence");
    EXPECT_EQ(f.server.requests().size(), ++sent);
  }
}

// Goal:   the pause between two tries ends when the call is cancelled.
// Method: the server cancels the call while it refuses; the tries would last for minutes.
TEST(Client, PauseBetweenTriesIsCancelled) {
  std::stop_source stop;  // outlives the server, whose threads use it
  Fixture f;
  f.server.always([&](const net::Request&, const net::Responder& responder) {
    responder.send({503, {}, "away"});
    stop.request_stop();
  });
  expect_error(f.client(10).version({std::chrono::hours{1}, stop.get_token()}), ErrorCode::cancelled, "");
}

// Goal:   a pause that would outlast the call's time is not begun; what was wrong is told at once.
// Method: a timeout below the first pause, against a server that refuses, and against a port where nobody listens.
TEST(Client, TellsTheReasonWhenTimeIsShort) {
  Fixture f;
  f.server.then_refuse({ErrorCode::unavailable, "starting", {}});
  const auto client = f.client(10);
  expect_error(client.version({milliseconds{900}, {}}), ErrorCode::unavailable, "");
  EXPECT_EQ(f.server.requests().size(), 1u);
  f.server.stop();
  const auto nobody = client.version({milliseconds{900}, {}});
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().code, ErrorCode::unavailable);
}

// Goal:   a server that never answers cannot hold a call beyond its time, nor beyond a stop request.
// Method: it takes the request and keeps it; first the time runs out, then another thread asks for the stop once it has arrived.
TEST(Client, SilentServerEndsByDeadlineOrStop) {
  std::stop_source stop;  // outlives the server, whose threads use it
  Fixture f;
  f.server.then_hang();
  const auto client = f.client(4);
  expect_error(client.version({milliseconds{50}, {}}), ErrorCode::deadline_exceeded, "");

  f.server.then([&](const net::Request&, const net::Responder& responder) {
    stop.request_stop();
    responder.send({503, {}, {}});
  });
  expect_error(client.version({std::chrono::hours{1}, stop.get_token()}), ErrorCode::cancelled, "");
  expect_error(client.version({milliseconds{0}, {}}), ErrorCode::deadline_exceeded, "");
}

// Goal:   an answer that is not of the protocol is one clear error, and the client works on.
// Method: bodies of every kind of wrong under status 200, then a good one.
TEST(Client, GarbageIsDataLoss) {
  Fixture f;
  const auto client = f.client(4);
  const std::string deep(10'000, '[');
  for (const std::string& body : {std::string{}, std::string("null"), std::string("[]"), std::string("{"), std::string("<html>"),
                                  std::string("{\"version\":1}"), std::string("\xff\xfe"), std::string(1, '\0'), deep}) {
    f.server.then(200, body);
    expect_error(client.version(), ErrorCode::data_loss, "answer");
  }
  f.server.then(protocol::Version{"v1", "test"});
  EXPECT_TRUE(client.version());
}

// Goal:   refusals by somebody who does not speak our error form still become errors, with a bounded message.
// Method: statuses of proxies and old servers with bodies of theirs; a redirect, which is not followed; a huge sentence in our
// form.
TEST(Client, ForeignRefusalsBecomeErrors) {
  Fixture f;
  const auto client = f.client();
  const std::pair<int, ErrorCode> rows[] = {{404, ErrorCode::not_found},
                                            {403, ErrorCode::permission_denied},
                                            {429, ErrorCode::resource_exhausted},
                                            {500, ErrorCode::internal},
                                            {504, ErrorCode::unavailable}};
  for (const auto& [status, code] : rows) {
    f.server.then(status, "404 page not found");
    expect_error(client.version(), code, "");
  }
  f.server.then(302, "elsewhere");
  EXPECT_FALSE(client.version());
  f.server.then_refuse({ErrorCode::internal, std::string(100'000, 'x'), {}});
  const auto huge = client.version();
  expect_error(huge, ErrorCode::internal, "");
  EXPECT_LE(huge.error().message.size(), 1'000u);
}

// Goal:   the coordinator hears which proofs of work this client can do, and the proof is of the version that it chose.
// Method: lists of one and two; answers of either version, and of the platform, which names none.
TEST(Client, ProofsAreOfAVersionThatWasAskedFor) {
  Fixture f;
  const auto task = id<TaskId>("asked");
  const auto ask = [&](std::vector<pow::Version> versions, const std::string& answered) {
    auto options = f.options();
    options.pow_versions = std::move(versions);
    f.server.then(200, R"({"challenge":"aa","difficulty":1,"expires_at":"2026-01-01T00:00:00Z","task_id":"asked",)"
                       R"("worker_wallet":"w")" +
                           answered + "}");
    return (*Client::create(std::move(options))).request_challenge(task);
  };
  using enum pow::Version;
  EXPECT_EQ(ask({v2, v1}, R"(,"version":2)")->version, v2);
  EXPECT_EQ(ask({v2, v1}, R"(,"version":1)")->version, v1);
  EXPECT_EQ(ask({v2, v1}, "")->version, v1);
  EXPECT_EQ(ask({v1}, "")->version, v1);
  expect_error(ask({v1}, R"(,"version":2)"), ErrorCode::data_loss, "answer");
  expect_error(ask({v2}, ""), ErrorCode::data_loss, "answer");
  std::vector<std::vector<std::uint32_t>> asked;
  for (const auto& request : f.server.requests()) asked.push_back(protocol::read<protocol::PowRequest>(request.body)->versions);
  EXPECT_EQ(asked, (std::vector<std::vector<std::uint32_t>>{{2, 1}, {2, 1}, {2, 1}, {1}, {1}, {2}}));
  for (const std::size_t count : {std::size_t{0}, protocol::kPowVersionsMax + 1}) {
    auto options = f.options();
    options.pow_versions.assign(count, v1);
    expect_error(Client::create(std::move(options)), ErrorCode::invalid_argument, "options");
  }
}

// Goal:   an answer about something else than was asked for is not believed.
// Method: each call whose answer names its subject, answered with another subject or with contents that do not hold together.
TEST(Client, AnswersMustBeAboutTheQuestion) {
  Fixture f;
  const auto client = f.client();
  const auto task = id<TaskId>("asked");
  const auto refused = [](const auto& answer) { expect_error(answer, ErrorCode::data_loss, "answer"); };

  f.server.then(view_of("other"));
  refused(client.task(task));
  protocol::LeaseView lease{task, 2, {}};
  f.server.then(lease);
  refused(client.heartbeat(task, 1));
  protocol::PowChallenge challenge;
  challenge.challenge = std::string(64, 'a');
  challenge.task_id = id<TaskId>("other");
  challenge.worker_wallet = client.wallet();
  challenge.estimated_time = "~1ms";
  f.server.then(challenge);
  refused(client.request_challenge(task));
  challenge.task_id = task;
  for (const std::uint32_t version : {3u, 4'294'967'295u}) {
    challenge.version = version;
    f.server.then(challenge);
    refused(client.request_challenge(task));
  }

  using Change = void (*)(protocol::Claim&);
  for (const Change change :
       std::initializer_list<Change>{[](auto& c) { c.task_id = id<TaskId>("other"); }, [](auto& c) { c.claimed = false; },
                                     [](auto& c) { c.lease_ms = 0; }, [](auto& c) { c.lease_ms = 1'000'000'000'000; },
                                     [](auto& c) { c.input.push_back(3); }, [](auto& c) { c.limits.fuel = 0; }}) {
    auto claim = claim_of("asked");
    change(claim);
    f.server.then(claim);
    refused(client.claim_task(task, "1"));
  }
  f.server.then(claim_of("asked"));
  EXPECT_TRUE(client.claim_task(task, "1"));

  const auto digest = sha256(as_bytes("module"));
  f.server.then(200, "modulE");
  refused(client.download_module(digest));
  f.server.then(200, "module");
  EXPECT_EQ(as_text(*client.download_module(digest)), "module");

  protocol::EventPage page;
  page.events = {{6, task, TaskEvent::fund, TaskState::pending, 0, {}}, {5, task, TaskEvent::fund, TaskState::pending, 0, {}}};
  page.next = 6;
  f.server.then(page);
  refused(client.events(1, milliseconds{0}));
  page.events = {{5, task, TaskEvent::fund, TaskState::pending, 0, {}}};
  page.next = 4;
  f.server.then(page);
  refused(client.events(1, milliseconds{0}));
  page.next = 5;
  f.server.then(page);
  EXPECT_TRUE(client.events(4, milliseconds{0}));
  f.server.then(page);
  refused(client.events(5, milliseconds{0}));
}

// Goal:   "no work" is an answer, not an error, and a wait is asked for that fits into the call's time.
// Method: status 204, with a wait that fits and one that does not.
TEST(Client, NoWorkIsNothing) {
  Fixture f;
  f.server.then(204, "").then(204, "");
  const auto client = f.client();
  const auto first = client.next_task(milliseconds{5'000}, 1'000, {milliseconds{60'000}, {}});
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_FALSE(*first);
  ASSERT_TRUE(client.next_task(milliseconds{60'000}, 1'000, {milliseconds{10'000}, {}}));
  const auto requests = f.server.requests();
  EXPECT_NE(requests.at(0).target.find("wait_ms=5000&memory_bytes_max=1000"), std::string::npos) << requests.at(0).target;
  EXPECT_NE(requests.at(1).target.find("wait_ms=8000&"), std::string::npos) << requests.at(1).target;
}

// Goal:   an input that no request can carry is refused here.
// Method: one byte more than the bound.
TEST(Client, RefusesInputsBeyondTheBound) {
  Fixture f;
  TaskRequest request;
  request.input.resize(protocol::kInputBytesMax + 1);
  expect_error(f.client().create_task(request), ErrorCode::invalid_argument, "input_too_long");
  EXPECT_TRUE(f.server.requests().empty());
}

// Goal:   one client serves many threads.
// Method: eight of them, whose answers differ; each gets its own. Run under ThreadSanitizer too.
TEST(Client, IsSharedBetweenThreads) {
  Fixture f;
  f.server.always([](const net::Request& request, const net::Responder& responder) {
    const auto name = request.target.substr(request.target.rfind('/') + 1);
    responder.send({200, {}, protocol::write(view_of(name))});
  });
  const auto client = f.client();
  std::vector<std::thread> threads;
  std::atomic<int> good = 0;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i)
        if (client.task(id<TaskId>("task-" + std::to_string(t) + "-" + std::to_string(i)), kPatient)) ++good;
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good, 160);
}

}  // namespace
}  // namespace gstd

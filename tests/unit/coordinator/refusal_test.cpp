#include "support/lab.hpp"
#include "unit/net/raw_socket.hpp"

namespace gstd::test {
namespace {

void expect_refusal(const net::Response& response, int status, ErrorCode code, std::string_view reason) {
  EXPECT_EQ(response.status, status) << response.body;
  const Error error = Lab::error_of(response);
  EXPECT_EQ(error.code, code) << response.body;
  EXPECT_EQ(error.reason, reason) << response.body;
  EXPECT_FALSE(error.message.empty());
  EXPECT_EQ(response.headers.find("Content-Type").value_or(""), "application/json");
}

// Goal:   a body that is not what the path wants gets one clear error, and the server goes on.
// Method: JSON that is malformed, cut off, of another type, too deep or absent, to every path that takes a body.
TEST(Refusal, AnswersBadJsonOnEveryPath) {
  Lab lab;
  const Party party = lab.requester();
  const std::string deep(100, '[');
  for (const char* path : {"/tasks/create", "/devices/register", "/pow/challenge", "/pow/verify", "/orchestrator/claim",
                           "/orchestrator/heartbeat", "/orchestrator/complete", "/orchestrator/fail"}) {
    SCOPED_TRACE(path);
    for (const std::string& body :
         {std::string("{"), std::string("{\"task_id\":\"x\""), std::string("nonsense"), std::string(), deep}) {
      SCOPED_TRACE(body);
      expect_refusal(lab.send({"POST", path, body, &party, {}, {}, {}}), 400, ErrorCode::invalid_argument, "json");
    }
    expect_refusal(lab.send({"POST", path, "{}", &party, {}, {}, {}}), 400, ErrorCode::invalid_argument, "field");
    expect_refusal(lab.send({"POST", path, R"({"task_id":1,"type":1,"device_id":[]})", &party, {}, {}, {}}), 400,
                   ErrorCode::invalid_argument, "field");
  }
  EXPECT_EQ(lab.send({"GET", "/health", {}, nullptr, {}, {}, {}}).status, 200);
}

// Goal:   a body beyond the limit is refused in the error form before any of it is read, and one at the limit is let through.
// Method: heads alone, so that no body is under way that could cost the answer its connection; with and without the question
//         whether to go on.
TEST(Refusal, AnswersAnOversizedBody) {
  Lab lab;
  const std::string& url = lab.coordinator->url();
  const auto port = static_cast<std::uint16_t>(std::stoul(url.substr(url.rfind(':') + 1)));
  const auto announce = [&](std::size_t bytes, const std::string& more) {
    auto peer = net::test::RawSocket::connect(port);
    EXPECT_TRUE(peer.send("POST /api/v1/wasm/upload HTTP/1.1\r\nHost: lab\r\n" + more + "Content-Length: " + std::to_string(bytes) +
                          "\r\n\r\n"));
    return peer;
  };
  const std::string ask_first = "Expect: 100-continue\r\n";
  for (const std::string& more : {std::string(), ask_first}) {
    SCOPED_TRACE(more);
    auto peer = announce(protocol::kBodyBytesMax + 1, more);
    const std::string head = peer.read_until("\r\n\r\n");
    EXPECT_TRUE(head.starts_with("HTTP/1.1 413 ")) << head;
    EXPECT_NE(head.find("Content-Type: application/json\r\n"), std::string::npos) << head;
    const Error error = protocol::read_error(413, peer.read_all());
    EXPECT_EQ(error.code, ErrorCode::resource_exhausted);
    EXPECT_EQ(error.reason, "http");
    EXPECT_FALSE(error.message.empty());
  }
  EXPECT_EQ(announce(protocol::kBodyBytesMax, ask_first).read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_EQ(lab.send({"GET", "/health", {}, nullptr, {}, {}, {}}).status, 200);
}

// Goal:   ids that nobody knows, and such that are no ids, are told apart from everything else.
// Method: each path that names a task or a module.
TEST(Refusal, AnswersUnknownIds) {
  Lab lab;
  const Party party = lab.requester();
  const std::string hash(64, 'a');
  const auto get = [&](std::string path) { return lab.send({"GET", std::move(path), {}, &party, {}, {}, {}}); };
  expect_refusal(get("/tasks/nobody"), 404, ErrorCode::not_found, "task_unknown");
  expect_refusal(get("/tasks/nobody/result"), 404, ErrorCode::not_found, "task_unknown");
  expect_refusal(get("/tasks/not%20an%20id"), 400, ErrorCode::invalid_argument, "field");
  expect_refusal(get("/wasm/" + hash + "/metadata"), 404, ErrorCode::not_found, "module_unknown");
  expect_refusal(get("/wasm/" + hash), 404, ErrorCode::not_found, "module_unknown");
  expect_refusal(get("/wasm/xyz/metadata"), 400, ErrorCode::invalid_argument, "field");
  expect_refusal(get("/pow/status?task_id=nobody&wallet=nobody"), 404, ErrorCode::not_found, "challenge_unknown");
  expect_refusal(get("/pow/status"), 400, ErrorCode::invalid_argument, "field");
  const TaskId nobody = must(TaskId::parse("nobody"));
  EXPECT_TRUE(refused(lab.challenge(party, nobody), ErrorCode::not_found, "task_unknown"));
  EXPECT_TRUE(refused(lab.claim(party, nobody, "1"), ErrorCode::not_found, "task_unknown"));
  EXPECT_TRUE(refused(lab.post<protocol::LeaseView>(party, "/orchestrator/heartbeat", protocol::Heartbeat{nobody, party.device, 1}),
                      ErrorCode::not_found, "task_unknown"));
  protocol::CreateTask order = lab.order();
  order.module_sha256 = must(Digest::parse_hex(hash));
  EXPECT_TRUE(refused(lab.post<protocol::TaskCreated>(party, "/tasks/create", order), ErrorCode::not_found, "module_unknown"));
}

// Goal:   paths and methods that are not in the API are refused in its form.
// Method: an unknown path, a known one with another method, broken targets.
TEST(Refusal, AnswersUnknownRoutes) {
  Lab lab;
  const auto send = [&](std::string method, std::string path) {
    return lab.send({std::move(method), std::move(path), {}, nullptr, {}, {}, {}});
  };
  expect_refusal(send("GET", "/nowhere"), 404, ErrorCode::not_found, "route");
  expect_refusal(send("GET", "/tasks/a/b/c"), 404, ErrorCode::not_found, "route");
  const net::Response wrong_method = send("DELETE", "/health");
  expect_refusal(wrong_method, 405, ErrorCode::unimplemented, "method");
  EXPECT_EQ(wrong_method.headers.find("Allow").value_or(""), "GET");
  EXPECT_EQ(wrong_method.headers.find("X-API-Version").value_or(""), "v1");
  expect_refusal(send("GET", "/tasks/%zz"), 400, ErrorCode::invalid_argument, "target");
  expect_refusal(send("GET", "/health?a=1&a=2"), 400, ErrorCode::invalid_argument, "target");
  expect_refusal(send("GET", "/health?" + std::string(3000, 'a')), 400, ErrorCode::invalid_argument, "target");
}

// Goal:   an order that cannot be carried out is refused before anything is kept.
// Method: budgets and limits out of bounds, payload and input at once.
TEST(Refusal, AnswersBadOrders) {
  Lab lab;
  const Party party = lab.requester();
  const auto create = [&](const protocol::CreateTask& order) {
    return lab.post<protocol::TaskCreated>(party, "/tasks/create", order);
  };
  protocol::CreateTask free = lab.order("input", Amount{0});
  EXPECT_TRUE(refused(create(free), ErrorCode::invalid_argument, "field"));
  protocol::CreateTask endless = lab.order();
  endless.limits.wall_time = kWallTimeMax + std::chrono::milliseconds{1};
  EXPECT_FALSE(create(endless));
  protocol::CreateTask both = lab.order();
  both.payload = "{\"a\":1}";
  EXPECT_FALSE(create(both));
  EXPECT_EQ(must(lab.get<protocol::ClientStats>(party, "/client/stats")).total_tasks_created, 0u);
}

// Goal:   only WebAssembly is taken as a module, and a module is kept once under its digest.
// Method: text, a cut-off header, nothing; then a program twice, its metadata and its bytes.
TEST(Refusal, AnswersModulesThatAreNotWasm) {
  Lab lab;
  const Party party = lab.worker("uploader");
  for (const std::string& body : {std::string("#!/bin/sh"), std::string("\0asm", 4), std::string()})
    expect_refusal(lab.send({"POST", "/wasm/upload", body, &party, {}, {}, {}}), 400, ErrorCode::invalid_argument,
                   "module_invalid");
  const Digest digest = lab.upload(party);
  lab.clock.advance(std::chrono::seconds{5});
  const auto again =
      must(lab.call<protocol::ModuleMetadata>({"POST", "/wasm/upload", std::string(as_text(empty_program())), &party, {}, {}, {}}));
  EXPECT_EQ(again.sha256, digest);
  EXPECT_EQ(again.created_at, lab.clock.now() - std::chrono::seconds{5}) << "the first upload stays";
  const net::Response downloaded = lab.send({"GET", "/wasm/" + digest.hex(), {}, nullptr, {}, {}, {}});
  EXPECT_EQ(downloaded.status, 200);
  EXPECT_EQ(downloaded.headers.find("Content-Type").value_or(""), "application/wasm");
  EXPECT_EQ(downloaded.body, as_text(empty_program()));
}

// Goal:   a result that does not agree with its task is refused, and the lease stays with the worker.
// Method: one field of an honest receipt is changed at a time; then the honest one is taken.
TEST(Refusal, AnswersResultsThatDoNotAgree) {
  Lab lab;
  const Party requester = lab.requester();
  const Party worker = lab.worker();
  protocol::CreateTask order = lab.order();
  order.limits.output_bytes_max = 10;
  const TaskId id = must(lab.post<protocol::TaskCreated>(requester, "/tasks/create", order)).task_id;
  const auto claim = must(lab.take(worker, id));
  const Bytes output(8, 'x');
  const Receipt honest = Lab::receipt_of(worker, claim, output);
  const auto hand_in = [&](auto change, const Bytes& bytes) {
    Receipt receipt = honest;
    change(receipt);
    return lab.complete(worker, Lab::completion_of(worker, receipt, bytes));
  };
  const auto wrong = [&](auto change) { return refused(hand_in(change, output), ErrorCode::invalid_argument, "receipt_mismatch"); };
  EXPECT_TRUE(wrong([](Receipt& r) { r.module.bytes[0] ^= 1; }));
  EXPECT_TRUE(wrong([](Receipt& r) { r.input.bytes[0] ^= 1; }));
  EXPECT_TRUE(wrong([](Receipt& r) { r.output.bytes[0] ^= 1; }));
  EXPECT_TRUE(wrong([](Receipt& r) { r.limits.fuel += 1; }));
  EXPECT_TRUE(wrong([&](Receipt& r) { r.worker = requester.wallet; }));
  EXPECT_TRUE(wrong([](Receipt& r) { r.fuel_used = r.limits.fuel + 1; }));
  EXPECT_TRUE(wrong([](Receipt& r) { r.exit_code = 1; }));
  EXPECT_TRUE(wrong([](Receipt& r) { r.outcome = OutcomeKind::exited; }));
  EXPECT_TRUE(wrong([&](Receipt& r) { r.key = requester.key.public_key(); }));
  EXPECT_TRUE(wrong([](Receipt& r) { r.commitment = CommitmentKind::keyed; }));
  EXPECT_TRUE(wrong([](Receipt& r) { r.memory_bytes_peak = r.limits.memory_bytes_max + 1; }));
  EXPECT_TRUE(wrong([](Receipt& r) { r.started_at = r.ended_at + std::chrono::milliseconds{1}; }));
  EXPECT_TRUE(refused(hand_in([](Receipt& r) { r.outcome = OutcomeKind::timed_out; }, output), ErrorCode::invalid_argument,
                      "outcome_not_comparable"));
  const Bytes longer(11, 'x');
  EXPECT_TRUE(
      refused(hand_in([&](Receipt& r) { r.output = sha256(longer); }, longer), ErrorCode::invalid_argument, "output_too_long"));

  auto forged = Lab::completion_of(worker, honest, output);
  forged.signature = sign_receipt(honest, requester.key);
  EXPECT_TRUE(refused(lab.complete(worker, forged), ErrorCode::invalid_argument, "receipt_signature"));
  auto cut = Lab::completion_of(worker, honest, output);
  cut.receipt.pop_back();
  cut.signature = worker.key.sign(cut.receipt);
  EXPECT_TRUE(refused(lab.complete(worker, cut), ErrorCode::invalid_argument, "receipt_malformed"));

  EXPECT_EQ(must(lab.task(requester, id)).status, TaskState::assigned);
  must(lab.complete(worker, Lab::completion_of(worker, honest, output)));
  must(lab.coordinator->check_ledger());
}

// Goal:   a receipt is made for one claim: one from before it, or for another, is refused, as is one of another time.
// Method: two claims of one worker, with their nonces exchanged and with none; then starts and ends around the edge of what clocks
//         may differ.
TEST(Refusal, AnswersReceiptsOfAnotherClaimOrTime) {
  Lab lab;
  const Party requester = lab.requester();
  const Party worker = lab.worker();
  const auto first = must(lab.take(worker, lab.create(requester)));
  const auto second = must(lab.take(worker, lab.create(requester)));
  EXPECT_NE(first.receipt_nonce, second.receipt_nonce);
  EXPECT_NE(first.receipt_nonce, ReceiptNonce{});
  const Bytes output(8, 'x');
  const auto hand_in = [&](auto change) {
    Receipt receipt = Lab::receipt_of(worker, first, output);
    change(receipt);
    return lab.complete(worker, Lab::completion_of(worker, receipt, output));
  };
  for (const ReceiptNonce& nonce : {second.receipt_nonce, ReceiptNonce{}})
    EXPECT_TRUE(refused(hand_in([&](Receipt& r) { r.nonce = nonce; }), ErrorCode::invalid_argument, "receipt_nonce"));

  const Timestamp claimed_at = first.lease_expires_at - std::chrono::milliseconds{first.lease_ms};
  const auto of_time = [&](std::chrono::milliseconds start, std::chrono::milliseconds end) {
    return hand_in([&](Receipt& r) {
      r.started_at = claimed_at + start;
      r.ended_at = claimed_at + end;
    });
  };
  using std::chrono::milliseconds;
  const milliseconds skew = std::chrono::minutes{10};
  EXPECT_TRUE(refused(of_time(-skew - milliseconds{1}, milliseconds{0}), ErrorCode::invalid_argument, "receipt_time"));
  EXPECT_TRUE(refused(of_time(milliseconds{0}, skew + milliseconds{1}), ErrorCode::invalid_argument, "receipt_time"));
  must(of_time(-skew, skew));
}

// Goal:   options that make no sense stop a start, with the reason.
// Method: each bound once.
TEST(Refusal, RefusesBadOptions) {
  const auto start = [](auto change) {
    CoordinatorOptions options;
    options.store = store::open_memory();
    change(options);
    return Coordinator::start(std::move(options));
  };
  EXPECT_TRUE(refused(start([](auto& o) { o.store = nullptr; }), ErrorCode::invalid_argument, "options"));
  EXPECT_TRUE(refused(start([](auto& o) { o.threads = 0; }), ErrorCode::invalid_argument, "options"));
  EXPECT_TRUE(
      refused(start([](auto& o) { o.lease_time = std::chrono::milliseconds{999}; }), ErrorCode::invalid_argument, "options"));
  EXPECT_TRUE(refused(start([](auto& o) { o.difficulty_bits = 257; }), ErrorCode::invalid_argument, "options"));
  EXPECT_TRUE(refused(start([](auto& o) { o.difficulty_extra_bits = 257; }), ErrorCode::invalid_argument, "options"));
  EXPECT_TRUE(refused(start([](auto& o) {
                        o.difficulty_bits = 20;
                        o.difficulty_extra_bits = 1;
                      }),
                      ErrorCode::invalid_argument, "options"));
  EXPECT_TRUE(refused(start([](auto& o) { o.retry.attempts_max = 0; }), ErrorCode::invalid_argument, "options"));
  for (const std::size_t each : {0, 1, 2}) {
    for (const auto delay : {std::chrono::milliseconds{-1}, kRetryDelayMax + std::chrono::milliseconds{1},
                             std::chrono::milliseconds::max(), std::chrono::milliseconds::min()})
      EXPECT_TRUE(refused(start([&](auto& o) { o.retry.delays[each] = delay; }), ErrorCode::invalid_argument, "options"));
    for (const auto delay : {std::chrono::milliseconds{0}, kRetryDelayMax})
      must(start([&](auto& o) { o.retry.delays[each] = delay; }));
  }
  for (const char* wildcard : {"0.0.0.0", "::", "0:0::0", "::ffff:0.0.0.0"})
    EXPECT_TRUE(refused(start([&](auto& o) { o.address = wildcard; }), ErrorCode::invalid_argument, "options")) << wildcard;
  for (const char* authority : {"", ":80", "https://gstd.example", "gstd.example/", "user@gstd.example", "gstd example"})
    EXPECT_TRUE(refused(start([&](auto& o) { o.authorities = {authority}; }), ErrorCode::invalid_argument, "options")) << authority;
  must(start([](auto& o) {
    o.address = "0.0.0.0";
    o.authorities = {"gstd.example"};
  }));
}

}  // namespace
}  // namespace gstd::test

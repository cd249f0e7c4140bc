// A worker against a coordinator that a real one would never be. The main job's own tests are in tests/integration.
#include <gstd/wasm.hpp>
#include <gstd/worker.hpp>

#include "support/scripted_server.hpp"

#include <atomic>
#include <cmath>
#include <thread>

namespace gstd {
namespace {

using std::chrono::milliseconds;
using test::ScriptedServer;

const TaskId kTask = *TaskId::parse("task");

// Offers one task until it is handed in or given up, whatever the module is.
struct Fixture {
  std::mutex mutex;
  std::string module = "this is no WebAssembly";
  RunLimits limits;
  std::string claim_refusal;  // reason; empty: granted
  std::chrono::minutes challenge_lifetime = pow::kChallengeLifetime;
  std::atomic<int> offers = 0;
  std::atomic<int> challenges = 0;
  std::atomic<int> claims = 0;
  std::optional<SigningKey> coordinator;  // signs acceptances, of another receipt than the one that came
  std::optional<protocol::Completion> completion;
  std::optional<protocol::AttemptFailed> failure;
  ScriptedServer server;  // last: its threads use all of the above

  Fixture() {
    server.always([this](const net::Request& request, const net::Responder& responder) { answer(request, responder); });
  }

  template <class M>
  static void send(const net::Responder& responder, const M& message) {
    responder.send({200, {}, protocol::write(message)});
  }

  void answer(const net::Request& request, const net::Responder& responder) {
    const std::lock_guard lock{mutex};
    const auto is = [&](std::string_view path) { return request.target.find(path) != std::string::npos; };
    if (is("/devices/register")) return send(responder, protocol::Message{"registered"});
    if (is("/next-task")) return offer(responder);
    if (is("/pow/challenge")) return challenge(request, responder);
    if (is("/claim")) return claim(responder);
    if (is("/wasm/")) return responder.send({200, {}, module});
    if (is("/complete")) {
      completion = *protocol::read<protocol::Completion>(request.body);
      protocol::Completed completed{true, kTask, "done", TaskState::failed, {7}};
      if (coordinator) completed.acceptance = protocol::sign_acceptance({}, *coordinator);
      return send(responder, completed);
    }
    if (is("/fail")) {
      failure = *protocol::read<protocol::AttemptFailed>(request.body);
      return send(responder, protocol::Message{"failed"});
    }
    responder.send({404, {}, "?"});
  }

  void offer(const net::Responder& responder) {
    if (completion || failure) return responder.send({204, {}, {}});
    ++offers;
    protocol::QueueItem item;
    item.task_id = kTask;
    item.task_type = "wasm_binary";
    item.operation = "run";
    item.limits = limits;
    send(responder, item);
  }

  void challenge(const net::Request& request, const net::Responder& responder) {
    ++challenges;
    protocol::PowChallenge challenge;
    challenge.challenge = std::string(64, 'a');
    challenge.expires_at = system_clock().now() + challenge_lifetime;
    challenge.task_id = kTask;
    challenge.worker_wallet = protocol::read<protocol::PowRequest>(request.body)->worker_wallet;
    challenge.estimated_time = "~0ms";
    send(responder, challenge);
  }

  void claim(const net::Responder& responder) {
    ++claims;
    if (!claim_refusal.empty())
      return responder.send({409, {}, protocol::write_error({ErrorCode::aborted, "too late", claim_refusal})});
    protocol::Claim claim;
    claim.claimed = true;
    claim.task_id = kTask;
    claim.attempt = 1;
    claim.lease_ms = 60'000;
    claim.task_type = "wasm_binary";
    claim.operation = "run";
    claim.module_sha256 = sha256(as_bytes(module));
    claim.input_sha256 = sha256({});
    claim.limits = limits;
    claim.receipt_nonce.bytes.fill(9);
    send(responder, claim);
  }

  WorkerOptions options() {
    WorkerOptions options;
    options.client.url = server.url();
    options.client.key = SigningKey::generate();
    options.client.wallet = *WalletId::parse("wallet");
    options.poll_wait = milliseconds{10};
    return options;
  }

  /// What `condition` returns, with the lock, once it is true or has a value.
  template <class Condition>
  auto await(Condition condition) {
    for (;;) {
      {
        const std::lock_guard lock{mutex};
        if (auto met = condition()) return met;
      }
      std::this_thread::sleep_for(milliseconds{1});
    }
  }
};

// Stands for any exception on a worker's thread: every call draws its nonce here.
class FailingRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> out) override {
    if (failures > 0 && failures-- > 0) throw std::bad_alloc();
    system_random().fill(out);
  }
  std::atomic<int> failures = 0;
};

class WorkerRuns : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!wasm::is_available()) GTEST_SKIP() << "built without an engine";
  }
  Fixture f;
};

// Goal:   options that cannot work are refused before anything is started or sent.
// Method: each bound.
TEST(Worker, RefusesOptionsOutOfRange) {
  Fixture f;
  using Change = void (*)(WorkerOptions&);
  for (const Change change : std::initializer_list<Change>{
           [](auto& o) { o.client.key.reset(); }, [](auto& o) { o.client.wallet = {}; }, [](auto& o) { o.slots = 0; },
           [](auto& o) { o.slots = 257; }, [](auto& o) { o.pow_threads = 0; },
           [](auto& o) { o.pow_threads = pow::kThreadsMax + 1; }, [](auto& o) { o.pow_cpu_share = 0; },
           [](auto& o) { o.pow_cpu_share = 1.5; }, [](auto& o) { o.pow_cpu_share = std::nan(""); },
           [](auto& o) { o.memory_bytes_max = 0; }, [](auto& o) { o.memory_bytes_max = kMemoryBytesMax + 1; },
           [](auto& o) { o.poll_wait = milliseconds{0}; }, [](auto& o) { o.client.url = "nowhere"; }}) {
    auto options = f.options();
    change(options);
    const auto worker = Worker::start(options);
    ASSERT_FALSE(worker);
    EXPECT_EQ(worker.error().code, ErrorCode::invalid_argument);
  }
  EXPECT_TRUE(f.server.requests().empty());
}

// Goal:   a worker that cannot register does not start.
// Method: nobody listens.
TEST_F(WorkerRuns, StartTellsThatNobodyIsThere) {
  auto options = f.options();
  options.client.tries = 1;
  f.server.stop();
  const auto worker = Worker::start(options);
  ASSERT_FALSE(worker);
  EXPECT_EQ(worker.error().code, ErrorCode::unavailable);
}

// Goal:   a module that the sandbox refuses is the task's own failure: every honest worker sees it, so it is signed and handed in.
// Method: text instead of WebAssembly; the receipt that arrives verifies and says so, over an empty output.
TEST_F(WorkerRuns, HandsInThatAModuleIsInvalid) {
  auto options = f.options();
  const auto key = options.client.key->public_key();
  const auto worker = Worker::start(options);
  ASSERT_TRUE(worker) << worker.error().message;
  const auto completion = f.await([&] { return f.completion; });
  EXPECT_TRUE(verify_receipt(completion->receipt, key, completion->signature));
  const auto receipt = decode_receipt(completion->receipt);
  ASSERT_TRUE(receipt) << receipt.error().message;
  EXPECT_EQ(receipt->outcome, OutcomeKind::invalid_module);
  EXPECT_EQ(receipt->output, sha256({}));
  EXPECT_EQ(receipt->task, kTask);
  EXPECT_EQ(receipt->engine.empty(), false);
  EXPECT_EQ(receipt->key, key);
  ReceiptNonce of_the_claim;
  of_the_claim.bytes.fill(9);
  EXPECT_EQ(receipt->nonce, of_the_claim);
  EXPECT_LE(receipt->started_at, receipt->ended_at);
  EXPECT_LE(receipt->ended_at, system_clock().now());
  EXPECT_GT(receipt->ended_at, system_clock().now() - std::chrono::minutes{10});
  EXPECT_TRUE(completion->output.empty());
}

// Goal:   a worker that is handed a word on another receipt than its own says so, and has earned nevertheless.
// Method: a coordinator that signs the acceptance of nothing; the log, and what the worker counts.
TEST_F(WorkerRuns, WarnsOfAnAcceptanceOfSomethingElse) {
  f.coordinator = SigningKey::generate();
  auto options = f.options();
  std::mutex mutex;
  std::vector<std::string> warnings;
  options.log = [&](LogLevel level, std::string_view message) {
    const std::lock_guard lock{mutex};
    if (level == LogLevel::warning) warnings.emplace_back(message);
  };
  auto worker = Worker::start(options);
  ASSERT_TRUE(worker) << worker.error().message;
  f.await([&] { return worker->stats().completed == 1; });
  worker->stop();
  const std::lock_guard lock{mutex};
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_NE(warnings.front().find("acceptance"), std::string::npos);
}

// Goal:   a lost race is no reason to pause, and is counted.
// Method: every claim comes too late; many are made nevertheless, and none runs.
TEST_F(WorkerRuns, GoesOnAtOnceAfterALostRace) {
  f.claim_refusal = "claim_lost";
  const auto worker = Worker::start(f.options());
  ASSERT_TRUE(worker) << worker.error().message;
  f.await([&] { return f.claims >= 30; });
  EXPECT_GE(worker->stats().claims_refused, 29u);
  EXPECT_EQ(worker->stats().claimed, 0u);
}

// Goal:   a proof that was not found while its challenge lived is a refused claim, not a lost connection; another challenge is
//         asked for.
// Method: challenges that have expired when they arrive, several of them; then one that lives.
TEST_F(WorkerRuns, AsksForAnotherChallengeWhenOneExpires) {
  f.challenge_lifetime = std::chrono::minutes{-1};
  std::atomic<int> refused = 0;
  std::atomic<int> lost = 0;
  auto options = f.options();
  options.on_event = [&](const WorkerEvent& event) {
    if (event.kind == WorkerEvent::Kind::claim_refused) ++refused;
    if (event.kind == WorkerEvent::Kind::connection_lost) ++lost;
  };
  const auto worker = Worker::start(options);
  ASSERT_TRUE(worker) << worker.error().message;
  f.await([&] {
    if (refused < 2) return false;
    f.challenge_lifetime = pow::kChallengeLifetime;
    return true;
  });
  f.await([&] { return f.completion.has_value(); });
  EXPECT_GE(f.challenges, 3);
  EXPECT_EQ(lost, 0);
  EXPECT_GE(worker->stats().claims_refused, 2u);
}

// Goal:   an exception on one of the worker's threads costs a pause, not the process or the worker.
// Method: memory that runs out for the first call of the slot, once the worker has started; the task is done all the same.
TEST_F(WorkerRuns, GoesOnAfterAnException) {
  FailingRandom random;
  std::atomic<int> errors = 0;
  auto options = f.options();
  options.client.random = &random;
  options.log = [&](LogLevel level, std::string_view) { errors += level == LogLevel::error; };
  f.claim_refusal = "claim_lost";  // until it has happened
  const auto worker = Worker::start(options);
  ASSERT_TRUE(worker) << worker.error().message;
  random.failures = 1;
  f.await([&] {
    if (errors == 0) return false;
    f.claim_refusal.clear();
    return true;
  });
  f.await([&] { return f.completion.has_value(); });
}

// Goal:   a task that wants more memory than a slot has is left to others: not claimed, not failed.
// Method: a coordinator that offers it all the same, several times.
TEST_F(WorkerRuns, LeavesTasksThatDoNotFit) {
  f.limits.memory_bytes_max = 512u << 20;
  const auto worker = Worker::start(f.options());
  ASSERT_TRUE(worker) << worker.error().message;
  f.await([&] { return f.offers >= 2; });
  EXPECT_EQ(f.claims, 0);
}

// Goal:   a coordinator that sends another module than the one of the claim's digest cannot make a worker run it.
// Method: the module changes after the claim; the attempt is reported as failed, and no result is handed in.
TEST_F(WorkerRuns, RunsOnlyTheModuleOfTheDigest) {
  f.server.always([&](const net::Request& request, const net::Responder& responder) {
    if (request.target.find("/wasm/") != std::string::npos) return responder.send({200, {}, "another module"});
    f.answer(request, responder);
  });
  const auto worker = Worker::start(f.options());
  ASSERT_TRUE(worker) << worker.error().message;
  const auto failure = f.await([&] { return f.failure; });
  EXPECT_FALSE(failure->gave_back);
  EXPECT_NE(failure->reason.find("digest"), std::string::npos) << failure->reason;
  f.server.stop();
  EXPECT_FALSE(f.completion);
}

}  // namespace
}  // namespace gstd

// The main job, from a requester's module to a worker's pay, with nothing in it but the real parts.
#include <gstd/wasm.hpp>

#include "support/network.hpp"
#include "support/stores.hpp"

namespace gstd::test {
namespace {

using std::chrono::milliseconds;

// Workers run guests; a build without an engine has none of them.
template <class Base>
class WithEngine : public Base {
 protected:
  void SetUp() override {
    if (!wasm::is_available()) GTEST_SKIP() << "built without an engine";
  }
};

class MainJob : public WithEngine<::testing::TestWithParam<std::string>> {
 protected:
  std::shared_ptr<store::Store> open() { return open_store(GetParam(), folder_); }

 private:
  TempDir folder_;
};

INSTANTIATE_TEST_SUITE_P(Stores, MainJob, ::testing::Values("memory", "sqlite"), [](const auto& param) { return param.param; });

// Goal:   every task is computed, verified and paid, once.
// Method: three workers of two slots share two dozen tasks; outputs are compared with inputs, receipts verified, and every balance
//         added up against the budget; the books are checked.
TEST_P(MainJob, ComputesVerifiesAndPays) {
  Network network{open()};
  const auto echo = network.upload("echo");
  constexpr int kTasks = 24;
  std::vector<std::pair<TaskId, std::string>> tasks;
  for (int i = 0; i < kTasks; ++i) {
    const std::string input = "input number " + std::to_string(i);
    tasks.emplace_back(network.submit(echo, input), input);
  }
  std::vector<Worker> workers;
  for (const char* name : {"a", "b", "c"}) workers.push_back(must(Worker::start(network.worker_options(name, 2))));

  for (const auto& [task, input] : tasks) {
    const auto result = network.result(task, echo, input);
    EXPECT_EQ(as_text(result.output), input);
    EXPECT_EQ(result.status, TaskState::completed);
    EXPECT_EQ(result.outcome, OutcomeKind::completed);
  }
  for (auto& worker : workers) worker.stop();
  std::uint64_t completed = 0;
  Amount earned;
  for (const auto& worker : workers) {
    completed += worker.stats().completed;
    earned.nano += worker.stats().earned.nano;
  }
  EXPECT_EQ(completed, std::uint64_t{kTasks});
  EXPECT_EQ(earned.nano, kTasks * reward_of(Network::kBudget).nano);
  std::int64_t held = 0;
  for (const char* name : {"a", "b", "c"}) held += network.balance_of(name).nano;
  EXPECT_EQ(held, earned.nano);
  EXPECT_EQ(network.balance_of("requester").nano, Network::kMoney.nano - kTasks * Network::kBudget.nano);
  must(network.coordinator->check_ledger());
}

// Goal:   a worker runs each module by the convention of its task, whatever it ran before.
// Method: one worker; tasks of a WASI program and of a reactor that reverses its input, by turns, so that each is found in its
// cache.
TEST_P(MainJob, RunsByTheConventionOfTheTask) {
  Network network{open()};
  const auto echo = network.upload("echo");
  const auto reactor = network.upload("reactor_echo");
  auto worker = must(Worker::start(network.worker_options("a")));
  for (int round = 0; round < 2; ++round) {
    const auto plain = network.submit(echo, "abc");
    const auto reversed = network.submit(reactor, "abc", {}, GuestConvention::reactor);
    EXPECT_EQ(as_text(network.result(plain, echo, "abc").output), "abc");
    EXPECT_EQ(as_text(network.result(reversed, reactor, "abc", GuestConvention::reactor).output), "cba");
    EXPECT_EQ(must(network.requester->task(reversed, kPatient)).convention, GuestConvention::reactor);
  }
  worker.stop();
  EXPECT_EQ(worker.stats().completed, 4u);
  must(network.coordinator->check_ledger());
}

// Goal:   a requester that brings JavaScript and JSON gets JSON back, computed by a worker that knows nothing of scripts, and need
// not
//         believe the coordinator in what was run.
// Method: a sum, a script that fails, and one that is repeated by another worker: the same bytes; receipts are held against the
//         engine and the frame that the requester makes itself.
TEST_P(MainJob, RunsScripts) {
  if (wasm::javascript_engine().empty()) GTEST_SKIP() << "built without a JavaScript engine";
  Network network{open()};
  auto worker = must(Worker::start(network.worker_options("a")));
  const Digest engine = sha256(wasm::javascript_engine());
  const auto run = [&](std::string script, std::string_view input) {
    TaskRequest request;
    request.script = script;
    request.input = Bytes(input.begin(), input.end());
    request.budget = Network::kBudget;
    const auto created = must(network.requester->create_task(request, kPatient));
    EXPECT_EQ(created.module_sha256, engine);
    return network.result(created.task_id, engine, as_text(must(wasm::javascript_input(script, input))));
  };
  const auto sum = run("({ sum: input.reduce((a, b) => a + b, 0), random: Math.random(), at: Date.now() })", "[1, 2, 3.25]");
  EXPECT_EQ(sum.outcome, OutcomeKind::completed);
  EXPECT_TRUE(as_text(sum.output).starts_with(R"({"sum":6.25,)")) << as_text(sum.output);
  const auto thrown = run("throw new Error(input)", R"("no")");
  EXPECT_EQ(thrown.status, TaskState::completed);
  EXPECT_EQ(thrown.outcome, OutcomeKind::exited);
  worker.stop();
  auto other = must(Worker::start(network.worker_options("b")));
  EXPECT_EQ(run("({ sum: input.reduce((a, b) => a + b, 0), random: Math.random(), at: Date.now() })", "[1, 2, 3.25]").output,
            sum.output);
  other.stop();
  must(network.coordinator->check_ledger());
}

// Goal:   a worker proves its work in the best version that it knows, and one that knows only the platform's is served as well.
// Method: a worker as it is by default, then one without version 2; the coordinator's log says what each claim was granted for.
TEST_P(MainJob, ProvesInEitherVersion) {
  const auto store = open();
  Network network{store};
  const auto echo = network.upload("echo");
  const std::tuple<std::string, std::vector<pow::Version>, unsigned> rows[] = {{"a", ClientOptions{}.pow_versions, 2},
                                                                               {"b", {pow::Version::v1}, 1}};
  for (const auto& [name, versions, expected] : rows) {
    auto options = network.worker_options(name);
    options.client.pow_versions = versions;
    auto worker = must(Worker::start(std::move(options)));
    network.result(network.submit(echo, name), echo, name);
    worker.stop();
    std::vector<std::pair<store::PowAuditOutcome, unsigned>> steps;
    must(store->read([&, wallet = must(WalletId::parse("wallet-" + name))](store::Transaction& records) -> Result<void> {
      auto entries = records.pow_audit(wallet, 100);
      if (!entries) return entries.error();
      steps.clear();
      for (const auto& entry : *entries) steps.emplace_back(entry.outcome, entry.version);
      return {};
    }));
    using enum store::PowAuditOutcome;
    EXPECT_EQ(steps, (std::vector<std::pair<store::PowAuditOutcome, unsigned>>{{verified, expected}, {issued, expected}}));
  }
}

// Goal:   a worker that stops in the middle loses nothing, and what it held is open again at once, at no cost of a retry.
// Method: it holds a task that never ends, under a lease of an hour, so that only giving back can reopen it; a second worker then
//         does the ones that are left.
TEST_P(MainJob, StoppedWorkerGivesItsTasksBack) {
  Network network{open(), [](CoordinatorOptions& options) { options.lease_time = std::chrono::hours{1}; }};
  RunLimits endless;
  endless.fuel = kFuelMax;
  endless.wall_time = kWallTimeMax;
  const auto loop = network.submit(network.upload("loop_forever"), {}, endless);
  auto first = must(Worker::start(network.worker_options("a", 2)));
  ASSERT_TRUE(eventually([&] { return network.state_of(loop) == TaskState::assigned; }));
  const auto echo = network.upload("echo");
  std::vector<TaskId> tasks;
  for (int i = 0; i < 12; ++i) tasks.push_back(network.submit(echo, "x"));
  ASSERT_TRUE(eventually([&] { return first.stats().completed >= 3; }));
  first.stop();

  const auto view = must(network.requester->task(loop, kPatient));
  EXPECT_EQ(view.status, TaskState::pending);
  EXPECT_EQ(view.failures, 0u);
  must(network.requester->cancel_task(loop, kPatient));

  auto second = must(Worker::start(network.worker_options("b", 2)));
  for (const auto& task : tasks) EXPECT_EQ(network.result(task, echo, "x").output.size(), 1u);
  second.stop();
  EXPECT_EQ(first.stats().completed + second.stats().completed, tasks.size());
  EXPECT_EQ(network.balance_of("requester").nano, Network::kMoney.nano - 12 * Network::kBudget.nano);
  must(network.coordinator->check_ledger());
}

// Goal:   a coordinator that goes away and comes back finds its workers and requesters waiting.
// Method: it is stopped, which the worker reports, and started again at the same address over the same store.
TEST_P(MainJob, OutlivesARestartOfTheCoordinator) {
  Network network{open()};
  const auto echo = network.upload("echo");
  std::atomic<int> lost = 0;
  std::atomic<int> restored = 0;
  auto options = network.worker_options("a");
  options.on_event = [&](const WorkerEvent& event) {
    if (event.kind == WorkerEvent::Kind::connection_lost) ++lost;
    if (event.kind == WorkerEvent::Kind::connection_restored) ++restored;
  };
  auto worker = must(Worker::start(std::move(options)));
  const auto before = network.submit(echo, "before");
  network.result(before, echo, "before");
  network.coordinator->stop();
  ASSERT_TRUE(eventually([&] { return lost == 1; }));
  network.restart();
  const auto after = network.submit(echo, "after");
  network.result(after, echo, "after");
  EXPECT_EQ(restored, 1);
  worker.stop();
  must(network.coordinator->check_ledger());
}

class Guests : public WithEngine<::testing::Test> {
 protected:
  Network network{store::open_memory()};

  protocol::TaskResult run(const std::string& name, std::string_view input, const RunLimits& limits) {
    const auto module = network.upload(name);
    const auto task = network.submit(module, input, limits);
    auto worker = must(Worker::start(network.worker_options("a")));
    return network.result(task, module, input);
  }

  std::string end_without_result(const std::string& name, const RunLimits& limits) {
    const auto task = network.submit(network.upload(name), {}, limits);
    auto worker = must(Worker::start(network.worker_options("a")));
    const auto result = network.requester->wait_result(task, kPatient);
    EXPECT_FALSE(result);
    return result ? "a result" : result.error().reason;
  }
};

// Goal:   what a guest does to itself is its outcome: signed, verifiable, paid, and final, whatever it did.
// Method: one guest per outcome that every honest worker sees alike; the worker goes on after each.
TEST_F(Guests, FailuresAreOutcomes) {
  const auto trapped = run("trap_unreachable", {}, {});
  EXPECT_EQ(trapped.outcome, OutcomeKind::trapped);
  EXPECT_EQ(trapped.status, TaskState::failed);
  EXPECT_TRUE(trapped.output.empty());

  RunLimits little_fuel;
  little_fuel.fuel = 100'000;
  EXPECT_EQ(run("loop_forever", {}, little_fuel).outcome, OutcomeKind::fuel_exhausted);

  RunLimits little_memory;
  little_memory.memory_bytes_max = 1u << 20;
  EXPECT_EQ(run("grow_then_trap", {}, little_memory).outcome, OutcomeKind::memory_limit);

  EXPECT_EQ(run("recurse", {}, {}).outcome, OutcomeKind::trapped);

  RunLimits little_output;
  little_output.output_bytes_max = 64u << 10;
  EXPECT_EQ(run("flood_output", {}, little_output).outcome, OutcomeKind::output_limit);

  const auto exited = run("exit_from_input", std::string_view("\x07\0\0\0", 4), {});
  EXPECT_EQ(exited.outcome, OutcomeKind::exited);
  EXPECT_EQ(exited.exit_code, 7);
  EXPECT_EQ(as_text(exited.output), "bye");
  EXPECT_EQ(exited.status, TaskState::completed);

  EXPECT_EQ(network.balance_of("a").nano, 6 * reward_of(Network::kBudget).nano);
  must(network.coordinator->check_ledger());
}

// Goal:   what depends on the machine or the moment is never paid as a result: it is tried again, and ends in dead_letter.
// Method: a guest that runs out of wall time, under a policy of short delays.
TEST_F(Guests, OutcomesOfTheMomentAreRetriedAndThenBuried) {
  RunLimits little_time;
  little_time.fuel = kFuelMax;
  little_time.wall_time = milliseconds{50};
  EXPECT_EQ(end_without_result("loop_forever", little_time), "dead_letter");
  EXPECT_EQ(network.balance_of("a").nano, 0);
  must(network.coordinator->check_ledger());
}

class Leases : public WithEngine<::testing::Test> {};

// Goal:   a lease lasts as long as its worker works, not as long as its time.
// Method: a run of several lease times, measured by fuel; it stays one attempt.
TEST_F(Leases, OutlastTheirTimeByHeartbeats) {
  Network network{store::open_memory(), [](CoordinatorOptions& options) { options.lease_time = milliseconds{1'000}; }};
  RunLimits limits;
  limits.fuel = kFuelMax;
  limits.wall_time = kWallTimeMax;
  const auto task = network.submit(network.upload("loop_forever"), {}, limits);
  auto worker = must(Worker::start(network.worker_options("a")));
  ASSERT_TRUE(eventually([&] { return network.state_of(task) == TaskState::assigned; }));
  const auto first_end = must(network.requester->task(task, kPatient)).timeout_at.value();
  ASSERT_TRUE(eventually([&] {
    const auto view = must(network.requester->task(task, kPatient));
    return view.timeout_at && *view.timeout_at > first_end + milliseconds{3'000};
  }));
  const auto view = must(network.requester->task(task, kPatient));
  EXPECT_EQ(view.status, TaskState::assigned);
  EXPECT_EQ(view.attempt, 1u);
}

// Goal:   a run whose lease is lost is not run to its end for nothing, and the task is done by whoever claims it next.
// Method: the coordinator is away for longer than the lease; when it is back, the same worker gets the task as a second attempt.
TEST_F(Leases, LossInterruptsTheRun) {
  Network network{store::open_memory(), [](CoordinatorOptions& options) { options.lease_time = milliseconds{1'000}; }};
  RunLimits limits;
  limits.fuel = kFuelMax;
  limits.wall_time = kWallTimeMax;
  const auto task = network.submit(network.upload("loop_forever"), {}, limits);
  auto worker = must(Worker::start(network.worker_options("a")));
  ASSERT_TRUE(eventually([&] { return worker.stats().claimed == 1; }));
  network.coordinator->stop();
  ASSERT_TRUE(eventually([&] { return worker.stats().attempts_failed == 1; }));
  network.restart();
  ASSERT_TRUE(eventually([&] { return worker.stats().claimed == 2; }));
  EXPECT_EQ(must(network.requester->task(task, kPatient)).attempt, 2u);
}

class WorkerControl : public WithEngine<::testing::Test> {};

// Goal:   a paused worker takes nothing, says that nothing is under way, and does it all after resume.
// Method: paused before there is work; the count of claims is read after the tasks have long been open to it.
TEST_F(WorkerControl, PauseDrainResume) {
  Network network{store::open_memory()};
  const auto echo = network.upload("echo");
  auto worker = must(Worker::start(network.worker_options("a", 2)));
  must(worker.drain(kPatient));
  std::vector<TaskId> tasks;
  for (int i = 0; i < 6; ++i) tasks.push_back(network.submit(echo, "x"));
  must(worker.drain(kPatient));
  EXPECT_EQ(worker.stats().claimed, 0u);
  worker.resume();
  for (const auto& task : tasks) network.result(task, echo, "x");
  must(worker.drain(kPatient));
  EXPECT_EQ(worker.stats().claimed, worker.stats().completed);
}

// Goal:   drain lets what is under way end, and its wait can be cut short.
// Method: a run without end holds it up, by deadline and by stop request; it ends when the requester's limit on wall time does.
TEST_F(WorkerControl, DrainWaitsForRunsUnderWay) {
  Network network{store::open_memory()};
  RunLimits limits;
  limits.fuel = kFuelMax;
  limits.wall_time = milliseconds{3'000};
  const auto task = network.submit(network.upload("loop_forever"), {}, limits);
  auto worker = must(Worker::start(network.worker_options("a")));
  ASSERT_TRUE(eventually([&] { return worker.stats().claimed == 1; }));
  const auto late = worker.drain({milliseconds{1}, {}});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::deadline_exceeded);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(worker.drain({milliseconds{60'000}, stop.get_token()}).error().code, ErrorCode::cancelled);
  must(worker.drain(kPatient));
  EXPECT_EQ(worker.stats().attempts_failed, 1u);
}

// Goal:   a worker ends although nobody answers it any more, with a guest running and a result on its way.
// Method: the coordinator is stopped under it, then the worker is destroyed; hanging shows as this test's own timeout.
TEST_F(WorkerControl, EndsWhileTheCoordinatorIsGone) {
  Network network{store::open_memory()};
  RunLimits limits;
  limits.fuel = kFuelMax;
  limits.wall_time = kWallTimeMax;
  network.submit(network.upload("loop_forever"), {}, limits);
  const auto echo = network.upload("echo");
  for (int i = 0; i < 20; ++i) network.submit(echo, "x");
  {
    const auto worker = must(Worker::start(network.worker_options("a", 3)));
    ASSERT_TRUE(eventually([&] { return worker.stats().claimed >= 2; }));
    network.coordinator->stop();
  }
  SUCCEED();
}

// Goal:   the user's callback may do what it likes: stop the worker, destroy it, throw, or not return.
// Method: one worker each; the last one's callback is let go only after the worker is destroyed.
TEST_F(WorkerControl, CallbacksCannotHoldItUp) {
  Network network{store::open_memory()};
  const auto echo = network.upload("echo");
  for (int i = 0; i < 8; ++i) network.submit(echo, "x");
  {
    std::atomic<Worker*> self = nullptr;
    std::atomic<bool> stopped = false;
    auto options = network.worker_options("a", 2);
    options.on_event = [&](const WorkerEvent&) {
      while (!self) std::this_thread::yield();
      self.load()->stop();
      stopped = true;
    };
    auto worker = must(Worker::start(std::move(options)));
    self = &worker;
    EXPECT_TRUE(eventually([&] { return stopped.load(); }));
  }
  {
    struct Owner {
      std::optional<Worker> worker;
      std::atomic<bool> is_set = false;
      std::atomic<int> destroyed = 0;
    };
    const auto owner = std::make_shared<Owner>();
    auto options = network.worker_options("d", 2);
    options.on_event = [owner](const WorkerEvent&) {
      while (!owner->is_set) std::this_thread::yield();
      owner->worker.reset();
      ++owner->destroyed;
    };
    owner->worker = must(Worker::start(std::move(options)));
    owner->is_set = true;
    EXPECT_TRUE(eventually([&] { return owner->destroyed > 0; }));
    // No callback begins once the worker is gone, and the one that was under way has returned.
    EXPECT_EQ(owner->destroyed, 1);
  }
  {
    std::atomic<int> logged = 0;
    auto options = network.worker_options("b", 2);
    options.on_event = [](const WorkerEvent&) { throw std::runtime_error("no"); };
    options.log = [&](LogLevel level, std::string_view) {
      if (level == LogLevel::error) ++logged;
    };
    const auto worker = must(Worker::start(std::move(options)));
    EXPECT_TRUE(eventually([&] { return worker.stats().completed >= 2 && logged >= 2; }));
  }
  struct Shared {
    std::atomic<bool> inside = false;
    std::atomic<bool> let_go = false;
    std::atomic<bool> left = false;
  };
  const auto shared = std::make_shared<Shared>();
  {
    network.submit(echo, "x");
    auto options = network.worker_options("c", 2);
    options.on_event = [shared](const WorkerEvent&) {
      shared->inside = true;
      while (!shared->let_go) std::this_thread::yield();
      shared->left = true;
    };
    const auto worker = must(Worker::start(std::move(options)));
    EXPECT_TRUE(eventually([&] { return shared->inside.load(); }));
  }
  EXPECT_FALSE(shared->left);
  shared->let_go = true;
  EXPECT_TRUE(eventually([&] { return shared->left.load(); }));
}

class Requester : public WithEngine<::testing::Test> {};

// Goal:   another thread can end a requester's wait, and the task goes on.
// Method: nobody works, so that only the stop request can end the wait; then a worker comes.
TEST_F(Requester, WaitIsCancelledFromAnotherThread) {
  Network network{store::open_memory()};
  const auto echo = network.upload("echo");
  const auto task = network.submit(echo, "x");
  std::stop_source stop;
  std::thread stopper{[&] {
    std::this_thread::sleep_for(milliseconds{50});
    stop.request_stop();
  }};
  const auto cancelled = network.requester->wait_result(task, {std::chrono::hours{1}, stop.get_token()});
  stopper.join();
  ASSERT_FALSE(cancelled);
  EXPECT_EQ(cancelled.error().code, ErrorCode::cancelled);
  const auto worker = must(Worker::start(network.worker_options("a")));
  network.result(task, echo, "x");
}

// Goal:   a coordinator that changes a worker's result is found out.
// Method: a real result, with each part that matters changed in turn.
TEST_F(Requester, TamperedResultsAreFoundOut) {
  Network network{store::open_memory()};
  const auto echo = network.upload("echo");
  const auto task = network.submit(echo, "honest");
  const auto worker = must(Worker::start(network.worker_options("a")));
  const auto honest = network.result(task, echo, "honest");
  const auto input = sha256(as_bytes("honest"));
  const auto refused = [&](const protocol::TaskResult& result) {
    const auto verified = verify_result(result, echo, input);
    return !verified && verified.error().reason == "receipt_invalid";
  };
  auto other_output = honest;
  other_output.output = {'l', 'i', 'e'};
  other_output.output_sha256 = sha256(other_output.output);
  EXPECT_TRUE(refused(other_output));
  auto other_worker = honest;
  other_worker.worker_wallet = must(WalletId::parse("wallet-thief"));
  EXPECT_TRUE(refused(other_worker));
  auto other_key = honest;
  other_key.worker_public_key = SigningKey::generate().public_key();
  EXPECT_TRUE(refused(other_key));
  auto other_receipt = honest;
  other_receipt.receipt[other_receipt.receipt.size() / 2] ^= 1;
  EXPECT_TRUE(refused(other_receipt));
}

// Goal:   a wait for a task that its requester cancels ends with that.
// Method: cancelled while nobody works; the money is back.
TEST(RequesterAlone, CancelledTasksAreRefunded) {
  Network network{store::open_memory()};
  const auto task = network.submit(network.upload("echo"), "x");
  must(network.requester->cancel_task(task, kPatient));
  must(network.requester->cancel_task(task, kPatient));
  const auto result = network.requester->wait_result(task, kPatient);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().reason, "cancelled");
  EXPECT_EQ(network.balance_of("requester"), Network::kMoney);
  must(network.coordinator->check_ledger());
}

}  // namespace
}  // namespace gstd::test

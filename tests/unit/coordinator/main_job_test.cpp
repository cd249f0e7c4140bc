#include "support/lab.hpp"
#include "support/stores.hpp"

namespace gstd::test {
namespace {

class MainJob : public testing::TestWithParam<std::string> {
 protected:
  TempDir folder = TempDir::without_disk();
  Lab lab{LabOptions{open_store(GetParam(), folder), 8, {}, 1}};
};

// Goal:   a task goes from its creation to a verified, paid result.
// Method: every step by a signed HTTP request, with a real proof of work of 8 bits; then what each side can read of it.
TEST_P(MainJob, CreatesClaimsCompletesAndPays) {
  const Party requester = lab.requester();
  const Party worker = lab.worker();
  const auto created = must(lab.post<protocol::TaskCreated>(requester, "/tasks/create", lab.order("the input")));
  EXPECT_EQ(created.status, TaskState::pending);
  EXPECT_EQ(created.amount, gstd(1));
  EXPECT_EQ(created.reward_gstd, (Amount{950'000'000}));
  EXPECT_EQ(created.payment_memo, "TASK-" + created.task_id.str());

  const auto shown = must(lab.get<protocol::QueueItem>(worker, "/orchestrator/next-task?wallet=" + worker.wallet.str()));
  EXPECT_EQ(shown.task_id, created.task_id);
  EXPECT_EQ(shown.pow_difficulty, 8u);
  EXPECT_EQ(shown.module_sha256, lab.module);

  const auto claim = must(lab.take(worker, shown.task_id));
  EXPECT_TRUE(claim.claimed);
  EXPECT_EQ(claim.attempt, 1u);
  EXPECT_EQ(as_text(claim.input), "the input");
  EXPECT_EQ(claim.input_sha256, sha256(as_bytes("the input")));
  EXPECT_EQ(claim.lease_expires_at, lab.clock.now() + std::chrono::seconds{30});
  EXPECT_EQ(must(lab.task(requester, claim.task_id)).status, TaskState::assigned);

  const auto completed = must(lab.complete(worker, Lab::completion_of(worker, claim, "the output")));
  EXPECT_EQ(completed.status, TaskState::completed);
  EXPECT_EQ(completed.reward_gstd, (Amount{950'000'000}));

  const auto result = must(lab.result(requester, claim.task_id));
  EXPECT_EQ(as_text(result.output), "the output");
  EXPECT_EQ(result.worker_public_key, worker.key.public_key());
  EXPECT_TRUE(verify_receipt(result.receipt, result.worker_public_key, result.signature));
  EXPECT_EQ(must(decode_receipt(result.receipt)).output, sha256(as_bytes("the output")));
  EXPECT_EQ(must(lab.task(requester, claim.task_id)).outcome, OutcomeKind::completed);

  EXPECT_EQ(lab.balance(requester), gstd(9));
  EXPECT_EQ(lab.balance(worker), (Amount{950'000'000}));
  must(lab.coordinator->check_ledger());
}

// Goal:   the requester can follow the task, and what it reads agrees with the lifecycle.
// Method: all events of one task, in order, with growing sequence numbers.
TEST_P(MainJob, TellsEveryStepAsAnEvent) {
  const Party requester = lab.requester();
  const Party worker = lab.worker();
  const TaskId id = lab.create(requester);
  const auto claim = must(lab.take(worker, id));
  must(lab.complete(worker, Lab::completion_of(worker, claim)));
  const auto page = must(lab.get<protocol::EventPage>(requester, "/events?since=0"));
  std::vector<TaskEvent> events;
  std::uint64_t before = 0;
  for (const auto& event : page.events) {
    EXPECT_EQ(event.task_id, id);
    EXPECT_GT(event.sequence, before);
    before = event.sequence;
    events.push_back(event.event);
  }
  EXPECT_EQ(events, (std::vector{TaskEvent::fund, TaskEvent::assign, TaskEvent::submit, TaskEvent::accept, TaskEvent::settle}));
  EXPECT_EQ(page.next, before);
  EXPECT_TRUE(must(lab.get<protocol::EventPage>(worker, "/events?since=0")).events.empty());
}

// Goal:   a create whose answer was lost may be sent again; a key that is used for something else is refused.
// Method: the same body twice, another body, the same key of another wallet, keys out of bounds.
TEST_P(MainJob, CreatesOncePerIdempotencyKey) {
  const Party requester = lab.requester();
  const Party other = lab.requester("other");
  const auto create = [&](const Party& by, std::string key, std::string_view input) {
    return lab.send(
        {"POST", "/tasks/create", protocol::write(lab.order(input)), &by, {{"Idempotency-Key", std::move(key)}}, {}, {}});
  };
  const net::Response first = create(requester, "key-1", "a");
  ASSERT_EQ(first.status, 200) << first.body;
  EXPECT_EQ(create(requester, "key-1", "a").body, first.body);
  EXPECT_EQ(lab.balance(requester), gstd(9));
  const Error mismatch = Lab::error_of(create(requester, "key-1", "b"));
  EXPECT_EQ(mismatch.code, ErrorCode::failed_precondition);
  EXPECT_EQ(mismatch.reason, "idempotency_mismatch");
  const net::Response others = create(other, "key-1", "a");
  EXPECT_EQ(others.status, 200);
  EXPECT_NE(others.body, first.body);
  EXPECT_EQ(Lab::error_of(create(requester, std::string(129, 'k'), "a")).reason, "idempotency_key");
  EXPECT_EQ(Lab::error_of(create(requester, "white space", "a")).reason, "idempotency_key");
  must(lab.coordinator->check_ledger());
}

// Goal:   a completion whose answer was lost may be sent again; the attempt's first result counts.
// Method: the same receipt twice, another receipt for the same attempt, the same attempt by another worker.
TEST_P(MainJob, CompletesOncePerAttempt) {
  const Party requester = lab.requester();
  const Party worker = lab.worker();
  const Party thief = lab.worker("thief");
  const auto claim = must(lab.take(worker, lab.create(requester)));
  const auto completion = Lab::completion_of(worker, claim, "first");
  const auto completed = must(lab.complete(worker, completion));
  const auto again = must(lab.complete(worker, completion));
  EXPECT_EQ(protocol::write(again), protocol::write(completed));
  EXPECT_TRUE(refused(lab.complete(worker, Lab::completion_of(worker, claim, "second")), ErrorCode::failed_precondition,
                      "already_submitted"));
  EXPECT_TRUE(refused(lab.complete(thief, Lab::completion_of(thief, claim, "first")), ErrorCode::aborted, "lease_stale"));
  EXPECT_EQ(as_text(must(lab.result(requester, claim.task_id)).output), "first");
  EXPECT_EQ(lab.balance(worker), (Amount{950'000'000}));
  must(lab.coordinator->check_ledger());
}

// Goal:   a guest that fails in the same way everywhere ends its task, and the work is paid.
// Method: a trapped run is handed in like a result.
TEST_P(MainJob, PaysForAGuestsOwnFailure) {
  const Party requester = lab.requester();
  const Party worker = lab.worker();
  const auto claim = must(lab.take(worker, lab.create(requester)));
  const auto completed = must(lab.complete(worker, Lab::completion_of(worker, claim, "", OutcomeKind::trapped)));
  EXPECT_EQ(completed.status, TaskState::failed);
  EXPECT_EQ(must(lab.result(requester, claim.task_id)).outcome, OutcomeKind::trapped);
  EXPECT_EQ(lab.balance(worker), (Amount{950'000'000}));
  EXPECT_EQ(must(lab.get<protocol::ClientStats>(requester, "/client/stats")).failed_tasks, 1u);
  must(lab.coordinator->check_ledger());
}

// Goal:   of many workers that claim one task at once, one gets it, and the others hear that they lost.
// Method: 16 threads, each with a wallet and a live proof of its own, send their claims together.
TEST_P(MainJob, ClaimRaceHasOneWinner) {
  constexpr int kRacers = 16;
  const Party requester = lab.requester();
  const TaskId id = lab.create(requester);
  std::vector<Party> racers;
  std::vector<std::string> nonces;
  for (int i = 0; i < kRacers; ++i) {
    racers.push_back(lab.worker("racer" + std::to_string(i)));
    nonces.push_back(lab.solve(must(lab.challenge(racers.back(), id))));
  }
  std::atomic<int> won{0};
  std::atomic<int> lost{0};
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < racers.size(); ++i)
    threads.emplace_back([&, i] {
      auto claim = lab.claim(racers[i], id, nonces[i]);
      if (claim)
        ++won;
      else if (claim.error().code == ErrorCode::aborted && claim.error().reason == "claim_lost")
        ++lost;
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(won, 1);
  EXPECT_EQ(lost, kRacers - 1);
  EXPECT_EQ(must(lab.task(requester, id)).attempt, 1u);
}

// Goal:   one challenge buys one claim, also where it has many good answers that come at once.
// Method: 16 threads of one worker, each with a good nonce and a device of its own.
TEST_P(MainJob, ProofRaceHasOneWinner) {
  constexpr std::size_t kRacers = 16;
  const Party requester = lab.requester();
  const TaskId id = lab.create(requester);
  const Party worker = lab.worker();
  const auto challenge = must(lab.challenge(worker, id));
  std::vector<DeviceId> devices;
  std::vector<std::string> nonces;
  for (std::size_t i = 0; i < kRacers; ++i) {
    nonces.push_back(lab.solve(challenge, true, i == 0 ? 0 : std::stoull(nonces.back()) + 1));
    devices.push_back(must(DeviceId::parse("racer-" + std::to_string(i))));
    must(lab.post<protocol::Message>(worker, "/devices/register",
                                     protocol::RegisterDevice{devices.back(), worker.wallet, "desktop", worker.key.public_key()}));
  }
  std::atomic<int> won{0};
  std::atomic<int> lost{0};
  std::atomic<std::size_t> winner{kRacers};
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < kRacers; ++i)
    threads.emplace_back([&, i] {
      auto claim = lab.post<protocol::Claim>(worker, "/orchestrator/claim",
                                             protocol::ClaimRequest{id, worker.wallet, devices[i], nonces[i]});
      if (claim) {
        ++won;
        winner = i;
      } else if (claim.error().reason == "claim_lost") {
        ++lost;
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(won, 1);
  EXPECT_EQ(lost, static_cast<int>(kRacers) - 1);
  const auto status =
      must(lab.get<protocol::PowStatus>(worker, "/pow/status?task_id=" + id.str() + "&wallet=" + worker.wallet.str()));
  EXPECT_EQ(status.nonce, nonces.at(winner));
  EXPECT_EQ(must(lab.task(requester, id)).assigned_device, devices.at(winner));
}

INSTANTIATE_TEST_SUITE_P(Stores, MainJob, testing::Values("memory", "sqlite"),
                         [](const auto& param_info) { return param_info.param; });

// Goal:   a coordinator that is started again on the same file goes on where the last one stopped.
// Method: a task is claimed under the first and completed under the second; another waits pending in between.
TEST(Restart, ContinuesOnTheSameFile) {
  TempDir folder = TempDir::without_disk();
  const Party requester("requester");
  const Party worker("worker");
  std::optional<protocol::Claim> claim;
  std::optional<TaskId> waiting;
  Digest module;
  {
    Lab lab{LabOptions{open_store("sqlite", folder), 0, {}, 1}};
    lab.requester();
    lab.worker();
    module = lab.module;
    claim = must(lab.take(worker, lab.create(requester)));
    waiting = lab.create(requester, "more");
  }
  Lab lab{LabOptions{open_store("sqlite", folder), 0, {}, 2}};
  EXPECT_EQ(must(lab.complete(worker, Lab::completion_of(worker, *claim))).status, TaskState::completed);
  EXPECT_EQ(must(lab.get<protocol::QueueItem>(worker, "/orchestrator/next-task")).task_id, *waiting);
  EXPECT_EQ(must(lab.get<protocol::ModuleMetadata>(worker, "/wasm/" + module.hex() + "/metadata")).sha256, module);
  EXPECT_EQ(lab.balance(requester), gstd(8));
  must(lab.coordinator->check_ledger());
}

}  // namespace
}  // namespace gstd::test

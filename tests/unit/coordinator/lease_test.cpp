#include "support/lab.hpp"

#include <algorithm>
#include <latch>

namespace gstd::test {
namespace {

constexpr std::chrono::seconds kLease{30};

// A store that can hold two writers until both have come, so that each has read what was before the other.
class MeetingStore final : public store::Store {
 public:
  std::atomic<bool> writers_meet{false};

  Result<void> write(const Work& work) override {
    if (writers_meet && writers_++ < 2) both_.arrive_and_wait();
    return inner_->write(work);
  }
  Result<void> read(const Work& work) override { return inner_->read(work); }

 private:
  const std::shared_ptr<store::Store> inner_ = store::open_memory();
  std::atomic<int> writers_{0};
  std::latch both_{2};
};

class Leases : public testing::Test {
 protected:
  std::size_t count(const Party& by, TaskEvent event) {
    std::size_t found = 0;
    for (const auto& entry : must(lab.get<protocol::EventPage>(by, "/events?since=0")).events) found += entry.event == event;
    return found;
  }

  Lab lab;
  const Party requester = lab.requester();
  const Party worker = lab.worker();
};

// Goal:   a claim whose answer was lost is granted again when it is repeated, to its own worker, for as long as its lease lasts.
// Method: the same proof comes twice, then another one of the same worker, then another worker's, then the first after the end.
TEST_F(Leases, RepeatedClaimGetsTheSameLease) {
  const TaskId id = lab.create(requester);
  const std::string nonce = lab.solve(must(lab.challenge(worker, id)));
  const auto first = must(lab.claim(worker, id, nonce));
  const auto again = must(lab.claim(worker, id, nonce));
  EXPECT_EQ(again.attempt, 1u);
  EXPECT_EQ(again.lease_expires_at, first.lease_expires_at);
  EXPECT_EQ(again.input, first.input);
  EXPECT_EQ(count(requester, TaskEvent::assign), 1u);

  const Party second = lab.worker("second");
  EXPECT_TRUE(refused(lab.claim(worker, id, nonce + "0"), ErrorCode::aborted, "claim_lost"));
  EXPECT_TRUE(refused(lab.claim(second, id, nonce), ErrorCode::aborted, "claim_lost"));
  must(lab.complete(worker, Lab::completion_of(worker, again)));
  EXPECT_TRUE(refused(lab.claim(worker, id, nonce), ErrorCode::aborted, "claim_lost"));
}

// Goal:   a claim that is repeated while its first copy is still under way is granted as often, and assigns the task once.
// Method: the same proof comes twice at once, over a store that lets neither write before both have read.
TEST_F(Leases, RepeatedClaimsThatRaceGetTheSameLease) {
  const auto store = std::make_shared<MeetingStore>();
  Lab racing{LabOptions{store, 8, {}, 1}};
  const Party buyer = racing.requester();
  const Party seller = racing.worker();
  const TaskId id = racing.create(buyer);
  const std::string nonce = racing.solve(must(racing.challenge(seller, id)));
  store->writers_meet = true;
  std::optional<Result<protocol::Claim>> other;
  std::thread thread([&] { other = racing.claim(seller, id, nonce); });
  const auto claim = racing.claim(seller, id, nonce);
  thread.join();
  EXPECT_EQ(protocol::write(must(claim)), protocol::write(must(*other)));
  EXPECT_EQ(must(claim).attempt, 1u);
  const auto events = must(racing.get<protocol::EventPage>(buyer, "/events?since=0")).events;
  EXPECT_EQ(std::ranges::count_if(events, [](const auto& entry) { return entry.event == TaskEvent::assign; }), 1);
  must(racing.complete(seller, Lab::completion_of(seller, must(claim))));
}

// Goal:   a silent worker's task is handed back once, and whoever comes late is told so.
// Method: the clock moves past the lease; the task opens again with one event; the late result is aborted, the next worker's
//         counts.
TEST_F(Leases, ExpiryHandsTheTaskBackOnce) {
  const TaskId id = lab.create(requester);
  const auto late = must(lab.take(worker, id));
  lab.clock.advance(kLease);
  EXPECT_EQ(lab.wait_for(requester, id, TaskState::pending), TaskState::pending);
  EXPECT_EQ(count(requester, TaskEvent::expire), 1u);
  EXPECT_TRUE(refused(lab.complete(worker, Lab::completion_of(worker, late)), ErrorCode::aborted, "lease_stale"));
  EXPECT_TRUE(refused(lab.fail(worker, late, "late"), ErrorCode::aborted, "lease_stale"));

  const Party second = lab.worker("second");
  const auto claim = must(lab.take(second, id));
  EXPECT_EQ(claim.attempt, 2u);
  EXPECT_TRUE(refused(lab.complete(worker, Lab::completion_of(worker, late)), ErrorCode::aborted, "lease_stale"));
  must(lab.complete(second, Lab::completion_of(second, claim)));
  EXPECT_EQ(lab.balance(second), (Amount{950'000'000}));
  EXPECT_EQ(lab.balance(worker), (Amount{0}));
  EXPECT_EQ(count(requester, TaskEvent::expire), 1u);
  must(lab.coordinator->check_ledger());
}

// Goal:   a lease has run out at its end, whether or not anybody has noticed yet.
// Method: the result comes at the very end. Whether the coordinator's own thread has looked by then is chance; the answer is the
//         same.
TEST_F(Leases, LateResultIsRefusedBeforeTheExpiryIsNoticed) {
  const auto claim = must(lab.take(worker, lab.create(requester)));
  lab.clock.advance(kLease);
  EXPECT_TRUE(refused(lab.complete(worker, Lab::completion_of(worker, claim)), ErrorCode::aborted, "lease_stale"));
  EXPECT_TRUE(refused(lab.post<protocol::LeaseView>(worker, "/orchestrator/heartbeat",
                                                    protocol::Heartbeat{claim.task_id, worker.device, claim.attempt}),
                      ErrorCode::aborted, "lease_stale"));
}

// Goal:   heartbeats keep a task for as long as its worker lives.
// Method: four heartbeats at two thirds of the lease each; then the result is taken.
TEST_F(Leases, HeartbeatsExtendIt) {
  const auto claim = must(lab.take(worker, lab.create(requester)));
  for (int i = 0; i < 4; ++i) {
    lab.clock.advance(std::chrono::seconds{20});
    const auto view = must(lab.post<protocol::LeaseView>(worker, "/orchestrator/heartbeat",
                                                         protocol::Heartbeat{claim.task_id, worker.device, claim.attempt}));
    EXPECT_EQ(view.lease_expires_at, lab.clock.now() + kLease);
  }
  EXPECT_EQ(must(lab.task(requester, claim.task_id)).timeout_at, lab.clock.now() + kLease);
  must(lab.complete(worker, Lab::completion_of(worker, claim)));
  EXPECT_EQ(count(requester, TaskEvent::expire), 0u);
}

// Goal:   a failed attempt is tried again after 1 s, 5 s and 30 s, and then never.
// Method: each delay is waited for on the clock, one millisecond short first.
TEST_F(Leases, FailuresAreRetriedThreeTimesThenDeadLettered) {
  const TaskId id = lab.create(requester);
  for (const int seconds : {1, 5, 30}) {
    SCOPED_TRACE(seconds);
    const auto claim = must(lab.take(worker, id));
    must(lab.fail(worker, claim, "no luck"));
    lab.clock.advance(std::chrono::seconds{seconds} - std::chrono::milliseconds{1});
    EXPECT_EQ(lab.send({"GET", "/orchestrator/next-task", {}, &worker, {}, {}, {}}).status, 204);
    EXPECT_TRUE(refused(lab.take(worker, id), ErrorCode::failed_precondition, "not_due"));
    lab.clock.advance(std::chrono::milliseconds{1});
    EXPECT_EQ(must(lab.get<protocol::QueueItem>(worker, "/orchestrator/next-task")).task_id, id);
    lab.clock.advance(std::chrono::seconds{3});  // past the mark of having been shown
  }
  must(lab.fail(worker, must(lab.take(worker, id)), "no luck at all"));
  const auto view = must(lab.task(requester, id));
  EXPECT_EQ(view.status, TaskState::dead_letter);
  EXPECT_EQ(view.failures, 3u);
  EXPECT_EQ(view.last_error, "no luck at all");
  EXPECT_TRUE(refused(lab.result(requester, id), ErrorCode::failed_precondition, "dead_letter"));
  EXPECT_EQ(must(lab.get<protocol::QueueStats>(requester, "/orchestrator/queue/stats")).dead_letter, 1u);
  EXPECT_EQ(lab.balance(requester), gstd(9)) << "the money stays in escrow until somebody decides";
  must(lab.coordinator->check_ledger());
}

// Goal:   leases that run out use no retry, but not for ever.
// Method: two attempts allowed, both silent.
TEST_F(Leases, ExpiriesEndInADeadLetterAtTheLast) {
  Lab short_lab{LabOptions{store::open_memory(), 0, [](CoordinatorOptions& o) { o.retry.attempts_max = 2; }, 1}};
  const Party buyer = short_lab.requester();
  const Party silent = short_lab.worker();
  const TaskId id = short_lab.create(buyer);
  must(short_lab.take(silent, id));
  short_lab.clock.advance(kLease);
  ASSERT_EQ(short_lab.wait_for(buyer, id, TaskState::pending), TaskState::pending);
  EXPECT_EQ(must(short_lab.task(buyer, id)).failures, 0u);
  must(short_lab.take(silent, id));
  short_lab.clock.advance(kLease);
  EXPECT_EQ(short_lab.wait_for(buyer, id, TaskState::dead_letter), TaskState::dead_letter);
}

// Goal:   a task that is given back unworked is open at once and uses no retry.
// Method: give back, then claim again without waiting.
TEST_F(Leases, GivingBackUsesNoRetry) {
  const TaskId id = lab.create(requester);
  must(lab.fail(worker, must(lab.take(worker, id)), "draining", true));
  EXPECT_EQ(must(lab.task(requester, id)).failures, 0u);
  EXPECT_EQ(must(lab.take(worker, id)).attempt, 2u);
}

// Goal:   one wallet cannot hoard tasks.
// Method: three tasks under a limit of two.
TEST_F(Leases, AreBoundedPerWallet) {
  Lab strict{LabOptions{store::open_memory(), 0, [](CoordinatorOptions& o) { o.leases_per_wallet_max = 2; }, 1}};
  const Party buyer = strict.requester();
  const Party hoarder = strict.worker();
  const auto first = must(strict.take(hoarder, strict.create(buyer, "a")));
  must(strict.take(hoarder, strict.create(buyer, "b")));
  const TaskId third = strict.create(buyer, "c");
  EXPECT_TRUE(refused(strict.take(hoarder, third), ErrorCode::resource_exhausted, "leases"));
  must(strict.complete(hoarder, Lab::completion_of(hoarder, first)));
  must(strict.take(hoarder, third));
}

}  // namespace
}  // namespace gstd::test

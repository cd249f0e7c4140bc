#include "task_fixture.hpp"

namespace gstd::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

void expect_error(const Error& error, ErrorCode code, std::string_view reason) {
  EXPECT_EQ(error.code, code) << error.message;
  EXPECT_EQ(error.reason, reason) << error.message;
}

// Goal:   a claim takes the next attempt number and a lease that ends a lease time from now, whatever the claimant wrote there.
// Method: one claim, on time.
TEST(Claim, TakesNextAttemptAndLease) {
  Lease lease = holder();
  lease.expires_at = Timestamp::max();
  const auto claim = assign(task_in(TaskState::pending), lease, kLeaseTime, kStart + seconds{7});
  ASSERT_TRUE(claim);
  EXPECT_EQ(claim->event, TaskEvent::assign);
  EXPECT_EQ(claim->task.attempt, 1u);
  EXPECT_EQ(claim->task.lease->worker, holder().worker);
  EXPECT_EQ(claim->task.lease->expires_at, kStart + seconds{7} + kLeaseTime);
  EXPECT_EQ(claim->task.assigned_at, kStart + seconds{7});
}

// Goal:   nobody claims a task before it is due, or for no time at all.
// Method: the millisecond before, the millisecond itself, and a lease of zero.
TEST(Claim, IsRefusedBeforeItsTime) {
  Task task = task_in(TaskState::pending);
  task.not_before = kStart + seconds{5};
  expect_error(assign(task, holder(), kLeaseTime, kStart + seconds{5} - milliseconds{1}).error(), ErrorCode::failed_precondition,
               "not_due");
  EXPECT_TRUE(assign(task, holder(), kLeaseTime, kStart + seconds{5}));
  expect_error(assign(task, holder(), milliseconds{0}, kStart + seconds{5}).error(), ErrorCode::invalid_argument, "lease_time");
}

// Goal:   a heartbeat moves the end of the lease forward, never back.
// Method: one with a long and one with a short lease time.
TEST(Heartbeat, OnlyExtends) {
  const Task task = task_in(TaskState::assigned);
  const auto longer = extend_lease(task, 1, holder().device, kLeaseTime, kStart + seconds{10});
  ASSERT_TRUE(longer);
  EXPECT_EQ(longer->lease->expires_at, kStart + seconds{10} + kLeaseTime);
  const auto shorter = extend_lease(task, 1, holder().device, milliseconds{1}, kStart + seconds{10});
  ASSERT_TRUE(shorter);
  EXPECT_EQ(shorter->lease->expires_at, kStart + kLeaseTime);
}

// Goal:   whoever is not the holder of the running lease is told `lease_stale`, by every call of a holder alike.
// Method: an older attempt, another device, the very end of the lease, a task that is open again, and one that is over.
TEST(Lease, StaleHoldersAreAborted) {
  struct Case {
    const char* name;
    Task task;
    std::uint32_t attempt;
    DeviceId device;
    Timestamp now;
  };
  const Task assigned = task_in(TaskState::assigned);
  const std::vector<Case> cases{
      {"older attempt", assigned, 0, holder().device, kStart},
      {"another device", assigned, 1, holder("worker-2").device, kStart},
      {"run out", assigned, 1, holder().device, kStart + kLeaseTime},
      {"open again", expire(assigned, {}, kStart + kLeaseTime)->task, 1, holder().device, kStart + kLeaseTime},
      {"cancelled", task_in(TaskState::cancelled), 1, holder().device, kStart},
      {"done by another", task_in(TaskState::completed), 1, holder("worker-2").device, kStart},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    expect_error(extend_lease(c.task, c.attempt, c.device, kLeaseTime, c.now).error(), ErrorCode::aborted, "lease_stale");
    expect_error(submit(c.task, c.attempt, c.device, c.now).error(), ErrorCode::aborted, "lease_stale");
    expect_error(give_back(c.task, c.attempt, c.device, c.now).error(), ErrorCode::aborted, "lease_stale");
    expect_error(fail_attempt(c.task, c.attempt, c.device, "", {}, c.now).error(), ErrorCode::aborted, "lease_stale");
  }
}

// Goal:   at every instant either the holder or the coordinator may end an attempt, never both and never neither.
// Method: the last millisecond of a lease and its end.
TEST(Lease, EndBelongsToOneSide) {
  const Task task = task_in(TaskState::assigned);
  const Timestamp end = task.lease->expires_at;
  EXPECT_TRUE(submit(task, 1, holder().device, end - milliseconds{1}));
  expect_error(expire(task, {}, end - milliseconds{1}).error(), ErrorCode::failed_precondition, "not_due");
  EXPECT_FALSE(submit(task, 1, holder().device, end));
  EXPECT_TRUE(expire(task, {}, end));
}

// Goal:   the rightful holder that repeats a submission hears of the state, so that it does not drop a result that counted.
// Method: a second submission while validating and after completion.
TEST(Lease, RepeatedSubmissionHearsOfTheState) {
  expect_error(submit(task_in(TaskState::validating), 1, holder().device, kStart).error(), ErrorCode::failed_precondition, "state");
  expect_error(submit(task_in(TaskState::completed), 1, holder().device, kStart).error(), ErrorCode::failed_precondition, "state");
  expect_error(extend_lease(task_in(TaskState::validating), 1, holder().device, kLeaseTime, kStart).error(),
               ErrorCode::failed_precondition, "state");
}

// Goal:   failed attempts are retried after 1 s, 5 s and 30 s; the fourth makes a dead letter, with its reason and no lease.
// Method: four attempts, each claimed as soon as it is due.
TEST(Retry, FollowsThePolicyThenDeadLetter) {
  Task task = task_in(TaskState::pending);
  Timestamp now = kStart;
  std::uint32_t attempt = 0;
  for (const auto delay : {seconds{1}, seconds{5}, seconds{30}}) {
    task = assign(task, holder(), kLeaseTime, now)->task;
    const auto failed = fail_attempt(task, ++attempt, holder().device, "timed_out", {}, now);
    ASSERT_TRUE(failed);
    EXPECT_EQ(failed->event, TaskEvent::fail_attempt);
    EXPECT_EQ(failed->task.state, TaskState::pending);
    EXPECT_EQ(failed->task.not_before, now + delay);
    EXPECT_EQ(failed->task.failures, attempt);
    EXPECT_EQ(failed->task.last_error, "timed_out");
    task = failed->task;
    now = task.not_before;
  }
  task = assign(task, holder(), kLeaseTime, now)->task;
  const auto last = fail_attempt(task, 4, holder().device, "timed_out again", {}, now);
  ASSERT_TRUE(last);
  EXPECT_EQ(last->event, TaskEvent::exhaust);
  EXPECT_EQ(last->task.state, TaskState::dead_letter);
  EXPECT_EQ(last->task.failures, 3u);
  EXPECT_EQ(last->task.last_error, "timed_out again");
  EXPECT_EQ(last->task.completed_at, now);
  EXPECT_FALSE(last->task.lease);
}

// Goal:   a refused result uses retries as a failed attempt does.
// Method: a first refusal, and one with all retries spent.
TEST(Retry, CountsRefusedResults) {
  Task task = task_in(TaskState::validating);
  const auto first = reject(task, "bad output", {}, kStart);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->event, TaskEvent::reject);
  EXPECT_EQ(first->task.not_before, kStart + seconds{1});
  EXPECT_EQ(first->task.failures, 1u);
  task.failures = 3;
  const auto last = reject(task, "bad output", {}, kStart);
  ASSERT_TRUE(last);
  EXPECT_EQ(last->event, TaskEvent::exhaust);
  EXPECT_EQ(last->task.state, TaskState::dead_letter);
}

// Goal:   an expired lease and a task that is given back use no retry and are open at once.
// Method: one of each.
TEST(Retry, IsNotUsedByExpiryOrGiveBack) {
  const auto expired = expire(task_in(TaskState::assigned), {}, kStart + kLeaseTime);
  ASSERT_TRUE(expired);
  EXPECT_EQ(expired->event, TaskEvent::expire);
  EXPECT_EQ(expired->task.failures, 0u);
  EXPECT_EQ(expired->task.not_before, kStart + kLeaseTime);
  EXPECT_EQ(expired->task.last_error, "the lease of attempt 1 ran out");
  const auto given = give_back(task_in(TaskState::assigned), 1, holder().device, kStart + seconds{1});
  ASSERT_TRUE(given);
  EXPECT_EQ(given->task.failures, 0u);
  EXPECT_EQ(given->task.not_before, kStart + seconds{1});
  EXPECT_EQ(given->task.attempt, 1u);
}

// Goal:   a task that nobody survives ends after attempts_max attempts; a redrive gives it as many again, under higher numbers.
// Method: silent workers only, twice over.
TEST(Retry, EndsAfterAttemptsMax) {
  const RetryPolicy policy;
  Task task = task_in(TaskState::pending);
  Timestamp now = kStart;
  for (std::uint32_t round = 1; round <= 2; ++round) {
    for (std::uint32_t i = 1; i <= policy.attempts_max; ++i) {
      ASSERT_EQ(task.state, TaskState::pending);
      task = assign(task, holder(), kLeaseTime, now)->task;
      now += kLeaseTime;
      const auto change = expire(task, policy, now);
      ASSERT_TRUE(change);
      EXPECT_EQ(change->event, i < policy.attempts_max ? TaskEvent::expire : TaskEvent::exhaust);
      task = change->task;
    }
    EXPECT_EQ(task.state, TaskState::dead_letter);
    EXPECT_EQ(task.attempt, round * policy.attempts_max);
    task = redrive(task, now)->task;
    EXPECT_EQ(task.failures, 0u);
    EXPECT_FALSE(task.completed_at);
  }
}

// Goal:   outcomes that every worker would see are judged; those of one machine are not.
// Method: all of them.
TEST(Verdict, FollowsTheOutcome) {
  for (int i = 0; i <= static_cast<int>(OutcomeKind::invalid_module); ++i) {
    const auto outcome = static_cast<OutcomeKind>(i);
    SCOPED_TRACE(to_string(outcome));
    const auto verdict = judge(task_in(TaskState::validating), outcome, kStart);
    if (!is_comparable(outcome)) {
      expect_error(verdict.error(), ErrorCode::invalid_argument, "not_comparable");
      continue;
    }
    ASSERT_TRUE(verdict);
    const bool accepted = outcome == OutcomeKind::completed || outcome == OutcomeKind::exited;
    EXPECT_EQ(verdict->event, accepted ? TaskEvent::accept : TaskEvent::fail);
    EXPECT_EQ(verdict->task.last_error, accepted ? "" : to_string(outcome));
    EXPECT_TRUE(verdict->task.lease);
  }
}

// Goal:   only the requester gives a task up, and only while nobody works for it.
// Method: every actor, and every state.
TEST(Cancel, IsTheRequestersBeforeAClaim) {
  for (const Actor by : {Actor::worker, Actor::coordinator, Actor::operator_})
    expect_error(cancel(task_in(TaskState::pending), by, kStart).error(), ErrorCode::permission_denied, "actor");
  for (int i = 0; i < kTaskStateCount; ++i) {
    const auto state = static_cast<TaskState>(i);
    const bool open = state == TaskState::awaiting_escrow || state == TaskState::pending || state == TaskState::dead_letter;
    EXPECT_EQ(cancel(task_in(state), Actor::requester, kStart).has_value(), open) << to_string(state);
  }
}

// Goal:   a contested result is either accepted again, with its worker, or the task opens again without one.
// Method: both decisions.
TEST(Dispute, IsDecidedEitherWay) {
  const Task disputed = task_in(TaskState::disputed);
  EXPECT_EQ(disputed.last_error, "wrong");
  const auto upheld = uphold(disputed, kStart);
  ASSERT_TRUE(upheld);
  EXPECT_EQ(settle(upheld->task, kStart)->task.state, TaskState::completed);
  const auto overturned = overturn(disputed, "the output is empty", kStart);
  ASSERT_TRUE(overturned);
  EXPECT_EQ(overturned->task.state, TaskState::pending);
  EXPECT_FALSE(overturned->task.lease);
  EXPECT_EQ(overturned->task.last_error, "the output is empty");
}

// Goal:   a long reason is cut, and never inside a character.
// Method: two-byte characters that straddle the limit.
TEST(LastError, IsCutBetweenCharacters) {
  std::string why = "x";
  while (why.size() < 2 * kLastErrorCharsMax) why += "\u00e9";
  const auto failed = fail_attempt(task_in(TaskState::assigned), 1, holder().device, why, {}, kStart);
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->task.last_error, why.substr(0, kLastErrorCharsMax - 1));
}

// Goal:   terms out of bounds are refused with the name of the field.
// Method: each bound, from inside and from outside.
TEST(Spec, BoundsAreChecked) {
  TaskSpec good;
  good.budget = {1};
  EXPECT_TRUE(check_spec(good));
  const auto refused = [&](auto change) {
    TaskSpec spec = good;
    change(spec);
    const auto checked = check_spec(spec);
    return checked ? std::string("accepted") : checked.error().message.substr(0, checked.error().message.find(' '));
  };
  EXPECT_EQ(refused([](TaskSpec& s) { s.type = ""; }), "type");
  EXPECT_EQ(refused([](TaskSpec& s) { s.type = std::string(51, 'x'); }), "type");
  EXPECT_EQ(refused([](TaskSpec& s) { s.type = std::string(50, 'x'); }), "accepted");
  EXPECT_EQ(refused([](TaskSpec& s) { s.operation = std::string(51, 'x'); }), "operation");
  EXPECT_EQ(refused([](TaskSpec& s) { s.budget = {0}; }), "budget");
  EXPECT_EQ(refused([](TaskSpec& s) { s.budget = {kAmountMax.nano + 1}; }), "budget");
  EXPECT_EQ(refused([](TaskSpec& s) { s.budget = kAmountMax; }), "accepted");
  EXPECT_EQ(refused([](TaskSpec& s) { s.priority = 0; }), "priority");
  EXPECT_EQ(refused([](TaskSpec& s) { s.priority = 6; }), "priority");
  EXPECT_NE(refused([](TaskSpec& s) { s.limits.fuel = 0; }), "accepted");
}

}  // namespace
}  // namespace gstd::test

#include "task_fixture.hpp"

#include <rapidcheck/gtest.h>

#include <map>
#include <set>

namespace gstd::test {
namespace {

/// The books of one task, kept as a coordinator keeps them.
struct Books {
  std::map<std::string, std::int64_t> balances;
  std::set<std::string> applied;

  void apply(const Transfer& transfer) {
    RC_ASSERT(transfer.amount.nano > 0);
    RC_ASSERT(applied.insert(transfer.id).second);
    balances[transfer.from.name] -= transfer.amount.nano;
    balances[transfer.to.name] += transfer.amount.nano;
    RC_ASSERT(transfer.from == external_account() || balances[transfer.from.name] >= 0);
  }
};

/// Mostly one that the state takes, and seldom the one that ends nearly everything, or most tasks would not come far.
TaskEvent random_event(TaskState state) {
  std::vector<TaskEvent> fitting;
  for (const Transition& t : transitions())
    if (t.from == state && t.event != TaskEvent::cancel) fitting.push_back(t.event);
  if (!fitting.empty() && *rc::gen::inRange(0, 5) != 0) return *rc::gen::elementOf(fitting);
  return static_cast<TaskEvent>(*rc::gen::inRange(0, kTaskEventCount));
}

Result<Change> random_change(const Task& task, Timestamp now) {
  const RetryPolicy policy;
  const bool by_holder = task.lease && *rc::gen::inRange(0, 10) != 0;
  const auto device = by_holder ? task.lease->device : *rc::gen::element(holder("worker-1").device, holder("worker-2").device);
  const auto attempt = by_holder ? task.attempt : *rc::gen::inRange(0u, 20u);
  switch (random_event(task.state)) {
    case TaskEvent::fund:
      return fund(task, now);
    case TaskEvent::assign:
      return assign(task, *rc::gen::element(holder("worker-1"), holder("worker-2")), kLeaseTime, now);
    case TaskEvent::submit:
      return submit(task, attempt, device, now);
    case TaskEvent::give_back:
      return give_back(task, attempt, device, now);
    case TaskEvent::fail_attempt:
    case TaskEvent::exhaust:
      return fail_attempt(task, attempt, device, "why", policy, now);
    case TaskEvent::expire:
      return expire(task, policy, now);
    case TaskEvent::accept:
      return judge(task, OutcomeKind::completed, now);
    case TaskEvent::fail:
      return judge(task, OutcomeKind::trapped, now);
    case TaskEvent::reject:
      return reject(task, "why", policy, now);
    case TaskEvent::settle:
      return settle(task, now);
    case TaskEvent::cancel:
      return cancel(task, Actor::requester, now);
    case TaskEvent::dispute:
      return dispute(task, "why", now);
    case TaskEvent::uphold:
      return uphold(task, now);
    case TaskEvent::overturn:
      return overturn(task, "why", now);
    case TaskEvent::redrive:
      return redrive(task, now);
  }
  return Error{};
}

// Goal:   whatever happens to a task in whatever order: it follows the table, its lease goes with its state, attempt numbers only
//         grow and only by claims, final states are final, and at every moment its money is in exactly one place.
// Method: random events at random times, with the transfers that belong to them.
RC_GTEST_PROP(LifecycleProperty, NoSequenceOfEventsBreaksTheRules, ()) {
  Task task = new_task();
  task.spec.budget = {*rc::gen::inRange<std::int64_t>(1, 1000)};
  Books books;
  books.apply(deposit_transfer("d", task.requester, task.spec.budget));
  Timestamp now = kStart;
  const int steps = *rc::gen::inRange(1, 200);
  for (int i = 0; i < steps; ++i) {
    now += std::chrono::milliseconds{*rc::gen::element(0, 1'000, 5'000, 30'000)};
    const auto change = random_change(task, now);
    if (!change) {
      RC_ASSERT(!change.error().message.empty());
      continue;
    }
    const Task& next = change->task;
    bool in_table = false;
    for (const Transition& t : transitions())
      in_table = in_table || (t.from == task.state && t.event == change->event && t.to == next.state);
    RC_ASSERT(in_table);
    RC_ASSERT(!is_terminal(task.state));
    RC_ASSERT(next.lease.has_value() == holds_lease(next.state));
    RC_ASSERT(next.attempt == task.attempt + (change->event == TaskEvent::assign ? 1 : 0));
    RC_ASSERT(next.failures <= RetryPolicy{}.failures_max());
    RC_ASSERT(next.id == task.id && next.requester == task.requester && next.spec.budget == task.spec.budget);

    if (change->event == TaskEvent::fund) books.apply(lock_transfer(next));
    if (change->event == TaskEvent::settle || change->event == TaskEvent::fail)
      for (const Transfer& transfer : payout_transfers(next)) books.apply(transfer);
    if (change->event == TaskEvent::cancel && task.state != TaskState::awaiting_escrow) books.apply(refund_transfer(next));
    task = next;

    const bool in_escrow = !is_terminal(task.state) && task.state != TaskState::awaiting_escrow;
    RC_ASSERT(books.balances[escrow_account(task.id).name] == (in_escrow ? task.spec.budget.nano : 0));
    std::int64_t sum = 0;
    for (const auto& [name, balance] : books.balances) sum += balance;
    RC_ASSERT(sum == 0);
  }
  RC_TAG(std::string(to_string(task.state)));
}

}  // namespace
}  // namespace gstd::test

// Money, verdicts and second thoughts: all changes that are not about a lease.
#include "task/change.hpp"

namespace gstd {

Result<Change> fund(Task task, Timestamp now) { return task::move_to(std::move(task), TaskEvent::fund, Actor::coordinator, now); }

Result<Change> judge(Task task, OutcomeKind outcome, Timestamp now) {
  if (!is_comparable(outcome))
    return Error{
        ErrorCode::invalid_argument,
        "an outcome that depends on the machine (" + std::string(to_string(outcome)) + ") cannot be judged; retry the attempt",
        "not_comparable"};
  if (outcome == OutcomeKind::completed || outcome == OutcomeKind::exited)
    return task::move_to(std::move(task), TaskEvent::accept, Actor::coordinator, now);
  auto change = task::move_to(std::move(task), TaskEvent::fail, Actor::coordinator, now);
  if (change) task::set_last_error(change->task, std::string(to_string(outcome)));
  return change;
}

Result<Change> reject(Task task, std::string why, const RetryPolicy& policy, Timestamp now) {
  return task::move_or_exhaust(std::move(task), TaskEvent::reject, Actor::coordinator, std::move(why), policy, now);
}

Result<Change> settle(Task task, Timestamp now) {
  return task::move_to(std::move(task), TaskEvent::settle, Actor::coordinator, now);
}

Result<Change> cancel(Task task, Actor by, Timestamp now) { return task::move_to(std::move(task), TaskEvent::cancel, by, now); }

Result<Change> dispute(Task task, std::string why, Timestamp now) {
  auto change = task::move_to(std::move(task), TaskEvent::dispute, Actor::requester, now);
  if (change) task::set_last_error(change->task, std::move(why));
  return change;
}

Result<Change> uphold(Task task, Timestamp now) { return task::move_to(std::move(task), TaskEvent::uphold, Actor::operator_, now); }

Result<Change> overturn(Task task, std::string why, Timestamp now) {
  auto change = task::move_to(std::move(task), TaskEvent::overturn, Actor::operator_, now);
  if (change) task::set_last_error(change->task, std::move(why));
  return change;
}

Result<Change> redrive(Task task, Timestamp now) {
  auto change = task::move_to(std::move(task), TaskEvent::redrive, Actor::operator_, now);
  if (change) {
    change->task.failures = 0;
    change->task.attempts_forgiven = change->task.attempt;
  }
  return change;
}

}  // namespace gstd

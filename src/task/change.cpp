#include "task/change.hpp"

namespace gstd::task {

Result<Change> move_to(Task task, TaskEvent event, Actor by, Timestamp now) {
  const auto to = next_state(task.state, event, by);
  if (!to) return to.error();
  task.state = *to;
  if (!holds_lease(*to)) task.lease.reset();
  if (*to == TaskState::pending) task.not_before = now;
  if (is_terminal(*to) || *to == TaskState::dead_letter)
    task.completed_at = now;
  else
    task.completed_at.reset();  // A redriven dead letter is under way again.
  return Change{event, std::move(task)};
}

Result<Change> move_or_exhaust(Task task, TaskEvent event, Actor by, std::string why, const RetryPolicy& policy, Timestamp now) {
  // Asked first, so that the actor and the state are judged by the event that was meant.
  if (auto allowed = next_state(task.state, event, by); !allowed) return std::move(allowed).error();
  set_last_error(task, std::move(why));
  if (task.failures >= policy.failures_max() || !has_attempts_left(task, policy))
    return move_to(std::move(task), TaskEvent::exhaust, Actor::coordinator, now);
  const auto delay = policy.delays[task.failures];
  ++task.failures;
  auto change = move_to(std::move(task), event, by, now);
  if (change) change->task.not_before = now + delay;
  return change;
}

void set_last_error(Task& task, std::string why) {
  // Not in the middle of a character: the text goes out as JSON again.
  why.resize(clip_utf8(why, kLastErrorCharsMax).size());
  task.last_error = std::move(why);
}

bool has_attempts_left(const Task& task, const RetryPolicy& policy) noexcept {
  return task.attempt - task.attempts_forgiven < policy.attempts_max;
}

}  // namespace gstd::task

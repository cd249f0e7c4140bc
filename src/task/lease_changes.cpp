// Claims and what their holders, or their silence, make of them.
#include "task/change.hpp"

#include <algorithm>

namespace gstd {
namespace {

Error stale(const Task& task, std::uint32_t attempt) {
  return {ErrorCode::aborted,
          "the lease of attempt " + std::to_string(attempt) + " at task " + task.id.str() +
              " is over; drop the work and take another task",
          "lease_stale"};
}

// Two steps, because a repeated submission of the rightful holder should hear of the state, not of a lease that it has lost.
Result<void> check_holder(const Task& task, std::uint32_t attempt, const DeviceId& device) {
  if (!task.lease || task.attempt != attempt || task.lease->device != device) return stale(task, attempt);
  return {};
}

Result<void> check_running(const Task& task, Timestamp now) {
  if (task.lease->expires_at <= now) return stale(task, task.attempt);
  return {};
}

Result<Change> by_holder(Task task, TaskEvent event, std::uint32_t attempt, const DeviceId& device, Timestamp now) {
  if (auto checked = check_holder(task, attempt, device); !checked) return std::move(checked).error();
  if (auto allowed = next_state(task.state, event, Actor::worker); !allowed) return std::move(allowed).error();
  if (auto checked = check_running(task, now); !checked) return std::move(checked).error();
  return task::move_to(std::move(task), event, Actor::worker, now);
}

Result<void> check_lease_time(std::chrono::milliseconds lease_time) {
  if (lease_time <= std::chrono::milliseconds::zero())
    return Error{ErrorCode::invalid_argument, "a lease must last longer than zero", "lease_time"};
  return {};
}

}  // namespace

Result<Change> assign(Task task, Lease lease_holder, std::chrono::milliseconds lease_time, Timestamp now) {
  if (auto allowed = next_state(task.state, TaskEvent::assign, Actor::worker); !allowed) return std::move(allowed).error();
  if (auto checked = check_lease_time(lease_time); !checked) return std::move(checked).error();
  if (now < task.not_before)
    return Error{ErrorCode::failed_precondition,
                 "the task waits until " + format_rfc3339(task.not_before) + " before its next attempt", "not_due"};
  lease_holder.expires_at = now + lease_time;
  ++task.attempt;
  task.lease = std::move(lease_holder);
  task.assigned_at = now;
  return task::move_to(std::move(task), TaskEvent::assign, Actor::worker, now);
}

Result<Task> extend_lease(Task task, std::uint32_t attempt, const DeviceId& device, std::chrono::milliseconds lease_time,
                          Timestamp now) {
  if (auto checked = check_holder(task, attempt, device); !checked) return std::move(checked).error();
  if (task.state != TaskState::assigned)
    return Error{ErrorCode::failed_precondition, "a task that is " + std::string(to_string(task.state)) + " has no lease to extend",
                 "state"};
  if (auto checked = check_running(task, now); !checked) return std::move(checked).error();
  if (auto checked = check_lease_time(lease_time); !checked) return std::move(checked).error();
  task.lease->expires_at = std::max(task.lease->expires_at, now + lease_time);
  return task;
}

Result<Change> submit(Task task, std::uint32_t attempt, const DeviceId& device, Timestamp now) {
  return by_holder(std::move(task), TaskEvent::submit, attempt, device, now);
}

Result<Change> give_back(Task task, std::uint32_t attempt, const DeviceId& device, Timestamp now) {
  return by_holder(std::move(task), TaskEvent::give_back, attempt, device, now);
}

Result<Change> fail_attempt(Task task, std::uint32_t attempt, const DeviceId& device, std::string why, const RetryPolicy& policy,
                            Timestamp now) {
  if (auto checked = by_holder(task, TaskEvent::fail_attempt, attempt, device, now); !checked) return checked;
  return task::move_or_exhaust(std::move(task), TaskEvent::fail_attempt, Actor::worker, std::move(why), policy, now);
}

Result<Change> expire(Task task, const RetryPolicy& policy, Timestamp now) {
  if (auto allowed = next_state(task.state, TaskEvent::expire, Actor::coordinator); !allowed) return std::move(allowed).error();
  if (task.lease && now < task.lease->expires_at)
    return Error{ErrorCode::failed_precondition, "the lease runs until " + format_rfc3339(task.lease->expires_at), "not_due"};
  const auto event = task::has_attempts_left(task, policy) ? TaskEvent::expire : TaskEvent::exhaust;
  task::set_last_error(task, "the lease of attempt " + std::to_string(task.attempt) + " ran out");
  return task::move_to(std::move(task), event, Actor::coordinator, now);
}

}  // namespace gstd

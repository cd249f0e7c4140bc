// A task in any state, made as the library makes it.
#pragma once

#include <gstd/task.hpp>

#include <gtest/gtest.h>

namespace gstd::test {

inline constexpr Timestamp kStart{std::chrono::seconds{1'768'757'000}};
inline constexpr std::chrono::milliseconds kLeaseTime{30'000};

inline Lease holder(const std::string& name = "worker-1") {
  return {*DeviceId::parse(name + "-device"), *WalletId::parse(name), PublicKey{}, Timestamp{}};
}

inline Task new_task() {
  Task task;
  task.id = *TaskId::parse("task-1");
  task.requester = *WalletId::parse("requester-1");
  task.spec.budget = {10 * kNanoPerGstd};
  task.created_at = kStart;
  return task;
}

/// A task that came to `state` at kStart, at its first attempt where it has one.
inline Task task_in(TaskState state) {
  const RetryPolicy no_attempts{{}, 0};
  const auto assigned = [] { return assign(fund(new_task(), kStart)->task, holder(), kLeaseTime, kStart)->task; };
  const auto validating = [&] { return submit(assigned(), 1, holder().device, kStart)->task; };
  const auto validated = [&] { return judge(validating(), OutcomeKind::completed, kStart)->task; };
  switch (state) {
    case TaskState::awaiting_escrow:
      return new_task();
    case TaskState::pending:
      return fund(new_task(), kStart)->task;
    case TaskState::assigned:
      return assigned();
    case TaskState::validating:
      return validating();
    case TaskState::validated:
      return validated();
    case TaskState::completed:
      return settle(validated(), kStart)->task;
    case TaskState::failed:
      return judge(validating(), OutcomeKind::trapped, kStart)->task;
    case TaskState::dead_letter:
      return fail_attempt(assigned(), 1, holder().device, "spent", no_attempts, kStart)->task;
    case TaskState::cancelled:
      return cancel(new_task(), Actor::requester, kStart)->task;
    case TaskState::disputed:
      return dispute(validated(), "wrong", kStart)->task;
  }
  return new_task();
}

}  // namespace gstd::test

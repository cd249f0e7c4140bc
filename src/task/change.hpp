// What all changes of a task have in common.
#pragma once

#include <gstd/task.hpp>

namespace gstd::task {

/// Moves `task` to where `event` leads, and keeps the lease, the end and the start of waiting in step with the new state.
Result<Change> move_to(Task task, TaskEvent event, Actor by, Timestamp now);

/// Moves by `event`, which uses a retry, or by `exhaust` where none is left. `why` is kept as last_error.
Result<Change> move_or_exhaust(Task task, TaskEvent event, Actor by, std::string why, const RetryPolicy& policy, Timestamp now);

/// `why` as the task may keep it.
void set_last_error(Task& task, std::string why);

/// Whether the policy gives the task another attempt after the current one.
bool has_attempts_left(const Task& task, const RetryPolicy& policy) noexcept;

}  // namespace gstd::task

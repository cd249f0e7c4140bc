#include "coordinator/mutation.hpp"

#include <algorithm>

namespace gstd::coordinator {

Result<Task> Mutation::apply(const Task& before, Result<Change> change) {
  if (!change) return std::move(change).error();
  auto event = records_.apply(*change, before.state, before.attempt, now_);
  if (!event) return std::move(event).error();
  events_.push_back(*std::move(event));
  const Task& after = change->task;
  if (after.state == TaskState::pending && after.not_before > now_)
    due_ = std::min(due_.value_or(after.not_before), after.not_before);
  return std::move(change->task);
}

}  // namespace gstd::coordinator

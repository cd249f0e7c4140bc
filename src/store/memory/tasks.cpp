#include "store/memory/transaction.hpp"
#include "store/rules.hpp"

#include <algorithm>

namespace gstd::store::memory {

Result<void> MemoryTransaction::insert_task(const Task& task) {
  if (auto checked = check_new_task(task); !checked) return checked;
  if (!state_.tasks.insert(undo_, task)) return taken("task", task.id.str());
  return {};
}

Result<Task> MemoryTransaction::task(const TaskId& id) {
  if (const Task* found = state_.tasks.find(id)) return *found;
  return no_such("task", id.str());
}

Result<Event> MemoryTransaction::apply(const Change& change, TaskState from, std::uint32_t attempt, Timestamp now) {
  if (auto checked = check_change(change, from); !checked) return std::move(checked).error();
  const Task* stored = state_.tasks.find(change.task.id);
  if (!stored) return no_such("task", change.task.id.str());
  if (stored->state != from || stored->attempt != attempt) return task_changed(change.task.id);

  Task next = change.task;
  next.requester = stored->requester;
  next.spec = stored->spec;
  next.created_at = stored->created_at;
  state_.tasks.replace(undo_, next);
  Event event = event_of(change, next.requester, now);
  event.sequence = state_.events.size() + 1;
  undo_.remember([this, size = state_.events.size()] { state_.events.resize(size); });
  state_.events.push_back(event);
  return event;
}

Result<void> MemoryTransaction::set_lease_end(const TaskId& id, std::uint32_t attempt, Timestamp expires_at) {
  const Task* stored = state_.tasks.find(id);
  if (!stored) return no_such("task", id.str());
  if (stored->state != TaskState::assigned || stored->attempt != attempt) return task_changed(id);
  Task next = *stored;
  next.lease->expires_at = expires_at;
  state_.tasks.replace(undo_, next);
  return {};
}

Result<std::vector<Task>> MemoryTransaction::ready_tasks(Timestamp now, std::uint64_t memory_bytes_max, std::size_t limit,
                                                         const std::set<WalletId>& granting) {
  std::vector<Task> out;
  for (const auto& [priority, created_at, number] : state_.tasks.pending()) {
    if (out.size() >= limit) break;
    const Task& task = state_.tasks.at(number);
    if (task.not_before > now || task.spec.limits.memory_bytes_max > memory_bytes_max) continue;
    if (!task.spec.sealing || granting.contains(task.requester)) out.push_back(task);
  }
  return out;
}

Result<std::optional<Timestamp>> MemoryTransaction::next_due(Timestamp now) {
  const auto& due = state_.tasks.due();
  const auto next = due.upper_bound({now, UINT64_MAX});
  if (next == due.end()) return std::optional<Timestamp>{};
  return std::optional{next->first};
}

Result<std::vector<Task>> MemoryTransaction::expired_leases(Timestamp now, std::size_t limit) {
  std::vector<Task> out;
  for (const auto& [expires_at, number] : state_.tasks.leases()) {
    if (out.size() >= limit || expires_at > now) break;
    out.push_back(state_.tasks.at(number));
  }
  return out;
}

Result<std::vector<Task>> MemoryTransaction::tasks_of(const WalletId& requester, TaskState state, std::size_t limit) {
  std::vector<Task> out;
  for (const auto& [created_at, number] : state_.tasks.of(requester)) {
    if (out.size() >= limit) break;
    if (const Task& task = state_.tasks.at(number); task.state == state) out.push_back(task);
  }
  return out;
}

Result<std::vector<Task>> MemoryTransaction::recent_tasks_of(const WalletId& requester, std::size_t limit) {
  std::vector<Task> out;
  const auto& tasks = state_.tasks.of(requester);
  for (auto row = tasks.rbegin(); row != tasks.rend() && out.size() < limit; ++row) out.push_back(state_.tasks.at(row->second));
  return out;
}

Result<std::uint64_t> MemoryTransaction::lease_count(const WalletId& worker) {
  const auto& leases = state_.tasks.leases();
  return static_cast<std::uint64_t>(std::count_if(
      leases.begin(), leases.end(), [&](const auto& lease) { return state_.tasks.at(lease.second).lease->worker == worker; }));
}

Result<std::map<TaskState, std::uint64_t>> MemoryTransaction::task_counts() {
  std::map<TaskState, std::uint64_t> out;
  for (const auto& [number, task] : state_.tasks.rows()) ++out[task.state];
  return out;
}

Result<RequesterStats> MemoryTransaction::requester_stats(const WalletId& requester) {
  RequesterStats stats;
  std::chrono::milliseconds completion_time{0};
  for (const auto& [created_at, number] : state_.tasks.of(requester)) {
    const Task& task = state_.tasks.at(number);
    ++stats.tasks[task.state];
    if (task.state == TaskState::completed) completion_time += *task.completed_at - task.created_at;
    if (const Amount* held = state_.accounts.find(escrow_account(task.id))) stats.locked.nano += held->nano;
  }
  if (const auto completed = stats.tasks.find(TaskState::completed); completed != stats.tasks.end())
    stats.completion_time_mean = completion_time / static_cast<std::int64_t>(completed->second);
  for (const auto& [id, transfer] : state_.transfers.rows()) {
    if (!transfer.from.name.starts_with(kEscrowAccountPrefix) || id.starts_with(kRefundIdPrefix)) continue;
    const Task* task = state_.tasks.find(transfer.task);
    if (task && task->requester == requester) stats.spent.nano += transfer.amount.nano;
  }
  return stats;
}

Result<std::vector<Event>> MemoryTransaction::events_after(std::uint64_t sequence, const WalletId& requester, std::size_t limit) {
  std::vector<Event> out;
  for (std::size_t i = std::min<std::uint64_t>(sequence, state_.events.size()); i < state_.events.size() && out.size() < limit; ++i)
    if (requester.empty() || state_.events[i].requester == requester) out.push_back(state_.events[i]);
  return out;
}

Result<std::uint64_t> MemoryTransaction::last_sequence() { return std::uint64_t{state_.events.size()}; }

}  // namespace gstd::store::memory

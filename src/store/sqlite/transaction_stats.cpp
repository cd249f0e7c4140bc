// Counts of tasks, and their events.
#include "store/rules.hpp"
#include "store/sqlite/select.hpp"
#include "store/sqlite/transaction.hpp"

namespace gstd::store::sqlite {
namespace {

struct StateCount {
  TaskState state;
  std::uint64_t count;
};

Result<StateCount> read_state_count(Row row) {
  const auto state = row.enumerator<TaskState>(kTaskStateCount);
  return row.finish(StateCount{state, row.number<std::uint64_t>()});
}

Result<Event> read_event(Row row) {
  Event event;
  event.sequence = row.number<std::uint64_t>();
  event.task = row.id<TaskId>();
  event.requester = row.id<WalletId>();
  event.event = row.enumerator<TaskEvent>(kTaskEventCount);
  event.state = row.enumerator<TaskState>(kTaskStateCount);
  event.attempt = row.number<std::uint32_t>();
  event.at = row.time();
  return row.finish(std::move(event));
}

Result<std::map<TaskState, std::uint64_t>> read_state_counts(Statement statement) {
  const auto counts = read_all(std::move(statement), read_state_count);
  if (!counts) return counts.error();
  std::map<TaskState, std::uint64_t> out;
  for (const StateCount& entry : *counts) out[entry.state] = entry.count;
  return out;
}

}  // namespace

Result<std::map<TaskState, std::uint64_t>> SqliteTransaction::task_counts() {
  return read_state_counts(db_.query("SELECT state, count(*) FROM tasks GROUP BY state"));
}

Result<RequesterStats> SqliteTransaction::requester_stats(const WalletId& requester) {
  RequesterStats stats;
  auto tasks = read_state_counts(db_.query("SELECT state, count(*) FROM tasks WHERE requester = ? GROUP BY state", requester));
  if (!tasks) return std::move(tasks).error();
  stats.tasks = *std::move(tasks);
  const auto locked =
      read_number(db_.query("SELECT coalesce(sum(balance), 0) FROM tasks JOIN accounts ON name = ? || tasks.id WHERE requester = ?",
                            kEscrowAccountPrefix, requester));
  if (!locked) return locked.error();
  stats.locked = {*locked};
  const auto spent = read_number(
      db_.query("SELECT coalesce(sum(amount), 0) FROM tasks JOIN transfers ON transfers.task = tasks.id WHERE requester = ?"
                " AND from_account = ? || tasks.id AND transfers.id <> ? || tasks.id",
                requester, kEscrowAccountPrefix, kRefundIdPrefix));
  if (!spent) return spent.error();
  stats.spent = {*spent};
  const auto mean = read_number(
      db_.query("SELECT coalesce(sum(completed_at - created_at) / count(*), 0) FROM tasks WHERE requester = ? AND state = ?",
                requester, TaskState::completed));
  if (!mean) return mean.error();
  stats.completion_time_mean = std::chrono::milliseconds{*mean};
  return stats;
}

Result<std::vector<Event>> SqliteTransaction::events_after(std::uint64_t sequence, const WalletId& requester, std::size_t limit) {
  if (requester.empty())
    return read_all(db_.query("SELECT sequence, task, requester, event, state, attempt, at FROM events WHERE sequence > ?"
                              " ORDER BY sequence LIMIT ?",
                              clamp_limit(sequence), clamp_limit(limit)),
                    read_event);
  return read_all(db_.query("SELECT sequence, task, requester, event, state, attempt, at FROM events WHERE requester = ?"
                            " AND sequence > ? ORDER BY sequence LIMIT ?",
                            requester, clamp_limit(sequence), clamp_limit(limit)),
                  read_event);
}

Result<std::uint64_t> SqliteTransaction::last_sequence() {
  return read_count(db_.query("SELECT coalesce(max(sequence), 0) FROM events"));
}

}  // namespace gstd::store::sqlite

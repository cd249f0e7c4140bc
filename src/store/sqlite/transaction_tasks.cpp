#include "store/rules.hpp"
#include "store/sqlite/select.hpp"
#include "store/sqlite/transaction.hpp"

namespace gstd::store::sqlite {
namespace {

// One list of columns for every question about tasks, in the order in which read_task() reads them.
#define GSTD_TASK_COLUMNS                                                                                                 \
  "id, requester, type, operation, module, input, fuel, memory_bytes_max, wall_time_ms, output_bytes_max, log_bytes_max," \
  " budget, priority, state, attempt, attempts_forgiven, failures, not_before, created_at, assigned_at, completed_at,"    \
  " last_error, convention, sealing_suite, sealed_input, sealing_sender, sealing_signature, lease_device, lease_worker,"  \
  " lease_key, lease_expires_at, lease_receipt_nonce"

Result<Task> read_task(Row row) {
  Task task;
  task.id = row.id<TaskId>();
  task.requester = row.id<WalletId>();
  task.spec.type = row.text();
  task.spec.operation = row.text();
  task.spec.module = row.fixed<Digest>();
  task.spec.input = row.fixed<Digest>();
  task.spec.limits.fuel = row.number<std::uint64_t>();
  task.spec.limits.memory_bytes_max = row.number<std::uint64_t>();
  task.spec.limits.wall_time = row.duration();
  task.spec.limits.output_bytes_max = row.number<std::uint64_t>();
  task.spec.limits.log_bytes_max = row.number<std::uint64_t>();
  task.spec.budget = row.amount();
  task.spec.priority = row.number<int>();
  task.state = row.enumerator<TaskState>(kTaskStateCount);
  task.attempt = row.number<std::uint32_t>();
  task.attempts_forgiven = row.number<std::uint32_t>();
  task.failures = row.number<std::uint32_t>();
  task.not_before = row.time();
  task.created_at = row.time();
  task.assigned_at = row.optional_time();
  task.completed_at = row.optional_time();
  task.last_error = row.text();
  task.spec.convention = row.enumerator<GuestConvention>(static_cast<int>(GuestConvention::reactor) + 1);
  if (row.skip_null()) {
    row.skip(3);
  } else {
    task.spec.sealing.emplace();
    task.spec.sealing->suite = row.number<std::uint32_t>();
    task.spec.sealing->sealed_input = row.fixed<Digest>();
    task.spec.sealing->sender = row.fixed<PublicKey>();
    task.spec.sealing->signature = row.fixed<Signature>();
  }
  if (!row.skip_null()) {
    task.lease.emplace();
    task.lease->device = row.id<DeviceId>();
    task.lease->worker = row.id<WalletId>();
    task.lease->key = row.fixed<PublicKey>();
    task.lease->expires_at = row.time();
    if (!row.skip_null()) task.lease->receipt_nonce = row.fixed<ReceiptNonce>();
  }
  return row.finish(std::move(task));
}

// A member of something that may not be there, for a column that may be null.
template <class Whole, class Value>
std::optional<Value> part_of(const std::optional<Whole>& whole, Value Whole::*member) {
  return whole ? std::optional<Value>{(*whole).*member} : std::nullopt;
}
template <class Value>
std::optional<Value> of_lease(const Task& task, Value Lease::*member) {
  return part_of(task.lease, member);
}
template <class Value>
std::optional<Value> of_sealing(const Task& task, Value TaskSealing::*member) {
  return part_of(task.spec.sealing, member);
}

// As text that SQLite takes apart again: a statement has a fixed number of parameters. Ids have no character that JSON escapes.
std::string json_list(const std::set<WalletId>& wallets) {
  std::string list = "[";
  for (const WalletId& wallet : wallets) list += (list.size() > 1 ? ",\"" : "\"") + wallet.str() + "\"";
  return list + "]";
}

}  // namespace

Result<void> SqliteTransaction::insert_task(const Task& task) {
  if (auto checked = check_new_task(task); !checked) return checked;
  return insert(taken("task", task.id.str()),
                "INSERT INTO tasks (id, requester, type, operation, module, input, fuel, memory_bytes_max, wall_time_ms,"
                " output_bytes_max, log_bytes_max, budget, priority, state, attempt, attempts_forgiven, failures, not_before,"
                " created_at, assigned_at, completed_at, last_error, convention, sealing_suite, sealed_input, sealing_sender,"
                " sealing_signature) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT DO NOTHING",
                task.id, task.requester, task.spec.type, task.spec.operation, task.spec.module, task.spec.input,
                task.spec.limits.fuel, task.spec.limits.memory_bytes_max, task.spec.limits.wall_time,
                task.spec.limits.output_bytes_max, task.spec.limits.log_bytes_max, task.spec.budget, task.spec.priority, task.state,
                task.attempt, task.attempts_forgiven, task.failures, task.not_before, task.created_at, task.assigned_at,
                task.completed_at, task.last_error, task.spec.convention, of_sealing(task, &TaskSealing::suite),
                of_sealing(task, &TaskSealing::sealed_input), of_sealing(task, &TaskSealing::sender),
                of_sealing(task, &TaskSealing::signature));
}

Result<Task> SqliteTransaction::task(const TaskId& id) {
  return read_one(db_.query("SELECT " GSTD_TASK_COLUMNS " FROM tasks WHERE id = ?", id), no_such("task", id.str()), read_task);
}

Result<Event> SqliteTransaction::apply(const Change& change, TaskState from, std::uint32_t attempt, Timestamp now) {
  if (auto checked = check_change(change, from); !checked) return std::move(checked).error();
  const Task& next = change.task;
  const auto changed = execute(
      "UPDATE tasks SET state = ?, attempt = ?, attempts_forgiven = ?, failures = ?, lease_device = ?, lease_worker = ?,"
      " lease_key = ?, lease_expires_at = ?, lease_receipt_nonce = ?, not_before = ?, assigned_at = ?, completed_at = ?, "
      "last_error = ?"
      " WHERE id = ? AND state = ? AND attempt = ?",
      next.state, next.attempt, next.attempts_forgiven, next.failures, of_lease(next, &Lease::device),
      of_lease(next, &Lease::worker), of_lease(next, &Lease::key), of_lease(next, &Lease::expires_at),
      of_lease(next, &Lease::receipt_nonce), next.not_before, next.assigned_at, next.completed_at, next.last_error, next.id, from,
      attempt);
  if (!changed) return changed.error();
  auto requester = read_one(db_.query("SELECT requester FROM tasks WHERE id = ?", next.id), no_such("task", next.id.str()),
                            [](Row row) { return row.finish(row.id<WalletId>()); });
  if (!requester) return std::move(requester).error();
  if (*changed == 0) return task_changed(next.id);

  Event event = event_of(change, *requester, now);
  if (auto inserted = execute("INSERT INTO events (task, requester, event, state, attempt, at) VALUES (?, ?, ?, ?, ?, ?)",
                              event.task, event.requester, event.event, event.state, event.attempt, event.at);
      !inserted)
    return std::move(inserted).error();
  event.sequence = static_cast<std::uint64_t>(db_.last_row());
  return event;
}

Result<void> SqliteTransaction::set_lease_end(const TaskId& id, std::uint32_t attempt, Timestamp expires_at) {
  const auto changed = execute("UPDATE tasks SET lease_expires_at = ? WHERE id = ? AND state = ? AND attempt = ?", expires_at, id,
                               TaskState::assigned, attempt);
  if (!changed) return changed.error();
  if (*changed == 1) return {};
  if (auto found = task(id); !found) return std::move(found).error();
  return task_changed(id);
}

// States stand as numbers where an index is partial: SQLite uses one only where it sees the index's own condition (see
// migrations.cpp).
Result<std::vector<Task>> SqliteTransaction::ready_tasks(Timestamp now, std::uint64_t memory_bytes_max, std::size_t limit,
                                                         const std::set<WalletId>& granting) {
  return read_all(db_.query("SELECT " GSTD_TASK_COLUMNS " FROM tasks INDEXED BY tasks_ready WHERE state = 1 AND not_before <= ?"
                            " AND memory_bytes_max <= ?"
                            " AND (sealing_suite IS NULL OR requester IN (SELECT value FROM json_each(?)))"
                            " ORDER BY priority, created_at, number LIMIT ?",
                            now, clamp_limit(memory_bytes_max), json_list(granting), clamp_limit(limit)),
                  read_task);
}

Result<std::optional<Timestamp>> SqliteTransaction::next_due(Timestamp now) {
  return read_one(db_.query("SELECT min(not_before) FROM tasks INDEXED BY tasks_due WHERE state = 1 AND not_before > ?", now),
                  Error{ErrorCode::internal, "min() gave no row", "database"},
                  [](Row row) -> Result<std::optional<Timestamp>> { return row.optional_time(); });
}

Result<std::vector<Task>> SqliteTransaction::expired_leases(Timestamp now, std::size_t limit) {
  return read_all(
      db_.query("SELECT " GSTD_TASK_COLUMNS " FROM tasks INDEXED BY tasks_leases WHERE state = 2 AND lease_expires_at <= ?"
                " ORDER BY lease_expires_at, number LIMIT ?",
                now, clamp_limit(limit)),
      read_task);
}

Result<std::vector<Task>> SqliteTransaction::tasks_of(const WalletId& requester, TaskState state, std::size_t limit) {
  return read_all(db_.query("SELECT " GSTD_TASK_COLUMNS " FROM tasks INDEXED BY tasks_by_requester_state WHERE requester = ?"
                            " AND state = ? ORDER BY created_at, number LIMIT ?",
                            requester, state, clamp_limit(limit)),
                  read_task);
}

Result<std::vector<Task>> SqliteTransaction::recent_tasks_of(const WalletId& requester, std::size_t limit) {
  return read_all(db_.query("SELECT " GSTD_TASK_COLUMNS " FROM tasks INDEXED BY tasks_by_requester WHERE requester = ?"
                            " ORDER BY created_at DESC, number DESC LIMIT ?",
                            requester, clamp_limit(limit)),
                  read_task);
}

Result<std::uint64_t> SqliteTransaction::lease_count(const WalletId& worker) {
  return read_count(
      db_.query("SELECT count(*) FROM tasks INDEXED BY tasks_lease_workers WHERE state = 2 AND lease_worker = ?", worker));
}

}  // namespace gstd::store::sqlite

// Keys of encrypted tasks: who asks for them, and what was granted.
#include "store/rules.hpp"
#include "store/sqlite/select.hpp"
#include "store/sqlite/transaction.hpp"

namespace gstd::store::sqlite {
namespace {

Result<KeyExchange> read_exchange(Row row) {
  KeyExchange exchange;
  exchange.task = row.id<TaskId>();
  exchange.attempt = row.number<std::uint32_t>();
  exchange.request = row.text();
  exchange.grant = row.optional_text();
  return row.finish(std::move(exchange));
}

}  // namespace

Result<void> SqliteTransaction::put_key_request(const TaskId& task, std::uint32_t attempt, std::string_view request) {
  return insert(taken("key request", task.str()),
                "INSERT INTO key_exchanges (task, attempt, request) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", task, attempt,
                request);
}

Result<void> SqliteTransaction::put_key_grant(const TaskId& task, std::uint32_t attempt, std::string_view grant) {
  const auto changed =
      execute("UPDATE key_exchanges SET granted = coalesce(granted, ?) WHERE task = ? AND attempt = ?", grant, task, attempt);
  if (!changed) return changed.error();
  if (*changed == 0) return no_such("key request", task.str());
  return {};
}

Result<KeyExchange> SqliteTransaction::key_exchange(const TaskId& task, std::uint32_t attempt) {
  return read_one(
      db_.query("SELECT task, attempt, request, granted FROM key_exchanges WHERE task = ? AND attempt = ?", task, attempt),
      no_such("key request", task.str()), read_exchange);
}

// The index knows a requester's assigned tasks, of which there are few; each has at most one request for its current attempt.
Result<std::vector<KeyExchange>> SqliteTransaction::keys_wanted(const WalletId& requester, std::size_t limit) {
  return read_all(db_.query("SELECT k.task, k.attempt, k.request, k.granted FROM tasks AS t INDEXED BY tasks_by_requester_state"
                            " CROSS JOIN key_exchanges AS k ON k.task = t.id AND k.attempt = t.attempt"
                            " WHERE t.requester = ? AND t.state = ? AND k.granted IS NULL ORDER BY k.task LIMIT ?",
                            requester, TaskState::assigned, clamp_limit(limit)),
                  read_exchange);
}

}  // namespace gstd::store::sqlite

// The log of acceptances.
#include "store/rules.hpp"
#include "store/sqlite/select.hpp"
#include "store/sqlite/transaction.hpp"

namespace gstd::store::sqlite {
namespace {

Result<LogEntry> read_entry(Row row) {
  LogEntry entry;
  entry.index = row.number<std::uint64_t>();
  entry.task = row.id<TaskId>();
  entry.attempt = row.number<std::uint32_t>();
  entry.content = row.blob();
  entry.signature = row.fixed<Signature>();
  return row.finish(std::move(entry));
}

}  // namespace

Result<void> SqliteTransaction::append_log_entry(const LogEntry& entry, const std::vector<LogNode>& nodes) {
  const auto size = log_size();
  if (!size) return size.error();
  if (entry.index != *size) return log_changed();
  auto inserted = insert(taken("log entry", entry.task.str() + "/" + std::to_string(entry.attempt)),
                         "INSERT INTO receipt_log (number, task, attempt, content, signature) VALUES (?, ?, ?, ?, ?)"
                         " ON CONFLICT DO NOTHING",
                         entry.index, entry.task, entry.attempt, entry.content, entry.signature);
  if (!inserted) return inserted;
  for (const LogNode& node : nodes) {
    const auto put = execute("INSERT INTO receipt_log_nodes (level, number, hash) VALUES (?, ?, ?)",
                             static_cast<std::uint32_t>(node.level), node.index, node.hash);
    if (!put) return put.error();
  }
  return {};
}

Result<LogEntry> SqliteTransaction::log_entry(const TaskId& task, std::uint32_t attempt) {
  return read_one(
      db_.query("SELECT number, task, attempt, content, signature FROM receipt_log WHERE task = ? AND attempt = ?", task, attempt),
      no_such("log entry", task.str() + "/" + std::to_string(attempt)), read_entry);
}

Result<std::vector<LogEntry>> SqliteTransaction::log_entries(std::uint64_t start, std::size_t limit) {
  return read_all(db_.query("SELECT number, task, attempt, content, signature FROM receipt_log WHERE number >= ?"
                            " ORDER BY number LIMIT ?",
                            clamp_limit(start), clamp_limit(limit)),
                  read_entry);
}

// Numbers go from 0 without gaps, since append_log_entry() lets no other in.
Result<std::uint64_t> SqliteTransaction::log_size() {
  return read_count(db_.query("SELECT coalesce(max(number) + 1, 0) FROM receipt_log"));
}

Result<Digest> SqliteTransaction::log_node(unsigned level, std::uint64_t index) {
  return read_one(db_.query("SELECT hash FROM receipt_log_nodes WHERE level = ? AND number = ?", static_cast<std::uint32_t>(level),
                            clamp_limit(index)),
                  no_such("log node", std::to_string(level) + "/" + std::to_string(index)), [](Row row) -> Result<Digest> {
                    const Digest hash = row.fixed<Digest>();
                    return row.finish(hash);
                  });
}

}  // namespace gstd::store::sqlite

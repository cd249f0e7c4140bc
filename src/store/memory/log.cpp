// The log of acceptances.
#include "store/memory/transaction.hpp"
#include "store/rules.hpp"

namespace gstd::store::memory {

Result<void> MemoryTransaction::append_log_entry(const LogEntry& entry, const std::vector<LogNode>& nodes) {
  if (entry.index != state_.log.rows().size()) return log_changed();
  if (!state_.log_index.insert(undo_, {entry.task, entry.attempt}, entry.index))
    return taken("log entry", entry.task.str() + "/" + std::to_string(entry.attempt));
  state_.log.insert(undo_, entry.index, entry);
  for (const LogNode& node : nodes) state_.log_nodes.insert(undo_, {node.level, node.index}, node.hash);
  return {};
}

Result<LogEntry> MemoryTransaction::log_entry(const TaskId& task, std::uint32_t attempt) {
  if (const std::uint64_t* index = state_.log_index.find({task, attempt})) return *state_.log.find(*index);
  return no_such("log entry", task.str() + "/" + std::to_string(attempt));
}

Result<std::vector<LogEntry>> MemoryTransaction::log_entries(std::uint64_t start, std::size_t limit) {
  std::vector<LogEntry> entries;
  const auto& rows = state_.log.rows();
  for (auto row = rows.lower_bound(start); row != rows.end() && entries.size() < limit; ++row) entries.push_back(row->second);
  return entries;
}

Result<std::uint64_t> MemoryTransaction::log_size() { return std::uint64_t{state_.log.rows().size()}; }

Result<Digest> MemoryTransaction::log_node(unsigned level, std::uint64_t index) {
  if (const Digest* hash = state_.log_nodes.find({level, index})) return *hash;
  return no_such("log node", std::to_string(level) + "/" + std::to_string(index));
}

}  // namespace gstd::store::memory

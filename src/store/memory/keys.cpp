#include "store/memory/transaction.hpp"
#include "store/rules.hpp"

namespace gstd::store::memory {

Result<void> MemoryTransaction::put_key_request(const TaskId& task, std::uint32_t attempt, std::string_view request) {
  if (!state_.key_exchanges.insert(undo_, {task, attempt}, {task, attempt, std::string(request)}))
    return taken("key request", task.str());
  return {};
}

Result<void> MemoryTransaction::put_key_grant(const TaskId& task, std::uint32_t attempt, std::string_view grant) {
  const KeyExchange* found = state_.key_exchanges.find({task, attempt});
  if (!found) return no_such("key request", task.str());
  if (found->grant) return {};
  KeyExchange next = *found;
  next.grant = std::string(grant);
  state_.key_exchanges.put(undo_, {task, attempt}, std::move(next));
  return {};
}

Result<KeyExchange> MemoryTransaction::key_exchange(const TaskId& task, std::uint32_t attempt) {
  if (const KeyExchange* found = state_.key_exchanges.find({task, attempt})) return *found;
  return no_such("key request", task.str());
}

Result<std::vector<KeyExchange>> MemoryTransaction::keys_wanted(const WalletId& requester, std::size_t limit) {
  std::vector<KeyExchange> wanted;
  for (const auto& [key, exchange] : state_.key_exchanges.rows()) {
    if (wanted.size() >= limit) break;
    if (exchange.grant) continue;
    const Task* task = state_.tasks.find(exchange.task);
    if (task && task->requester == requester && task->state == TaskState::assigned && task->attempt == exchange.attempt)
      wanted.push_back(exchange);
  }
  return wanted;
}

}  // namespace gstd::store::memory

// The log of receipts: its head, proofs and entries. Public: whoever checks history need not be a party to it.
#include "coordinator/acceptance.hpp"
#include "coordinator/find.hpp"
#include "coordinator/handlers.hpp"

#include <algorithm>

namespace gstd::coordinator {
namespace {

Error field_missing(std::string_view name) {
  return {ErrorCode::invalid_argument, "the query parameter " + std::string(name) + " is missing", "field"};
}

Result<std::uint64_t> wanted_number(const Target& target, std::string_view name) {
  if (!target.parameter(name)) return field_missing(name);
  return number_parameter(target, name, 0);
}

// Proofs are made for sizes that the log has or has had, and for no others: nothing is known about these.
Result<void> check_size(std::uint64_t wanted, std::uint64_t size) {
  if (wanted <= size) return {};
  return Error{ErrorCode::out_of_range, "the log has " + std::to_string(size) + " entries; ask for at most as many", "tree_size"};
}

}  // namespace

Result<Reply> get_log_head(Call& call) {
  TreeHead head;
  auto read = call.services().read([&](store::Transaction& records) -> Result<void> {
    auto size = records.log_size();
    if (!size) return std::move(size).error();
    auto root = merkle::root(*size, log_nodes(records));
    if (!root) return std::move(root).error();
    head.size = *size;
    head.root = *root;
    return {};
  });
  if (!read) return std::move(read).error();
  head.time = call.services().clock().now();
  return json_reply(protocol::sign_tree_head(head, call.services().key()));
}

Result<Reply> get_log_inclusion(Call& call) {
  const std::string* const task_id = call.target.parameter("task_id");
  if (!task_id) return field_missing("task_id");
  auto attempt = wanted_number(call.target, "attempt");
  if (!attempt) return std::move(attempt).error();
  protocol::InclusionProof proof;
  auto read = call.services().read([&](store::Transaction& records) -> Result<void> {
    auto task = find_task(records, *task_id);
    if (!task) return std::move(task).error();
    const Error unknown{ErrorCode::not_found, "the log has no entry for this attempt at this task", "log_entry_unknown"};
    if (*attempt > std::numeric_limits<std::uint32_t>::max()) return unknown;
    auto entry = records.log_entry(task->id, static_cast<std::uint32_t>(*attempt));
    if (!entry) return entry.error().code == ErrorCode::not_found ? unknown : std::move(entry).error();
    auto size = records.log_size();
    if (!size) return std::move(size).error();
    auto wanted = number_parameter(call.target, "size", *size);
    if (!wanted) return std::move(wanted).error();
    if (auto checked = check_size(*wanted, *size); !checked) return checked;
    auto path = merkle::prove_inclusion(entry->index, *wanted, log_nodes(records));
    if (!path) return std::move(path).error();
    proof = {entry->index, *wanted, *std::move(path)};
    return {};
  });
  if (!read) return std::move(read).error();
  return json_reply(proof);
}

Result<Reply> get_log_consistency(Call& call) {
  auto first = wanted_number(call.target, "first");
  if (!first) return std::move(first).error();
  auto second = wanted_number(call.target, "second");
  if (!second) return std::move(second).error();
  protocol::ConsistencyProof proof{*first, *second, {}};
  auto read = call.services().read([&](store::Transaction& records) -> Result<void> {
    auto size = records.log_size();
    if (!size) return std::move(size).error();
    if (auto checked = check_size(*second, *size); !checked) return checked;
    auto path = merkle::prove_consistency(*first, *second, log_nodes(records));
    if (!path) return std::move(path).error();
    proof.path = *std::move(path);
    return {};
  });
  if (!read) return std::move(read).error();
  return json_reply(proof);
}

Result<Reply> get_log_entries(Call& call) {
  auto start = wanted_number(call.target, "start");
  if (!start) return std::move(start).error();
  auto count = number_parameter(call.target, "count", protocol::kLogEntriesMax);
  if (!count) return std::move(count).error();
  protocol::LogPage page;
  auto read = call.services().read([&](store::Transaction& records) -> Result<void> {
    auto size = records.log_size();
    if (!size) return std::move(size).error();
    auto found = records.log_entries(*start, std::min<std::uint64_t>(*count, protocol::kLogEntriesMax));
    if (!found) return std::move(found).error();
    page.size = *size;
    page.entries.clear();
    for (store::LogEntry& entry : *found) page.entries.push_back({entry.index, std::move(entry.content)});
    return {};
  });
  if (!read) return std::move(read).error();
  return json_reply(page);
}

}  // namespace gstd::coordinator

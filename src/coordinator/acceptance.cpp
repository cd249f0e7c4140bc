#include "coordinator/acceptance.hpp"

namespace gstd::coordinator {

merkle::Nodes log_nodes(store::Transaction& records) {
  return [&records](unsigned level, std::uint64_t index) { return records.log_node(level, index); };
}

// Signed inside of the transaction, although that keeps the store's writer some 30 us: what is signed names the moment and the end
// of the task, which only the transaction knows, and an acceptance without its entry, or the other way round, must not exist.
Result<protocol::SignedAcceptance> log_acceptance(Mutation& mutation, const SigningKey& key, const Submission& submission,
                                                  TaskState state) {
  const Digest receipt = receipt_digest(submission.receipt, submission.signature);
  const auto accepted = protocol::sign_acceptance({receipt, mutation.now(), state, {}}, key);
  auto size = mutation.records().log_size();
  if (!size) return std::move(size).error();
  store::LogEntry entry{*size, submission.task, submission.attempt, encode_acceptance(accepted.acceptance), accepted.signature};
  auto complete = merkle::append(*size, merkle::hash_leaf(entry.content), log_nodes(mutation.records()));
  if (!complete) return std::move(complete).error();
  std::vector<store::LogNode> nodes;
  nodes.reserve(complete->size());
  for (const merkle::Node& node : *complete) nodes.push_back({node.level, node.index, node.hash});
  if (auto appended = mutation.records().append_log_entry(entry, nodes); !appended) return std::move(appended).error();
  return accepted;
}

Result<std::optional<protocol::SignedAcceptance>> find_acceptance(store::Transaction& records, const TaskId& task,
                                                                  std::uint32_t attempt) {
  using Found = std::optional<protocol::SignedAcceptance>;
  const auto entry = records.log_entry(task, attempt);
  if (!entry) {
    if (entry.error().code == ErrorCode::not_found) return Found{};
    return entry.error();
  }
  const auto acceptance = decode_acceptance(entry->content);
  if (!acceptance)
    return Error{ErrorCode::data_loss, "the log holds an entry that makes no sense; restore the database from a copy", "log"};
  return Found{{*acceptance, entry->signature}};
}

}  // namespace gstd::coordinator

#include "coordinator/find.hpp"

namespace gstd::coordinator {
namespace {

template <class T>
Result<T> or_unknown(Result<T> found, std::string message, std::string reason) {
  if (found || found.error().code != ErrorCode::not_found) return found;
  return Error{ErrorCode::not_found, std::move(message), std::move(reason)};
}

}  // namespace

Result<Task> find_task(store::Transaction& records, std::string_view id) {
  auto parsed = TaskId::parse(id);
  if (!parsed) return Error{ErrorCode::invalid_argument, "the task id is not an id: " + parsed.error().message, "field"};
  return find_task(records, *parsed);
}

Result<Task> find_task(store::Transaction& records, const TaskId& id) {
  return or_unknown(records.task(id), "there is no task " + id.str(), "task_unknown");
}

Result<store::ModuleRecord> find_module(store::Transaction& records, const Digest& sha256) {
  return or_unknown(records.module(sha256), "there is no module " + sha256.hex() + "; upload it first", "module_unknown");
}

Result<Bytes> find_blob(store::Transaction& records, const Digest& sha256) {
  auto content = records.blob(sha256);
  if (content || content.error().code != ErrorCode::not_found) return content;
  return Error{ErrorCode::data_loss, "the store has lost the content " + sha256.hex(), {}};
}

Result<std::optional<store::ChallengeRecord>> find_challenge(store::Transaction& records, const TaskId& task,
                                                             const WalletId& wallet) {
  auto challenge = records.challenge(task, wallet);
  if (challenge) return std::optional{*std::move(challenge)};
  if (challenge.error().code == ErrorCode::not_found) return std::optional<store::ChallengeRecord>{};
  return std::move(challenge).error();
}

}  // namespace gstd::coordinator

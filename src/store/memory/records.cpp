// Blobs, modules, nonces, submissions and replies: records that are found by their key.
#include "store/memory/transaction.hpp"
#include "store/rules.hpp"

namespace gstd::store::memory {

Result<void> MemoryTransaction::put_blob(const Digest& sha256, BytesView content) {
  if (!state_.blobs.find(sha256)) state_.blobs.insert(undo_, sha256, Bytes(content.begin(), content.end()));
  return {};
}

Result<Bytes> MemoryTransaction::blob(const Digest& sha256) {
  if (const Bytes* found = state_.blobs.find(sha256)) return *found;
  return no_such("blob", sha256.hex());
}

Result<void> MemoryTransaction::put_module(const ModuleRecord& module) {
  if (auto checked = check_module(module); !checked) return checked;
  state_.modules.insert(undo_, module.sha256, module);
  return {};
}

Result<ModuleRecord> MemoryTransaction::module(const Digest& sha256) {
  if (const ModuleRecord* found = state_.modules.find(sha256)) return *found;
  return no_such("module", sha256.hex());
}

Result<void> MemoryTransaction::use_nonce(const PublicKey& key, std::string_view nonce, Timestamp expires_at) {
  if (!state_.nonces.insert(undo_, {key, std::string(nonce)}, expires_at)) return taken("use of nonce", nonce);
  return {};
}

Result<void> MemoryTransaction::drop_expired(Timestamp now) {
  state_.nonces.erase_if(undo_, [now](Timestamp expires_at) { return expires_at <= now; });
  drop_logins(now);
  drop_challenges(now);
  drop_pow_audit(now);
  return {};
}

Result<void> MemoryTransaction::insert_submission(const Submission& submission) {
  if (!state_.submissions.insert(undo_, {submission.task, submission.attempt}, submission))
    return taken("submission", submission.task.str() + "/" + std::to_string(submission.attempt));
  return {};
}

Result<Submission> MemoryTransaction::submission(const TaskId& task, std::uint32_t attempt) {
  if (const Submission* found = state_.submissions.find({task, attempt})) return *found;
  return no_such("submission", task.str() + "/" + std::to_string(attempt));
}

Result<void> MemoryTransaction::put_reply(const WalletId& wallet, std::string_view key, const IdempotentReply& reply) {
  if (!state_.replies.insert(undo_, {wallet, std::string(key)}, reply)) return taken("reply under key", key);
  return {};
}

Result<IdempotentReply> MemoryTransaction::reply(const WalletId& wallet, std::string_view key) {
  if (const IdempotentReply* found = state_.replies.find({wallet, std::string(key)})) return *found;
  return no_such("reply under key", key);
}

}  // namespace gstd::store::memory

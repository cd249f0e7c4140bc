// Blobs, modules, nonces, submissions and replies: records that are found by their key.
#include "store/rules.hpp"
#include "store/sqlite/select.hpp"
#include "store/sqlite/transaction.hpp"

namespace gstd::store::sqlite {
namespace {

// Names as one text: each ends with a line break, which none contains.
std::string join_names(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += name + '\n';
  return text;
}

std::vector<std::string> split_names(const std::string& text) {
  std::vector<std::string> names;
  for (std::size_t begin = 0, end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1)
    names.push_back(text.substr(begin, end - begin));
  return names;
}

Result<ModuleRecord> read_module(Row row) {
  ModuleRecord module;
  module.sha256 = row.fixed<Digest>();
  module.size_bytes = row.number<std::uint64_t>();
  module.uploader = row.id<WalletId>();
  module.uploaded_at = row.time();
  module.imports = split_names(row.text());
  module.exports = split_names(row.text());
  module.memory_pages = row.number<std::uint64_t>();
  return row.finish(std::move(module));
}

Result<Submission> read_submission(Row row) {
  Submission submission;
  submission.task = row.id<TaskId>();
  submission.attempt = row.number<std::uint32_t>();
  submission.device = row.id<DeviceId>();
  submission.worker = row.id<WalletId>();
  submission.key = row.fixed<PublicKey>();
  submission.outcome = row.enumerator<OutcomeKind>(static_cast<int>(OutcomeKind::invalid_module) + 1);
  submission.exit_code = row.number<std::int32_t>();
  submission.fuel_used = row.number<std::uint64_t>();
  submission.execution_time = row.duration();
  submission.output = row.fixed<Digest>();
  submission.receipt = row.blob();
  submission.signature = row.fixed<Signature>();
  submission.submitted_at = row.time();
  return row.finish(std::move(submission));
}

Result<IdempotentReply> read_reply(Row row) {
  IdempotentReply reply;
  reply.request = row.fixed<Digest>();
  reply.body = row.text();
  return row.finish(std::move(reply));
}

Result<void> done(const Result<std::int64_t>& changed) {
  if (!changed) return changed.error();
  return {};
}

}  // namespace

Result<void> SqliteTransaction::put_blob(const Digest& sha256, BytesView content) {
  return done(execute("INSERT INTO blobs (sha256, content) VALUES (?, ?) ON CONFLICT DO NOTHING", sha256, content));
}

Result<Bytes> SqliteTransaction::blob(const Digest& sha256) {
  return read_one(db_.query("SELECT content FROM blobs WHERE sha256 = ?", sha256), no_such("blob", sha256.hex()),
                  [](Row row) -> Result<Bytes> { return row.blob(); });
}

Result<void> SqliteTransaction::put_module(const ModuleRecord& module) {
  if (auto checked = check_module(module); !checked) return checked;
  return done(
      execute("INSERT INTO modules (sha256, size_bytes, uploader, uploaded_at, imports, exports, memory_pages)"
              " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
              module.sha256, module.size_bytes, module.uploader, module.uploaded_at, join_names(module.imports),
              join_names(module.exports), module.memory_pages));
}

Result<ModuleRecord> SqliteTransaction::module(const Digest& sha256) {
  return read_one(db_.query("SELECT sha256, size_bytes, uploader, uploaded_at, imports, exports, memory_pages FROM modules"
                            " WHERE sha256 = ?",
                            sha256),
                  no_such("module", sha256.hex()), read_module);
}

Result<void> SqliteTransaction::use_nonce(const PublicKey& key, std::string_view nonce, Timestamp expires_at) {
  return insert(taken("use of nonce", nonce), "INSERT INTO nonces (key, nonce, expires_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                key, nonce, expires_at);
}

Result<void> SqliteTransaction::drop_expired(Timestamp now) {
  if (auto dropped = execute("DELETE FROM nonces WHERE expires_at <= ?", now); !dropped) return std::move(dropped).error();
  if (auto dropped = drop_logins(now); !dropped) return dropped;
  if (auto dropped = drop_challenges(now); !dropped) return dropped;
  return drop_pow_audit(now);
}

Result<void> SqliteTransaction::insert_submission(const Submission& submission) {
  return insert(
      taken("submission", submission.task.str() + "/" + std::to_string(submission.attempt)),
      "INSERT INTO submissions (task, attempt, device, worker, key, outcome, exit_code, fuel_used, execution_time_ms, output,"
      " receipt, signature, submitted_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
      submission.task, submission.attempt, submission.device, submission.worker, submission.key, submission.outcome,
      submission.exit_code, submission.fuel_used, submission.execution_time, submission.output, submission.receipt,
      submission.signature, submission.submitted_at);
}

Result<Submission> SqliteTransaction::submission(const TaskId& task, std::uint32_t attempt) {
  return read_one(db_.query("SELECT task, attempt, device, worker, key, outcome, exit_code, fuel_used, execution_time_ms, output,"
                            " receipt, signature, submitted_at FROM submissions WHERE task = ? AND attempt = ?",
                            task, attempt),
                  no_such("submission", task.str() + "/" + std::to_string(attempt)), read_submission);
}

Result<void> SqliteTransaction::put_reply(const WalletId& wallet, std::string_view key, const IdempotentReply& reply) {
  return insert(taken("reply under key", key),
                "INSERT INTO replies (wallet, key, request, body) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", wallet, key,
                reply.request, reply.body);
}

Result<IdempotentReply> SqliteTransaction::reply(const WalletId& wallet, std::string_view key) {
  return read_one(db_.query("SELECT request, body FROM replies WHERE wallet = ? AND key = ?", wallet, key),
                  no_such("reply under key", key), read_reply);
}

}  // namespace gstd::store::sqlite

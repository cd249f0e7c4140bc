#pragma once

#include "store/sqlite/database.hpp"

#include <gstd/store.hpp>

namespace gstd::store::sqlite {

/// Runs inside the transaction that its caller has opened on `db`.
class SqliteTransaction final : public Transaction {
 public:
  explicit SqliteTransaction(Database& db) : db_(db) {}

  /// The failure of a statement that changes something. Part of a change may be missing after it, so its work must not be
  /// committed, also where the work itself made light of it.
  const std::optional<Error>& storage_failure() const noexcept { return storage_failure_; }

  Result<void> put_blob(const Digest& sha256, BytesView content) override;
  Result<Bytes> blob(const Digest& sha256) override;
  Result<void> put_module(const ModuleRecord& module) override;
  Result<ModuleRecord> module(const Digest& sha256) override;

  Result<void> insert_device(const Device& device) override;
  Result<Device> device(const DeviceId& id) override;
  Result<Device> device_of_wallet(const WalletId& wallet) override;
  Result<Device> device_with_key(const PublicKey& key) override;
  Result<void> use_nonce(const PublicKey& key, std::string_view nonce, Timestamp expires_at) override;
  Result<void> drop_expired(Timestamp now) override;

  Result<void> put_login_payload(std::string_view payload, Timestamp expires_at, std::uint64_t kept_max) override;
  Result<bool> is_login_payload_open(std::string_view payload, Timestamp now) override;
  Result<void> use_login_payload(std::string_view payload, Timestamp now) override;
  Result<void> insert_session(const Session& session, const SessionBounds& bounds) override;
  Result<Session> session(const Digest& token_sha256) override;
  Result<void> set_session_end(const Digest& token_sha256, Timestamp expires_at) override;
  Result<void> drop_session(const Digest& token_sha256) override;
  Result<void> drop_sessions_of(const WalletId& wallet) override;

  Result<void> insert_task(const Task& task) override;
  Result<Task> task(const TaskId& id) override;
  Result<Event> apply(const Change& change, TaskState from, std::uint32_t attempt, Timestamp now) override;
  Result<void> set_lease_end(const TaskId& id, std::uint32_t attempt, Timestamp expires_at) override;
  Result<std::vector<Task>> ready_tasks(Timestamp now, std::uint64_t memory_bytes_max, std::size_t limit,
                                        const std::set<WalletId>& granting) override;
  Result<std::optional<Timestamp>> next_due(Timestamp now) override;
  Result<std::vector<Task>> expired_leases(Timestamp now, std::size_t limit) override;
  Result<std::vector<Task>> tasks_of(const WalletId& requester, TaskState state, std::size_t limit) override;
  Result<std::vector<Task>> recent_tasks_of(const WalletId& requester, std::size_t limit) override;
  Result<std::uint64_t> lease_count(const WalletId& worker) override;
  Result<std::map<TaskState, std::uint64_t>> task_counts() override;
  Result<RequesterStats> requester_stats(const WalletId& requester) override;
  Result<std::uint64_t> device_count() override;

  Result<void> insert_submission(const Submission& submission) override;
  Result<Submission> submission(const TaskId& task, std::uint32_t attempt) override;

  Result<void> put_key_request(const TaskId& task, std::uint32_t attempt, std::string_view request) override;
  Result<void> put_key_grant(const TaskId& task, std::uint32_t attempt, std::string_view grant) override;
  Result<KeyExchange> key_exchange(const TaskId& task, std::uint32_t attempt) override;
  Result<std::vector<KeyExchange>> keys_wanted(const WalletId& requester, std::size_t limit) override;

  Result<std::vector<Event>> events_after(std::uint64_t sequence, const WalletId& requester, std::size_t limit) override;
  Result<std::uint64_t> last_sequence() override;

  Result<void> append_log_entry(const LogEntry& entry, const std::vector<LogNode>& nodes) override;
  Result<LogEntry> log_entry(const TaskId& task, std::uint32_t attempt) override;
  Result<std::vector<LogEntry>> log_entries(std::uint64_t start, std::size_t limit) override;
  Result<std::uint64_t> log_size() override;
  Result<Digest> log_node(unsigned level, std::uint64_t index) override;

  Result<void> put_challenge(const ChallengeRecord& challenge) override;
  Result<ChallengeRecord> challenge(const TaskId& task, const WalletId& wallet) override;
  Result<void> spend_challenge(const TaskId& task, const WalletId& wallet, std::string_view nonce, Timestamp now) override;
  Result<std::uint64_t> challenge_count(const WalletId& wallet, Timestamp now) override;
  Result<void> append_pow_audit(const PowAuditEntry& entry) override;
  Result<std::vector<PowAuditEntry>> pow_audit(const WalletId& wallet, std::size_t limit) override;

  Result<void> put_reply(const WalletId& wallet, std::string_view key, const IdempotentReply& reply) override;
  Result<IdempotentReply> reply(const WalletId& wallet, std::string_view key) override;

  Result<bool> transfer(const Transfer& transfer, Timestamp now) override;
  Result<Amount> balance(const AccountId& account) override;
  Result<Amount> earned(const WalletId& worker) override;
  Result<void> check_ledger() override;

 private:
  Result<void> drop_logins(Timestamp now);
  Result<void> drop_challenges(Timestamp now);
  Result<void> drop_pow_audit(Timestamp now);

  template <class... Args>
  Result<std::int64_t> execute(std::string_view sql, const Args&... args) {
    auto changed = db_.execute(sql, args...);
    if (!changed) storage_failure_ = changed.error();
    return changed;
  }

  /// As execute(), for an INSERT ... ON CONFLICT DO NOTHING. Errors: `refusal`: nothing was inserted.
  template <class... Args>
  Result<void> insert(const Error& refusal, std::string_view sql, const Args&... args) {
    const auto changed = execute(sql, args...);
    if (!changed) return changed.error();
    if (*changed == 0) return refusal;
    return {};
  }

  Database& db_;
  std::optional<Error> storage_failure_;
};

}  // namespace gstd::store::sqlite

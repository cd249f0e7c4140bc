#pragma once

#include "store/memory/task_table.hpp"

#include <gstd/store.hpp>

namespace gstd::store::memory {

/// Numbers grow; the lowest is the oldest.
struct LoginPayload {
  std::uint64_t number = 0;
  Timestamp expires_at{};
};
struct NumberedSession {
  std::uint64_t number = 0;
  Session session;
};

/// Everything that the store remembers.
struct State {
  Table<Digest, Bytes> blobs;
  Table<Digest, ModuleRecord> modules;
  Table<DeviceId, Device> devices;
  Table<std::pair<PublicKey, std::string>, Timestamp> nonces;  ///< With the end of their time.
  Table<std::string, LoginPayload> login_payloads;
  Table<Digest, NumberedSession> sessions;
  TaskTable tasks;
  Table<std::pair<TaskId, std::uint32_t>, Submission> submissions;
  Table<std::pair<TaskId, std::uint32_t>, KeyExchange> key_exchanges;
  std::vector<Event> events;           ///< Number `sequence` stands at `sequence - 1`.
  Table<std::uint64_t, LogEntry> log;  ///< By number, without gaps.
  Table<std::pair<TaskId, std::uint32_t>, std::uint64_t> log_index;
  Table<std::pair<unsigned, std::uint64_t>, Digest> log_nodes;  ///< By level and number.
  Table<std::pair<TaskId, WalletId>, ChallengeRecord> challenges;
  Table<std::uint64_t, PowAuditEntry> pow_audit;  ///< By number, as they came.
  Table<std::pair<WalletId, std::string>, IdempotentReply> replies;
  Table<AccountId, Amount> accounts;
  Table<std::string, Transfer> transfers;
};

/// Checks first and changes afterwards in each member; the caller holds the store's lock.
class MemoryTransaction final : public Transaction {
 public:
  MemoryTransaction(State& state, Undo& undo) : state_(state), undo_(undo) {}

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
  void drop_logins(Timestamp now);
  void drop_challenges(Timestamp now);
  void drop_pow_audit(Timestamp now);

  State& state_;
  Undo& undo_;
};

}  // namespace gstd::store::memory

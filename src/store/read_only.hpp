// A transaction that passes questions on and refuses changes, so that no store has to check in each member.
#pragma once

#include <gstd/store.hpp>

namespace gstd::store {

class ReadOnly : public Transaction {
 public:
  explicit ReadOnly(Transaction& inner) : inner_(inner) {}

  Result<void> put_blob(const Digest&, BytesView) override { return refusal(); }
  Result<Bytes> blob(const Digest& sha256) override { return inner_.blob(sha256); }
  Result<void> put_module(const ModuleRecord&) override { return refusal(); }
  Result<ModuleRecord> module(const Digest& sha256) override { return inner_.module(sha256); }

  Result<void> insert_device(const Device&) override { return refusal(); }
  Result<Device> device(const DeviceId& id) override { return inner_.device(id); }
  Result<Device> device_of_wallet(const WalletId& wallet) override { return inner_.device_of_wallet(wallet); }
  Result<Device> device_with_key(const PublicKey& key) override { return inner_.device_with_key(key); }
  Result<void> use_nonce(const PublicKey&, std::string_view, Timestamp) override { return refusal(); }
  Result<void> drop_expired(Timestamp) override { return refusal(); }

  Result<void> put_login_payload(std::string_view, Timestamp, std::uint64_t) override { return refusal(); }
  Result<bool> is_login_payload_open(std::string_view payload, Timestamp now) override {
    return inner_.is_login_payload_open(payload, now);
  }
  Result<void> use_login_payload(std::string_view, Timestamp) override { return refusal(); }
  Result<void> insert_session(const Session&, const SessionBounds&) override { return refusal(); }
  Result<Session> session(const Digest& token_sha256) override { return inner_.session(token_sha256); }
  Result<void> set_session_end(const Digest&, Timestamp) override { return refusal(); }
  Result<void> drop_session(const Digest&) override { return refusal(); }
  Result<void> drop_sessions_of(const WalletId&) override { return refusal(); }

  Result<void> insert_task(const Task&) override { return refusal(); }
  Result<Task> task(const TaskId& id) override { return inner_.task(id); }
  Result<Event> apply(const Change&, TaskState, std::uint32_t, Timestamp) override { return refusal(); }
  Result<void> set_lease_end(const TaskId&, std::uint32_t, Timestamp) override { return refusal(); }
  Result<std::vector<Task>> ready_tasks(Timestamp now, std::uint64_t memory_bytes_max, std::size_t limit,
                                        const std::set<WalletId>& granting) override {
    return inner_.ready_tasks(now, memory_bytes_max, limit, granting);
  }
  Result<void> put_key_request(const TaskId&, std::uint32_t, std::string_view) override { return refusal(); }
  Result<void> put_key_grant(const TaskId&, std::uint32_t, std::string_view) override { return refusal(); }
  Result<KeyExchange> key_exchange(const TaskId& task, std::uint32_t attempt) override {
    return inner_.key_exchange(task, attempt);
  }
  Result<std::vector<KeyExchange>> keys_wanted(const WalletId& requester, std::size_t limit) override {
    return inner_.keys_wanted(requester, limit);
  }
  Result<std::optional<Timestamp>> next_due(Timestamp now) override { return inner_.next_due(now); }
  Result<std::vector<Task>> expired_leases(Timestamp now, std::size_t limit) override { return inner_.expired_leases(now, limit); }
  Result<std::vector<Task>> tasks_of(const WalletId& requester, TaskState state, std::size_t limit) override {
    return inner_.tasks_of(requester, state, limit);
  }
  Result<std::vector<Task>> recent_tasks_of(const WalletId& requester, std::size_t limit) override {
    return inner_.recent_tasks_of(requester, limit);
  }
  Result<std::uint64_t> lease_count(const WalletId& worker) override { return inner_.lease_count(worker); }
  Result<std::map<TaskState, std::uint64_t>> task_counts() override { return inner_.task_counts(); }
  Result<RequesterStats> requester_stats(const WalletId& requester) override { return inner_.requester_stats(requester); }
  Result<std::uint64_t> device_count() override { return inner_.device_count(); }

  Result<void> insert_submission(const Submission&) override { return refusal(); }
  Result<Submission> submission(const TaskId& task, std::uint32_t attempt) override { return inner_.submission(task, attempt); }

  Result<std::vector<Event>> events_after(std::uint64_t sequence, const WalletId& requester, std::size_t limit) override {
    return inner_.events_after(sequence, requester, limit);
  }
  Result<std::uint64_t> last_sequence() override { return inner_.last_sequence(); }

  Result<void> append_log_entry(const LogEntry&, const std::vector<LogNode>&) override { return refusal(); }
  Result<LogEntry> log_entry(const TaskId& task, std::uint32_t attempt) override { return inner_.log_entry(task, attempt); }
  Result<std::vector<LogEntry>> log_entries(std::uint64_t start, std::size_t limit) override {
    return inner_.log_entries(start, limit);
  }
  Result<std::uint64_t> log_size() override { return inner_.log_size(); }
  Result<Digest> log_node(unsigned level, std::uint64_t index) override { return inner_.log_node(level, index); }

  Result<void> put_challenge(const ChallengeRecord&) override { return refusal(); }
  Result<ChallengeRecord> challenge(const TaskId& task, const WalletId& wallet) override { return inner_.challenge(task, wallet); }
  Result<void> spend_challenge(const TaskId&, const WalletId&, std::string_view, Timestamp) override { return refusal(); }
  Result<std::uint64_t> challenge_count(const WalletId& wallet, Timestamp now) override {
    return inner_.challenge_count(wallet, now);
  }
  Result<void> append_pow_audit(const PowAuditEntry&) override { return refusal(); }
  Result<std::vector<PowAuditEntry>> pow_audit(const WalletId& wallet, std::size_t limit) override {
    return inner_.pow_audit(wallet, limit);
  }

  Result<void> put_reply(const WalletId&, std::string_view, const IdempotentReply&) override { return refusal(); }
  Result<IdempotentReply> reply(const WalletId& wallet, std::string_view key) override { return inner_.reply(wallet, key); }

  Result<bool> transfer(const Transfer&, Timestamp) override { return refusal(); }
  Result<Amount> balance(const AccountId& account) override { return inner_.balance(account); }
  Result<Amount> earned(const WalletId& worker) override { return inner_.earned(worker); }
  Result<void> check_ledger() override { return inner_.check_ledger(); }

 private:
  static Error refusal() {
    return {ErrorCode::failed_precondition, "this transaction only reads; change things in Store::write()", "read_only"};
  }

  Transaction& inner_;
};

}  // namespace gstd::store

// What the coordinator remembers: one interface over memory and SQLite (PostgreSQL with Redis to come).
#pragma once

#include <gstd/base.hpp>
#include <gstd/task.hpp>

#include <filesystem>
#include <map>
#include <memory>
#include <set>

namespace gstd::store {

/// A key that has registered, and the wallet that it is bound to.
struct Device {
  DeviceId id;
  WalletId wallet;
  PublicKey key;
  std::string type;  ///< "desktop", "browser", ...; at most 20 characters.
  Timestamp registered_at{};
};

struct ModuleRecord {
  Digest sha256;
  std::uint64_t size_bytes = 0;
  WalletId uploader;
  Timestamp uploaded_at{};
  std::vector<std::string> imports;  ///< "module.name" each. No name has a line break.
  std::vector<std::string> exports;
  std::uint64_t memory_pages = 0;
};

/// A proof-of-work challenge; one per (task, wallet).
struct ChallengeRecord {
  TaskId task;
  WalletId wallet;
  std::string challenge;
  unsigned difficulty_bits = 0;
  Timestamp created_at{};
  Timestamp expires_at{};            ///< The last moment at which it is alive.
  std::optional<std::string> nonce;  ///< The accepted answer; a challenge with one is spent.
  std::optional<Timestamp> verified_at;
  unsigned version = 1;            ///< The number of the pow::Version that is hashed.
  std::uint32_t wrong_nonces = 0;  ///< How many were tried on it.
};

enum class PowAuditOutcome : std::uint8_t {
  issued,    ///< The challenge was given out. A later one for the same task and wallet takes its place.
  rejected,  ///< A nonce, or the question for a challenge, was refused.
  verified,  ///< A claim was granted for the nonce; the challenge is spent.
  expired,   ///< The challenge's time ran out before it was spent.
};
std::string_view to_string(PowAuditOutcome outcome) noexcept;

/// One line of the log of proofs of work.
struct PowAuditEntry {
  Timestamp at{};
  TaskId task;
  WalletId wallet;
  DeviceId device;               ///< Empty where the request names none: only a claim does.
  unsigned version = 0;          ///< The challenge's; 0 where there was none.
  unsigned difficulty_bits = 0;  ///< As version.
  std::string nonce;             ///< Empty where there was none.
  PowAuditOutcome outcome = PowAuditOutcome::issued;
  std::string reason;  ///< Of a rejection: that of the error.
  std::string peer;    ///< The address that the request came from, without its port; empty where there was no request.
};

/// Older entries are dropped.
inline constexpr std::chrono::hours kPowAuditRetention{7 * 24};
/// Entries beyond the newest this many are dropped, however young: a stranger who sends wrong nonces must not fill the disk.
inline constexpr std::uint64_t kPowAuditEntriesMax = 100'000;

/// What a wallet may do for a while without signing each request. The token itself is nowhere in the store.
struct Session {
  Digest token_sha256;
  WalletId wallet;
  PublicKey key;  ///< That signed the login; of the wallet, not of a device.
  Timestamp created_at{};
  Timestamp expires_at{};  ///< The first moment at which it is over.
};

/// How many sessions are kept; the oldest make room.
struct SessionBounds {
  std::uint64_t of_wallet_max = 0;  ///< Of one wallet.
  std::uint64_t in_all_max = 0;     ///< As many as were begun last, of all wallets.
};

/// What came of a request with an Idempotency-Key.
struct IdempotentReply {
  Digest request;    ///< Of the request that first used the key; another one under the same key is refused.
  std::string body;  ///< The reply that is given again.
};

/// One change of one task, in the order in which they happened.
struct Event {
  std::uint64_t sequence = 0;  ///< Strictly growing over all tasks; never reused, also not after a restart.
  TaskId task;
  WalletId requester;
  TaskEvent event = TaskEvent::fund;
  TaskState state = TaskState::pending;  ///< After the event.
  std::uint32_t attempt = 0;
  Timestamp at{};
};

/// One entry of the log of acceptances.
struct LogEntry {
  std::uint64_t index = 0;  ///< From 0 on, without gaps.
  TaskId task;
  std::uint32_t attempt = 0;
  Bytes content;        ///< What is hashed into the tree.
  Signature signature;  ///< The coordinator's, over the content.
};

/// A complete subtree of the log's Merkle tree: over the 2^level entries from index * 2^level on. Never changes.
struct LogNode {
  unsigned level = 0;
  std::uint64_t index = 0;
  Digest hash;
};

/// How one attempt at an encrypted task gets its key: what its worker asks for, and what the requester granted. Both are kept as
/// the messages that they are sent in.
struct KeyExchange {
  TaskId task;
  std::uint32_t attempt = 0;
  std::string request;
  std::optional<std::string> grant{};
};

/// What a wallet's tasks come to.
struct RequesterStats {
  std::map<TaskState, std::uint64_t> tasks;
  Amount spent;                                       ///< Paid out of escrow to workers and platform.
  Amount locked;                                      ///< In escrow now.
  std::chrono::milliseconds completion_time_mean{0};  ///< From creation to the end, over completed tasks.
};

/// One consistent view of everything, and, in Store::write(), the right to change it.
/// Not to be kept beyond the call that hands it out. Errors of all members: unavailable: the storage failed (disk full, file
/// read-only, ...); the message is the storage's own. not_found where a record is asked for by key and there is none.
class Transaction {
 public:
  virtual ~Transaction() = default;

  // -- blobs: modules, inputs and outputs, by the SHA-256 of their content
  virtual Result<void> put_blob(const Digest& sha256, BytesView content) = 0;  ///< Putting it again changes nothing.
  virtual Result<Bytes> blob(const Digest& sha256) = 0;
  /// The first uploader stays. Errors: invalid_argument: an import's or export's name has a line break.
  virtual Result<void> put_module(const ModuleRecord& module) = 0;
  virtual Result<ModuleRecord> module(const Digest& sha256) = 0;

  // -- identities
  /// Errors: already_exists: the device id is taken.
  virtual Result<void> insert_device(const Device& device) = 0;
  virtual Result<Device> device(const DeviceId& id) = 0;
  /// Any device of that wallet: all of them have the same key.
  virtual Result<Device> device_of_wallet(const WalletId& wallet) = 0;
  /// Any device with that key.
  virtual Result<Device> device_with_key(const PublicKey& key) = 0;
  /// Errors: already_exists: the key has used this nonce, and drop_expired() has not dropped it yet.
  virtual Result<void> use_nonce(const PublicKey& key, std::string_view nonce, Timestamp expires_at) = 0;
  /// Drops nonces, login payloads and sessions whose time is over at `now`, and challenges whose last moment lies before it,
  /// appending an `expired` entry at that moment for each challenge that is unspent, and then audit entries as old as
  /// kPowAuditRetention or beyond the newest kPowAuditEntriesMax.
  virtual Result<void> drop_expired(Timestamp now) = 0;

  // -- logins
  /// Remembers a text that a wallet may sign once, before `expires_at`, and forgets those before the last `kept_max` that came.
  /// Errors: already_exists.
  virtual Result<void> put_login_payload(std::string_view payload, Timestamp expires_at, std::uint64_t kept_max) = 0;
  /// Whether it was issued, and is neither used nor over at `now`.
  virtual Result<bool> is_login_payload_open(std::string_view payload, Timestamp now) = 0;
  /// Uses it up. Errors: not_found: it is not open.
  virtual Result<void> use_login_payload(std::string_view payload, Timestamp now) = 0;
  /// Errors: already_exists: the token has a session.
  virtual Result<void> insert_session(const Session& session, const SessionBounds& bounds) = 0;
  /// Also one whose time is over, as long as nobody has dropped it.
  virtual Result<Session> session(const Digest& token_sha256) = 0;
  /// Errors: not_found.
  virtual Result<void> set_session_end(const Digest& token_sha256, Timestamp expires_at) = 0;
  /// Dropping one that is not there changes nothing.
  virtual Result<void> drop_session(const Digest& token_sha256) = 0;
  virtual Result<void> drop_sessions_of(const WalletId& wallet) = 0;

  // -- tasks
  /// Inserts a task in its first state. Errors: already_exists. invalid_argument: not its first state.
  virtual Result<void> insert_task(const Task& task) = 0;
  virtual Result<Task> task(const TaskId& id) = 0;
  /// Writes `change.task` where the stored one still has `from` as its state and `attempt` as its attempt number, and appends
  /// the event. Errors: aborted, reason "changed": it has not. failed_precondition: `change` is not in the lifecycle table.
  virtual Result<Event> apply(const Change& change, TaskState from, std::uint32_t attempt, Timestamp now) = 0;
  /// Moves the end of the lease of a task that is assigned under `attempt`; no event. Errors: aborted, reason "changed".
  virtual Result<void> set_lease_end(const TaskId& id, std::uint32_t attempt, Timestamp expires_at) = 0;
  /// Pending tasks that are due and may use at most `memory_bytes_max` of memory, best first: priority, then age. Of those that are
  /// encrypted only the ones whose requesters are among `granting`.
  virtual Result<std::vector<Task>> ready_tasks(Timestamp now, std::uint64_t memory_bytes_max, std::size_t limit,
                                                const std::set<WalletId>& granting) = 0;
  Result<std::vector<Task>> ready_tasks(Timestamp now, std::uint64_t memory_bytes_max, std::size_t limit) {
    return ready_tasks(now, memory_bytes_max, limit, {});
  }
  /// When the next pending task that is not due yet becomes so.
  virtual Result<std::optional<Timestamp>> next_due(Timestamp now) = 0;
  /// Assigned tasks whose lease has run out, oldest end first.
  virtual Result<std::vector<Task>> expired_leases(Timestamp now, std::size_t limit) = 0;
  /// A requester's tasks in one state, oldest first.
  virtual Result<std::vector<Task>> tasks_of(const WalletId& requester, TaskState state, std::size_t limit) = 0;
  /// A requester's tasks, newest first.
  virtual Result<std::vector<Task>> recent_tasks_of(const WalletId& requester, std::size_t limit) = 0;
  /// How many leases a worker's wallet holds.
  virtual Result<std::uint64_t> lease_count(const WalletId& worker) = 0;
  virtual Result<std::map<TaskState, std::uint64_t>> task_counts() = 0;
  virtual Result<RequesterStats> requester_stats(const WalletId& requester) = 0;
  virtual Result<std::uint64_t> device_count() = 0;

  /// Errors: already_exists: (task, attempt) has one.
  virtual Result<void> insert_submission(const Submission& submission) = 0;
  virtual Result<Submission> submission(const TaskId& task, std::uint32_t attempt) = 0;

  /// Events after `sequence`, oldest first; of one requester's tasks, or of all where `requester` is empty.
  virtual Result<std::vector<Event>> events_after(std::uint64_t sequence, const WalletId& requester, std::size_t limit) = 0;
  virtual Result<std::uint64_t> last_sequence() = 0;

  // -- the log of acceptances; the store keeps what it is given, and neither hashes nor signs
  /// Appends an entry and the nodes that it makes complete.
  /// Errors: aborted, reason "changed": `entry.index` is not the log's size. already_exists: (task, attempt) has an entry.
  virtual Result<void> append_log_entry(const LogEntry& entry, const std::vector<LogNode>& nodes) = 0;
  virtual Result<LogEntry> log_entry(const TaskId& task, std::uint32_t attempt) = 0;
  /// Entries from number `start` on, in order.
  virtual Result<std::vector<LogEntry>> log_entries(std::uint64_t start, std::size_t limit) = 0;
  virtual Result<std::uint64_t> log_size() = 0;
  virtual Result<Digest> log_node(unsigned level, std::uint64_t index) = 0;

  // -- keys of encrypted tasks
  /// Errors: already_exists: this attempt has asked.
  virtual Result<void> put_key_request(const TaskId& task, std::uint32_t attempt, std::string_view request) = 0;
  /// The first grant stays; putting another one changes nothing. Errors: not_found: this attempt has not asked.
  virtual Result<void> put_key_grant(const TaskId& task, std::uint32_t attempt, std::string_view grant) = 0;
  virtual Result<KeyExchange> key_exchange(const TaskId& task, std::uint32_t attempt) = 0;
  /// Requests without a grant, of the current attempts at the requester's assigned tasks, by task and so in no order that tells.
  virtual Result<std::vector<KeyExchange>> keys_wanted(const WalletId& requester, std::size_t limit) = 0;

  // -- proof of work
  virtual Result<void> put_challenge(const ChallengeRecord& challenge) = 0;  ///< Replaces the one of the same (task, wallet).
  virtual Result<ChallengeRecord> challenge(const TaskId& task, const WalletId& wallet) = 0;
  /// Marks it spent, once. Errors: aborted, reason "pow_spent": it was already.
  virtual Result<void> spend_challenge(const TaskId& task, const WalletId& wallet, std::string_view nonce, Timestamp now) = 0;
  /// Unspent challenges of a wallet that are alive at `now`.
  virtual Result<std::uint64_t> challenge_count(const WalletId& wallet, Timestamp now) = 0;
  virtual Result<void> append_pow_audit(const PowAuditEntry& entry) = 0;
  /// The log of proofs of work, newest first: of one wallet, or of all where `wallet` is empty. No HTTP path shows it; it is for
  /// the operator, as is the table pow_audit_log of an SQLite file.
  virtual Result<std::vector<PowAuditEntry>> pow_audit(const WalletId& wallet, std::size_t limit) = 0;

  // -- idempotency, per wallet and key
  /// Errors: already_exists: the key has a reply; work that fails with this is undone as a whole, so the request counts once.
  virtual Result<void> put_reply(const WalletId& wallet, std::string_view key, const IdempotentReply& reply) = 0;
  virtual Result<IdempotentReply> reply(const WalletId& wallet, std::string_view key) = 0;

  // -- ledger
  /// Moves money. False: a transfer of this id was applied before, and nothing moves now.
  /// Errors: out_of_range: more than an account can hold. failed_precondition, reason "insufficient_funds": `from` holds less.
  /// already_exists, reason "transfer_differs": the id was applied with other terms. invalid_argument: amount not above zero, both
  /// accounts the same.
  virtual Result<bool> transfer(const Transfer& transfer, Timestamp now) = 0;
  virtual Result<Amount> balance(const AccountId& account) = 0;  ///< Zero for an account that nothing has touched.
  /// All rewards that were paid to that worker. (Money from escrow in general would count a requester's refunds too.)
  virtual Result<Amount> earned(const WalletId& worker) = 0;
  /// Checks the books: balances equal the transfers that made them, all sum to zero, only `external` is negative.
  /// Errors: data_loss: they do not; the message says where.
  virtual Result<void> check_ledger() = 0;
};

/// May be shared between threads.
class Store {
 public:
  virtual ~Store() = default;

  using Work = std::function<Result<void>(Transaction&)>;

  /// Runs `work` and commits what it did, or, if it answers with an Error, undoes all of it and passes that Error on.
  /// `work` runs on the store's writer, alone; it may run more than once (a commit that conflicted), so it changes nothing
  /// but the transaction and its own captures, and assigns these anew each time. It must not call the store.
  /// Blocks until what was written is durable: several writers waiting share one commit.
  /// What `work` throws undoes it too, and reaches the caller.
  /// Errors: those of `work`; unavailable: the commit failed, nothing was changed. cancelled: the store is closing.
  virtual Result<void> write(const Work& work) = 0;

  /// Runs `work` on a consistent snapshot; what it writes is an error (failed_precondition).
  virtual Result<void> read(const Work& work) = 0;
};

/// Keeps everything in memory: for tests, simulations and labs.
std::shared_ptr<Store> open_memory();

struct SqliteOptions {
  std::filesystem::path path;
  std::size_t readers = 4;               ///< Connections for read(); more callers wait. 1 to 64.
  std::size_t commits_shared_max = 256;  ///< Writers that one commit may carry.
};

/// Opens or creates a database file (WAL; a commit returns after fsync) and brings its schema up to date. Starts one thread, the
/// writer. PATH.lock beside it keeps a second coordinator off and may stay.
/// Errors: invalid_argument: options out of range. unavailable: cannot be opened or written (the message says why).
/// failed_precondition, reason "newer_schema", "foreign_database" (another program's) or "locked" (by another coordinator).
/// data_loss: not a database, or damaged. resource_exhausted, reason "threads": the system has no thread for the writer.
Result<std::shared_ptr<Store>> open_sqlite(const SqliteOptions& options);

}  // namespace gstd::store

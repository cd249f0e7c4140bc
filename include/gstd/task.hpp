// The task: what is asked for, the states it goes through, leases, retries, and who gets the money. Pure: no I/O, no clock.
#pragma once

#include <gstd/base.hpp>

namespace gstd {

// ---------------------------------------------------------------------------------------------------------------------
// Lifecycle

/// Numbers are part of the ABI and of stored rows: append only.
enum class TaskState : std::int32_t {
  awaiting_escrow = 0,  ///< Created; the requester's balance does not cover it yet.
  pending = 1,          ///< Paid for, open to claims from `not_before` on.
  assigned = 2,         ///< Leased to one worker under the current attempt number.
  validating = 3,       ///< A result has come in and is being judged.
  validated = 4,        ///< Accepted, not yet paid out.
  completed = 5,        ///< Paid. Final.
  failed = 6,           ///< Every worker would see the guest fail; the work is paid, the task is over. Final.
  dead_letter = 7,      ///< Retries or attempts are spent; money stays in escrow until somebody decides.
  cancelled = 8,        ///< Given up by its requester, escrow refunded. Final.
  disputed = 9,         ///< Accepted but contested; an operator decides.
};
inline constexpr int kTaskStateCount = 10;

enum class TaskEvent : std::int32_t {
  fund = 0,          ///< Escrow is locked.
  assign = 1,        ///< A claim with a valid proof wins the lease.
  submit = 2,        ///< The lease holder hands in a result.
  give_back = 3,     ///< The lease holder returns the task unworked (drain, missing capability).
  fail_attempt = 4,  ///< The attempt ended in something that is only worth a retry; retries are left.
  exhaust = 5,       ///< As fail_attempt, expire or reject, with nothing left.
  expire = 6,        ///< The lease ran out.
  accept = 7,        ///< The result is accepted.
  reject = 8,        ///< The result is refused; retries are left.
  fail = 9,          ///< The accepted outcome is the guest's own failure; worker and platform are paid at once.
  settle = 10,       ///< Worker and platform are paid.
  cancel = 11,       ///< The requester gives up.
  dispute = 12,      ///< The requester contests a result before it is paid.
  uphold = 13,       ///< An operator decides for the worker; the result is accepted again, to be settled at once.
  overturn = 14,     ///< An operator decides for the requester; the task opens again.
  redrive = 15,      ///< An operator gives a dead letter new retries.
};
inline constexpr int kTaskEventCount = 16;

/// Who may cause an event.
enum class Actor : std::int32_t { requester = 0, worker = 1, coordinator = 2, operator_ = 3 };

std::string_view to_string(TaskState state) noexcept;
std::string_view to_string(TaskEvent event) noexcept;
std::string_view to_string(Actor actor) noexcept;
std::optional<TaskState> parse_task_state(std::string_view name) noexcept;

struct Transition {
  TaskState from;
  TaskEvent event;
  TaskState to;
  Actor by;
};

/// The one table; SQL guards, docs/lifecycle.md and the exhaustive test derive from it.
std::span<const Transition> transitions() noexcept;

/// Where `event`, caused by `by`, leads from `from`.
/// Errors: failed_precondition, reason "state": not in the table. permission_denied, reason "actor": in it, but for another actor.
Result<TaskState> next_state(TaskState from, TaskEvent event, Actor by);

bool is_terminal(TaskState state) noexcept;

/// Whether a task in `state` has a lease: from its claim on, and for good where it ended in payment, as the record of who was paid.
bool holds_lease(TaskState state) noexcept;

/// docs/lifecycle.md: the table and its diagram, generated.
std::string lifecycle_markdown();

// ---------------------------------------------------------------------------------------------------------------------
// Terms

inline constexpr int kPriorityHighest = 1;
inline constexpr int kPriorityNormal = 3;
inline constexpr int kPriorityLowest = 5;

/// How the input of an encrypted task is sealed, and who says so.
struct TaskSealing {
  std::uint32_t suite = 0;  ///< The number of a SealingSuite.
  Digest sealed_input;      ///< SHA-256 of the sealed stream, under which the store has it.
  PublicKey sender;         ///< The key that sealed the input, signed for it, and grants its content key.
  Signature signature;      ///< Over what the task is: encode_sealed_task().
  bool operator==(const TaskSealing&) const = default;
};

/// What a requester asks for.
struct TaskSpec {
  std::string type = "wasm_binary";  ///< At most 50 characters.
  std::string operation = "run";     ///< At most 50 characters.
  Digest module;                     ///< SHA-256 of an uploaded module.
  Digest input;                      ///< SHA-256 of the input; of an encrypted task its keyed commitment.
  RunLimits limits;
  Amount budget;                   ///< What the requester pays for an accepted result, fee included.
  int priority = kPriorityNormal;  ///< 1 first, 5 last.
  GuestConvention convention = GuestConvention::wasi;
  std::optional<TaskSealing> sealing{};  ///< Nothing: input and result are there for the coordinator to read.
};

/// Errors: invalid_argument: a field out of its bounds; the message names it.
Result<void> check_spec(const TaskSpec& spec);

/// A task that waits longer for its next attempt is lost rather than late.
inline constexpr std::chrono::milliseconds kRetryDelayMax = std::chrono::hours{24};

/// When a task that failed is tried again, and when never.
struct RetryPolicy {
  /// Before the first, second and third retry, 0 to kRetryDelayMax each.
  std::array<std::chrono::milliseconds, 3> delays{std::chrono::seconds{1}, std::chrono::seconds{5}, std::chrono::seconds{30}};
  /// Attempts of any kind, expired leases included. A crashed worker does not use a retry, but a task that brings down
  /// every worker must end somewhere.
  std::uint32_t attempts_max = 16;

  std::uint32_t failures_max() const noexcept { return static_cast<std::uint32_t>(delays.size()); }
};

/// A claim under way. Its attempt number is the fencing token: whoever submits under an older one is late.
struct Lease {
  DeviceId device;
  WalletId worker;
  PublicKey key;
  Timestamp expires_at{};
  ReceiptNonce receipt_nonce{};  ///< What the attempt's receipt has to repeat.
  bool operator==(const Lease&) const = default;
};

/// A task as the store keeps it.
struct Task {
  TaskId id;
  WalletId requester;
  TaskSpec spec;
  TaskState state = TaskState::awaiting_escrow;
  std::uint32_t attempt = 0;            ///< Number of the current or last attempt; 0 before the first claim. Never goes back.
  std::uint32_t attempts_forgiven = 0;  ///< Attempts up to this one do not count against attempts_max: what a redrive gives.
  std::uint32_t failures = 0;           ///< Failed attempts that used a retry.
  std::optional<Lease> lease;           ///< Set exactly where holds_lease(state).
  Timestamp not_before{};               ///< A pending task is not offered before.
  Timestamp created_at{};
  std::optional<Timestamp> assigned_at;
  std::optional<Timestamp> completed_at;  ///< When it reached completed, failed, dead_letter or cancelled.
  std::string last_error;                 ///< Why the last attempt failed or is contested, at most kLastErrorCharsMax; else empty.
};
inline constexpr std::size_t kLastErrorCharsMax = 500;

/// A result as it was handed in, keyed by (task, attempt).
struct Submission {
  TaskId task;
  std::uint32_t attempt = 0;
  DeviceId device;
  WalletId worker;
  PublicKey key;
  OutcomeKind outcome = OutcomeKind::completed;
  std::int32_t exit_code = 0;
  std::uint64_t fuel_used = 0;
  std::chrono::milliseconds execution_time{0};
  Digest output;        ///< The bytes are in the store under this digest.
  Bytes receipt;        ///< encode_receipt()'s bytes.
  Signature signature;  ///< The worker's, over them.
  Timestamp submitted_at{};
};

// ---------------------------------------------------------------------------------------------------------------------
// Changes: each takes a task and says what it becomes, or why not. None touches anything else.

struct Change {
  TaskEvent event;
  Task task;  ///< What it becomes.
};

/// Errors of all: those of next_state().
Result<Change> fund(Task task, Timestamp now);
/// Next attempt number, lease for `lease_time`; `lease_holder.expires_at` is not read.
/// Errors: failed_precondition, reason "not_due": `not_before` is still ahead. invalid_argument: `lease_time` not above zero.
Result<Change> assign(Task task, Lease lease_holder, std::chrono::milliseconds lease_time, Timestamp now);

/// Errors of extend_lease, submit, give_back and fail_attempt: aborted, reason "lease_stale": the lease is another attempt's,
/// another device's, or has run out (a lease has run out at its end, not only after it). That is looked at before the state, so
/// that whoever comes late hears that it is late, whatever became of the task.
/// extend_lease is the heartbeat: same state, later end of the lease, never an earlier one.
Result<Task> extend_lease(Task task, std::uint32_t attempt, const DeviceId& device, std::chrono::milliseconds lease_time,
                          Timestamp now);
Result<Change> submit(Task task, std::uint32_t attempt, const DeviceId& device, Timestamp now);
/// Uses no retry, and leads to no dead letter: it says nothing about the task, and every claim has cost its worker a proof.
Result<Change> give_back(Task task, std::uint32_t attempt, const DeviceId& device, Timestamp now);
/// fail_attempt with the policy's delay, or exhaust.
Result<Change> fail_attempt(Task task, std::uint32_t attempt, const DeviceId& device, std::string why, const RetryPolicy& policy,
                            Timestamp now);
/// expire, or exhaust once attempts_max is reached.
/// Errors: failed_precondition, reason "not_due": the lease still runs.
Result<Change> expire(Task task, const RetryPolicy& policy, Timestamp now);
/// The verdict on a task that is validating: `accept` for a completed or exited run, `fail` for any other comparable outcome.
/// Errors: invalid_argument, reason "not_comparable": any other outcome; that is for fail_attempt() or reject().
Result<Change> judge(Task task, OutcomeKind outcome, Timestamp now);
/// The result is refused: back to pending with the policy's delay, or exhaust.
Result<Change> reject(Task task, std::string why, const RetryPolicy& policy, Timestamp now);
Result<Change> settle(Task task, Timestamp now);
/// The escrow, if there was one (any state but awaiting_escrow), goes back by refund_transfer().
Result<Change> cancel(Task task, Actor by, Timestamp now);
Result<Change> dispute(Task task, std::string why, Timestamp now);
/// Whoever upholds settles in the same transaction, else the result could be disputed again.
Result<Change> uphold(Task task, Timestamp now);
Result<Change> overturn(Task task, std::string why, Timestamp now);
/// All retries and attempts anew; the attempt number goes on, since it fences late submissions off.
Result<Change> redrive(Task task, Timestamp now);

// ---------------------------------------------------------------------------------------------------------------------
// Ledger rule: double entry, two legs to a transfer, so that all accounts always sum to zero.

/// Name of an account. Money enters from and leaves to `external`, the only one that may go below zero.
struct AccountId {
  std::string name;
  auto operator<=>(const AccountId&) const = default;
};
AccountId external_account();
AccountId fee_account();
AccountId wallet_account(const WalletId& wallet);
AccountId escrow_account(const TaskId& task);

inline constexpr std::string_view kEscrowAccountPrefix = "escrow/";  ///< Followed by the task's id.
inline constexpr std::string_view kRewardIdPrefix = "reward/";       ///< Of a worker's transfers; followed by the task's id.
inline constexpr std::string_view kRefundIdPrefix = "refund/";       ///< Of a requester's transfers; followed by the task's id.
inline constexpr std::size_t kTransferIdCharsMax = 300;

/// One movement of money. Applied at most once per id, whatever is repeated.
struct Transfer {
  std::string id;  ///< E.g. "reward/TASK": a task is paid once, whoever did it. At most kTransferIdCharsMax characters.
  AccountId from;
  AccountId to;
  Amount amount;  ///< More than zero.
  TaskId task;    ///< Empty for deposits.
  bool operator==(const Transfer&) const = default;
};

/// The platform's share, in percent, of a task's budget.
inline constexpr std::int64_t kPlatformFeePercent = 5;

Amount fee_of(Amount budget) noexcept;     ///< 5 %, rounded down: what is indivisible goes to the worker.
Amount reward_of(Amount budget) noexcept;  ///< The rest.
/// The budget of which exactly `reward` is left when the fee is taken off. `reward` is at most kAmountMax.
Amount budget_for(Amount reward) noexcept;

Transfer deposit_transfer(std::string_view deposit_id, const WalletId& wallet, Amount amount);
Transfer lock_transfer(const Task& task);
/// Reward and, where it is not zero, fee, out of escrow. Empty where the task has no lease: there is nobody to pay.
std::vector<Transfer> payout_transfers(const Task& task);
Transfer refund_transfer(const Task& task);

}  // namespace gstd

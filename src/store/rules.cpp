#include "store/rules.hpp"

namespace gstd::store {

Error no_such(std::string_view what, std::string_view key) {
  return {ErrorCode::not_found, "there is no " + std::string(what) + " \"" + std::string(key) + "\"", {}};
}

Error taken(std::string_view what, std::string_view key) {
  return {ErrorCode::already_exists, "there is a " + std::string(what) + " \"" + std::string(key) + "\" already", {}};
}

Error task_changed(const TaskId& id) {
  return {ErrorCode::aborted, "task \"" + id.str() + "\" was changed meanwhile; read it again and decide anew", "changed"};
}

Error log_changed() { return {ErrorCode::aborted, "the log has another size; read it again and append anew", "changed"}; }

Error challenge_spent(const TaskId& id) {
  return {ErrorCode::aborted, "the proof-of-work challenge of task \"" + id.str() + "\" is spent; ask for a new one", "pow_spent"};
}

Error insufficient_funds(const AccountId& account, Amount held, Amount wanted) {
  return {
      ErrorCode::failed_precondition,
      account.name + " holds " + format_amount(held) + " GSTD, less than the " + format_amount(wanted) + " that are asked of it",
      "insufficient_funds"};
}

Error ledger_damaged(const std::string& where) { return {ErrorCode::data_loss, "the books do not balance: " + where, "ledger"}; }

Result<void> check_module(const ModuleRecord& module) {
  for (const auto* names : {&module.imports, &module.exports})
    for (const std::string& name : *names)
      if (name.find('\n') != std::string::npos)
        return Error{ErrorCode::invalid_argument, "a module's import or export has a line break in its name", "field"};
  return {};
}

Result<void> check_new_task(const Task& task) {
  if (task.id.empty() || task.requester.empty())
    return Error{ErrorCode::invalid_argument, "a task needs an id and a requester", "field"};
  if (task.state != TaskState::awaiting_escrow || task.attempt != 0 || task.lease)
    return Error{ErrorCode::invalid_argument, "a task starts as awaiting_escrow, without attempt and lease", "state"};
  return {};
}

Result<void> check_change(const Change& change, TaskState from) {
  bool in_table = false;
  for (const Transition& t : transitions())
    in_table = in_table || (t.from == from && t.event == change.event && t.to == change.task.state);
  if (!in_table)
    return Error{ErrorCode::failed_precondition,
                 "the lifecycle has no step from " + std::string(to_string(from)) + " by " + std::string(to_string(change.event)) +
                     " to " + std::string(to_string(change.task.state)),
                 "state"};
  if (change.task.lease.has_value() != holds_lease(change.task.state))
    return Error{ErrorCode::failed_precondition,
                 "the lease does not go with the state " + std::string(to_string(change.task.state)), "lease"};
  return {};
}

Result<void> check_transfer(const Transfer& transfer) {
  if (transfer.id.empty() || transfer.id.size() > kTransferIdCharsMax)
    return Error{ErrorCode::invalid_argument, "a transfer's id has 1 to " + std::to_string(kTransferIdCharsMax) + " characters",
                 "field"};
  if (transfer.amount.nano <= 0) return Error{ErrorCode::invalid_argument, "a transfer's amount must be above zero", "amount"};
  if (transfer.from == transfer.to)
    return Error{ErrorCode::invalid_argument, "a transfer must lead to another account than it comes from", "field"};
  return {};
}

Result<void> check_same_transfer(const Transfer& applied, const Transfer& again) {
  if (applied == again) return {};
  return Error{ErrorCode::already_exists, "a transfer \"" + again.id + "\" was applied before, with other terms",
               "transfer_differs"};
}

Result<Amount> add_amounts(Amount a, Amount b) {
  Amount sum;
  if (__builtin_add_overflow(a.nano, b.nano, &sum.nano))
    return Error{ErrorCode::out_of_range, "the account cannot hold that much", "amount"};
  return sum;
}

PowAuditEntry expiry_of(const ChallengeRecord& challenge) {
  PowAuditEntry entry;
  entry.at = challenge.expires_at;
  entry.task = challenge.task;
  entry.wallet = challenge.wallet;
  entry.version = challenge.version;
  entry.difficulty_bits = challenge.difficulty_bits;
  entry.outcome = PowAuditOutcome::expired;
  return entry;
}

std::string_view to_string(PowAuditOutcome outcome) noexcept {
  constexpr std::array<std::string_view, 4> kNames{"issued", "rejected", "verified", "expired"};
  const auto number = static_cast<std::size_t>(outcome);
  return number < kNames.size() ? kNames[number] : "unknown";
}

Event event_of(const Change& change, const WalletId& requester, Timestamp now) {
  return {0, change.task.id, requester, change.event, change.task.state, change.task.attempt, now};
}

}  // namespace gstd::store

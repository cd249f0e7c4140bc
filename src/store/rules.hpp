// What every store answers and writes alike: the checks that come before a change, the words of refusals, derived records.
#pragma once

#include <gstd/store.hpp>

namespace gstd::store {

Error no_such(std::string_view what, std::string_view key);
Error taken(std::string_view what, std::string_view key);
Error task_changed(const TaskId& id);
Error log_changed();
Error challenge_spent(const TaskId& id);
Error insufficient_funds(const AccountId& account, Amount held, Amount wanted);
Error ledger_damaged(const std::string& where);

/// Errors: invalid_argument: a name has a line break.
Result<void> check_module(const ModuleRecord& module);

/// Errors: invalid_argument: not a task's first state.
Result<void> check_new_task(const Task& task);

/// Errors: failed_precondition: the lifecycle table has no such step, or the lease does not go with the new state.
Result<void> check_change(const Change& change, TaskState from);

/// Errors: invalid_argument, as Transaction::transfer() says.
Result<void> check_transfer(const Transfer& transfer);

/// For a transfer whose id was applied before. Errors: already_exists: it had other terms.
Result<void> check_same_transfer(const Transfer& applied, const Transfer& again);

/// Errors: out_of_range: the sum does not fit.
Result<Amount> add_amounts(Amount a, Amount b);

/// What the log says of a challenge whose time ran out unspent, whoever notices: the store that drops it, or the coordinator that
/// puts another in its place.
PowAuditEntry expiry_of(const ChallengeRecord& challenge);

/// The event that `change` leaves behind; its sequence number is the store's to give.
Event event_of(const Change& change, const WalletId& requester, Timestamp now);

}  // namespace gstd::store

// Where money moves: escrow in, reward and fee out, refunds, and the tasks that were waiting for a balance.
#pragma once

#include "coordinator/mutation.hpp"

namespace gstd::coordinator {

/// Tasks of one wallet that may await escrow. They cost their requester nothing, and the store their inputs.
inline constexpr std::size_t kAwaitingMax = 256;

/// Errors: resource_exhausted, reason "awaiting_escrow": `wallet` has more than kAwaitingMax of them.
Result<void> check_awaiting(Mutation& mutation, const WalletId& wallet);

/// Locks the escrow of the tasks of `wallet` that await it and opens them, oldest first, until the balance does not cover the next.
/// The oldest goes first even where a younger one could be paid: no task starves.
Result<void> fund_awaiting(Mutation& mutation, const WalletId& wallet);

/// Judges a task that is validating by its outcome, pays worker and platform out of escrow, and takes the task to its end.
Result<Task> judge_and_pay(Mutation& mutation, const Task& task, OutcomeKind outcome);

/// Ends a task for its requester and gives back what its escrow holds.
Result<Task> cancel_and_refund(Mutation& mutation, const Task& task);

}  // namespace gstd::coordinator

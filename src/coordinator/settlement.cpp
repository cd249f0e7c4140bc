#include "coordinator/settlement.hpp"

namespace gstd::coordinator {
namespace {

Result<void> pay(Mutation& mutation, const Task& task) {
  for (const Transfer& transfer : payout_transfers(task)) {
    auto moved = mutation.records().transfer(transfer, mutation.now());
    if (!moved) return std::move(moved).error();
  }
  return {};
}

// Leaves a task that the balance does not cover as it is. Returns it as it then stands.
Result<Task> fund_if_covered(Mutation& mutation, Task task) {
  auto balance = mutation.records().balance(wallet_account(task.requester));
  if (!balance) return std::move(balance).error();
  if (*balance < task.spec.budget) return task;
  auto locked = mutation.records().transfer(lock_transfer(task), mutation.now());
  if (!locked) return std::move(locked).error();
  return mutation.apply(task, fund(task, mutation.now()));
}

}  // namespace

Result<void> fund_awaiting(Mutation& mutation, const WalletId& wallet) {
  auto awaiting = mutation.records().tasks_of(wallet, TaskState::awaiting_escrow, kAwaitingMax + 1);  // and the new one
  if (!awaiting) return std::move(awaiting).error();
  for (Task& task : *awaiting) {
    auto funded = fund_if_covered(mutation, std::move(task));
    if (!funded) return std::move(funded).error();
    if (funded->state == TaskState::awaiting_escrow) break;
  }
  return {};
}

Result<void> check_awaiting(Mutation& mutation, const WalletId& wallet) {
  auto awaiting = mutation.records().tasks_of(wallet, TaskState::awaiting_escrow, kAwaitingMax + 1);
  if (!awaiting) return std::move(awaiting).error();
  if (awaiting->size() <= kAwaitingMax) return {};
  return Error{
      ErrorCode::resource_exhausted,
      "this wallet has " + std::to_string(kAwaitingMax) + " tasks that its balance does not cover; deposit or cancel first",
      "awaiting_escrow"};
}

Result<Task> judge_and_pay(Mutation& mutation, const Task& task, OutcomeKind outcome) {
  auto judged = mutation.apply(task, judge(task, outcome, mutation.now()));
  if (!judged) return judged;
  // `task` still has its lease, which names the payee, whatever the verdict has made of it.
  if (auto paid = pay(mutation, task); !paid) return std::move(paid).error();
  const WalletId worker = task.lease->worker;
  if (judged->state == TaskState::validated) {
    judged = mutation.apply(*judged, settle(*judged, mutation.now()));
    if (!judged) return judged;
  }
  // A worker that has tasks of its own waiting for money has just earned some.
  if (auto funded = fund_awaiting(mutation, worker); !funded) return std::move(funded).error();
  return judged;
}

Result<Task> cancel_and_refund(Mutation& mutation, const Task& task) {
  auto cancelled = mutation.apply(task, cancel(task, Actor::requester, mutation.now()));
  if (!cancelled) return cancelled;
  auto held = mutation.records().balance(escrow_account(task.id));
  if (!held) return std::move(held).error();
  if (held->nano == 0) return cancelled;
  auto refunded = mutation.records().transfer(refund_transfer(task), mutation.now());
  if (!refunded) return std::move(refunded).error();
  if (auto funded = fund_awaiting(mutation, task.requester); !funded) return std::move(funded).error();
  return cancelled;
}

}  // namespace gstd::coordinator

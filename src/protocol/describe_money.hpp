// Messages about money: balances, escrow, what a requester has spent.
#pragma once

#include "protocol/describe.hpp"

namespace gstd::protocol {

template <class V>
void describe(V& v, In<V, WalletBalance>& m) {
  v.about("What a wallet holds.");
  v.field("gstd_balance", m.gstd_balance, required, "Free to be spent.");
  v.neutral("ton_balance", "number", "0");
  v.field("pending_earnings", m.pending_earnings, required, "Always 0: acceptance and payment are one step.");
  v.neutral("pending_payouts", "number", "0");
  v.field("total_earned", m.total_earned, required, "All rewards so far.");
  v.field("locked_in_escrow", m.locked_in_escrow, required, "Budgets of the wallet's own open tasks.");
}

template <class V>
void describe(V& v, In<V, ClientStats>& m) {
  v.about("What a requester's tasks come to.");
  v.field("total_tasks_created", m.total_tasks_created, required, "All.");
  v.field("active_tasks", m.active_tasks, required, "On their way.");
  v.field("completed_tasks", m.completed_tasks, required, "Paid.");
  v.field("failed_tasks", m.failed_tasks, required, "Ended without success.");
  v.field("total_spent_gstd", m.total_spent_gstd, required, "Paid out of escrow.");
  v.field("total_locked_gstd", m.total_locked_gstd, required, "In escrow now.");
  v.field("avg_completion_time_min", m.avg_completion_time_min, required, "Minutes from creation to the end, on average.");
}

template <class V>
void describe(V& v, In<V, EscrowView>& m) {
  v.about("The money of one task.");
  v.neutral("id", "integer", "0");
  v.field("task_id", m.task_id, required, "The task.");
  v.field("creator_wallet", m.creator_wallet, required, "Who pays.");
  v.field("budget_gstd", m.budget_gstd, required, "What an accepted result costs.");
  v.field("platform_fee_gstd", m.platform_fee_gstd, required, "What of it is the platform's.");
  v.field("total_locked_gstd", m.total_locked_gstd, required, "In escrow.");
  v.neutral("difficulty", "string", R"("medium")");
  v.field("task_type", m.task_type, required, "Kind of task.", kWordOrNone);
  v.neutral("geography", "string", R"("")");
  v.field("status", m.status, required, "awaiting, locked, released or refunded.", kWord);
  v.field("locked_at", m.locked_at, required, "When the money was locked.");
  v.field("workers_paid", m.workers_paid, required, "Workers that were paid.");
  v.field("total_paid_gstd", m.total_paid_gstd, required, "What they were paid.");
}

template <class V>
void describe(V& v, In<V, EscrowPage>& m) {
  v.about("A requester's escrows, newest first.");
  v.field("escrows", m.escrows, required, "At most 50 on the platform.", kEscrowList);
}

}  // namespace gstd::protocol

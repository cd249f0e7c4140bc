#include "coordinator/handlers.hpp"
#include "coordinator/views.hpp"

namespace gstd::coordinator {
namespace {

// Newest escrows in one answer, as the platform does.
constexpr std::size_t kEscrowsMax = 50;

using Minutes = std::chrono::duration<double, std::ratio<60>>;

}  // namespace

Result<Reply> get_wallet_balance(Call& call) {
  const WalletId& wallet = call.identity->wallet;
  protocol::WalletBalance view;
  auto read = call.services().read([&](store::Transaction& records) -> Result<void> {
    auto balance = records.balance(wallet_account(wallet));
    if (!balance) return std::move(balance).error();
    auto earned = records.earned(wallet);
    if (!earned) return std::move(earned).error();
    auto stats = records.requester_stats(wallet);
    if (!stats) return std::move(stats).error();
    view.gstd_balance = *balance;
    view.total_earned = *earned;
    view.locked_in_escrow = stats->locked;
    return {};
  });
  if (!read) return std::move(read).error();
  return json_reply(view);
}

Result<Reply> get_client_stats(Call& call) {
  store::RequesterStats stats;
  auto read = call.services().read([&](store::Transaction& records) -> Result<void> {
    auto found = records.requester_stats(call.identity->wallet);
    if (!found) return std::move(found).error();
    stats = *std::move(found);
    return {};
  });
  if (!read) return std::move(read).error();
  protocol::ClientStats view;
  for (const auto& [state, count] : stats.tasks) view.total_tasks_created += count;
  view.completed_tasks = stats.tasks[TaskState::completed];
  // A dead letter has no result either, unless an operator revives it.
  view.failed_tasks = stats.tasks[TaskState::failed] + stats.tasks[TaskState::dead_letter];
  view.active_tasks = view.total_tasks_created - view.completed_tasks - view.failed_tasks - stats.tasks[TaskState::cancelled];
  view.total_spent_gstd = stats.spent;
  view.total_locked_gstd = stats.locked;
  view.avg_completion_time_min = Minutes{stats.completion_time_mean}.count();
  return json_reply(view);
}

Result<Reply> get_client_escrows(Call& call) {
  protocol::EscrowPage page;
  auto read = call.services().read([&](store::Transaction& records) -> Result<void> {
    auto tasks = records.recent_tasks_of(call.identity->wallet, kEscrowsMax);
    if (!tasks) return std::move(tasks).error();
    page.escrows.clear();
    for (const Task& task : *tasks) page.escrows.push_back(escrow_of(task));
    return {};
  });
  if (!read) return std::move(read).error();
  return json_reply(page);
}

}  // namespace gstd::coordinator

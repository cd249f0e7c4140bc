#include <gstd/task.hpp>

namespace gstd {

AccountId external_account() { return {"external"}; }
AccountId fee_account() { return {"fee"}; }
AccountId wallet_account(const WalletId& wallet) { return {"wallet/" + wallet.str()}; }
AccountId escrow_account(const TaskId& task) { return {std::string(kEscrowAccountPrefix) + task.str()}; }

Amount fee_of(Amount budget) noexcept {
  // Hundreds and rest apart, so that no budget overflows; exact, since 100 * q * p / 100 has no remainder.
  return {budget.nano / 100 * kPlatformFeePercent + budget.nano % 100 * kPlatformFeePercent / 100};
}

Amount reward_of(Amount budget) noexcept { return {budget.nano - fee_of(budget).nano}; }

// The fee is p/100 of the budget, so p/(100 - p) of the reward; where both are rounded down, they are the same number.
Amount budget_for(Amount reward) noexcept {
  return {reward.nano + reward.nano * kPlatformFeePercent / (100 - kPlatformFeePercent)};
}

Transfer deposit_transfer(std::string_view deposit_id, const WalletId& wallet, Amount amount) {
  return {"deposit/" + std::string(deposit_id), external_account(), wallet_account(wallet), amount, {}};
}

Transfer lock_transfer(const Task& task) {
  return {"lock/" + task.id.str(), wallet_account(task.requester), escrow_account(task.id), task.spec.budget, task.id};
}

std::vector<Transfer> payout_transfers(const Task& task) {
  if (!task.lease) return {};
  const AccountId escrow = escrow_account(task.id);
  std::vector<Transfer> out{{std::string(kRewardIdPrefix) + task.id.str(), escrow, wallet_account(task.lease->worker),
                             reward_of(task.spec.budget), task.id}};
  if (const Amount fee = fee_of(task.spec.budget); fee.nano > 0)
    out.push_back({"fee/" + task.id.str(), escrow, fee_account(), fee, task.id});
  return out;
}

Transfer refund_transfer(const Task& task) {
  return {std::string(kRefundIdPrefix) + task.id.str(), escrow_account(task.id), wallet_account(task.requester), task.spec.budget,
          task.id};
}

}  // namespace gstd

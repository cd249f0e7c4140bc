#include "store/memory/transaction.hpp"
#include "store/rules.hpp"

namespace gstd::store::memory {

Result<bool> MemoryTransaction::transfer(const Transfer& transfer, Timestamp) {
  if (auto checked = check_transfer(transfer); !checked) return std::move(checked).error();
  if (const Transfer* applied = state_.transfers.find(transfer.id)) {
    if (auto same = check_same_transfer(*applied, transfer); !same) return std::move(same).error();
    return false;
  }
  const Amount held = *balance(transfer.from);
  if (transfer.from != external_account() && held < transfer.amount)
    return insufficient_funds(transfer.from, held, transfer.amount);
  const auto left = add_amounts(held, {-transfer.amount.nano});
  if (!left) return left.error();
  const auto grown = add_amounts(*balance(transfer.to), transfer.amount);
  if (!grown) return grown.error();
  state_.transfers.insert(undo_, transfer.id, transfer);
  state_.accounts.put(undo_, transfer.from, *left);
  state_.accounts.put(undo_, transfer.to, *grown);
  return true;
}

Result<Amount> MemoryTransaction::balance(const AccountId& account) {
  const Amount* found = state_.accounts.find(account);
  return found ? *found : Amount{};
}

Result<Amount> MemoryTransaction::earned(const WalletId& worker) {
  Amount sum;
  const AccountId account = wallet_account(worker);
  const auto& transfers = state_.transfers.rows();
  for (auto row = transfers.lower_bound(std::string(kRewardIdPrefix));
       row != transfers.end() && row->first.starts_with(kRewardIdPrefix); ++row)
    if (row->second.to == account) sum.nano += row->second.amount.nano;
  return sum;
}

Result<void> MemoryTransaction::check_ledger() {
  std::map<AccountId, std::int64_t> legs;
  for (const auto& [id, transfer] : state_.transfers.rows()) {
    legs[transfer.from] -= transfer.amount.nano;
    legs[transfer.to] += transfer.amount.nano;
  }
  std::int64_t sum = 0;
  for (const auto& [account, balance] : state_.accounts.rows()) {
    if (legs[account] != balance.nano)
      return ledger_damaged(account.name + " holds " + format_amount(balance) + " GSTD, but its transfers make " +
                            format_amount({legs[account]}));
    if (balance.nano < 0 && account != external_account()) return ledger_damaged(account.name + " is below zero");
    sum += balance.nano;
  }
  if (legs.size() != state_.accounts.rows().size()) return ledger_damaged("a transfer has an account that does not exist");
  if (sum != 0) return ledger_damaged("all accounts sum to " + format_amount({sum}) + " GSTD");
  return {};
}

}  // namespace gstd::store::memory

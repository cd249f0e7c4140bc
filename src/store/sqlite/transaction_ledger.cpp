#include "store/rules.hpp"
#include "store/sqlite/select.hpp"
#include "store/sqlite/transaction.hpp"

namespace gstd::store::sqlite {
namespace {

Result<Transfer> read_transfer(Row row) {
  Transfer transfer;
  transfer.id = row.text();
  transfer.from.name = row.text();
  transfer.to.name = row.text();
  transfer.amount = row.amount();
  transfer.task = row.id<TaskId>();
  return row.finish(std::move(transfer));
}

constexpr std::string_view kSetBalance =
    "INSERT INTO accounts (name, balance) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET balance = excluded.balance";

}  // namespace

Result<bool> SqliteTransaction::transfer(const Transfer& transfer, Timestamp now) {
  if (auto checked = check_transfer(transfer); !checked) return std::move(checked).error();
  const auto applied = read_all(
      db_.query("SELECT id, from_account, to_account, amount, task FROM transfers WHERE id = ?", transfer.id), read_transfer);
  if (!applied) return applied.error();
  if (!applied->empty()) {
    if (auto same = check_same_transfer(applied->front(), transfer); !same) return std::move(same).error();
    return false;
  }
  const auto held = balance(transfer.from);
  if (!held) return held.error();
  if (transfer.from != external_account() && *held < transfer.amount)
    return insufficient_funds(transfer.from, *held, transfer.amount);
  const auto left = add_amounts(*held, {-transfer.amount.nano});
  if (!left) return left.error();
  const auto before = balance(transfer.to);
  if (!before) return before.error();
  const auto grown = add_amounts(*before, transfer.amount);
  if (!grown) return grown.error();

  if (auto done = execute("INSERT INTO transfers (id, from_account, to_account, amount, task, at) VALUES (?, ?, ?, ?, ?, ?)",
                          transfer.id, transfer.from.name, transfer.to.name, transfer.amount, transfer.task, now);
      !done)
    return std::move(done).error();
  if (auto done = execute(kSetBalance, transfer.from.name, *left); !done) return std::move(done).error();
  if (auto done = execute(kSetBalance, transfer.to.name, *grown); !done) return std::move(done).error();
  return true;
}

Result<Amount> SqliteTransaction::balance(const AccountId& account) {
  const auto number = read_number(db_.query("SELECT coalesce(max(balance), 0) FROM accounts WHERE name = ?", account.name));
  if (!number) return number.error();
  return Amount{*number};
}

Result<Amount> SqliteTransaction::earned(const WalletId& worker) {
  const auto number = read_number(
      db_.query("SELECT coalesce(sum(amount), 0) FROM transfers WHERE to_account = ?1 AND substr(id, 1, length(?2)) = ?2",
                wallet_account(worker).name, kRewardIdPrefix));
  if (!number) return number.error();
  return Amount{*number};
}

Result<void> SqliteTransaction::check_ledger() {
  const auto wrong = read_all(
      db_.query(
          "WITH legs (name, amount) AS (SELECT to_account, amount FROM transfers UNION ALL"
          "                             SELECT from_account, -amount FROM transfers),"
          " sums (name, amount) AS (SELECT name, sum(amount) FROM legs GROUP BY name)"
          " SELECT coalesce(accounts.name, sums.name) || ' holds ' || coalesce(balance, 0) || ', its transfers make ' ||"
          "   coalesce(amount, 0) || ' (in 1e-9 GSTD)'"
          " FROM accounts FULL JOIN sums ON accounts.name = sums.name WHERE balance IS NOT amount"
          " UNION ALL SELECT name || ' is below zero' FROM accounts WHERE balance < 0 AND name <> ?1"
          " UNION ALL SELECT 'all accounts sum to ' || sum(balance) || ' (in 1e-9 GSTD)' FROM accounts HAVING sum(balance) <> 0"
          " LIMIT 1",
          external_account().name),
      [](Row row) -> Result<std::string> { return row.text(); });
  if (!wrong) return wrong.error();
  if (!wrong->empty()) return ledger_damaged(wrong->front());
  return {};
}

}  // namespace gstd::store::sqlite

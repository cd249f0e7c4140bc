// Proofs of work: challenges, and the log of what became of them.
#include "store/memory/transaction.hpp"
#include "store/rules.hpp"

#include <algorithm>

namespace gstd::store::memory {

Result<void> MemoryTransaction::put_challenge(const ChallengeRecord& challenge) {
  state_.challenges.put(undo_, {challenge.task, challenge.wallet}, challenge);
  return {};
}

Result<ChallengeRecord> MemoryTransaction::challenge(const TaskId& task, const WalletId& wallet) {
  if (const ChallengeRecord* found = state_.challenges.find({task, wallet})) return *found;
  return no_such("challenge", task.str());
}

Result<void> MemoryTransaction::spend_challenge(const TaskId& task, const WalletId& wallet, std::string_view nonce, Timestamp now) {
  const ChallengeRecord* found = state_.challenges.find({task, wallet});
  if (!found) return no_such("challenge", task.str());
  if (found->nonce) return challenge_spent(task);
  ChallengeRecord spent = *found;
  spent.nonce = nonce;
  spent.verified_at = now;
  state_.challenges.put(undo_, {task, wallet}, std::move(spent));
  return {};
}

Result<std::uint64_t> MemoryTransaction::challenge_count(const WalletId& wallet, Timestamp now) {
  const auto& rows = state_.challenges.rows();
  return static_cast<std::uint64_t>(std::count_if(rows.begin(), rows.end(), [&](const auto& row) {
    return row.second.wallet == wallet && !row.second.nonce && row.second.expires_at >= now;
  }));
}

void MemoryTransaction::drop_challenges(Timestamp now) {
  for (const auto& [key, challenge] : state_.challenges.rows())
    if (challenge.expires_at < now && !challenge.nonce) static_cast<void>(append_pow_audit(expiry_of(challenge)));
  state_.challenges.erase_if(undo_, [now](const ChallengeRecord& challenge) { return challenge.expires_at < now; });
}

Result<void> MemoryTransaction::append_pow_audit(const PowAuditEntry& entry) {
  const auto& rows = state_.pow_audit.rows();
  state_.pow_audit.insert(undo_, rows.empty() ? 1 : rows.rbegin()->first + 1, entry);
  return {};
}

Result<std::vector<PowAuditEntry>> MemoryTransaction::pow_audit(const WalletId& wallet, std::size_t limit) {
  std::vector<PowAuditEntry> out;
  const auto& rows = state_.pow_audit.rows();
  for (auto row = rows.rbegin(); row != rows.rend() && out.size() < limit; ++row)
    if (wallet.empty() || row->second.wallet == wallet) out.push_back(row->second);
  return out;
}

void MemoryTransaction::drop_pow_audit(Timestamp now) {
  state_.pow_audit.erase_if(undo_, [now](const PowAuditEntry& entry) { return entry.at <= now - kPowAuditRetention; });
  const auto& rows = state_.pow_audit.rows();
  const std::uint64_t last = rows.empty() ? 0 : rows.rbegin()->first;
  while (!rows.empty() && rows.begin()->first + kPowAuditEntriesMax <= last) {
    const std::uint64_t oldest = rows.begin()->first;
    state_.pow_audit.erase(undo_, oldest);
  }
}

}  // namespace gstd::store::memory

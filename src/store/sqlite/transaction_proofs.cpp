// Proofs of work: challenges, and the log of what became of them.
#include "store/rules.hpp"
#include "store/sqlite/select.hpp"
#include "store/sqlite/transaction.hpp"

namespace gstd::store::sqlite {
namespace {

// One list of columns for every question about challenges, in the order in which read_challenge() reads them.
#define GSTD_CHALLENGE_COLUMNS \
  "task, wallet, challenge, difficulty_bits, created_at, expires_at, nonce, verified_at, version, wrong_nonces"

Result<ChallengeRecord> read_challenge(Row row) {
  ChallengeRecord challenge;
  challenge.task = row.id<TaskId>();
  challenge.wallet = row.id<WalletId>();
  challenge.challenge = row.text();
  challenge.difficulty_bits = row.number<unsigned>();
  challenge.created_at = row.time();
  challenge.expires_at = row.time();
  challenge.nonce = row.optional_text();
  challenge.verified_at = row.optional_time();
  challenge.version = row.number<unsigned>();
  challenge.wrong_nonces = row.number<std::uint32_t>();
  return row.finish(std::move(challenge));
}

Result<PowAuditEntry> read_entry(Row row) {
  PowAuditEntry entry;
  entry.at = row.time();
  entry.task = row.id<TaskId>();
  entry.wallet = row.id<WalletId>();
  entry.device = row.id<DeviceId>();
  entry.version = row.number<unsigned>();
  entry.difficulty_bits = row.number<unsigned>();
  entry.nonce = row.text();
  entry.outcome = row.enumerator<PowAuditOutcome>(static_cast<int>(PowAuditOutcome::expired) + 1);
  entry.reason = row.text();
  entry.peer = row.text();
  return row.finish(std::move(entry));
}

Result<void> done(const Result<std::int64_t>& changed) {
  if (!changed) return changed.error();
  return {};
}

}  // namespace

Result<void> SqliteTransaction::put_challenge(const ChallengeRecord& challenge) {
  return done(execute("INSERT OR REPLACE INTO challenges (" GSTD_CHALLENGE_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                      challenge.task, challenge.wallet, challenge.challenge, challenge.difficulty_bits, challenge.created_at,
                      challenge.expires_at, challenge.nonce, challenge.verified_at, challenge.version, challenge.wrong_nonces));
}

Result<ChallengeRecord> SqliteTransaction::challenge(const TaskId& task, const WalletId& wallet) {
  return read_one(db_.query("SELECT " GSTD_CHALLENGE_COLUMNS " FROM challenges WHERE task = ? AND wallet = ?", task, wallet),
                  no_such("challenge", task.str()), read_challenge);
}

Result<void> SqliteTransaction::spend_challenge(const TaskId& task, const WalletId& wallet, std::string_view nonce, Timestamp now) {
  const auto changed = execute("UPDATE challenges SET nonce = ?, verified_at = ? WHERE task = ? AND wallet = ? AND nonce IS NULL",
                               nonce, now, task, wallet);
  if (!changed) return changed.error();
  if (*changed == 1) return {};
  if (auto found = challenge(task, wallet); !found) return std::move(found).error();
  return challenge_spent(task);
}

Result<std::uint64_t> SqliteTransaction::challenge_count(const WalletId& wallet, Timestamp now) {
  return read_count(
      db_.query("SELECT count(*) FROM challenges WHERE wallet = ? AND nonce IS NULL AND expires_at >= ?", wallet, now));
}

Result<void> SqliteTransaction::drop_challenges(Timestamp now) {
  const auto unspent = read_all(
      db_.query("SELECT " GSTD_CHALLENGE_COLUMNS " FROM challenges WHERE expires_at < ? AND nonce IS NULL ORDER BY task, wallet",
                now),
      read_challenge);
  if (!unspent) return unspent.error();
  for (const ChallengeRecord& challenge : *unspent)
    if (auto logged = append_pow_audit(expiry_of(challenge)); !logged) return logged;
  return done(execute("DELETE FROM challenges WHERE expires_at < ?", now));
}

Result<void> SqliteTransaction::append_pow_audit(const PowAuditEntry& entry) {
  return done(
      execute("INSERT INTO pow_audit_log (at, task, worker_wallet, device, version, difficulty_bits, nonce, outcome, reason, peer)"
              " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
              entry.at, entry.task, entry.wallet, entry.device, entry.version, entry.difficulty_bits, entry.nonce, entry.outcome,
              entry.reason, entry.peer));
}

Result<std::vector<PowAuditEntry>> SqliteTransaction::pow_audit(const WalletId& wallet, std::size_t limit) {
  if (wallet.empty())
    return read_all(db_.query("SELECT at, task, worker_wallet, device, version, difficulty_bits, nonce, outcome, reason, peer"
                              " FROM pow_audit_log ORDER BY number DESC LIMIT ?",
                              clamp_limit(limit)),
                    read_entry);
  return read_all(db_.query("SELECT at, task, worker_wallet, device, version, difficulty_bits, nonce, outcome, reason, peer"
                            " FROM pow_audit_log WHERE worker_wallet = ? ORDER BY number DESC LIMIT ?",
                            wallet, clamp_limit(limit)),
                  read_entry);
}

Result<void> SqliteTransaction::drop_pow_audit(Timestamp now) {
  auto aged = execute("DELETE FROM pow_audit_log WHERE at <= ?", now - kPowAuditRetention);
  if (!aged) return std::move(aged).error();
  return done(
      execute("DELETE FROM pow_audit_log WHERE number <= (SELECT max(number) FROM pow_audit_log) - ?", kPowAuditEntriesMax));
}

}  // namespace gstd::store::sqlite

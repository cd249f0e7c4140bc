// Logins: payloads that wallets sign, and the sessions that follow.
#include "store/rules.hpp"
#include "store/sqlite/select.hpp"
#include "store/sqlite/transaction.hpp"

namespace gstd::store::sqlite {
namespace {

Result<Session> read_session(Row row) {
  Session session;
  session.token_sha256 = row.fixed<Digest>();
  session.wallet = row.id<WalletId>();
  session.key = row.fixed<PublicKey>();
  session.created_at = row.time();
  session.expires_at = row.time();
  return row.finish(std::move(session));
}

Error no_such_session(const Digest& token_sha256) { return no_such("session of token with digest", token_sha256.hex()); }

Result<void> done(const Result<std::int64_t>& changed) {
  if (!changed) return changed.error();
  return {};
}

}  // namespace

// Numbers grow by one, so that at most `kept_max` of them lie above the highest less that many: the bound is kept without counting,
// which would read the whole table.
Result<void> SqliteTransaction::put_login_payload(std::string_view payload, Timestamp expires_at, std::uint64_t kept_max) {
  auto inserted =
      insert(taken("login payload", payload),
             "INSERT INTO login_payloads (payload, expires_at) VALUES (?, ?) ON CONFLICT DO NOTHING", payload, expires_at);
  if (!inserted) return inserted;
  return done(
      execute("DELETE FROM login_payloads WHERE number <= (SELECT max(number) FROM login_payloads) - ?", clamp_limit(kept_max)));
}

Result<bool> SqliteTransaction::is_login_payload_open(std::string_view payload, Timestamp now) {
  const auto count =
      read_count(db_.query("SELECT count(*) FROM login_payloads WHERE payload = ? AND expires_at > ?", payload, now));
  if (!count) return count.error();
  return *count != 0;
}

Result<void> SqliteTransaction::use_login_payload(std::string_view payload, Timestamp now) {
  const auto changed = execute("DELETE FROM login_payloads WHERE payload = ? AND expires_at > ?", payload, now);
  if (!changed) return changed.error();
  if (*changed == 0) return no_such("open login payload", payload);
  return {};
}

Result<void> SqliteTransaction::insert_session(const Session& session, const SessionBounds& bounds) {
  auto inserted = insert(taken("session of token with digest", session.token_sha256.hex()),
                         "INSERT INTO sessions (token_sha256, wallet, key, created_at, expires_at) VALUES (?, ?, ?, ?, ?)"
                         " ON CONFLICT DO NOTHING",
                         session.token_sha256, session.wallet, session.key, session.created_at, session.expires_at);
  if (!inserted) return inserted;
  auto trimmed = execute(
      "DELETE FROM sessions WHERE number IN"
      " (SELECT number FROM sessions WHERE wallet = ? ORDER BY number DESC LIMIT -1 OFFSET ?)",
      session.wallet, clamp_limit(bounds.of_wallet_max));
  if (!trimmed) return std::move(trimmed).error();
  return done(
      execute("DELETE FROM sessions WHERE number <= (SELECT max(number) FROM sessions) - ?", clamp_limit(bounds.in_all_max)));
}

Result<Session> SqliteTransaction::session(const Digest& token_sha256) {
  return read_one(
      db_.query("SELECT token_sha256, wallet, key, created_at, expires_at FROM sessions WHERE token_sha256 = ?", token_sha256),
      no_such_session(token_sha256), read_session);
}

Result<void> SqliteTransaction::set_session_end(const Digest& token_sha256, Timestamp expires_at) {
  const auto changed = execute("UPDATE sessions SET expires_at = ? WHERE token_sha256 = ?", expires_at, token_sha256);
  if (!changed) return changed.error();
  if (*changed == 0) return no_such_session(token_sha256);
  return {};
}

Result<void> SqliteTransaction::drop_session(const Digest& token_sha256) {
  return done(execute("DELETE FROM sessions WHERE token_sha256 = ?", token_sha256));
}

Result<void> SqliteTransaction::drop_sessions_of(const WalletId& wallet) {
  return done(execute("DELETE FROM sessions WHERE wallet = ?", wallet));
}

Result<void> SqliteTransaction::drop_logins(Timestamp now) {
  auto payloads = execute("DELETE FROM login_payloads WHERE expires_at <= ?", now);
  if (!payloads) return std::move(payloads).error();
  return done(execute("DELETE FROM sessions WHERE expires_at <= ?", now));
}

}  // namespace gstd::store::sqlite

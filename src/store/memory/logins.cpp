// Logins: payloads that wallets sign, and the sessions that follow.
#include "store/memory/transaction.hpp"
#include "store/rules.hpp"

#include <algorithm>

namespace gstd::store::memory {
namespace {

template <class Rows>
std::uint64_t highest_number(const Rows& rows) {
  std::uint64_t highest = 0;
  for (const auto& [key, row] : rows) highest = std::max(highest, row.number);
  return highest;
}

}  // namespace

Result<void> MemoryTransaction::put_login_payload(std::string_view payload, Timestamp expires_at, std::uint64_t kept_max) {
  auto& table = state_.login_payloads;
  const std::uint64_t number = highest_number(table.rows()) + 1;
  if (!table.insert(undo_, std::string(payload), {number, expires_at})) return taken("login payload", payload);
  table.erase_if(undo_, [&](const LoginPayload& row) { return row.number + kept_max <= number; });
  return {};
}

Result<bool> MemoryTransaction::is_login_payload_open(std::string_view payload, Timestamp now) {
  const LoginPayload* found = state_.login_payloads.find(std::string(payload));
  return found && now < found->expires_at;
}

Result<void> MemoryTransaction::use_login_payload(std::string_view payload, Timestamp now) {
  if (!*is_login_payload_open(payload, now)) return no_such("open login payload", payload);
  state_.login_payloads.erase(undo_, std::string(payload));
  return {};
}

Result<void> MemoryTransaction::insert_session(const Session& session, const SessionBounds& bounds) {
  auto& table = state_.sessions;
  const std::uint64_t number = highest_number(table.rows()) + 1;
  if (!table.insert(undo_, session.token_sha256, {number, session}))
    return taken("session of token with digest", session.token_sha256.hex());
  std::vector<std::uint64_t> of_wallet;
  for (const auto& [token, row] : table.rows())
    if (row.session.wallet == session.wallet) of_wallet.push_back(row.number);
  std::sort(of_wallet.rbegin(), of_wallet.rend());
  of_wallet.resize(std::min<std::size_t>(of_wallet.size(), bounds.of_wallet_max));
  table.erase_if(undo_, [&](const NumberedSession& row) {
    const bool is_beyond = std::find(of_wallet.begin(), of_wallet.end(), row.number) == of_wallet.end();
    return row.number + bounds.in_all_max <= number || (row.session.wallet == session.wallet && is_beyond);
  });
  return {};
}

Result<Session> MemoryTransaction::session(const Digest& token_sha256) {
  if (const NumberedSession* found = state_.sessions.find(token_sha256)) return found->session;
  return no_such("session of token with digest", token_sha256.hex());
}

Result<void> MemoryTransaction::set_session_end(const Digest& token_sha256, Timestamp expires_at) {
  const NumberedSession* found = state_.sessions.find(token_sha256);
  if (!found) return no_such("session of token with digest", token_sha256.hex());
  NumberedSession moved = *found;
  moved.session.expires_at = expires_at;
  state_.sessions.put(undo_, token_sha256, std::move(moved));
  return {};
}

Result<void> MemoryTransaction::drop_session(const Digest& token_sha256) {
  if (state_.sessions.find(token_sha256)) state_.sessions.erase(undo_, token_sha256);
  return {};
}

Result<void> MemoryTransaction::drop_sessions_of(const WalletId& wallet) {
  state_.sessions.erase_if(undo_, [&](const NumberedSession& row) { return row.session.wallet == wallet; });
  return {};
}

void MemoryTransaction::drop_logins(Timestamp now) {
  state_.login_payloads.erase_if(undo_, [now](const LoginPayload& payload) { return payload.expires_at <= now; });
  state_.sessions.erase_if(undo_, [now](const NumberedSession& row) { return row.session.expires_at <= now; });
}

}  // namespace gstd::store::memory

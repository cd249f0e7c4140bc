// How a wallet comes to a session, keeps it, and ends it.
#include <gstd/crypto.hpp>

#include "coordinator/handlers.hpp"
#include "coordinator/login_rules.hpp"
#include "coordinator/sessions.hpp"

namespace gstd::coordinator {
namespace {

constexpr std::size_t kPayloadRandomBytes = 16;
constexpr std::string_view kPayloadPrefix = "gstd-login:";

// Time enough to find the wallet and confirm; a proof may be as old at most.
constexpr std::chrono::minutes kLoginPayloadTime{10};
static_assert(kLoginPayloadTime <= ton::kProofAgeMax);

// Anybody may ask for payloads. When these are in use the oldest make room: whoever floods this has to ask for as many again and
// again to disturb the few seconds that an honest login takes. Some 10 MB of database.
constexpr std::uint64_t kLoginPayloadsMax = 100'000;

std::int64_t seconds_until(Timestamp end, Timestamp now) {
  return std::chrono::duration_cast<std::chrono::seconds>(end - now).count();
}

// Uses up what may count once. Errors: unauthenticated: it was used before.
Result<void> use_up(Mutation& mutation, const LoginAttempt& attempt) {
  if (!attempt.nonce) {
    auto used = mutation.records().use_login_payload(attempt.payload, mutation.now());
    if (!used && used.error().code == ErrorCode::not_found) return login_payload_not_open();
    return used;
  }
  // The client's own nonce. Nobody else can make one that proves anything, so that only those of a good signature are remembered.
  if (!attempt.wallet) return {};
  const Timestamp expires_at = attempt.nonce->created + ton::kPlatformLoginAgeMax + kNonceMargin;
  auto used = mutation.records().use_nonce(attempt.nonce->key, attempt.nonce->nonce, expires_at);
  if (!used && used.error().code == ErrorCode::already_exists) return login_payload_not_open();
  return used;
}

}  // namespace

Result<Reply> issue_login_payload(Call& call) {
  std::array<std::uint8_t, kPayloadRandomBytes> bytes{};
  call.services().random().fill(bytes);
  protocol::LoginPayload issued;
  issued.payload = std::string(kPayloadPrefix) + encode_hex(bytes);
  issued.domains = login_domains(call.services());
  issued.network = ton::to_string(call.services().options().login.network);
  auto written = call.write([&](Mutation& mutation) -> Result<void> {
    issued.server_time = mutation.now();
    issued.expires_at = mutation.now() + kLoginPayloadTime;
    return mutation.records().put_login_payload(issued.payload, issued.expires_at, kLoginPayloadsMax);
  });
  if (!written) return std::move(written).error();
  return json_reply(issued);
}

Result<Reply> log_in(Call& call) {
  auto attempt = judge_login(call);
  if (!attempt) return std::move(attempt).error();
  const LoginOptions& options = call.services().options().login;
  protocol::LoggedIn reply;
  reply.session_token = SessionToken::generate(call.services().random());
  auto written = call.write([&](Mutation& mutation) -> Result<void> {
    // First and in any case: what was tried with a payload is all that is ever tried with it.
    if (auto used = use_up(mutation, *attempt); !used) return used;
    if (!attempt->wallet) return {};
    auto wallet = WalletId::parse(attempt->wallet->address.raw());
    if (!wallet) return std::move(wallet).error();
    store::Session session{digest_of_token(reply.session_token.reveal()), *wallet, attempt->wallet->key, mutation.now(), {}};
    session.expires_at = session_end(options, session, mutation.now());
    if (auto begun = mutation.records().insert_session(session, {kSessionsPerWalletMax, kSessionsMax}); !begun) return begun;
    mutation.note_identity_change(session.wallet);  // its oldest session may have given way
    auto balance = mutation.records().balance(wallet_account(*wallet));
    if (!balance) return std::move(balance).error();
    reply.wallet_address = session.wallet;
    reply.balance = *balance;
    reply.created_at = reply.updated_at = session.created_at;
    reply.expires_in = seconds_until(session.expires_at, mutation.now());
    reply.expires_at = session.expires_at;
    reply.renewable_until = renewable_until(options, session);
    return {};
  });
  if (!written) return std::move(written).error();
  if (!attempt->wallet) return std::move(attempt->wallet).error();
  return json_reply(reply);
}

Result<Reply> refresh_session(Call& call) {
  const LoginOptions& options = call.services().options().login;
  protocol::SessionView view;
  auto written = call.write([&](Mutation& mutation) -> Result<void> {
    const store::Session& session = *call.identity->session;
    const Timestamp end = session_end(options, session, mutation.now());
    if (auto moved = mutation.records().set_session_end(session.token_sha256, end); !moved) return moved;
    view = {session.wallet, seconds_until(end, mutation.now()), end, renewable_until(options, session)};
    return {};
  });
  if (!written) return std::move(written).error();
  return json_reply(view);
}

Result<Reply> end_session(Call& call) {
  const std::string* all = call.target.parameter("all");
  if (all && *all != "true" && *all != "false") return Error{ErrorCode::invalid_argument, "all must be true or false", "field"};
  const bool is_all = all && *all == "true";
  auto written = call.write([&](Mutation& mutation) -> Result<void> {
    const store::Session& session = *call.identity->session;
    mutation.note_identity_change(session.wallet);
    return is_all ? mutation.records().drop_sessions_of(session.wallet) : mutation.records().drop_session(session.token_sha256);
  });
  if (!written) return std::move(written).error();
  return json_reply(protocol::Message{is_all ? "All sessions of the wallet have ended" : "The session has ended"});
}

}  // namespace gstd::coordinator

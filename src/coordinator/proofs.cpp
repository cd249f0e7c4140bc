#include "coordinator/find.hpp"
#include "coordinator/handlers.hpp"
#include "coordinator/proof.hpp"
#include "coordinator/wallet_address.hpp"
#include "store/rules.hpp"

#include <algorithm>

namespace gstd::coordinator {
namespace {

// The platform's measure for its estimates (docs/protocol.md, "Proof of work").
constexpr double kHashesPerSecond = 500'000;

// As the platform spells it: below a second in milliseconds, below a minute in seconds, else in minutes, each truncated.
std::string estimated_time(unsigned difficulty_bits) {
  double seconds = 1 / kHashesPerSecond;
  for (unsigned bit = 0; bit < difficulty_bits; ++bit) seconds *= 2;
  const auto spell = [](double value, std::string_view unit) {
    // An absurd difficulty would not fit any integer.
    constexpr double kLongest = 1e15;
    return "~" + std::to_string(static_cast<std::int64_t>(std::min(value, kLongest))) + std::string(unit);
  };
  if (seconds < 1) return spell(seconds * 1000, "ms");
  if (seconds < 60) return spell(seconds, "s");
  return spell(seconds / 60, "m");
}

protocol::PowChallenge view_of(const store::ChallengeRecord& record) {
  return {record.challenge, record.difficulty_bits, record.expires_at,
          record.task,      record.wallet,          estimated_time(record.difficulty_bits),
          record.version};
}

// What this coordinator gives out, best first.
constexpr std::array kVersions{pow::Version::v2, pow::Version::v1};

bool contains(const std::vector<std::uint32_t>& versions, unsigned version) {
  return std::ranges::find(versions, version) != versions.end();
}

Result<pow::Version> choose_version(const std::vector<std::uint32_t>& known) {
  for (const pow::Version version : kVersions)
    if (contains(known, static_cast<unsigned>(version))) return version;
  return Error{ErrorCode::invalid_argument, "this coordinator gives challenges of versions 1 and 2; name one of them in versions",
               "pow_version"};
}

// The challenge that is to be answered for `task`: a live one is given again, so that asking twice does not void an answer that
// is being computed. Only who cannot answer it gets another in its place.
Result<store::ChallengeRecord> issue(Call& call, Mutation& mutation, const Task& task, const protocol::PowRequest& request) {
  Services& services = call.services();
  const WalletId& wallet = request.worker_wallet;
  const auto version = choose_version(request.versions);
  if (!version) return version.error();
  auto current = find_challenge(mutation.records(), task.id, wallet);
  if (!current) return std::move(current).error();
  const auto alive = check_challenge(*current, mutation.now());
  // Another one would only start the count of wrong nonces anew.
  if (!alive && alive.error().code == ErrorCode::resource_exhausted) return alive.error();
  const bool is_live = alive.has_value();
  if (is_live && contains(request.versions, (*current)->version)) return **std::move(current);
  auto live = mutation.records().challenge_count(wallet, mutation.now());
  if (!live) return std::move(live).error();
  // One that is replaced makes room for its successor.
  if (*live - (is_live ? 1 : 0) >= services.options().challenges_per_wallet_max)
    return Error{ErrorCode::resource_exhausted,
                 "this wallet has " + std::to_string(*live) + " challenges open; answer them or let them expire", "challenges"};
  store::ChallengeRecord record;
  record.task = task.id;
  record.wallet = wallet;
  record.challenge = pow::make_challenge(services.random());
  record.difficulty_bits = services.difficulty_bits(task);
  record.created_at = mutation.now();
  record.expires_at = mutation.now() + pow::kChallengeLifetime;
  record.version = static_cast<unsigned>(*version);
  record.wrong_nonces = is_live ? (*current)->wrong_nonces : 0;
  // The sweep, which logs what has expired, will not find what is replaced before it comes.
  if (*current && !is_live && !(*current)->nonce)
    if (auto logged = mutation.records().append_pow_audit(store::expiry_of(**current)); !logged) return std::move(logged).error();
  if (auto put = mutation.records().put_challenge(record); !put) return std::move(put).error();
  if (auto logged = log_proof(call, mutation, {task.id, wallet}, record, store::PowAuditOutcome::issued); !logged)
    return std::move(logged).error();
  return record;
}

template <class T>
Result<T> id_parameter(const Target& target, std::string_view name) {
  const std::string* text = target.parameter(name);
  if (!text) return Error{ErrorCode::invalid_argument, "the query parameter " + std::string(name) + " is missing", "field"};
  auto id = T::parse(*text);
  if (!id) return Error{ErrorCode::invalid_argument, std::string(name) + " is not an id: " + id.error().message, "field"};
  return id;
}

}  // namespace

Result<Reply> request_challenge(Call& call) {
  auto request = call.body<protocol::PowRequest>();
  if (!request) return std::move(request).error();
  const WalletId spelled = request->worker_wallet;
  if (auto own = own_wallet(*call.identity, request->worker_wallet); !own) return std::move(own).error();
  store::ChallengeRecord issued;
  auto written = call.write([&](Mutation& mutation) -> Result<void> {
    auto task = find_task(mutation.records(), request->task_id);
    if (!task) return std::move(task).error();
    if (task->state != TaskState::pending)
      return Error{ErrorCode::failed_precondition,
                   "the task is " + std::string(to_string(task->state)) + ", not pending; ask for another task", "not_pending"};
    auto challenge = issue(call, mutation, *task, *request);
    if (!challenge) return std::move(challenge).error();
    issued = *std::move(challenge);
    return {};
  });
  if (!written) return log_refusal(call, {request->task_id, request->worker_wallet}, std::move(written).error());
  issued.wallet = spelled;
  return json_reply(view_of(issued));
}

// Answers whether a nonce would do, and leaves the challenge as it is. Were it spent here, as the platform's original does, the
// claim that needs it could never succeed.
Result<Reply> verify_proof(Call& call) {
  auto request = call.body<protocol::PowAnswer>();
  if (!request) return std::move(request).error();
  const WalletId spelled = request->worker_wallet;
  if (auto own = own_wallet(*call.identity, request->worker_wallet); !own) return std::move(own).error();
  std::optional<store::ChallengeRecord> record;
  auto read = call.services().read([&](store::Transaction& records) -> Result<void> {
    auto found = find_challenge(records, request->task_id, request->worker_wallet);
    if (!found) return std::move(found).error();
    record = *std::move(found);
    return {};
  });
  if (!read) return std::move(read).error();
  const Timestamp now = call.services().clock().now();
  const ProofRequest answer{request->task_id, request->worker_wallet, {}, std::move(request->nonce), spelled};
  auto verdict = try_nonce(call, record, answer);
  if (!verdict) return log_refusal(call, answer, std::move(verdict).error());
  const auto taken = std::chrono::duration_cast<std::chrono::milliseconds>(now - record->created_at);
  return json_reply(protocol::PowVerdict{verdict->valid, verdict->digest, verdict->leading_zeros, taken.count()});
}

// Public, as in the platform: a challenge is of no use without the key that may claim with it.
Result<Reply> get_proof_status(Call& call) {
  auto task = id_parameter<TaskId>(call.target, "task_id");
  if (!task) return std::move(task).error();
  auto wallet = id_parameter<WalletId>(call.target, "wallet");
  if (!wallet) return std::move(wallet).error();
  auto name = wallet_name(call.services(), *wallet);
  if (!name) return std::move(name).error();
  std::optional<store::ChallengeRecord> record;
  auto read = call.services().read([&](store::Transaction& records) -> Result<void> {
    auto found = find_challenge(records, *task, *name);
    if (!found) return std::move(found).error();
    record = *std::move(found);
    return {};
  });
  if (!read) return std::move(read).error();
  if (!record) return Error{ErrorCode::not_found, "there is no challenge for this task and wallet", "challenge_unknown"};
  return json_reply(protocol::PowStatus{record->task, record->challenge, record->difficulty_bits, record->created_at,
                                        record->expires_at, *wallet, record->nonce.has_value(), record->verified_at, record->nonce,
                                        record->version});
}

}  // namespace gstd::coordinator

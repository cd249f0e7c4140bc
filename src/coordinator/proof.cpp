#include "coordinator/proof.hpp"

#include "coordinator/find.hpp"

namespace gstd::coordinator {
namespace {

// What a check costs is the same for every difficulty, since it hashes the one nonce that it is given and then only counts zero
// bits; and it is bounded, since all that is hashed is. Version 1 hashes one text. Version 2 hashes a shorter one (four lengths and
// the tag are less than the half of the challenge and the nonce that it has not), and then one block more.
constexpr std::size_t kPaddingBytesMin = 1 + 8;  // FIPS 180-4 section 5.1.1
constexpr std::size_t kHashedBytesMax = pow::kChallengeHexChars + 2 * kIdCharsMax + pow::kNonceCharsMax + kPaddingBytesMin;
static_assert(kHashedBytesMax <= 7 * 64, "a check hashes at most seven blocks");

pow::Challenge challenge_of(const store::ChallengeRecord& record, const ProofRequest& request) {
  return {record.challenge,       record.task,       request.spelled.empty() ? record.wallet : request.spelled,
          record.difficulty_bits, record.expires_at, static_cast<pow::Version>(record.version)};
}

Result<void> count_wrong_nonce(Call& call, const store::ChallengeRecord& tried, const ProofRequest& request) {
  return call.write([&](Mutation& mutation) -> Result<void> {
    // Looked at again: of many that try at once, none beyond the bound is told anything.
    auto current = same_challenge(mutation, tried.task, tried.wallet, tried.challenge);
    if (!current) return std::move(current).error();
    ++current->wrong_nonces;
    if (auto put = mutation.records().put_challenge(*current); !put) return put;
    return log_proof(call, mutation, request, *current, store::PowAuditOutcome::rejected, "pow_insufficient");
  });
}

}  // namespace

Result<void> check_challenge(const std::optional<store::ChallengeRecord>& challenge, Timestamp now) {
  const auto refuse = [](std::string message, std::string reason) {
    return Error{ErrorCode::failed_precondition, std::move(message), std::move(reason)};
  };
  if (!challenge)
    return refuse("there is no challenge for this task and wallet; ask /api/v1/pow/challenge for one", "pow_required");
  if (challenge->nonce) return refuse("the challenge was answered before; ask for another", "pow_spent");
  if (challenge->expires_at < now) return refuse("the challenge has expired; ask for another", "pow_expired");
  if (challenge->wrong_nonces >= kWrongNoncesMax) {
    // Its last moment is one in which it is still alive.
    const auto left = std::chrono::ceil<std::chrono::seconds>(challenge->expires_at + std::chrono::milliseconds{1} - now);
    return Error{ErrorCode::resource_exhausted,
                 std::to_string(challenge->wrong_nonces) +
                     " wrong nonces were tried on this challenge, the most allowed; ask for another in " +
                     std::to_string(left.count()) + " s",
                 "pow_attempts"};
  }
  return {};
}

Result<store::ChallengeRecord> same_challenge(Mutation& mutation, const TaskId& task, const WalletId& wallet,
                                              std::string_view challenge) {
  auto current = find_challenge(mutation.records(), task, wallet);
  if (!current) return std::move(current).error();
  if (auto alive = check_challenge(*current, mutation.now()); !alive) return std::move(alive).error();
  if ((*current)->challenge != challenge)
    return Error{ErrorCode::failed_precondition, "the challenge was replaced; answer the new one", "pow_required"};
  return **std::move(current);
}

Result<pow::Verdict> try_nonce(Call& call, const std::optional<store::ChallengeRecord>& challenge, const ProofRequest& request) {
  if (auto alive = check_challenge(challenge, call.services().clock().now()); !alive) return std::move(alive).error();
  auto verdict = pow::verify(challenge_of(*challenge, request), request.nonce);
  if (!verdict || verdict->valid) return verdict;
  if (auto counted = count_wrong_nonce(call, *challenge, request); !counted) return std::move(counted).error();
  return verdict;
}

}  // namespace gstd::coordinator

// The state of a proof-of-work challenge, and what it means for a claim.
#pragma once

#include <gstd/pow.hpp>

#include "coordinator/audit.hpp"

namespace gstd::coordinator {

/// Most wrong nonces that one challenge takes before it is closed until its end. An honest solver sends none, and a client that has
/// its nonces checked here one by one would need as many requests as it saves hashes; the bound keeps strangers from doing it.
inline constexpr std::uint32_t kWrongNoncesMax = 1'000;

/// Alive and unspent: may be answered now. An absent one is not.
/// Errors: failed_precondition, reason "pow_required", "pow_spent" or "pow_expired". resource_exhausted, reason "pow_attempts": too
/// many wrong nonces were tried on it.
Result<void> check_challenge(const std::optional<store::ChallengeRecord>& challenge, Timestamp now);

/// The stored challenge, if it is still the one whose text is `challenge`, and may be answered.
/// Errors: those of check_challenge(); failed_precondition, reason "pow_required": it was replaced meanwhile.
Result<store::ChallengeRecord> same_challenge(Mutation& mutation, const TaskId& task, const WalletId& wallet,
                                              std::string_view challenge);

/// Judges an answer to a challenge that was read before; counts and logs it where it is wrong. Not to be called inside a
/// transaction: what is counted takes one of its own, which also uses up the request's nonce. Errors: those of check_challenge()
/// and pow::verify(); those of the store.
Result<pow::Verdict> try_nonce(Call& call, const std::optional<store::ChallengeRecord>& challenge, const ProofRequest& request);

}  // namespace gstd::coordinator

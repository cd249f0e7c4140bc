// The state of a proof-of-work challenge, and what it means for a claim.
#pragma once

#include <gstd/pow.hpp>
#include <gstd/store.hpp>

namespace gstd::coordinator {

/// Alive and unspent: may be answered now. An absent one is not.
/// Errors: failed_precondition, reason "pow_required", "pow_spent" or "pow_expired".
Result<void> check_challenge(const std::optional<store::ChallengeRecord>& challenge, Timestamp now);

pow::Challenge challenge_of(const store::ChallengeRecord& record);

}  // namespace gstd::coordinator

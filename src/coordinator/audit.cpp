#include "coordinator/audit.hpp"

#include "coordinator/find.hpp"

namespace gstd::coordinator {
namespace {

bool is_to_be_logged(const Error& error) {
  return error.reason != "pow_insufficient" && (error.reason.starts_with("pow_") || error.reason.starts_with("challenges"));
}

}  // namespace

Result<void> log_proof(Call& call, Mutation& mutation, const ProofRequest& request, const store::ChallengeRecord& challenge,
                       store::PowAuditOutcome outcome, std::string reason) {
  return mutation.records().append_pow_audit({mutation.now(), request.task, request.wallet, request.device, challenge.version,
                                              challenge.difficulty_bits, request.nonce, outcome, std::move(reason), call.address});
}

Error log_refusal(Call& call, const ProofRequest& request, Error error) {
  if (!is_to_be_logged(error)) return error;
  auto logged = call.write([&](Mutation& mutation) -> Result<void> {
    auto challenge = find_challenge(mutation.records(), request.task, request.wallet);
    if (!challenge) return std::move(challenge).error();
    store::ChallengeRecord none;
    none.version = 0;
    return log_proof(call, mutation, request, challenge->value_or(none), store::PowAuditOutcome::rejected, error.reason);
  });
  return logged ? error : std::move(logged).error();
}

}  // namespace gstd::coordinator

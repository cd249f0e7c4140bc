// The log of proofs of work: who was given what, what was refused, and what was spent.
#pragma once

#include "coordinator/call.hpp"

namespace gstd::coordinator {

/// What a request says about a proof.
struct ProofRequest {
  TaskId task;
  WalletId wallet;
  DeviceId device{};    ///< Of a claim.
  std::string nonce{};  ///< Of an answer.
  /// The wallet as the request spells it, which is what its solver has hashed; empty: as `wallet`.
  WalletId spelled{};
};

/// Appends what happened to `challenge`. Part of the transaction that did it. Errors: the store's.
Result<void> log_proof(Call& call, Mutation& mutation, const ProofRequest& request, const store::ChallengeRecord& challenge,
                       store::PowAuditOutcome outcome, std::string reason = {});

/// Appends that a request was refused with `error`, in a transaction of its own, which also uses up the request's nonce and so
/// takes no commit more than a refusal does anyway. Passes over errors that say nothing about the proof (a lost race, a failing
/// storage), and wrong nonces, which are logged where they are counted. Returns the error to answer with: `error`, or that of the
/// store.
Error log_refusal(Call& call, const ProofRequest& request, Error error);

}  // namespace gstd::coordinator

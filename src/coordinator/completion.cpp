#include <gstd/sealing.hpp>

#include "coordinator/acceptance.hpp"
#include "coordinator/find.hpp"
#include "coordinator/handlers.hpp"
#include "coordinator/settlement.hpp"

namespace gstd::coordinator {
namespace {

// How far the run of a receipt may lie outside of claim and submission by our clock. Twice the age at which a signed request is
// still taken, so that no clock that gets as far as here fails: the times are for people, and order nothing.
constexpr std::chrono::minutes kReceiptSkewMax{10};

Error bad_receipt(std::string message, std::string reason) {
  return {ErrorCode::invalid_argument, std::move(message), std::move(reason)};
}

Error mismatch(std::string_view field) {
  return bad_receipt("the receipt's " + std::string(field) + " is not the task's or the request's", "receipt_mismatch");
}

// What a completion says, once its parts agree with each other: everything that can be checked without the task.
struct Evidence {
  Receipt receipt;
  Digest output;
};

Result<Evidence> check_evidence(const Identity& identity, const protocol::Completion& request) {
  if (!verify_receipt(request.receipt, identity.key(), request.signature))
    return bad_receipt("the receipt is not signed by the key that signs the request", "receipt_signature");
  auto receipt = decode_receipt(request.receipt);
  if (!receipt) return bad_receipt("the receipt cannot be read: " + receipt.error().message, "receipt_malformed");
  if (receipt->version != kReceiptVersion)
    return bad_receipt("the receipt has version " + std::to_string(receipt->version) + ", and version " +
                           std::to_string(kReceiptVersion) + " is wanted; update the worker",
                       "receipt_version");
  if (receipt->key != identity.key()) return mismatch("key");
  if (receipt->task != request.task_id) return mismatch("task");
  if (receipt->attempt != request.attempt) return mismatch("attempt");
  if (!ton::same_wallet(receipt->worker, identity.wallet)) return mismatch("worker");
  if (receipt->device != request.device_id) return mismatch("device");
  const Digest output = sha256(request.output);
  if (receipt->commitment == CommitmentKind::sha256 && receipt->output != output) return mismatch("output digest");
  if (auto consistent = check_consistent(*receipt); !consistent) return std::move(consistent).error();
  if (!is_comparable(receipt->outcome))
    return bad_receipt("an outcome of " + std::string(to_string(receipt->outcome)) +
                           " says nothing about the task; report it to /api/v1/orchestrator/fail",
                       "outcome_not_comparable");
  if (request.execution_time_ms < 0) return Error{ErrorCode::invalid_argument, "execution_time_ms is below zero", "field"};
  return Evidence{*std::move(receipt), output};
}

Error output_too_long(const RunLimits& limits) {
  return {ErrorCode::invalid_argument, "the output is longer than the task's " + std::to_string(limits.output_bytes_max) + " bytes",
          "output_too_long"};
}

// Of a sealed output that it can be one, and no longer than the task allows: what is in it, only the requester can tell. So the
// receipt's commitment is the requester's to check, too.
Result<void> check_output(const Evidence& evidence, BytesView output, const TaskSpec& spec) {
  const auto kind = spec.sealing ? CommitmentKind::keyed : CommitmentKind::sha256;
  if (evidence.receipt.commitment != kind) return mismatch("kind of commitment");
  if (!spec.sealing) return output.size() > spec.limits.output_bytes_max ? output_too_long(spec.limits) : Result<void>{};
  if (!has_sealed_form(output))
    return bad_receipt("the task is encrypted, and the output is not a sealed stream of suite 2", "encryption");
  return output.size() > sealed_size(spec.limits.output_bytes_max) ? output_too_long(spec.limits) : Result<void>{};
}

Result<void> check_against_task(const Receipt& receipt, const TaskSpec& spec) {
  if (receipt.module != spec.module) return mismatch("module");
  if (receipt.input != spec.input) return mismatch("input");
  if (receipt.limits != spec.limits) return mismatch("limits");
  if (receipt.convention != spec.convention) return mismatch("convention");
  return {};
}

// That the receipt was made for this very claim, and at a time at which it can have been.
Result<void> check_against_claim(const Receipt& receipt, const Task& task, Timestamp now) {
  if (!task.lease || receipt.nonce != task.lease->receipt_nonce)
    return bad_receipt("the receipt does not repeat the claim's receipt_nonce", "receipt_nonce");
  const Timestamp claimed_at = task.assigned_at.value_or(now);
  if (receipt.started_at < claimed_at - kReceiptSkewMax || receipt.ended_at > now + kReceiptSkewMax)
    return bad_receipt("the receipt's run lies outside of claim and submission; the time here is " + format_rfc3339(now) +
                           ": set the worker's clock",
                       "receipt_time");
  return {};
}

// A task that has reached its end, and the word on it.
struct Accepted {
  Task task;
  std::optional<protocol::SignedAcceptance> acceptance;
};

protocol::Completed completed_of(const Accepted& accepted) {
  const Task& task = accepted.task;
  protocol::Completed completed;
  completed.completed = true;
  completed.task_id = task.id;
  completed.message =
      task.state == TaskState::failed ? "Task ended by its guest's failure; the run is paid" : "Task completed and verified";
  completed.status = task.state;
  completed.reward_gstd = reward_of(task.spec.budget);
  completed.acceptance = accepted.acceptance;
  return completed;
}

// The result that this attempt was handed in with before, if it was: the same one again gets the same answer, since its first
// answer may have been lost.
Result<bool> was_submitted(Mutation& mutation, const Identity& identity, const protocol::Completion& request) {
  auto prior = mutation.records().submission(request.task_id, request.attempt);
  if (!prior) {
    if (prior.error().code == ErrorCode::not_found) return false;
    return std::move(prior).error();
  }
  if (prior->key != identity.key()) return Error{ErrorCode::aborted, "this attempt was another worker's", "lease_stale"};
  if (prior->receipt == request.receipt && prior->signature == request.signature) return true;
  return Error{ErrorCode::failed_precondition, "this attempt was handed in with another result; the first one counts",
               "already_submitted"};
}

Result<Accepted> accept(Call& call, Mutation& mutation, const protocol::Completion& request, const Evidence& evidence) {
  if (auto own = own_device(mutation.records(), *call.identity, request.device_id); !own) return std::move(own).error();
  auto task = find_task(mutation.records(), request.task_id);
  if (!task) return std::move(task).error();
  auto repeated = was_submitted(mutation, *call.identity, request);
  if (!repeated) return std::move(repeated).error();
  if (*repeated) {
    auto acceptance = find_acceptance(mutation.records(), request.task_id, request.attempt);
    if (!acceptance) return std::move(acceptance).error();
    return Accepted{*std::move(task), *std::move(acceptance)};
  }

  auto validating = mutation.apply(*task, submit(*task, request.attempt, request.device_id, mutation.now()));
  if (!validating) return std::move(validating).error();
  if (auto checked = check_against_task(evidence.receipt, task->spec); !checked) return std::move(checked).error();
  if (auto checked = check_output(evidence, request.output, task->spec); !checked) return std::move(checked).error();
  if (auto checked = check_against_claim(evidence.receipt, *task, mutation.now()); !checked) return std::move(checked).error();
  if (auto put = mutation.records().put_blob(evidence.output, request.output); !put) return std::move(put).error();
  const Submission submission{request.task_id,
                              request.attempt,
                              request.device_id,
                              call.identity->wallet,
                              call.identity->key(),
                              evidence.receipt.outcome,
                              evidence.receipt.exit_code,
                              evidence.receipt.fuel_used,
                              std::chrono::milliseconds{request.execution_time_ms},
                              evidence.output,
                              request.receipt,
                              request.signature,
                              mutation.now()};
  if (auto inserted = mutation.records().insert_submission(submission); !inserted) return std::move(inserted).error();
  auto ended = judge_and_pay(mutation, *validating, evidence.receipt.outcome);
  if (!ended) return std::move(ended).error();
  auto acceptance = log_acceptance(mutation, call.services().key(), submission, ended->state);
  if (!acceptance) return std::move(acceptance).error();
  return Accepted{*std::move(ended), *std::move(acceptance)};
}

}  // namespace

Result<Reply> complete_task(Call& call) {
  auto request = call.body<protocol::Completion>();
  if (!request) return std::move(request).error();
  if (auto own = own_wallet(*call.identity, request->worker_wallet); !own) return std::move(own).error();
  auto evidence = check_evidence(*call.identity, *request);
  if (!evidence) return std::move(evidence).error();
  Accepted ended;
  auto written = call.write([&](Mutation& mutation) -> Result<void> {
    auto accepted = accept(call, mutation, *request, *evidence);
    if (!accepted) return std::move(accepted).error();
    ended = *std::move(accepted);
    return {};
  });
  if (!written) return std::move(written).error();
  return json_reply(completed_of(ended));
}

}  // namespace gstd::coordinator

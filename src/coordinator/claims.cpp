#include "coordinator/find.hpp"
#include "coordinator/handlers.hpp"
#include "coordinator/key_exchange.hpp"
#include "coordinator/proof.hpp"

namespace gstd::coordinator {
namespace {

Error claim_lost() { return {ErrorCode::aborted, "another worker was faster; ask for another task", "claim_lost"}; }

// A claim costs a proof, and hashing has no place on the store's writer, so the proof is checked first, against a challenge that
// was only read. The transaction that follows looks at everything again.
struct CheckedProof {
  std::string challenge;
  Bytes input;                               ///< The task's; read here for the same reason, and only for who has earned it.
  std::optional<protocol::KeyWanted> key{};  ///< Of an encrypted task: what the claim brings; its signature was checked.
  std::optional<Task> repeated;              ///< The claim has been granted before; as it stands now.
};

// Whether this very claim holds the lease: by the same device and key, with the nonce that was accepted for it. Then its first
// answer was lost on the way, and without another one the task would stand idle until the lease runs out.
bool is_repeat(const Identity& identity, const protocol::ClaimRequest& request, const Task& task,
               const std::optional<store::ChallengeRecord>& challenge) {
  return task.state == TaskState::assigned && task.lease && task.lease->device == request.device_id &&
         task.lease->key == identity.key() && challenge && challenge->nonce == request.nonce;
}

ProofRequest proof_of(const protocol::ClaimRequest& request, const WalletId& spelled = {}) {
  return {request.task_id, request.worker_wallet, request.device_id, request.nonce, spelled};
}

Result<void> read_input(store::Transaction& records, const Digest& sha256, CheckedProof& into) {
  auto input = find_blob(records, sha256);
  if (!input) return std::move(input).error();
  into.input = *std::move(input);
  return {};
}

Result<CheckedProof> check_proof(Call& call, const protocol::ClaimRequest& request, const WalletId& spelled) {
  std::optional<store::ChallengeRecord> record;
  Digest input;
  bool encrypted = false;
  CheckedProof checked;
  auto read = call.services().read([&](store::Transaction& records) -> Result<void> {
    auto task = find_task(records, request.task_id);
    if (!task) return std::move(task).error();
    auto challenge = find_challenge(records, request.task_id, request.worker_wallet);
    if (!challenge) return std::move(challenge).error();
    record = *std::move(challenge);
    const bool repeated = is_repeat(*call.identity, request, *task, record);
    if (task->state != TaskState::pending && !repeated) return claim_lost();
    input = task->spec.sealing ? task->spec.sealing->sealed_input : task->spec.input;
    encrypted = task->spec.sealing.has_value();
    checked.repeated = repeated ? std::optional{*std::move(task)} : std::nullopt;
    return repeated ? read_input(records, input, checked) : Result<void>{};
  });
  if (!read) return std::move(read).error();
  if (checked.repeated) return checked;
  if (encrypted) {
    auto key = check_key_request(*call.identity, request);
    if (!key) return std::move(key).error();
    checked.key = *std::move(key);
  }
  auto verdict = try_nonce(call, record, proof_of(request, spelled));
  if (!verdict) return std::move(verdict).error();
  if (!verdict->valid)
    return Error{ErrorCode::failed_precondition,
                 "the digest has " + std::to_string(verdict->leading_zeros) + " leading zero bits, " +
                     std::to_string(record->difficulty_bits) + " are wanted",
                 "pow_insufficient"};
  // Apart from the first read, so that a wrong nonce costs a hash and not a task's whole input. What is known by its digest cannot
  // have changed in between.
  if (auto got = call.services().read([&](store::Transaction& records) { return read_input(records, input, checked); }); !got)
    return std::move(got).error();
  checked.challenge = std::move(record->challenge);
  return checked;
}

Result<void> spend(Call& call, Mutation& mutation, const protocol::ClaimRequest& request, const std::string& checked_challenge) {
  auto challenge = same_challenge(mutation, request.task_id, request.worker_wallet, checked_challenge);
  if (!challenge) return std::move(challenge).error();
  if (auto spent = mutation.records().spend_challenge(request.task_id, request.worker_wallet, request.nonce, mutation.now());
      !spent)
    return spent;
  return log_proof(call, mutation, proof_of(request), *challenge, store::PowAuditOutcome::verified);
}

Result<Task> assign_to(Call& call, Mutation& mutation, const protocol::ClaimRequest& request, const CheckedProof& proof) {
  auto device = own_device(mutation.records(), *call.identity, request.device_id);
  if (!device) return std::move(device).error();
  auto task = find_task(mutation.records(), request.task_id);
  if (!task) return task;
  if (task->state != TaskState::pending) {
    // Two copies of one claim may come at once, both while the task is pending; the later one is a repeat all the same.
    const auto challenge = find_challenge(mutation.records(), request.task_id, request.worker_wallet);
    if (!challenge) return challenge.error();
    return is_repeat(*call.identity, request, *task, *challenge) ? task : claim_lost();
  }
  auto held = mutation.records().lease_count(request.worker_wallet);
  if (!held) return std::move(held).error();
  const unsigned held_max = call.services().options().leases_per_wallet_max;
  if (*held >= held_max)
    return Error{ErrorCode::resource_exhausted,
                 "this wallet holds " + std::to_string(*held) + " tasks, the most allowed; finish one first", "leases"};
  if (auto spent = spend(call, mutation, request, proof.challenge); !spent) return std::move(spent).error();
  Lease lease{request.device_id, request.worker_wallet, call.identity->key(), {}};
  call.services().random().fill(lease.receipt_nonce.bytes);
  auto assigned = mutation.apply(*task, assign(*task, std::move(lease), call.services().options().lease_time, mutation.now()));
  if (!assigned && assigned.error().code == ErrorCode::aborted) return claim_lost();
  if (!assigned || !proof.key) return assigned;
  protocol::KeyWanted wanted = *proof.key;
  wanted.attempt = assigned->attempt;
  if (auto put = mutation.records().put_key_request(assigned->id, assigned->attempt, protocol::write(wanted)); !put)
    return std::move(put).error();
  return assigned;
}

protocol::Claim claim_of(const Task& task, std::chrono::milliseconds lease_time, Bytes input) {
  protocol::Claim claim;
  claim.claimed = true;
  claim.task_id = task.id;
  claim.attempt = task.attempt;
  claim.lease_expires_at = task.lease->expires_at;
  claim.lease_ms = lease_time.count();
  claim.task_type = task.spec.type;
  claim.operation = task.spec.operation;
  claim.module_sha256 = task.spec.module;
  claim.input_sha256 = task.spec.input;
  claim.input = std::move(input);
  claim.limits = task.spec.limits;
  claim.reward_gstd = reward_of(task.spec.budget);
  claim.convention = task.spec.convention;
  claim.receipt_nonce = task.lease->receipt_nonce;
  claim.encryption = encryption_of(task.spec);
  return claim;
}

}  // namespace

Result<Reply> claim_task(Call& call) {
  auto request = call.body<protocol::ClaimRequest>();
  if (!request) return std::move(request).error();
  const WalletId spelled = request->worker_wallet;
  if (auto own = own_wallet(*call.identity, request->worker_wallet); !own) return std::move(own).error();
  auto proof = check_proof(call, *request, spelled);
  if (!proof) return log_refusal(call, proof_of(*request), std::move(proof).error());
  const auto lease_time = call.services().options().lease_time;
  if (proof->repeated) return json_reply(claim_of(*proof->repeated, lease_time, std::move(proof->input)));
  Task assigned;
  auto written = call.write([&](Mutation& mutation) -> Result<void> {
    auto task = assign_to(call, mutation, *request, *proof);
    if (!task) return std::move(task).error();
    assigned = *std::move(task);
    return {};
  });
  if (!written) return log_refusal(call, proof_of(*request), std::move(written).error());
  if (proof->key) {
    call.services().key_waits().announce(wanted_topic(assigned.requester));
    call.services().waits().wake();
  }
  return json_reply(claim_of(assigned, lease_time, std::move(proof->input)));
}

Result<Reply> extend_lease(Call& call) {
  auto request = call.body<protocol::Heartbeat>();
  if (!request) return std::move(request).error();
  Timestamp expires_at;
  auto written = call.write([&](Mutation& mutation) -> Result<void> {
    if (auto own = own_device(mutation.records(), *call.identity, request->device_id); !own) return std::move(own).error();
    auto task = find_task(mutation.records(), request->task_id);
    if (!task) return std::move(task).error();
    auto extended = gstd::extend_lease(*std::move(task), request->attempt, request->device_id, call.services().options().lease_time,
                                       mutation.now());
    if (!extended) return std::move(extended).error();
    expires_at = extended->lease->expires_at;
    return mutation.records().set_lease_end(extended->id, request->attempt, expires_at);
  });
  if (!written) return std::move(written).error();
  return json_reply(protocol::LeaseView{request->task_id, request->attempt, expires_at});
}

Result<Reply> fail_task(Call& call) {
  auto request = call.body<protocol::AttemptFailed>();
  if (!request) return std::move(request).error();
  std::optional<WalletId> keyless;  // whose task came back because no key came
  auto written = call.write([&](Mutation& mutation) -> Result<void> {
    if (auto own = own_device(mutation.records(), *call.identity, request->device_id); !own) return std::move(own).error();
    keyless.reset();
    auto task = find_task(mutation.records(), request->task_id);
    if (!task) return std::move(task).error();
    auto change = request->gave_back ? give_back(*task, request->attempt, request->device_id, mutation.now())
                                     : fail_attempt(*task, request->attempt, request->device_id, request->reason,
                                                    call.services().options().retry, mutation.now());
    auto applied = mutation.apply(*task, std::move(change));
    if (!applied) return std::move(applied).error();
    if (!task->spec.sealing) return {};
    auto exchange = mutation.records().key_exchange(task->id, request->attempt);
    if (!exchange) return std::move(exchange).error();
    // A worker that gives back at once must not chase an honest requester away.
    const bool waited = mutation.now() >= task->assigned_at.value_or(mutation.now()) + Granting::kGrantTime;
    if (!exchange->grant && waited) keyless = task->requester;
    return {};
  });
  if (!written) return std::move(written).error();
  if (keyless) call.services().granting().leave(*keyless);
  return json_reply(protocol::Message{request->gave_back ? "Task given back" : "Attempt recorded as failed"});
}

}  // namespace gstd::coordinator

// Messages of a worker: offers, proof of work, claims, heartbeats, results.
#pragma once

#include <gstd/pow.hpp>

#include "protocol/describe_task.hpp"

namespace gstd::protocol {

inline constexpr Text kPowChallengeText{1, pow::kChallengeHexChars};
inline constexpr Text kPowNonceText{1, pow::kNonceCharsMax};
inline constexpr List<Plain> kKeyList{kKeysWantedMax};
inline constexpr Range kDifficulty{0, pow::kDifficultyBitsMax};
inline constexpr Range kPowVersion{1, std::numeric_limits<std::uint32_t>::max()};
/// Anything that a later coordinator or worker may know: what is unknown here is passed over.
inline constexpr List<Range> kPowVersions{kPowVersionsMax, {0, std::numeric_limits<std::uint32_t>::max()}};

template <class V>
void describe(V& v, In<V, PowRequest>& m) {
  v.about("Asks for a challenge, the price of a claim.");
  v.field("task_id", m.task_id, required, "The task to be claimed.");
  v.field("worker_wallet", m.worker_wallet, required, "Who is going to claim it.");
  v.field("versions", m.versions, optional, "Versions that the asker can answer; unknown ones are ignored. Left out: 1 alone.",
          kPowVersions);
}

template <class V>
void describe(V& v, In<V, PowChallenge>& m) {
  v.about("A digest of challenge, task, wallet and nonce, laid out by `version`, must start with `difficulty` zero bits.");
  v.field("challenge", m.challenge, required, "64 lower-case hex digits.", kPowChallengeText);
  v.field("difficulty", m.difficulty, required, "Leading zero bits wanted.", kDifficulty);
  v.field("expires_at", m.expires_at, required, "No answer is taken after it.");
  v.field("task_id", m.task_id, required, "The task.");
  v.field("worker_wallet", m.worker_wallet, required, "The wallet.");
  v.field("estimated_time", m.estimated_time, optional, "At 500 000 hashes a second.", kWordOrNone);
  v.field("version", m.version, optional, "What is hashed, and the form of the nonce. Left out: 1.", kPowVersion);
}

template <class V>
void describe(V& v, In<V, PowAnswer>& m) {
  v.about("An answer to be looked at; it does not spend the challenge.");
  v.field("task_id", m.task_id, required, "The task.");
  v.field("worker_wallet", m.worker_wallet, required, "The wallet.");
  v.field("nonce", m.nonce, required, "The answer.", kPowNonceText);
}

template <class V>
void describe(V& v, In<V, PowVerdict>& m) {
  v.about("What an answer is worth.");
  v.field("valid", m.valid, required, "Whether it suffices.");
  v.field("hash_result", m.hash_result, required, "Its digest.");
  v.field("leading_zeros", m.leading_zeros, required, "Zero bits that the digest starts with.", kDifficulty);
  v.field("time_taken_ms", m.time_taken_ms, required, "Since the challenge was given out.", kElapsedMs);
}

template <class V>
void describe(V& v, In<V, PowStatus>& m) {
  v.about("A challenge as it stands.");
  v.field("task_id", m.task_id, required, "The task.");
  v.field("challenge", m.challenge, required, "64 lower-case hex digits.", kPowChallengeText);
  v.field("difficulty", m.difficulty, required, "Leading zero bits wanted.", kDifficulty);
  v.field("created_at", m.created_at, required, "When it was given out.");
  v.field("expires_at", m.expires_at, required, "When it ends.");
  v.field("worker_wallet", m.worker_wallet, required, "The wallet.");
  v.field("verified", m.verified, required, "Whether it is spent.");
  v.field("verified_at", m.verified_at, optional, "When it was spent.");
  v.field("nonce", m.nonce, optional, "The answer that spent it.", kPowNonceText);
  v.field("version", m.version, optional, "What is hashed, and the form of the nonce. Left out: 1.", kPowVersion);
}

template <class V>
void describe(V& v, In<V, QueueItem>& m) {
  v.about("The best task open to the worker that asks; nothing is reserved.");
  v.field("task_id", m.task_id, required, "The task.");
  v.field("task_type", m.task_type, required, "Kind of task.", kWordOrNone);
  v.field("operation", m.operation, required, "What the module does.", kWordOrNone);
  v.field("priority", m.priority, required, "1 first, 5 last.", kPriority);
  v.field("reward_gstd", m.reward_gstd, required, "What the worker gets.");
  v.field("created_at", m.created_at, required, "When it was asked for.");
  v.neutral("deadline", "string", R"("0001-01-01T00:00:00Z")");
  v.neutral("required_cpu", "integer", "0");
  v.neutral("required_ram_gb", "number", "0");
  v.neutral("min_trust_score", "number", "0");
  v.field("retry_count", m.retry_count, required, "Failed attempts so far.");
  v.neutral("last_assigned_to", "string", R"("")");
  v.neutral("geography", "string", R"("")");
  v.field("pow_difficulty", m.pow_difficulty, required, "What a claim will cost.", kDifficulty);
  v.field("module_sha256", m.module_sha256, optional, "The module.");
  v.field("limits", m.limits, optional, "What the run may use.");
  v.field("convention", m.convention, optional, kConventionAbout);
  v.field("encryption_suite", m.encryption_suite, optional, "Of an encrypted task: its suite. Left out, or 0: it is none.");
}

template <class V>
void describe(V& v, In<V, ClaimRequest>& m) {
  v.about("Asks for the lease on a task; the proof comes with it.");
  v.field("task_id", m.task_id, required, "The task.");
  v.field("worker_wallet", m.worker_wallet, required, "Who earns.");
  v.field("device_id", m.device_id, required, "Who runs it.");
  v.field("nonce", m.nonce, required, "The answer to the challenge.", kPowNonceText);
  v.field("encryption_key", m.encryption_key, optional, "Of an encrypted task: the X25519 key to wrap its key for.");
  v.field("encryption_key_signature", m.encryption_key_signature, optional, "The device's, over task, device and that key.");
}

template <class V>
void describe(V& v, In<V, KeyWanted>& m) {
  v.about("An attempt at an encrypted task that waits for its key.");
  v.field("task_id", m.task_id, required, "The task.");
  v.field("attempt", m.attempt, required, "The attempt.", kAttempt);
  v.field("device_id", m.device_id, required, "Who holds the lease.");
  v.field("device_public_key", m.device_public_key, required, "Its Ed25519 key.");
  v.field("encryption_key", m.encryption_key, required, "The X25519 key to wrap for.");
  v.field("signature", m.signature, required, "The device's, over task, device and that key: check it.");
}

template <class V>
void describe(V& v, In<V, KeysWanted>& m) {
  v.about("The attempts that wait for keys of the signer's tasks.");
  v.field("wanted", m.wanted, required, "At most 256.", kKeyList);
}

template <class V>
void describe(V& v, In<V, TaskKey>& m) {
  v.about("The content key of an encrypted task, wrapped for one attempt.");
  v.field("task_id", m.task_id, required, "The task.");
  v.field("attempt", m.attempt, required, "The attempt.", kAttempt);
  v.field("wrapped_key", m.wrapped_key, required, "81 bytes.");
  v.field("signature", m.signature, required, "The requester's, over the grant: check it.");
}

template <class V>
void describe(V& v, In<V, Claim>& m) {
  v.about("The lease and all that is needed to run the task.");
  v.field("claimed", m.claimed, required, "True.");
  v.field("task_id", m.task_id, required, "The task.");
  v.field("attempt", m.attempt, required, "The fencing token: every later call names it.", kAttempt);
  v.field("lease_expires_at", m.lease_expires_at, required, "When the lease ends unless a heartbeat extends it.");
  v.field("lease_ms", m.lease_ms, required, "Its length; send a heartbeat every third of it.", kLeaseMs);
  v.field("task_type", m.task_type, required, "Kind of task.", kWordOrNone);
  v.field("operation", m.operation, required, "What the module is to do.", kWordOrNone);
  v.field("module_sha256", m.module_sha256, required, "The module.");
  v.field("input_sha256", m.input_sha256, required, "Digest of the input.");
  v.field("input_base64", m.input, required, "The input; of an encrypted task sealed.", Base64{kSealedInputBytesMax});
  v.field("limits", m.limits, required, "What the run may use.");
  v.field("reward_gstd", m.reward_gstd, required, "What the worker gets.");
  v.field("receipt_nonce", m.receipt_nonce, required, "The receipt has to repeat it.");
  v.field("convention", m.convention, optional, kConventionAbout);
  v.field("encryption", m.encryption, optional, kEncryptionAbout);
}

template <class V>
void describe(V& v, In<V, Heartbeat>& m) {
  v.about("Extends a lease.");
  v.field("task_id", m.task_id, required, "The task.");
  v.field("device_id", m.device_id, required, "Who holds the lease.");
  v.field("attempt", m.attempt, required, "The claim's.", kAttempt);
}

template <class V>
void describe(V& v, In<V, LeaseView>& m) {
  v.about("A lease as it stands.");
  v.field("task_id", m.task_id, required, "The task.");
  v.field("attempt", m.attempt, required, "The claim's.", kAttempt);
  v.field("lease_expires_at", m.lease_expires_at, required, "Its new end.");
}

template <class V>
void describe(V& v, In<V, Completion>& m) {
  v.about("A result that is handed in.");
  v.field("task_id", m.task_id, required, "The task.");
  v.field("worker_wallet", m.worker_wallet, required, "Who earns.");
  v.field("device_id", m.device_id, required, "Who ran it.");
  v.field("attempt", m.attempt, required, "The claim's.", kAttempt);
  v.field("output_base64", m.output, required, "What the guest wrote to stdout; of an encrypted task sealed.",
          Base64{kSealedOutputBytesMax});
  v.field("receipt_base64", m.receipt, required, "The receipt's one encoding.", Base64{kReceiptBytesMax});
  v.field("signature", m.signature, required, "Ed25519 over the receipt.");
  v.field("execution_time_ms", m.execution_time_ms, optional, "Wall-clock time of the run.", kExecutionMs);
}

template <class V>
void describe(V& v, In<V, Completed>& m) {
  v.about("A result that was accepted.");
  v.field("completed", m.completed, required, "True.");
  v.field("task_id", m.task_id, required, "The task.");
  v.field("message", m.message, required, "For people.", kSentence);
  v.field("status", m.status, optional, "Its state.");
  v.field("reward_gstd", m.reward_gstd, optional, "What the worker was paid.");
  v.field("acceptance", m.acceptance, optional, "The coordinator's word that it accepted the receipt.");
}

template <class V>
void describe(V& v, In<V, AttemptFailed>& m) {
  v.about("An attempt that led to no result that others would see too.");
  v.field("task_id", m.task_id, required, "The task.");
  v.field("device_id", m.device_id, required, "Who holds the lease.");
  v.field("attempt", m.attempt, required, "The claim's.", kAttempt);
  v.field("reason", m.reason, required, "For people.", kLastError);
  v.field("gave_back", m.gave_back, optional, "Not worked on at all: uses no retry.");
}

}  // namespace gstd::protocol

// Messages about tasks, as their requesters see them.
#pragma once

#include "protocol/describe_log.hpp"

namespace gstd::protocol {

inline constexpr std::string_view kConventionAbout = "How the module gets its input and gives its output. Left out: wasi.";
inline constexpr Text kScript{1, kScriptBytesMax};
inline constexpr std::string_view kEncryptionAbout = "Of an encrypted task alone.";
inline constexpr Range kSuite{1, std::numeric_limits<std::uint32_t>::max()};

template <class V>
void describe(V& v, In<V, RunLimits>& m) {
  v.about("What one run of a guest may use; what is left out has the default.");
  v.field("fuel", m.fuel, optional, "Wasmtime fuel, about one per instruction.", Range{1, kFuelMax});
  v.field("memory_bytes_max", m.memory_bytes_max, optional, "Linear memory.", Range{kMemoryBytesMin, kMemoryBytesMax});
  v.field("wall_ms", m.wall_time, optional, "Wall-clock time.", Range{1, static_cast<std::uint64_t>(kWallTimeMax.count())});
  v.field("output_bytes_max", m.output_bytes_max, optional, "Length of the result.", Range{1, kOutputBytesMax});
  v.field("log_bytes_max", m.log_bytes_max, optional, "What is kept of stderr.", Range{0, kLogBytesMax});
}

template <class V>
void describe(V& v, In<V, TaskEncryption>& m) {
  v.about("What makes a task an encrypted one: the requester's signed word for what it is.");
  v.field("suite", m.suite, required, "2: x25519-aes256gcm.", kSuite);
  v.field("sender", m.sender, required, "The requester's Ed25519 key, which sealed the input and signs grants.");
  v.field("input_commitment", m.input_commitment, required, "Keyed commitment to the input.");
  v.field("signature", m.signature, required, "The sender's, over task, module, convention and commitment.");
}

template <class V>
void describe(V& v, In<V, CreateTask>& m) {
  v.about("A task that is asked for. The input is the text of `payload`, or the bytes of `input_base64`, or empty.");
  v.field("type", m.type, required, "Kind of task, for example wasm_binary.", kWord);
  v.field("budget", m.budget, required, "What an accepted result costs, fee included.", PositiveAmount{});
  v.field("payload", m.payload, optional, "An object whose text, byte for byte as sent, is the input.", RawObject{});
  v.field("input_base64", m.input, optional, "The input; with `encryption` a sealed stream.", Base64{kSealedInputBytesMax});
  v.at_most_one("payload", "input_base64");
  v.field("module_sha256", m.module_sha256, optional, "An uploaded module; may be left out beside a script only.");
  v.field("operation", m.operation, optional, "What the module is to do.", kWord);
  v.field("limits", m.limits, optional, "What the run may use.");
  v.field("priority", m.priority, optional, "1 first, 5 last.", kPriority);
  v.field("convention", m.convention, optional, kConventionAbout);
  v.field("script", m.script, optional, "JavaScript for a task of type js_script; the input is JSON then.", kScript);
  v.field("task_id", m.task_id, optional, "With `encryption` only, and then required: the id that the input is bound to.");
  v.field("encryption", m.encryption, optional, "Makes it an encrypted task, which the coordinator cannot read.");
}

template <class V>
void describe(V& v, In<V, TaskCreated>& m) {
  v.about("A task that now exists.");
  v.field("task_id", m.task_id, required, "Its name from now on.");
  v.field("status", m.status, required, "awaiting_escrow until the balance covers the budget.");
  v.field("payment_memo", m.payment_memo, required, "TASK- and the task's id: the comment of a deposit for it.", kPaymentMemo);
  v.field("amount", m.amount, required, "The budget.");
  v.field("platform_wallet", m.platform_wallet, required, "Where deposits go.", kIdOrNone);
  v.field("reward_gstd", m.reward_gstd, optional, "What the worker will get.");
  v.field("module_sha256", m.module_sha256, optional, "The module that a receipt will name.");
  v.field("input_sha256", m.input_sha256, optional, "The digest of the input that a receipt will name.");
}

template <class V>
void describe(V& v, In<V, TaskCancelled>& m) {
  v.about("A task that its requester has given up.");
  v.field("task_id", m.task_id, required, "The task.");
  v.field("status", m.status, required, "cancelled.");
  v.field("message", m.message, optional, "For people.", kSentence);
}

template <class V>
void describe(V& v, In<V, TaskView>& m) {
  v.about("A task as it stands.");
  v.field("task_id", m.task_id, required, "The task.");
  v.field("requester_address", m.requester_address, required, "Who pays.");
  v.field("task_type", m.task_type, required, "Kind of task.", kWordOrNone);
  v.field("operation", m.operation, required, "What the module does.", kWordOrNone);
  v.neutral("model", "string", R"("")");
  v.neutral("input_source", "string", R"("")");
  v.neutral("input_hash", "string", R"("")");
  v.neutral("time_limit_sec", "integer", "0");
  v.neutral("max_energy_mwh", "integer", "0");
  v.neutral("labor_compensation_gstd", "number", "0");
  v.field("budget_gstd", m.budget_gstd, optional, "What an accepted result costs.");
  v.field("reward_gstd", m.reward_gstd, optional, "What of it is the worker's.");
  v.neutral("validation_method", "string", R"("majority")");  // the one value that the platform ever returns
  v.neutral("priority_score", "number", "0");
  v.field("status", m.status, required, "Its state.");
  v.field("escrow_status", m.escrow_status, required, "none, awaiting, locked, distributed or refunded.", kWordOrNone);
  v.field("created_at", m.created_at, required, "When it was asked for.");
  v.field("assigned_at", m.assigned_at, nullable, "When the current or last claim was won.");
  v.field("completed_at", m.completed_at, nullable, "When it ended.");
  v.field("timeout_at", m.timeout_at, nullable, "When the lease ends.");
  v.neutral("result_submitted_at", "null", "null");
  v.neutral("escrow_address", "string", R"("")");
  v.neutral("escrow_amount_gstd", "number", "0");
  v.field("assigned_device", m.assigned_device, nullable, "Who holds the lease, or held it last.");
  v.neutral("result_data", "null", "null");
  v.neutral("result_nonce", "null", "null");
  v.neutral("result_proof", "null", "null");
  v.field("execution_time_ms", m.execution_time_ms, nullable, "How long the accepted run took.", kExecutionMs);
  v.neutral("platform_fee_gstd", "null", "null");
  v.neutral("executor_reward_gstd", "null", "null");
  v.neutral("min_trust_score", "number", "0");
  v.neutral("geo_restriction", "null", "null");
  v.neutral("is_private", "boolean", "false");
  v.neutral("is_spot_check", "boolean", "false");
  v.neutral("redundancy_factor", "integer", "1");
  v.neutral("confidence_depth", "integer", "1");
  v.field("attempt", m.attempt, optional, "Number of the current or last attempt; 0 before the first.");
  v.field("failures", m.failures, optional, "Failed attempts that used a retry.");
  v.field("module_sha256", m.module_sha256, optional, "The module.");
  v.field("input_sha256", m.input_sha256, optional, "The input.");
  v.field("limits", m.limits, optional, "What a run may use.");
  v.field("priority", m.priority, optional, "1 first, 5 last.", kPriority);
  v.field("outcome", m.outcome, optional, "How the accepted run ended.");
  v.field("last_error", m.last_error, optional, "Why the last attempt failed.", kLastError);
  v.field("convention", m.convention, optional, kConventionAbout);
  v.field("encryption", m.encryption, optional, kEncryptionAbout);
}

template <class V>
void describe(V& v, In<V, TaskResult>& m) {
  v.about("An accepted result with the worker's signed receipt: check it before believing it.");
  v.field("task_id", m.task_id, required, "The task.");
  v.field("status", m.status, required, "Its state.");
  v.field("attempt", m.attempt, required, "The attempt that was accepted.", kAttempt);
  v.field("outcome", m.outcome, required, "How the run ended.");
  v.field("exit_code", m.exit_code, required, "The guest's.");
  v.field("fuel_used", m.fuel_used, required, "Fuel that the run took.");
  v.field("execution_time_ms", m.execution_time_ms, required, "Its wall-clock time.", kExecutionMs);
  v.field("output_base64", m.output, required, "What the guest wrote to stdout; of an encrypted task sealed.",
          Base64{kSealedOutputBytesMax});
  v.field("output_sha256", m.output_sha256, required, "Digest of the output.");
  v.field("worker_wallet", m.worker_wallet, required, "Who earned.");
  v.field("device_id", m.device_id, required, "Which of its devices ran it.");
  v.field("worker_public_key", m.worker_public_key, required, "Ed25519.");
  v.field("receipt_base64", m.receipt, required, "The bytes that are signed.", Base64{kReceiptBytesMax});
  v.field("signature", m.signature, required, "The worker's, over the receipt.");
  v.field("submitted_at", m.submitted_at, required, "When it came in.");
  v.field("acceptance", m.acceptance, optional, "The coordinator's word that it accepted the receipt.");
  v.field("encryption", m.encryption, optional, kEncryptionAbout);
}

template <class V>
void describe(V& v, In<V, SignedReceipt>& m) {
  v.about("A receipt as it is kept in a file, with what it takes to check it. A saved result of a task is one, too.");
  v.field("receipt_base64", m.receipt, required, "The bytes that are signed.", Base64{kReceiptBytesMax});
  v.field("signature", m.signature, required, "The worker's, over the receipt.");
  v.field("worker_public_key", m.worker_public_key, optional, "Ed25519. Whose it is has to be known from elsewhere.");
  v.field("output_base64", m.output, optional, "What the guest wrote to stdout.", Base64{kOutputBytesMax});
  v.field("acceptance", m.acceptance, optional, "The coordinator's word that it accepted the receipt.");
  v.field("tree_head", m.tree_head, optional, "With `inclusion`: of a log that has the acceptance.");
  v.field("inclusion", m.inclusion, optional, "The proof of it.");
}

template <class V>
void describe(V& v, In<V, ModuleMetadata>& m) {
  v.about("What a module wants and offers.");
  v.field("wasm_id", m.wasm_id, required, "The SHA-256 again.", kIdOrNone);
  v.field("sha256", m.sha256, required, "The module's name.");
  v.field("size_bytes", m.size_bytes, required, "Its length.");
  v.field("created_at", m.created_at, required, "When it was first uploaded.");
  v.field("imports", m.imports, required, "module.name of each, in order of appearance.", kModuleNameList);
  v.field("exports", m.exports, required, "Names, in order of appearance.", kModuleNameList);
  v.field("memory_pages", m.memory_pages, required, "Linear memory that it starts with, in pages of 64 KiB.");
  v.field("memory_pages_max", m.memory_pages_max, optional, "Its own limit on them; left out where it sets none.");
  v.field("features", m.features, optional, "Proposals beyond WebAssembly 1.0 that it uses.", kFeatureList);
  v.field("convention", m.convention, optional, "What it is made for; left out where it fits no convention.");
  v.field("deterministic", m.deterministic, optional, "Whether the sandbox takes it, so that every worker computes the same.");
  v.field("refusal", m.refusal, optional, "What the sandbox refuses first, where it does not take the module.", kSentence);
  v.field("refusal_byte_offset", m.refusal_byte_offset, optional, "Where in the module that is.");
}

template <class V>
void describe(V& v, In<V, UploadModule>& m) {
  v.about("A module as JSON. Longer ones fit as they are, with Content-Type application/wasm.");
  v.field("name", m.name, optional, "For the caller; not kept: a module is known by its SHA-256.", kIdOrNone);
  v.field("wasm_base64", m.wasm, required, "The module.", Base64{kBodyBytesMax});
}

template <class V>
void describe(V& v, In<V, ExecuteModule>& m) {
  v.about("A run of a module that is asked for: POST /tasks/create for those who think of modules.");
  v.field("input", m.input, optional, "An object whose text, byte for byte as sent, is the input.", RawObject{});
  v.field("input_base64", m.input_bytes, optional, "The input.", Base64{kInputBytesMax});
  v.at_most_one("input", "input_base64");
  v.field("convention", m.convention, optional, "How the module gets its input; left out: by `function`, else by its exports.");
  v.field("function", m.function, optional, "Only what the convention calls: _start, main or run.", kWord);
  v.field("fuel", m.fuel, optional, "Fuel of the run.", Range{1, kFuelMax});
  v.field("memory_limit_mb", m.memory_limit_mb, optional, "Linear memory, in units of 2^20 bytes.",
          Range{1, kMemoryBytesMax >> 20});
  v.field("timeout_ms", m.timeout_ms, optional, "Wall-clock time.", Range{1, static_cast<std::uint64_t>(kWallTimeMax.count())});
  v.field("reward_gstd", m.reward_gstd, required, "What the worker gets; the budget is this and the fee.", PositiveAmount{});
  v.field("redundancy", m.redundancy, optional, "How many workers do it: one.", Range{1, 1});
  v.field("priority", m.priority, optional, "1 first, 5 last.", kPriority);
}

template <class V>
void describe(V& v, In<V, Execution>& m) {
  v.about("A task that runs a module, as POST /wasm/{sha256}/execute made it.");
  v.field("task_id", m.task_id, required, "The task.");
  v.field("status", m.status, required, "queued, or awaiting_escrow until the balance covers the budget.", kWord);
  v.field("amount", m.amount, required, "The budget.");
  v.field("reward_gstd", m.reward_gstd, required, "What the worker will get.");
  v.field("convention", m.convention, required, "How the module is run.");
  v.field("module_sha256", m.module_sha256, required, "The module that a receipt will name.");
  v.field("input_sha256", m.input_sha256, required, "The digest of the input that a receipt will name.");
}

}  // namespace gstd::protocol

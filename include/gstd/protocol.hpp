// The wire: every message of the HTTP API as a plain struct with its JSON, the error form, and signed requests. See
// docs/protocol.md.
#pragma once

#include <gstd/base.hpp>
#include <gstd/crypto.hpp>
#include <gstd/receipt_log.hpp>
#include <gstd/sealing.hpp>
#include <gstd/signer.hpp>
#include <gstd/task.hpp>

namespace gstd {

/// The token of a session: a secret. Copies share it; it is locked in memory where the system allows it, and wiped when the last of
/// them goes. It is not to be compared: who keeps sessions finds them by the token's digest.
/// Threads: const members may be called from several threads.
class SessionToken {
 public:
  /// 32 bytes in hexadecimal, as the platform's are.
  static constexpr std::size_t kChars = 64;

  SessionToken() = default;  ///< None; reveals nothing.
  static SessionToken generate(Random& random);
  /// Copies `text`, which the caller should wipe. Errors: invalid_argument: not kChars lower-case hexadecimal digits.
  static Result<SessionToken> parse(std::string_view text);

  /// The text, e.g. to keep it in the application's own safe; borrowed from the token.
  std::string_view reveal() const noexcept;

 private:
  explicit SessionToken(std::shared_ptr<const SecretBytes> text) : text_(std::move(text)) {}
  std::shared_ptr<const SecretBytes> text_;
};

}  // namespace gstd

namespace gstd::protocol {

/// Bodies that are read are at most this long; longer ones never reach a parser.
inline constexpr std::size_t kBodyBytesMax = 16u << 20;
/// Longest input of a task, in bytes (its base64 fits kBodyBytesMax).
inline constexpr std::size_t kInputBytesMax = 10u << 20;
/// Longest script of a task, in UTF-8; with its input it must fit kInputBytesMax.
inline constexpr std::size_t kScriptBytesMax = 1u << 20;
/// A sealed input or result is a little longer than what is in it.
inline constexpr std::size_t kSealedInputBytesMax = sealed_size(kInputBytesMax);
inline constexpr std::size_t kSealedOutputBytesMax = sealed_size(kOutputBytesMax);
/// The type of tasks that have a script.
inline constexpr std::string_view kScriptTaskType = "js_script";
/// Imports and exports of one module together: how many, and the bytes of their names. Far above what compilers write; a module
/// near either makes a metadata message of some MiB.
inline constexpr std::size_t kModuleNamesMax = 10'000;
inline constexpr std::size_t kModuleNameBytesMax = 1u << 20;
/// Deepest nesting of JSON that is read.
inline constexpr std::size_t kJsonDepthMax = 32;

// ---------------------------------------------------------------------------------------------------------------------
// Messages. Amounts are JSON numbers of GSTD, times RFC 3339, digests and keys lower-case hex, bytes base64.
// Field names are the platform's where it has one; those marked "ours" are not in the original.

struct Health {
  std::string status;           ///< "healthy" or "unhealthy"
  std::string database_status;  ///< database.status: "connected" or "disconnected"
  Timestamp timestamp{};        ///< Unix seconds on the wire.
};

struct Version {
  std::string version;   ///< "v1"
  std::string software;  ///< Ours: "libgstd/0.1.0"
};

struct QueueStats {
  std::uint64_t pending = 0;
  std::uint64_t assigned = 0;
  std::uint64_t completed = 0;
  std::uint64_t workers = 0;
  std::uint64_t dead_letter = 0;  ///< Ours, as all below.
  std::uint64_t failed = 0;
  std::uint64_t cancelled = 0;
  std::uint64_t awaiting_escrow = 0;
};

struct RegisterDevice {
  DeviceId device_id;
  WalletId wallet_address;
  std::string device_type;
  PublicKey public_key;
  // What binds the device (DeviceBinding, below): all of it, or nothing.
  std::optional<EncryptionPublicKey> encryption_key{};
  std::optional<Timestamp> issued_at{};
  std::optional<Signature> device_signature{};
  std::optional<Signature> owner_signature{};  ///< Needed where the device's key is not the wallet owner's.
};

struct RotateDeviceKey {  ///< Ours: POST /devices/{id}/rotate, signed by the old key.
  PublicKey public_key;   ///< The new one.
  std::optional<EncryptionPublicKey> encryption_key{};
  Timestamp issued_at{};
  Signature device_signature;                  ///< The new key's.
  std::optional<Signature> owner_signature{};  ///< The wallet owner's, where there is one to show.
};

struct DeviceView {
  DeviceId device_id;
  WalletId wallet_address;
  std::string device_type;
  PublicKey public_key;
  PublicKey owner_public_key;  ///< The wallet owner's, as the coordinator has it.
  std::optional<EncryptionPublicKey> encryption_key{};
  std::optional<Timestamp> issued_at{};  ///< Nothing: there is no binding, nor are there signatures.
  std::optional<Signature> device_signature{};
  std::optional<Signature> owner_signature{};
  Timestamp registered_at{};
  std::optional<Timestamp> revoked_at{};
};

struct DevicePage {  ///< Ours: GET /devices/my: {"devices": [...]}
  std::vector<DeviceView> devices;
};

struct Message {  ///< {"message": ...}
  std::string message;
};

struct LoginPayload {                ///< Ours: POST /users/payload
  std::string payload;               ///< To be signed by the wallet, once.
  std::vector<std::string> domains;  ///< For which a proof is taken.
  std::string network;               ///< "-239" or "-3"
  Timestamp expires_at{};
  Timestamp server_time{};
};

/// POST /users/login with a TonConnect ton_proof, laid out as wallets' own examples have it: {"address", "network", "public_key",
/// "proof": {"timestamp", "domain": {"lengthBytes", "value"}, "signature", "payload", "state_init"}}.
struct Login {
  std::string address;
  std::string network;
  std::optional<PublicKey> public_key;
  std::int64_t timestamp = 0;  ///< Unix seconds.
  std::uint64_t domain_bytes = 0;
  std::string domain;
  Bytes signature;
  std::string payload;
  std::optional<Bytes> state_init;
};

/// The parts of the platform's own login.
struct PlatformLoginParts {
  std::string wallet_address;
  std::string signature;  ///< Base64; on the wire also {"signature", "type"}.
  std::string payload;
  std::optional<PublicKey> public_key;
};

/// POST /users/login as the platform has it, under `compat` alone: the parts, or the parts under "connect_payload".
struct PlatformLogin {
  std::optional<std::string> wallet_address;
  std::optional<std::string> signature;
  std::optional<std::string> payload;
  std::optional<PublicKey> public_key;
  std::optional<PlatformLoginParts> connect_payload;
};

/// The payload of such a login, where it is JSON.
struct PlatformLoginPayload {
  std::string nonce;
  std::int64_t timestamp = 0;  ///< Unix seconds.
  std::optional<std::string> address;
};

struct LoggedIn {
  WalletId wallet_address;  ///< "user", as the next three; the wallet's one name.
  Amount balance;
  Timestamp created_at{};  ///< Of the session: nothing else is kept of a user.
  Timestamp updated_at{};
  SessionToken session_token;
  std::int64_t expires_in = 0;  ///< Seconds.
  Timestamp expires_at{};       ///< Ours, as below.
  Timestamp renewable_until{};
};

struct SessionView {  ///< Ours: POST /users/session/refresh
  WalletId wallet_address;
  std::int64_t expires_in = 0;
  Timestamp expires_at{};
  Timestamp renewable_until{};
};

/// What makes a task an encrypted one: the requester's word for what it is (docs/protocol.md, "Encrypted tasks").
struct TaskEncryption {
  std::uint32_t suite = 0;  ///< The number of a SealingSuite.
  PublicKey sender;         ///< Of the requester: it sealed the input, and signs grants.
  Digest input_commitment;
  Signature signature;  ///< The sender's, over encode_sealed_task().
};

struct CreateTask {
  std::string type;
  Amount budget;
  std::string payload;  ///< Raw JSON text of the object, which is the input; empty: see `input`.
  Bytes input;          ///< Ours, "input_base64"; either this or a payload.
  /// Ours, as all below. May be left out beside a script: then the coordinator's own engine runs it.
  std::optional<Digest> module_sha256;
  std::string operation = "run";
  RunLimits limits;  ///< "limits": {"fuel","memory_bytes_max","wall_ms","output_bytes_max","log_bytes_max"}, each optional.
  int priority = kPriorityNormal;
  GuestConvention convention = GuestConvention::wasi;
  std::optional<std::string> script{};         ///< JavaScript, of a task of type kScriptTaskType.
  std::optional<TaskId> task_id{};             ///< Of an encrypted task: the requester chooses, since the input is bound to it.
  std::optional<TaskEncryption> encryption{};  ///< The input is a sealed stream.
};

struct TaskCreated {
  TaskId task_id;
  TaskState status = TaskState::awaiting_escrow;
  std::string payment_memo;  ///< "TASK-<id>"
  Amount amount;             ///< The budget.
  std::string platform_wallet;
  Amount reward_gstd;  ///< Ours, as all below: what the worker will get.
  /// What a receipt for this task will name. Of a script they are the engine's and the framed input's.
  std::optional<Digest> module_sha256{};
  std::optional<Digest> input_sha256{};
};

struct TaskCancelled {  ///< DELETE /tasks/{id}
  TaskId task_id;
  TaskState status = TaskState::cancelled;
  std::string message;
};

/// The platform's Task object (protocol.md 5.1) in our fields; the rest of its fields are written with their neutral values.
struct TaskView {
  TaskId task_id;
  WalletId requester_address;
  std::string task_type;
  std::string operation;
  TaskState status = TaskState::pending;
  std::string escrow_status;  ///< none, awaiting, locked, distributed, refunded
  Timestamp created_at{};
  std::optional<Timestamp> assigned_at;
  std::optional<Timestamp> completed_at;
  std::optional<Timestamp> timeout_at;  ///< End of the lease.
  std::optional<DeviceId> assigned_device;
  Amount budget_gstd;
  Amount reward_gstd;
  std::optional<std::int64_t> execution_time_ms;
  std::uint32_t attempt = 0;  ///< Ours, as all below.
  std::uint32_t failures = 0;
  Digest module_sha256;
  Digest input_sha256;
  RunLimits limits;
  int priority = kPriorityNormal;
  std::optional<OutcomeKind> outcome;
  std::string last_error;
  GuestConvention convention = GuestConvention::wasi;
  std::optional<TaskEncryption> encryption{};  ///< Of an encrypted task; `input_sha256` is its keyed commitment then.
};

struct TaskResult {  ///< All ours.
  TaskId task_id;
  TaskState status = TaskState::completed;
  std::uint32_t attempt = 0;
  OutcomeKind outcome = OutcomeKind::completed;
  std::int32_t exit_code = 0;
  std::uint64_t fuel_used = 0;
  std::int64_t execution_time_ms = 0;
  Bytes output;  ///< "output_base64"; of an encrypted task a sealed stream.
  Digest output_sha256;
  WalletId worker_wallet;
  DeviceId device_id;
  PublicKey worker_public_key;
  Bytes receipt;        ///< "receipt_base64": encode_receipt()'s bytes.
  Signature signature;  ///< The worker's, over them.
  Timestamp submitted_at{};
  std::optional<SignedAcceptance> acceptance{};  ///< Nothing where the result was accepted before there was a log.
  std::optional<TaskEncryption> encryption{};    ///< Of an encrypted task; the receipt names keyed commitments then.
  /// Not on the wire: set where the output has been opened, so that the commitments can be checked. Wiped with the last copy.
  std::shared_ptr<const ContentKey> content_key{};
};

/// A receipt as it is kept in a file, e.g. by `gstd submit --receipt-dir`: what a TaskResult says beside it is left out, so that a
/// saved reply of GET /tasks/{id}/result can be read as one, too.
struct SignedReceipt {
  Bytes receipt;  ///< "receipt_base64": encode_receipt()'s bytes.
  Signature signature;
  std::optional<PublicKey> worker_public_key;
  std::optional<Bytes> output;  ///< "output_base64"
  std::optional<SignedAcceptance> acceptance{};
  std::optional<SignedTreeHead> tree_head{};  ///< With `inclusion`: of a log that has the acceptance.
  std::optional<InclusionProof> inclusion{};
};

/// The receipt of a result with its acceptance, without its output.
SignedReceipt signed_receipt_of(const TaskResult& result);

struct ModuleMetadata {
  std::string wasm_id;  ///< The SHA-256 again, under the name that the platform's task list gave it.
  Digest sha256;
  std::uint64_t size_bytes = 0;
  Timestamp created_at{};
  std::vector<std::string> imports;
  std::vector<std::string> exports;
  std::uint64_t memory_pages = 0;
  std::optional<std::uint64_t> memory_pages_max;
  std::vector<std::string> features;          ///< Ours, as all below: proposals beyond WebAssembly 1.0 that it uses.
  std::optional<GuestConvention> convention;  ///< What it is made for; nothing where it fits none.
  bool deterministic = false;                 ///< Whether the sandbox's profile takes it.
  std::optional<std::string> refusal;         ///< What the profile refuses first, where it does not.
  std::optional<std::uint64_t> refusal_byte_offset;
};

struct UploadModule {               ///< POST /wasm/upload with Content-Type application/json
  std::optional<std::string> name;  ///< For the caller alone; a module is known by its SHA-256.
  Bytes wasm;                       ///< "wasm_base64"
};

struct ExecuteModule {  ///< POST /wasm/{sha256}/execute
  std::string input;    ///< Raw JSON text of an object; empty: see `input_bytes`.
  Bytes input_bytes;    ///< "input_base64"; either this or an `input`.
  std::optional<GuestConvention> convention;
  std::optional<std::string> function;  ///< Only what the convention calls anyway: "_start", "main", "run".
  std::optional<std::uint64_t> fuel;
  std::optional<std::uint64_t> memory_limit_mb;  ///< 2^20 bytes each.
  std::optional<std::uint64_t> timeout_ms;
  Amount reward_gstd;  ///< The worker's; the budget is this and the fee.
  std::uint32_t redundancy = 1;
  int priority = kPriorityNormal;
};

struct Execution {  ///< The reply.
  TaskId task_id;
  std::string status;  ///< "queued", or "awaiting_escrow" while the balance does not cover the budget.
  Amount amount;       ///< The budget.
  Amount reward_gstd;
  GuestConvention convention = GuestConvention::wasi;
  Digest module_sha256;
  Digest input_sha256;
};

/// Most versions that a PowRequest may name.
inline constexpr std::size_t kPowVersionsMax = 16;

struct PowRequest {  ///< POST /pow/challenge
  TaskId task_id;
  WalletId worker_wallet;
  /// Ours: numbers of pow::Version that the asker can answer, and any others, in any order. Left out on the wire: the platform's 1.
  std::vector<std::uint32_t> versions{1};
};

struct PowChallenge {
  std::string challenge;
  unsigned difficulty = 0;
  Timestamp expires_at{};
  TaskId task_id;
  WalletId worker_wallet;
  std::string estimated_time;  ///< "~131ms", at the platform's 500 000 hashes a second.
  std::uint32_t version = 1;   ///< Ours: the number of a pow::Version. Left out on the wire: 1.
};

struct PowAnswer {  ///< POST /pow/verify
  TaskId task_id;
  WalletId worker_wallet;
  std::string nonce;
};

struct PowVerdict {
  bool valid = false;
  Digest hash_result;
  unsigned leading_zeros = 0;
  std::int64_t time_taken_ms = 0;
};

struct PowStatus {
  TaskId task_id;
  std::string challenge;
  unsigned difficulty = 0;
  Timestamp created_at{};
  Timestamp expires_at{};
  WalletId worker_wallet;
  bool verified = false;
  std::optional<Timestamp> verified_at;
  std::optional<std::string> nonce;
  std::uint32_t version = 1;  ///< Ours: as PowChallenge's.
};

struct QueueItem {  ///< GET /orchestrator/next-task
  TaskId task_id;
  std::string task_type;
  std::string operation;
  int priority = kPriorityNormal;
  Amount reward_gstd;
  Timestamp created_at{};
  std::uint32_t retry_count = 0;
  unsigned pow_difficulty = 0;
  Digest module_sha256;  ///< Ours, as all below: a worker decides before it pays for the claim.
  RunLimits limits;
  GuestConvention convention = GuestConvention::wasi;
  std::uint32_t encryption_suite = 0;  ///< Of an encrypted task; its claim has to bring a key. 0: none.
};

struct ClaimRequest {
  TaskId task_id;
  WalletId worker_wallet;
  DeviceId device_id;
  std::string nonce;  ///< Ours: the proof comes with the claim.
  /// Ours, of an encrypted task: the key to wrap the content key for, best one that is made for this claim alone, and the device's
  /// signature over encode_key_request().
  std::optional<EncryptionPublicKey> encryption_key{};
  std::optional<Signature> encryption_key_signature{};
};

struct Claim {
  bool claimed = false;
  TaskId task_id;
  std::uint32_t attempt = 0;  ///< Ours, as all below: the fencing token.
  Timestamp lease_expires_at{};
  std::int64_t lease_ms = 0;  ///< Send a heartbeat every third of it.
  std::string task_type;
  std::string operation;
  Digest module_sha256;
  Digest input_sha256;
  Bytes input;  ///< "input_base64"
  RunLimits limits;
  Amount reward_gstd;
  GuestConvention convention = GuestConvention::wasi;  ///< Left out on the wire, as by a coordinator that knows no other: wasi.
  ReceiptNonce receipt_nonce;                          ///< To be repeated in the receipt.
  /// Of an encrypted task: `input` is a sealed stream, `input_sha256` the commitment; the key follows, GET /tasks/{id}/key.
  std::optional<TaskEncryption> encryption{};
};

struct KeyWanted {  ///< An attempt at an encrypted task that lacks its key.
  TaskId task_id;
  std::uint32_t attempt = 0;
  DeviceId device_id;
  PublicKey device_public_key;
  EncryptionPublicKey encryption_key;
  Signature signature;  ///< The device's, over encode_key_request().
};

/// Most that one answer holds; who wants more asks again when these are granted.
inline constexpr std::size_t kKeysWantedMax = 256;

struct KeysWanted {  ///< GET /tasks/keys/wanted
  std::vector<KeyWanted> wanted;
};

struct TaskKey {  ///< POST and GET /tasks/{id}/key
  TaskId task_id;
  std::uint32_t attempt = 0;
  WrappedKey wrapped_key;
  Signature signature;  ///< The requester's, over encode_key_grant().
};

struct Heartbeat {  ///< Ours: POST /orchestrator/heartbeat
  TaskId task_id;
  DeviceId device_id;
  std::uint32_t attempt = 0;
};

struct LeaseView {
  TaskId task_id;
  std::uint32_t attempt = 0;
  Timestamp lease_expires_at{};
};

struct Completion {  ///< POST /orchestrator/complete
  TaskId task_id;
  WalletId worker_wallet;
  DeviceId device_id;  ///< Ours, as all but task, wallet and time.
  std::uint32_t attempt = 0;
  Bytes output;   ///< "output_base64"
  Bytes receipt;  ///< "receipt_base64"
  Signature signature;
  std::int64_t execution_time_ms = 0;
};

struct Completed {
  bool completed = false;
  TaskId task_id;
  std::string message;
  TaskState status = TaskState::completed;
  Amount reward_gstd;  ///< What the worker was paid.
  std::optional<SignedAcceptance> acceptance{};
};

struct AttemptFailed {  ///< Ours: POST /orchestrator/fail
  TaskId task_id;
  DeviceId device_id;
  std::uint32_t attempt = 0;
  std::string reason;      ///< For people; at most kLastErrorCharsMax.
  bool gave_back = false;  ///< Not worked on at all: uses no retry.
};

struct WalletBalance {
  Amount gstd_balance;
  Amount pending_earnings;
  Amount total_earned;
  Amount locked_in_escrow;
};

struct ClientStats {
  std::uint64_t total_tasks_created = 0;
  std::uint64_t active_tasks = 0;
  std::uint64_t completed_tasks = 0;
  std::uint64_t failed_tasks = 0;
  Amount total_spent_gstd;
  Amount total_locked_gstd;
  double avg_completion_time_min = 0;
};

struct EscrowView {
  TaskId task_id;
  WalletId creator_wallet;
  Amount budget_gstd;
  Amount platform_fee_gstd;
  Amount total_locked_gstd;
  std::string task_type;
  std::string status;  ///< awaiting, locked, released, refunded
  Timestamp locked_at{};
  std::uint64_t workers_paid = 0;
  Amount total_paid_gstd;
};

struct EscrowPage {  ///< {"escrows": [...]}
  std::vector<EscrowView> escrows;
};

struct EventView {
  std::uint64_t sequence = 0;
  TaskId task_id;
  TaskEvent event = TaskEvent::fund;
  TaskState status = TaskState::pending;
  std::uint32_t attempt = 0;
  Timestamp at{};
};

struct EventPage {  ///< Ours: GET /events?since=&wait_ms=
  std::vector<EventView> events;
  std::uint64_t next = 0;  ///< What to ask with as `since` next.
};

/// Writes a message as JSON. Threads: any. Total for every struct above and for Error.
template <class M>
std::string write(const M& message);

/// Reads a message. Names are exact, unknown fields are ignored, null stands for a field that is left out.
/// Errors: invalid_argument, reason "json": not one JSON object, not UTF-8, too deep, too long, or a key that comes twice; reason
/// "field": a field is missing, of the wrong type or out of bounds; the message names it by its path, e.g. `limits.fuel`.
template <class M>
Result<M> read(std::string_view json);

/// Whether a text is one JSON value of any kind, with the bounds of read(). Errors: invalid_argument, reason "json".
Result<void> check_json(std::string_view text);

/// The error form of every refusal: {"error": sentence, "code": name, "reason": word}.
std::string write_error(const Error& error);
/// The same with a fourth field, "retry_after_ms": when to come back. For refusals that go by themselves (429).
std::string write_error(const Error& error, std::chrono::milliseconds retry_after);
/// That field of a refusal; nothing where it has none, or none that can be a time.
std::optional<std::chrono::milliseconds> read_retry_after(std::string_view body);
/// Reads it back; anything that is not in that form becomes an Error with a code by HTTP status and a message from the body.
Error read_error(int http_status, std::string_view body);
/// The HTTP status that goes with a code.
int http_status(ErrorCode code) noexcept;
/// The code that an HTTP status of 400 or more stands for where a body names none.
ErrorCode error_code(int http_status) noexcept;

/// The OpenAPI 3.1 description of the API as JSON, made from the same descriptions that read and write the messages.
std::string openapi();

// ---------------------------------------------------------------------------------------------------------------------
// Wallets that are named after keys

/// How the name of such a wallet begins.
inline constexpr std::string_view kKeyWalletPrefix = "ed25519:";

/// The wallet that is named after a key: kKeyWalletPrefix and the key in lower-case hex. A coordinator of ours keeps it for that
/// key, whoever comes first (docs/protocol.md, "Identity").
WalletId wallet_named_after(const PublicKey& key);

// ---------------------------------------------------------------------------------------------------------------------
// Devices of a wallet

/// What binds a device to its wallet: one statement, signed by the device's key, and by the wallet owner's where that is another.
/// Whoever has it can tell, without the coordinator, that `encryption_key` is really this device's.
struct DeviceBinding {
  WalletId wallet;
  DeviceId device;
  PublicKey key;
  std::optional<EncryptionPublicKey> encryption_key{};
  Timestamp issued_at{};

  bool operator==(const DeviceBinding&) const = default;
};

/// How old a statement may be when it is handed in, and how far ahead of the coordinator's clock.
inline constexpr std::chrono::seconds kBindingAgeMax{300};
inline constexpr std::chrono::seconds kBindingSkewMax{60};

/// What is signed: domain tag "gstd-device-binding-v1"; wallet, device id, key and encryption key (empty where there is none), each
/// with its length in 4 bytes; issued_at in milliseconds since 1970, 8 bytes; all integers big-endian. No two share an encoding.
Bytes encode_device_binding(const DeviceBinding& binding);

/// Whether the device is bound to its wallet by the wallet's owner: `by_device` is its key's signature, and `by_owner` is
/// `owner`'s, needed only where `owner` is not the device's own key. A wallet that is named after a key has that one as its owner,
/// whoever says otherwise. Says nothing about age and revocation: that is the coordinator's to know. Errors: unauthenticated,
/// reason "binding": it is not; the message says which half.
Result<void> verify_device_binding(const DeviceBinding& binding, const Signature& by_device, const PublicKey& owner,
                                   const std::optional<Signature>& by_owner = {});

/// The same for what a coordinator shows. Errors: also where there is no binding.
Result<void> verify_device_binding(const DeviceView& device);

/// The key that a wallet is named after; nothing where its name is of another kind.
std::optional<PublicKey> key_named_by(const WalletId& wallet);

// ---------------------------------------------------------------------------------------------------------------------
// Receipts and outcomes as JSON

/// A readable view of a receipt; the bytes that are signed are encode_receipt()'s. Fields that its version lacks are left out.
/// Commitments that are SHA-256 are named `input_sha256` and `output_sha256`, others `input_commitment` and `output_commitment`.
std::string write_receipt(const Receipt& receipt);

// ---------------------------------------------------------------------------------------------------------------------
// Signed requests. Source: RFC 9421 (label "gstd", algorithm ed25519) and RFC 9530 (Content-Digest, sha-256).

/// What of a request is signed: "@method", "@authority", "@path", "@query", and "content-digest" of the body (also an empty one);
/// where the request has the header, also "idempotency-key".
struct RequestParts {
  std::string_view method;
  std::string_view authority;  ///< Host header: lower-case host, port where it is not the scheme's default.
  std::string_view target;     ///< Path with query.
  BytesView body;
  std::optional<std::string_view> idempotency_key{};  ///< The header's value; nothing: the request does not have it.
};

/// The headers that carry a signature, as they stand on the wire.
struct SignatureHeaders {
  std::string content_digest;
  std::string signature_input;
  std::string signature;
};

/// Bounds on the nonce of a signature, as text on the wire.
inline constexpr std::size_t kSignatureNonceCharsMin = 16;
inline constexpr std::size_t kSignatureNonceCharsMax = 64;

/// `nonce` must be new each time: 16 random bytes do; 8 to 32 are taken. It goes out in hex. The key id is the public key in hex.
SignatureHeaders sign_request(const RequestParts& parts, const SigningKey& key, Timestamp created, BytesView nonce);

/// A request on its way to whoever signs it: what the signature is over, and the headers but for the signature.
struct RequestToSign {
  std::string base;  ///< Source: RFC 9421 section 2.5.
  std::string content_digest;
  std::string signature_input;
};

/// As sign_request(), in two steps: what a key has to sign, and, with its signature, the headers.
RequestToSign request_to_sign(const RequestParts& parts, const PublicKey& key, Timestamp created, BytesView nonce);
SignatureHeaders signed_headers(RequestToSign request, const Signature& signature);

/// Both steps, with a signer that may be somewhere else. Errors: those of Signer::sign().
Result<SignatureHeaders> sign_request(const RequestParts& parts, const Signer& signer, Timestamp created, BytesView nonce,
                                      const CallOptions& options);

struct SignedBy {
  PublicKey key;
  std::string nonce;
  Timestamp created{};
};

inline constexpr std::chrono::seconds kSignatureAgeMax{300};
inline constexpr std::chrono::seconds kSignatureSkewMax{60};  ///< How far `created` may lie ahead.

/// Checks digest, coverage, algorithm, age and signature. That the nonce is new is the caller's to check (and the key's rights
/// too). Errors: unauthenticated, with reason "signature_missing", "signature_malformed", "signature_coverage", "digest_mismatch",
/// "signature_expired" or "signature_invalid".
Result<SignedBy> verify_request(const RequestParts& parts, const SignatureHeaders& headers, Timestamp now);

}  // namespace gstd::protocol

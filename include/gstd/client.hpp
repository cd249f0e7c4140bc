// What a requester calls, and the calls that a worker is made of: one method per endpoint, and the waits built on them.
#pragma once

#include <gstd/base.hpp>
#include <gstd/crypto.hpp>
#include <gstd/pow.hpp>
#include <gstd/protocol.hpp>
#include <gstd/sealing.hpp>
#include <gstd/signer.hpp>
#include <gstd/task.hpp>

#include <memory>

namespace gstd {

/// What a login gives.
struct WalletSession {
  SessionToken token;
  WalletId wallet;  ///< By the name under which the coordinator keeps it: the raw form of its address.
  Timestamp expires_at{};
  Timestamp renewable_until{};  ///< Until when refresh_session() gives more time.
};

struct ClientOptions {
  std::string url;              ///< E.g. "http://127.0.0.1:8080"; the API is under /api/v1. Plain HTTP to loopback only.
  std::optional<Signer> key{};  ///< Signs every request. Without one only public calls succeed.
  /// Of an earlier login(). Serves the calls of a requester where there is no key, and register_device() beside the key.
  std::optional<SessionToken> session{};
  WalletId wallet{};              ///< Whose money; bound to the key at registration.
  DeviceId device{};              ///< Empty: derived from the key.
  bool allow_plain_http = false;  ///< Lets http:// go beyond loopback. Say so only on a network you trust.
  std::string ca_file{};          ///< PEM bundle; empty: the system's.
  /// Of the coordinator's key, beside the verification; see net::HttpClientOptions for how to make one. Empty: any key.
  std::vector<std::string> pinned_public_keys{};
  /// PEM files for coordinators, or proxies before them, that ask for a certificate; both or none. The key has no passphrase and is
  /// closed to other users.
  std::string client_certificate_file{};
  std::string client_key_file{};
  /// Calls that answer `unavailable` are repeated, with the platform's 1 s, 2 s, 4 s between, and those that answer 429 or 503 and
  /// say when to come back (Retry-After) then, within the call's time. 1 to 10.
  unsigned tries = 4;
  /// Versions of the proof of work to ask for; the coordinator picks one of them. Leave one out where your own solver does not
  /// know it. At least one, at most protocol::kPowVersionsMax.
  std::vector<pow::Version> pow_versions{pow::Version::v2, pow::Version::v1};
  /// What is encrypted for this device is encrypted for this key's public half, which register_device() binds to it; and what the
  /// content keys of a requester's encrypted tasks are derived from, so that none needs to be saved. Nothing:
  /// EncryptionKey::derive() of the signing key's seed, where that key is in this process.
  std::optional<EncryptionKey> encryption_key{};
  /// The wallet owner's key, where `key` is another: the wallet's first key, or the one that it is named after. Asked only for what
  /// needs the owner's word: a device that registers, or gets another key.
  std::optional<Signer> owner{};
  /// Whom keys of encrypted tasks are granted to; empty: any device that signed for its encryption key. The coordinator chooses the
  /// workers, and could choose a device of its own: set this where you know yours. Called from the thread that grants.
  std::function<bool(const protocol::KeyWanted&)> grant_to{};
  bool takes_encrypted_tasks = false;  ///< Whether next_task() may give tasks that are to be claimed by claim_encrypted_task().
  const Clock* clock = nullptr;        ///< Null: system_clock().
  Random* random = nullptr;            ///< Null: system_random().
};

/// A task that an application wants done: the module and the input themselves.
struct TaskRequest {
  Digest module;  ///< Of an uploaded module.
  Bytes input;
  Amount budget;
  RunLimits limits{};
  int priority = kPriorityNormal;
  std::string type = "wasm_binary";
  std::string operation = "run";
  std::string idempotency_key{};  ///< Empty: a random one per call, so that the client's own repeats create one task.
  GuestConvention convention = GuestConvention::wasi;
  /// JavaScript instead of a module: `input` is a JSON text then, or empty, the output the script's result as JSON, and type and
  /// convention follow. `module` may name the engine, e.g. wasm::javascript_engine() by its digest, and then also the receipt is
  /// for that one; all zeros leave the choice to the coordinator, which says in TaskCreated what it has chosen.
  std::string script{};
  /// Seals the input so that only the worker that is assigned can read it, and the result so that only this client can. While such
  /// a task is on its way, somebody must grant keys: wait_result() does, or grant_keys(). With a script, name its `module`.
  bool encrypted = false;
  TaskId id{};  ///< Of an encrypted task; empty: a random one. A second task of one id is refused (`task_exists`).
};

/// A connection to one coordinator. May be shared between threads; starts none. Every call blocks, within its CallOptions.
/// Errors of all calls: unavailable, deadline_exceeded, cancelled (net), unauthenticated (with reason tls_certificate, tls_pin or
/// tls_client_certificate: one of both ends is not who it should be), permission_denied, and whatever the coordinator answers, with
/// its code, reason and message. data_loss: an answer that is not of the protocol. Of signed calls also those of Signer::sign();
/// each try of a call asks the signer anew.
class Client {
 public:
  /// Errors: invalid_argument: an option; the reason names it, or is "options". permission_denied: others can open client_key_file.
  static Result<Client> create(ClientOptions options);
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;
  ~Client();

  const WalletId& wallet() const noexcept;
  const DeviceId& device() const noexcept;
  std::optional<PublicKey> public_key() const noexcept;

  // -- anybody
  Result<protocol::Health> health(const CallOptions& options = {}) const;
  Result<protocol::Version> version(const CallOptions& options = {}) const;
  Result<protocol::QueueStats> queue_stats(const CallOptions& options = {}) const;
  Result<protocol::TaskView> task(const TaskId& id, const CallOptions& options = {}) const;
  Result<protocol::ModuleMetadata> module_metadata(const Digest& sha256, const CallOptions& options = {}) const;
  Result<Bytes> download_module(const Digest& sha256, const CallOptions& options = {}) const;  ///< Checked against its digest.

  // -- the log of receipts; anybody. What comes back has been checked here.
  /// Errors: data_loss, reason "tree_head_invalid": the key that it names did not sign it.
  Result<protocol::SignedTreeHead> log_head(const CallOptions& options = {}) const;
  /// Errors: data_loss, reason "inclusion_proof": the log of that head does not have the result's acceptance; "acceptance_invalid":
  /// it is not of this result; "tree_head_invalid". failed_precondition, reason "no_acceptance": the result came without one.
  /// out_of_range: the head is from before the acceptance.
  Result<protocol::ReceiptProof> prove_receipt(const protocol::TaskResult& result, const protocol::SignedTreeHead& head,
                                               const CallOptions& options = {}) const;
  /// With the head of now.
  Result<protocol::ReceiptProof> prove_receipt(const protocol::TaskResult& result, const CallOptions& options = {}) const;
  /// Errors: data_loss, reason "consistency_proof": the second log does not continue the first.
  Result<protocol::ConsistencyProof> log_consistency(const TreeHead& first, const TreeHead& second,
                                                     const CallOptions& options = {}) const;
  /// At most protocol::kLogEntriesMax entries from number `start` on, for who wants to hash the whole log. Not checked against any
  /// head.
  Result<protocol::LogPage> log_entries(std::uint64_t start, std::size_t count = protocol::kLogEntriesMax,
                                        const CallOptions& options = {}) const;

  // -- identity
  /// Binds wallet, device, key and encryption key, by a statement that the key signs and, where there is one, ClientOptions::owner.
  /// Doing it again with the same wallet, device and key is fine, also with another encryption key.
  /// Errors: permission_denied, reason "wallet_bound": the wallet has an owner with another key, who has to sign, too.
  Result<void> register_device(std::string_view type = "desktop", const CallOptions& options = {}) const;
  /// The devices of the wallet, revoked ones included; protocol::verify_device_binding() tells whether the owner vouches for each.
  Result<std::vector<protocol::DeviceView>> devices(const CallOptions& options = {}) const;
  /// Gives this device another key, which signs that it is there; the old key, this client's, is refused from then on: go on with a
  /// new Client that has the new key and the same device id. `encryption_key`: nothing: derived, as in ClientOptions.
  /// Errors: unauthenticated, reason "key_revoked": also where an earlier try arrived whose answer was lost.
  Result<void> rotate_key(const Signer& new_key, const std::optional<EncryptionKey>& encryption_key = {},
                          const CallOptions& options = {}) const;
  /// Revokes the key of a device of this wallet, at once and for good: its requests are refused and its tasks handed back. Other
  /// devices with the same key go along. By the device itself, or by a client with the wallet owner's key.
  Result<void> revoke_device(const DeviceId& id, const CallOptions& options = {}) const;

  // -- a wallet's login; for applications that have no key of their own, or register a device for a wallet of TON
  /// What the wallet is to sign: ask it for `ton_addr` and `ton_proof` with this payload.
  Result<protocol::LoginPayload> login_payload(const CallOptions& options = {}) const;
  /// Begins a session with what the wallet answered; from then on this client uses it, in place of ClientOptions::session.
  /// Errors: unauthenticated, reason "login_payload", "ton_proof" and others of docs/protocol.md, "Login".
  Result<WalletSession> login(const protocol::Login& proof, const CallOptions& options = {}) const;
  /// Gives the session more time. Errors: unauthenticated, reason "session_missing": there is none; "session_invalid": it has
  /// ended.
  Result<protocol::SessionView> refresh_session(const CallOptions& options = {}) const;
  /// Ends the session, or, `everywhere`, all sessions of its wallet. This client then has none. Doing it again answers
  /// "session_missing".
  Result<void> logout(bool everywhere = false, const CallOptions& options = {}) const;

  // -- requester
  Result<protocol::ModuleMetadata> upload_module(BytesView module, const CallOptions& options = {}) const;
  Result<protocol::TaskCreated> create_task(const TaskRequest& request, const CallOptions& options = {}) const;
  /// Gives the task up and refunds its budget. Doing it again is fine.
  Result<void> cancel_task(const TaskId& id, const CallOptions& options = {}) const;
  /// The accepted result; verify_result() before believing it. Of an encrypted task it is open, as by open_result().
  /// Errors: failed_precondition, reason "not_ready": the task is still on its way. data_loss, reason "sealed": it does not open.
  Result<protocol::TaskResult> result(const TaskId& id, const CallOptions& options = {}) const;
  /// Waits for the task to reach an end, or to stop in dead_letter, then as result(). Follows it, and grants keys meanwhile.
  /// Errors: failed_precondition, reason = the state: it ended without a result (dead_letter, cancelled).
  Result<protocol::TaskResult> wait_result(const TaskId& id, const CallOptions& options = {}) const;
  /// The content key of this client's encrypted task of that id: for open_result(), or to be kept elsewhere.
  /// Errors: failed_precondition, reason "encryption_key": there is nothing to derive it from.
  Result<ContentKey> content_key(const TaskId& id) const;
  /// Makes an encrypted task one whose keys are granted: after a restart; create_task() and wait_result() do so by themselves. It
  /// ends when its result has been fetched, or with cancel_task().
  void follow_task(const TaskId& id) const;
  /// Grants the keys that are wanted for the tasks that are followed, after waiting up to `wait` for the first; how many. For those
  /// who follow many tasks: call it over and over while any is on its way. Encrypted tasks are shown to workers only while their
  /// requester asks like this.
  Result<std::size_t> grant_keys(std::chrono::milliseconds wait, const CallOptions& options = {}) const;
  /// Changes of this wallet's tasks after `sequence`; waits up to `wait` for the first one.
  Result<protocol::EventPage> events(std::uint64_t sequence, std::chrono::milliseconds wait, const CallOptions& options = {}) const;
  /// The sequence number of the newest event of all: what to ask events() with for what happens from here on.
  Result<std::uint64_t> newest_event(const CallOptions& options = {}) const;
  Result<protocol::WalletBalance> balance(const CallOptions& options = {}) const;
  Result<protocol::ClientStats> stats(const CallOptions& options = {}) const;
  Result<std::vector<protocol::EscrowView>> escrows(const CallOptions& options = {}) const;

  // -- worker
  /// The best task open to this worker that asks for no more memory than this, without reserving it; nothing after `wait` without
  /// one. Ask with a timeout well over `wait`; a `wait` that does not fit into it is shortened.
  Result<std::optional<protocol::QueueItem>> next_task(std::chrono::milliseconds wait,
                                                       std::uint64_t memory_bytes_max = kMemoryBytesMax,
                                                       const CallOptions& options = {}) const;
  /// Errors: data_loss: the answer is of a version that was not asked for.
  Result<pow::Challenge> request_challenge(const TaskId& id, const CallOptions& options = {}) const;
  /// Errors: aborted, reason "claim_lost": another worker was faster.
  Result<protocol::Claim> claim_task(const TaskId& id, std::string_view nonce, const CallOptions& options = {}) const;
  /// As claim_task(), of an encrypted task: its key is to be wrapped for `recipient`. A key that is made for this claim and then
  /// forgotten keeps what was sent unreadable also to who later learns all the worker's keys.
  Result<protocol::Claim> claim_encrypted_task(const TaskId& id, std::string_view nonce, const EncryptionPublicKey& recipient,
                                               const CallOptions& options = {}) const;
  /// The content key for a claim of an encrypted task; nothing after `wait` without one. `recipient`: whose public half it was
  /// claimed with.
  /// Errors: data_loss, reason "sealed": not granted by who sealed the input, or not for this attempt. aborted, reason
  /// "lease_stale".
  Result<std::optional<ContentKey>> task_key(const protocol::Claim& claim, const EncryptionKey& recipient,
                                             std::chrono::milliseconds wait, const CallOptions& options = {}) const;
  Result<Timestamp> heartbeat(const TaskId& id, std::uint32_t attempt, const CallOptions& options = {}) const;
  /// Hands in a comparable outcome. Doing it again with the same receipt is fine.
  Result<protocol::Completed> complete_task(const protocol::Completion& completion, const CallOptions& options = {}) const;
  /// Reports an attempt that is only worth a retry; `gave_back`: the task was not worked on at all.
  Result<void> fail_task(const TaskId& id, std::uint32_t attempt, std::string_view why, bool gave_back,
                         const CallOptions& options = {}) const;

 private:
  struct State;
  Result<void> grant_key(const protocol::KeyWanted& wanted, const CallOptions& options) const;
  explicit Client(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Remembers the last head of a coordinator's log, and takes a new one only with proof that it continues it. Not to be shared
/// between threads. Borrows the client.
class LogWatcher {
 public:
  /// `last`: the head at which an earlier watcher ended, as it was kept; nothing: the first one that comes is believed.
  explicit LogWatcher(const Client& client, std::optional<protocol::SignedTreeHead> last = {})
      : client_(&client), last_(std::move(last)) {}

  /// The head of now, which is the last one from here on.
  /// Errors: data_loss, reason "log_rewritten": the log is shorter, or there is no proof that it continues the last head's;
  /// "log_key_changed": another key signs it; "tree_head_invalid". The last head stays then. Those of the calls.
  Result<protocol::SignedTreeHead> update(const CallOptions& options = {});

  const std::optional<protocol::SignedTreeHead>& last() const noexcept { return last_; }

 private:
  const Client* client_;
  std::optional<protocol::SignedTreeHead> last_;
};

/// Whether the worker that the result names signed exactly this result: the receipt is its signature's, and task, attempt, output,
/// module, input and convention are the receipt's. So is the coordinator's acceptance, where there is one. `module`, `input` and
/// `convention` are what the requester asked for, `input` by its SHA-256. Of an encrypted task, whose result must be open, the
/// receipt has to name the keyed commitments to input and output; `input` may be the commitment itself there, as TaskCreated names
/// it. Errors: data_loss, reason "receipt_invalid": it did not; the message says what differs. invalid_argument, reason "sealed":
/// the result is of an encrypted task and not open.
Result<Receipt> verify_result(const protocol::TaskResult& result, const Digest& module, const Digest& input,
                              GuestConvention convention = GuestConvention::wasi);

/// The input of an encrypted task, once its key is there.
/// Errors: data_loss, reason "sealed": it does not open, or is not what its requester signed.
Result<Bytes> open_input(const protocol::Claim& claim, const ContentKey& key);

/// A result of an encrypted task with its output opened, `output_sha256` that of the plaintext, and the key for verify_result().
/// Errors: data_loss, reason "sealed".
Result<protocol::TaskResult> open_result(protocol::TaskResult result, const ContentKey& key);

}  // namespace gstd

// What a coordinator vouches for: that it accepted a receipt, and the head of its append-only log of acceptances. See
// docs/protocol.md, "The log of receipts". Pure functions, for any thread.
#pragma once

#include <gstd/base.hpp>
#include <gstd/crypto.hpp>
#include <gstd/merkle.hpp>
#include <gstd/task.hpp>

namespace gstd {

/// What names a receipt in an acceptance: SHA-256 of its bytes, as they were signed, and of the worker's signature behind them.
Digest receipt_digest(BytesView receipt, const Signature& signature);

/// The coordinator's word that it accepted a receipt. Its encoding is the log's entry, which is public: nothing in it tells which
/// task, worker or result it is about to anybody who does not have the receipt.
struct Acceptance {
  Digest receipt;  ///< receipt_digest()
  Timestamp accepted_at{};
  TaskState state = TaskState::completed;  ///< What the task came to.
  PublicKey key;                           ///< The coordinator's.

  bool operator==(const Acceptance&) const = default;
};

/// The one encoding that is signed and logged: domain tag "gstd-acceptance-v1", then the fields in the order above, integers
/// big-endian, the time as milliseconds since 1970 in 8 bytes, the state's number in 4. Always kAcceptanceBytes.
Bytes encode_acceptance(const Acceptance& acceptance);
inline constexpr std::size_t kAcceptanceBytes = 18 + Digest::kSize + 8 + 4 + PublicKey::kSize;

/// Errors: invalid_argument, reason "acceptance": not the canonical encoding of any acceptance.
Result<Acceptance> decode_acceptance(BytesView encoded);

/// The log as it was at one moment.
struct TreeHead {
  std::uint64_t size = 0;  ///< Entries.
  Digest root;             ///< merkle::root() of them.
  Timestamp time{};        ///< When the head was signed, by the coordinator's clock.
  PublicKey key;           ///< The coordinator's.

  bool operator==(const TreeHead&) const = default;
};

/// The one encoding that is signed: domain tag "gstd-tree-head-v1", then the fields in the order above, as encode_acceptance().
/// Always kTreeHeadBytes.
Bytes encode_tree_head(const TreeHead& head);
inline constexpr std::size_t kTreeHeadBytes = 17 + 8 + Digest::kSize + 8 + PublicKey::kSize;

/// Errors: invalid_argument, reason "tree_head": not the canonical encoding of any head.
Result<TreeHead> decode_tree_head(BytesView encoded);

namespace protocol {

/// Most entries that GET /log/entries gives at once.
inline constexpr std::size_t kLogEntriesMax = 256;

struct SignedAcceptance {
  Acceptance acceptance;
  Signature signature;  ///< By acceptance.key, over encode_acceptance().
};

struct SignedTreeHead {  ///< GET /log/head
  TreeHead head;
  Signature signature;  ///< By head.key, over encode_tree_head().
};

struct InclusionProof {  ///< GET /log/inclusion?task_id=&attempt=&size=
  std::uint64_t index = 0;
  std::uint64_t size = 0;    ///< Of the list that it is for.
  std::vector<Digest> path;  ///< As merkle::verify_inclusion() takes it.
};

struct ConsistencyProof {  ///< GET /log/consistency?first=&second=
  std::uint64_t first = 0;
  std::uint64_t second = 0;
  std::vector<Digest> path;  ///< As merkle::verify_consistency() takes it.
};

struct LogEntry {
  std::uint64_t index = 0;
  Bytes entry;  ///< "entry_base64": encode_acceptance()'s bytes.
};

struct LogPage {  ///< GET /log/entries?start=&count=
  std::vector<LogEntry> entries;
  std::uint64_t size = 0;  ///< Of the log.
};

/// That a log has a receipt's acceptance.
struct ReceiptProof {
  SignedTreeHead head;
  InclusionProof inclusion;
};

/// Both set `key` to the signer's.
SignedAcceptance sign_acceptance(Acceptance acceptance, const SigningKey& key);
SignedTreeHead sign_tree_head(TreeHead head, const SigningKey& key);

/// Whether the key that the acceptance names signed it, for this receipt with this signature of its worker.
/// Errors: data_loss, reason "acceptance_invalid": it did not.
Result<void> verify_acceptance(const SignedAcceptance& acceptance, BytesView receipt, const Signature& worker_signature);

/// Whether the key that the head names signed it. Errors: data_loss, reason "tree_head_invalid": it did not.
Result<void> verify_tree_head(const SignedTreeHead& head);

/// Whether the log with this head has this acceptance, by the same coordinator. Signatures are not looked at.
/// Errors: data_loss, reason "inclusion_proof": it does not.
Result<void> verify_inclusion(const Acceptance& acceptance, const InclusionProof& proof, const TreeHead& head);

/// Whether the log with the head `second` continues the one with the head `first`. Signatures are not looked at.
/// Errors: data_loss, reason "consistency_proof": it does not.
Result<void> verify_consistency(const TreeHead& first, const TreeHead& second, const ConsistencyProof& proof);

}  // namespace protocol
}  // namespace gstd

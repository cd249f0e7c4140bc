// Messages about the log of receipts: acceptances, heads, proofs.
#pragma once

#include <gstd/receipt_log.hpp>

#include "protocol/describe.hpp"

namespace gstd::protocol {

/// Numbers of entries and sizes of lists.
inline constexpr Range kLogNumber{0, kExactIntegerMax};
inline constexpr List<Plain> kProofPath{merkle::kProofNodesMax};
inline constexpr List<Plain> kLogEntryList{kLogEntriesMax};

template <class V>
void describe(V& v, In<V, SignedAcceptance>& m) {
  v.about("The coordinator's word that it accepted a receipt, which it also logs.");
  v.field("receipt_digest", m.acceptance.receipt, required, "SHA-256 of the receipt's bytes and of the worker's signature.");
  v.field("accepted_at", m.acceptance.accepted_at, required, "When.");
  v.field("status", m.acceptance.state, required, "What the task came to.");
  v.field("coordinator_public_key", m.acceptance.key, required, "Ed25519.");
  v.field("coordinator_signature", m.signature, required, "Over the acceptance's one encoding.");
}

template <class V>
void describe(V& v, In<V, SignedTreeHead>& m) {
  v.about("The log as it is now.");
  v.field("size", m.head.size, required, "How many entries it has.", kLogNumber);
  v.field("root", m.head.root, required, "Of their Merkle tree (RFC 6962, SHA-256).");
  v.field("time", m.head.time, required, "When the head was signed.");
  v.field("coordinator_public_key", m.head.key, required, "Ed25519.");
  v.field("coordinator_signature", m.signature, required, "Over the head's one encoding.");
}

template <class V>
void describe(V& v, In<V, InclusionProof>& m) {
  v.about("That the log has an entry.");
  v.field("index", m.index, required, "The entry's number, from zero.", kLogNumber);
  v.field("size", m.size, required, "Of the list that the proof is for.", kLogNumber);
  v.field("path", m.path, required, "The proof of RFC 6962 section 2.1.1, leaf to root.", kProofPath);
}

template <class V>
void describe(V& v, In<V, ConsistencyProof>& m) {
  v.about("That a longer log continues a shorter one.");
  v.field("first", m.first, required, "Size of the shorter.", kLogNumber);
  v.field("second", m.second, required, "Size of the longer.", kLogNumber);
  v.field("path", m.path, required, "The proof of RFC 6962 section 2.1.2.", kProofPath);
}

template <class V>
void describe(V& v, In<V, LogEntry>& m) {
  v.about("One entry of the log.");
  v.field("index", m.index, required, "Its number, from zero.", kLogNumber);
  v.field("entry_base64", m.entry, required, "The acceptance's one encoding.", Base64{kAcceptanceBytes});
}

template <class V>
void describe(V& v, In<V, LogPage>& m) {
  v.about("Entries of the log, in order.");
  v.field("entries", m.entries, required, "As many as there are and as were asked for, at most 256.", kLogEntryList);
  v.field("size", m.size, required, "How many the log has.", kLogNumber);
}

}  // namespace gstd::protocol

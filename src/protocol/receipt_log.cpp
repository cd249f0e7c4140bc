#include <gstd/receipt_log.hpp>

#include "crypto/canonical.hpp"

namespace gstd {
namespace {

// The version is part of each tag, so that a signature never serves for another kind of message.
constexpr std::string_view kAcceptanceTag = "gstd-acceptance-v1";
constexpr std::string_view kTreeHeadTag = "gstd-tree-head-v1";
static_assert(kAcceptanceBytes == kAcceptanceTag.size() + Digest::kSize + 8 + 4 + PublicKey::kSize);
static_assert(kTreeHeadBytes == kTreeHeadTag.size() + 8 + Digest::kSize + 8 + PublicKey::kSize);

bool starts_with(BytesView bytes, std::string_view tag) { return as_text(bytes).starts_with(tag); }

}  // namespace

Digest receipt_digest(BytesView receipt, const Signature& signature) {
  return Sha256{}.update(receipt).update(signature.view()).finish();
}

Bytes encode_acceptance(const Acceptance& acceptance) {
  canonical::Writer out{kAcceptanceTag, kAcceptanceBytes};
  out.fixed(acceptance.receipt);
  out.time(acceptance.accepted_at);
  out.enumerator(acceptance.state);
  out.fixed(acceptance.key);
  return out.take();
}

Result<Acceptance> decode_acceptance(BytesView encoded) {
  const Error refusal{ErrorCode::invalid_argument, "not the encoding of an acceptance", "acceptance"};
  if (encoded.size() != kAcceptanceBytes || !starts_with(encoded, kAcceptanceTag)) return refusal;
  canonical::Reader in{encoded.subspan(kAcceptanceTag.size())};
  Acceptance acceptance;
  acceptance.receipt = in.fixed<Digest>();
  acceptance.accepted_at = in.time();
  acceptance.state = in.enumerator<TaskState>();
  acceptance.key = in.fixed<PublicKey>();
  if (!in.ok() || parse_task_state(to_string(acceptance.state)) != acceptance.state) return refusal;
  return acceptance;
}

Bytes encode_tree_head(const TreeHead& head) {
  canonical::Writer out{kTreeHeadTag, kTreeHeadBytes};
  out.number(head.size);
  out.fixed(head.root);
  out.time(head.time);
  out.fixed(head.key);
  return out.take();
}

Result<TreeHead> decode_tree_head(BytesView encoded) {
  const Error refusal{ErrorCode::invalid_argument, "not the encoding of a tree head", "tree_head"};
  if (encoded.size() != kTreeHeadBytes || !starts_with(encoded, kTreeHeadTag)) return refusal;
  canonical::Reader in{encoded.subspan(kTreeHeadTag.size())};
  TreeHead head;
  head.size = in.u64();
  head.root = in.fixed<Digest>();
  head.time = in.time();
  head.key = in.fixed<PublicKey>();
  if (!in.ok() || head.size > merkle::kSizeMax) return refusal;
  return head;
}

namespace protocol {

SignedAcceptance sign_acceptance(Acceptance acceptance, const SigningKey& key) {
  acceptance.key = key.public_key();
  const Signature signature = key.sign(encode_acceptance(acceptance));
  return {acceptance, signature};
}

SignedTreeHead sign_tree_head(TreeHead head, const SigningKey& key) {
  head.key = key.public_key();
  const Signature signature = key.sign(encode_tree_head(head));
  return {head, signature};
}

Result<void> verify_acceptance(const SignedAcceptance& acceptance, BytesView receipt, const Signature& worker_signature) {
  const Acceptance& what = acceptance.acceptance;
  if (what.receipt != receipt_digest(receipt, worker_signature) ||
      !verify_signature(what.key, encode_acceptance(what), acceptance.signature))
    return Error{ErrorCode::data_loss,
                 "the coordinator's acceptance is not of this receipt, or not signed by the key that it names",
                 "acceptance_invalid"};
  return {};
}

Result<void> verify_tree_head(const SignedTreeHead& head) {
  if (!verify_signature(head.head.key, encode_tree_head(head.head), head.signature))
    return Error{ErrorCode::data_loss, "the head of the log is not signed by the key that it names", "tree_head_invalid"};
  return {};
}

Result<void> verify_inclusion(const Acceptance& acceptance, const InclusionProof& proof, const TreeHead& head) {
  const Digest leaf = merkle::hash_leaf(encode_acceptance(acceptance));
  // The proof's own size is not asked: it has to fit the head's.
  return merkle::verify_inclusion(leaf, proof.index, head.size, proof.path, head.root);
}

Result<void> verify_consistency(const TreeHead& first, const TreeHead& second, const ConsistencyProof& proof) {
  return merkle::verify_consistency(first.size, first.root, second.size, second.root, proof.path);
}

}  // namespace protocol
}  // namespace gstd

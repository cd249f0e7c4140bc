#include "verify/comparison.hpp"

#include <iterator>

namespace gstd {

using namespace verification;

namespace {

// Whose key it is. Without word from outside only a wallet that is named after its key can tell.
void check_signer(Verdict& verdict, const Receipt& receipt, const PublicKey& key, const Evidence& evidence) {
  if (receipt.version >= 3 && receipt.key != key) {
    compare(verdict, Aspect::signer, receipt.key.hex(), key.hex(), "key that signed");
    return;
  }
  const bool is_named_after_key = receipt.worker.str().starts_with(protocol::kKeyWalletPrefix);
  if (evidence.key)
    compare(verdict, Aspect::signer, key.hex(), evidence.key->hex(), "public key of the worker");
  else if (!is_named_after_key)
    note(verdict, Aspect::signer, Agreement::not_compared,
         "the key came with the receipt, and nothing here says that it is the worker's");
  if (is_named_after_key && (!evidence.key || *evidence.key == key))
    compare(verdict, Aspect::signer, receipt.worker.str(), protocol::wallet_named_after(key).str(), "wallet named after the key");
  if (evidence.worker) compare(verdict, Aspect::worker, receipt.worker.str(), evidence.worker->str(), "wallet of the worker");
}

// What the coordinator has said about it, as far as that came along.
void check_coordinator(Verdict& verdict, const protocol::SignedReceipt& file, const Evidence& evidence) {
  if (!file.acceptance) return;
  const auto note_checked = [&](Aspect aspect, const Result<void>& checked, const PublicKey& key, std::string_view said) {
    if (!checked)
      note(verdict, aspect, Agreement::differs, checked.error().message);
    else if (evidence.coordinator_key && key != *evidence.coordinator_key)
      compare(verdict, aspect, key.hex(), evidence.coordinator_key->hex(), "key of the coordinator");
    else
      note(verdict, aspect, Agreement::agrees, std::string(said) + " by " + key.hex());
  };
  const Acceptance& acceptance = file.acceptance->acceptance;
  note_checked(Aspect::acceptance, protocol::verify_acceptance(*file.acceptance, file.receipt, file.signature), acceptance.key,
               "accepted");
  if (!file.tree_head || !file.inclusion) return;
  const TreeHead& head = file.tree_head->head;
  auto logged = protocol::verify_tree_head(*file.tree_head);
  if (logged) logged = protocol::verify_inclusion(acceptance, *file.inclusion, head);
  note_checked(
      Aspect::inclusion, logged, head.key,
      "entry " + std::to_string(file.inclusion->index) + " of " + std::to_string(head.size) + " in the log that was signed");
}

// Appends what a later step found; its conclusion is the whole's.
void append(Verdict& verdict, Verdict step) {
  verdict.findings.insert(verdict.findings.end(), std::make_move_iterator(step.findings.begin()),
                          std::make_move_iterator(step.findings.end()));
  verdict.outcome = std::move(step.outcome);
  conclude(verdict, step.conclusion, step.reason, std::move(step.message));
}

Result<PublicKey> key_of(const protocol::SignedReceipt& signed_receipt, const Evidence& evidence) {
  if (signed_receipt.worker_public_key) return *signed_receipt.worker_public_key;
  if (evidence.key) return *evidence.key;
  // A wallet that is named after its key tells it, and nobody else's signature fits.
  if (evidence.worker && evidence.worker->str().starts_with(protocol::kKeyWalletPrefix))
    return PublicKey::parse_hex(std::string_view(evidence.worker->str()).substr(protocol::kKeyWalletPrefix.size()));
  if (const auto receipt = decode_receipt(signed_receipt.receipt); receipt && receipt->version >= 3) return receipt->key;
  return Error{ErrorCode::invalid_argument, "the receipt does not say which key signed it; name the worker's public key", "key"};
}

}  // namespace

Result<Receipt> open_receipt(BytesView encoded, const PublicKey& key, const Signature& signature) {
  if (!verify_receipt(encoded, key, signature))
    return Error{ErrorCode::data_loss, "the receipt is not signed by this key: one of receipt, signature and key was changed",
                 "receipt_signature"};
  return decode_receipt(encoded);
}

Result<Verdict> verify(const protocol::SignedReceipt& signed_receipt, const Evidence& evidence, const CallOptions& options) {
  if (evidence.module.has_value() != evidence.input.has_value())
    return Error{ErrorCode::invalid_argument, "a run is done again from a module and an input; give both or neither", "evidence"};
  const auto key = key_of(signed_receipt, evidence);
  if (!key) return key.error();
  Verdict verdict;
  auto receipt = open_receipt(signed_receipt.receipt, *key, signed_receipt.signature);
  if (!receipt) {
    if (receipt.error().reason != "receipt_signature") return std::move(receipt).error();
    note(verdict, Aspect::signature, Agreement::differs, receipt.error().message);
    conclude(verdict);
    return verdict;
  }
  note(verdict, Aspect::signature, Agreement::agrees, "signed by " + key->hex());
  verdict.receipt = *receipt;
  check_signer(verdict, *receipt, *key, evidence);
  check_coordinator(verdict, signed_receipt, evidence);
  conclude(verdict);
  if (verdict.conclusion != Conclusion::confirmed) return verdict;

  std::optional<BytesView> output = evidence.output;
  if (!output && signed_receipt.output) output = *signed_receipt.output;
  if (output) {
    append(verdict, verify_output(*receipt, *output));
    if (verdict.conclusion != Conclusion::confirmed) return verdict;
  }
  if (!evidence.module) return verdict;
  if (auto limits = check_limits(receipt->limits); !limits) {  // before a sandbox is made to measure
    note(verdict, Aspect::size_limits, Agreement::differs, limits.error().message);
    conclude(verdict);
    return verdict;
  }
  auto sandbox = wasm::Sandbox::create({.slots = 1, .slot_memory_bytes_max = receipt->limits.memory_bytes_max});
  if (!sandbox) return std::move(sandbox).error();
  auto again = re_execute(*sandbox, *receipt, *evidence.module, *evidence.input, options);
  if (!again) return again;
  append(verdict, *std::move(again));
  return verdict;
}

}  // namespace gstd

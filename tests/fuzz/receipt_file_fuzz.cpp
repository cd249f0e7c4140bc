// Goal:   a file with a receipt, or what a strange coordinator says a result is, is read within bounds or refused clearly, and
// shows
//         nothing that was not signed.
// Method: the input is read as both, there and back. The seed is signed by a key that nobody here has: a signature of that key can
//         only be the seed's, over the seed's own bytes.
#include <gstd/protocol.hpp>

#include "check.hpp"

namespace {

using namespace gstd;

// Of the example in docs/protocol.md.
const PublicKey kKey = *PublicKey::parse_hex("03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8");
const Digest kReceipt = *Digest::parse_hex("73f1fbdbd414d0460fb102dc3f1b5bfe9a75d4c5681ae5b5b1bff35306129c52");
const Digest kRoot = *Digest::parse_hex("3e6e7fb7b4956a3d5ffaa85a9c93e0a670e48ae8d56e29ced09249129ce26401");

void check(const protocol::SignedReceipt& file) {
  if (verify_receipt(file.receipt, kKey, file.signature)) fuzz::require(sha256(file.receipt) == kReceipt);
  if (const auto receipt = decode_receipt(file.receipt); !receipt) fuzz::require_clear_refusal(receipt.error());
  if (!file.acceptance || file.acceptance->acceptance.key != kKey) return;
  const bool accepted = protocol::verify_acceptance(*file.acceptance, file.receipt, file.signature).has_value();
  if (accepted) fuzz::require(sha256(file.receipt) == kReceipt);
  if (!file.tree_head || !file.inclusion || file.tree_head->head.key != kKey) return;
  if (!protocol::verify_tree_head(*file.tree_head)) return;
  fuzz::require(file.tree_head->head.root == kRoot && file.tree_head->head.size == 1);
  if (protocol::verify_inclusion(file.acceptance->acceptance, *file.inclusion, file.tree_head->head))
    fuzz::require(file.inclusion->path.empty() && merkle::hash_leaf(encode_acceptance(file.acceptance->acceptance)) == kRoot);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = as_text({data, size});
  const auto round_trip = [text]<class M>(const M&) {
    fuzz::require_round_trip<M>(
        text, [](std::string_view json) { return protocol::read<M>(json); },
        [](const M& message) { return protocol::write(message); });
  };
  round_trip(protocol::SignedReceipt{});
  round_trip(protocol::TaskResult{});
  if (const auto file = protocol::read<protocol::SignedReceipt>(text)) check(*file);
  if (const auto result = protocol::read<protocol::TaskResult>(text)) check(protocol::signed_receipt_of(*result));
  return 0;
}

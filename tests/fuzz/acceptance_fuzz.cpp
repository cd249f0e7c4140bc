// Goal:   no two byte strings are the same acceptance, or the same head of a log.
// Method: what decodes must encode to the input.
#include <gstd/receipt_log.hpp>

#include "check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gstd;
  const BytesView bytes{data, size};
  const Bytes input(bytes.begin(), bytes.end());
  const auto acceptance = decode_acceptance(bytes);
  if (acceptance)
    fuzz::require(encode_acceptance(*acceptance) == input);
  else
    fuzz::require_clear_refusal(acceptance.error());
  const auto head = decode_tree_head(bytes);
  if (head)
    fuzz::require(encode_tree_head(*head) == input);
  else
    fuzz::require_clear_refusal(head.error());
  fuzz::require(!(acceptance && head));
  return 0;
}

// Goal:   no two byte strings are the same receipt.
// Method: what decodes must encode to the input; one of an earlier version to the input with the newest tag, and what it lacks, all
//         zero, at its end.
#include <gstd/crypto.hpp>
#include <gstd/protocol.hpp>

#include "check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gstd;
  const BytesView bytes{data, size};
  const auto receipt = decode_receipt(bytes);
  if (!receipt) {
    fuzz::require_clear_refusal(receipt.error());
    return 0;
  }
  Bytes canonical(bytes.begin(), bytes.end());
  constexpr std::size_t kVersionAt = 14;                                                     // of the tag "gstd-receipt-v3"
  if (canonical.at(kVersionAt) == '1') canonical.resize(canonical.size() + 4);               // convention
  if (canonical.at(kVersionAt) != '3') canonical.resize(canonical.size() + 4 + 64 + 3 * 8);  // commitment, key, nonce, numbers
  canonical.at(kVersionAt) = '3';
  fuzz::require(encode_receipt(*receipt) == canonical);
  fuzz::require(!protocol::write_receipt(*receipt).empty());
  return 0;
}

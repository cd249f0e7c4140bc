// Goal:   no two byte strings are the same receipt.
// Method: what decodes must encode to the input.
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
  fuzz::require(encode_receipt(*receipt) == Bytes(bytes.begin(), bytes.end()));
  fuzz::require(!protocol::write_receipt(*receipt).empty());
  return 0;
}

// Goal:   a hostile bag of cells is refused or read within bounds, and what is read can be written and read again.
// Method: the hash of the root must survive; a wallet that is recognised has its key at its address.
#include <gstd/ton.hpp>

#include "check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gstd;
  const auto root = ton::read_boc({data, size});
  if (!root) {
    fuzz::require_clear_refusal(root.error());
    return 0;
  }
  fuzz::require((*root)->depth() <= ton::kCellDepthMax);
  // Written with a checksum a bag may be four bytes longer than it was, and so too long.
  if (const auto written = ton::write_boc(**root)) {
    const auto again = ton::read_boc(*written);
    fuzz::require(again.has_value());
    fuzz::require((*again)->hash() == (*root)->hash());
  } else {
    fuzz::require(size + 4 > ton::kBocBytesMax);
  }
  const auto wallet = ton::recognise_wallet(**root);
  if (wallet)
    fuzz::require(wallet->hash == (*root)->hash());
  else
    fuzz::require_clear_refusal(wallet.error());
  return 0;
}

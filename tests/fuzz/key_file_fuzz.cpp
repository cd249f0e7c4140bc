// Goal:   no text makes the reader of key files spend more than its bounds allow, or believe a key that its passphrase does not
// fit. Method: bounds that make every derivation cheap; what opens must be a key whose public half the file shows.
#include "check.hpp"
#include "crypto/key_file_text.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gstd;
  constexpr crypto::KdfBounds kCheap{2, 64};
  const BytesView text{data, size};
  const auto info = crypto::inspect_key(text, "file", kCheap);
  const auto key = crypto::open_key(text, as_bytes("passphrase"), "file", kCheap);
  if (!info) {
    fuzz::require_clear_refusal(info.error());
    fuzz::require(!key && key.error().reason == "key_file_format");
    return 0;
  }
  if (key)
    fuzz::require(key->public_key() == info->public_key);
  else
    fuzz::require(info->is_encrypted && key.error().reason == "key_file_passphrase");
  const auto locked = crypto::open_key(text, {}, "file", kCheap);
  fuzz::require(locked.has_value() != info->is_encrypted);
  return 0;
}

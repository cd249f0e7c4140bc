// Goal:   no bytes bring unwrapping down, and only what was wrapped unwraps.
// Method: bytes as they come, and as an edit of a good wrap.
#include <gstd/sealing.hpp>

#include <algorithm>

#include "check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gstd;
  if (size != WrappedKey::kSize) return 0;
  static const EncryptionKey recipient = *EncryptionKey::from_secret(Bytes(kEncryptionSecretBytes, 7));
  static const WrapContext context{*TaskId::parse("task"), 1, SealingDirection::input, {}, recipient.public_key()};
  static const ContentKey key = *ContentKey::from_bytes(Bytes(kContentKeyBytes, 1));
  static const WrappedKey good = [] {
    SeededRandom random{1};
    return *wrap_key(key, context, random);
  }();

  const WrappedKey raw = *WrappedKey::from_bytes({data, size});
  WrappedKey edited = good;
  for (std::size_t i = 0; i < size; ++i) edited.bytes[i] ^= data[i];
  for (const auto& tried : {raw, edited}) {
    const auto unwrapped = unwrap_key(tried, recipient, context);
    fuzz::require(unwrapped.has_value() == (tried == good));
    if (unwrapped) {
      fuzz::require(equal_in_constant_time(unwrapped->view(), key.view()));
    } else {
      fuzz::require(unwrapped.error().code == ErrorCode::data_loss && unwrapped.error().reason == "sealed");
    }
  }
  return 0;
}

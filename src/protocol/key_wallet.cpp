#include <gstd/protocol.hpp>

namespace gstd::protocol {

// 8 characters and the digits of a key, all of which an id may have.
static_assert(kKeyWalletPrefix.size() + 2 * PublicKey::kSize <= kIdCharsMax);

WalletId wallet_named_after(const PublicKey& key) { return *WalletId::parse(std::string(kKeyWalletPrefix) + key.hex()); }

}  // namespace gstd::protocol

#include <gstd/protocol.hpp>

namespace gstd::protocol {

// 8 characters and the digits of a key, all of which an id may have.
static_assert(kKeyWalletPrefix.size() + 2 * PublicKey::kSize <= kIdCharsMax);

WalletId wallet_named_after(const PublicKey& key) { return *WalletId::parse(std::string(kKeyWalletPrefix) + key.hex()); }

std::optional<PublicKey> key_named_by(const WalletId& wallet) {
  if (!wallet.str().starts_with(kKeyWalletPrefix)) return std::nullopt;
  auto key = PublicKey::parse_hex(std::string_view(wallet.str()).substr(kKeyWalletPrefix.size()));
  // One spelling per key: any other name is one that no key can own.
  if (!key || wallet_named_after(*key) != wallet) return std::nullopt;
  return *key;
}

}  // namespace gstd::protocol

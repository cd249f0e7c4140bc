// Which wallet a key has at an address, where nothing but the key is known.
#pragma once

#include <gstd/ton.hpp>

namespace gstd::ton {

/// The version whose new wallet has this address for this key, among v5r1, v4r2, v3r2, v3r1 and v4r1 without subwallets: what
/// wallet programs make when nobody tells them otherwise.
inline std::optional<WalletVersion> usual_wallet_of(const PublicKey& key, const Address& address, Network network) {
  using enum WalletVersion;
  for (const WalletVersion version : {v5r1, v4r2, v3r2, v3r1, v4r1}) {
    const auto usual = address_of(version, key, {address.workchain, network, 0});
    if (usual && *usual == address) return version;
  }
  return std::nullopt;
}

}  // namespace gstd::ton

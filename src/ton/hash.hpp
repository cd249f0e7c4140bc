// SHA-256 and Ed25519. (The room `crypto` is of the same layer, hence not used here.)
#pragma once

#include <gstd/base.hpp>

#include <initializer_list>

namespace gstd::ton {

/// Of the parts, one after the other.
Digest sha256(std::initializer_list<BytesView> parts) noexcept;

/// False also for keys and signatures that are not canonical or of small order, as libsodium decides.
bool verify_ed25519(const PublicKey& key, BytesView message, const Signature& signature) noexcept;

}  // namespace gstd::ton

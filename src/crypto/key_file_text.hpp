// What stands in a key file. The text is untrusted on the way in, and secret where it is not encrypted.
#pragma once

#include <gstd/key_file.hpp>

namespace gstd::crypto {

/// A file is at most this long; ours have less than half of it.
inline constexpr std::size_t kKeyFileBytesMax = 1024;

/// What Argon2id may cost. A file that asks for more is refused before anything is computed.
struct KdfBounds {
  std::uint64_t passes_max = 16;
  std::uint64_t memory_kib_max = 256 * 1024;  // with the passes at most some seconds and a quarter of a gigabyte
};

struct KdfCost {
  std::uint64_t passes;
  std::uint64_t memory_kib;
};

/// RFC 9106 section 4, the second recommended option (3 passes, 64 MiB), but for its four lanes: libsodium has one.
inline constexpr KdfCost kKdfCost{3, 64 * 1024};

/// The text of an encrypted file. Errors: resource_exhausted: no memory.
Result<SecretBytes> seal_key(const SigningKey& key, BytesView passphrase, const KdfCost& cost, Random& random);

/// The text of one that is not.
SecretBytes plain_key(const SigningKey& key);

/// Errors: "key_file_format", "key_file_locked", "key_file_passphrase", as read_key_file(); `name` is for their messages.
Result<SigningKey> open_key(BytesView text, BytesView passphrase, std::string_view name, const KdfBounds& bounds = {});

/// Errors: "key_file_format".
Result<KeyFileInfo> inspect_key(BytesView text, std::string_view name, const KdfBounds& bounds = {});

}  // namespace gstd::crypto

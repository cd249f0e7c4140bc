// Ed25519 keys in files: encrypted with a passphrase, for their owner's eyes alone.
#pragma once

#include <gstd/crypto.hpp>

#include <filesystem>

namespace gstd {

/// Longest passphrase, in bytes.
inline constexpr std::size_t kPassphraseBytesMax = 1024;

struct KeyFileOptions {
  /// Any bytes, 1 to kPassphraseBytesMax; not normalised. Borrowed until the call returns.
  BytesView passphrase{};
  bool unencrypted = false;  ///< Instead of a passphrase: whoever reads the file has the key.
  /// Takes the place of an existing file, in one step: what stands there is the old key file or the new one, whole, whenever the
  /// machine dies. Else an existing file is never overwritten.
  bool replace = false;
  Random* random = nullptr;  ///< Null: system_random().
};

/// Creates the file with mode 0600, whole or not at all; it is on disk when the call returns. Takes some tenths of a second and 64
/// MiB of memory for a passphrase.
/// Errors: already_exists: there is a file. invalid_argument, reason "passphrase": none although not `unencrypted`, or too long.
/// resource_exhausted: disk full, or no memory. not_found, permission_denied, ...: the system's, reason "key_file".
/// Source: Argon2id, RFC 9106; XChaCha20-Poly1305, draft-irtf-cfrg-xchacha-03. Format: docs/security.md, "Key files".
Result<void> write_key_file(const std::filesystem::path& path, const SigningKey& key, const KeyFileOptions& options);

/// Reads what write_key_file() writes. The file must be regular, no symbolic link, this user's own, and closed to all others.
/// `passphrase`: of no use to a file that is not encrypted.
/// Errors: permission_denied, reason "key_file_permissions": somebody else may have read or written it; the message has the remedy.
/// failed_precondition, reason "key_file_locked": it is encrypted and there is no passphrase. unauthenticated, reason
/// "key_file_passphrase": the wrong one, or the file is damaged; these cannot be told apart. invalid_argument, reason
/// "key_file_format": no key file, or one that asks for more memory or time than any of ours. The system's, reason "key_file".
Result<SigningKey> read_key_file(const std::filesystem::path& path, BytesView passphrase = {});

/// What a key file says without its passphrase. Nothing vouches for it: whoever can write the file can change it.
struct KeyFileInfo {
  PublicKey public_key;
  bool is_encrypted = false;
};

/// Errors: those of read_key_file() but "key_file_locked" and "key_file_passphrase".
Result<KeyFileInfo> inspect_key_file(const std::filesystem::path& path);

}  // namespace gstd

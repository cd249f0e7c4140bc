// Key files: one line, "gstd-ed25519-seed:" and 64 hexadecimal digits, readable by their owner only.
#pragma once

#include <gstd/crypto.hpp>

#include <filesystem>

namespace gstd::cli {

/// Errors: not_found. permission_denied: others may read the file too. invalid_argument: not a key file. unavailable.
Result<SigningKey> read_key(const std::filesystem::path& path);

/// Creates the file with mode 0600. Errors: already_exists: it is never overwritten. unavailable: the system's reason.
Result<void> write_key(const std::filesystem::path& path, const SigningKey& key);

}  // namespace gstd::cli

// Key files: one line, "gstd-ed25519-seed:" and 64 hexadecimal digits, readable by their owner only.
#pragma once

#include <gstd/crypto.hpp>

#include <filesystem>

namespace gstd::cli {

/// Errors: permission_denied: others may read the file too. invalid_argument: not a key file. Those of file_error().
Result<SigningKey> read_key(const std::filesystem::path& path);

/// Creates the file with mode 0600. An existing file is never overwritten. Errors: those of file_error().
Result<void> write_key(const std::filesystem::path& path, const SigningKey& key);

}  // namespace gstd::cli

// The folder of a cache that holds code to be run: only its owner may have written to it. Everything in it is reached through the
// one descriptor that was checked, so that exchanging the path later changes nothing, and no symbolic link is followed there.
#pragma once

#include <gstd/base.hpp>

#include "wasm/file_descriptor.hpp"

namespace gstd::wasm {

/// Makes the folder, and those above it, where they are missing (mode 0700).
/// Errors: invalid_argument: empty path. failed_precondition, reason "cache_directory_unsafe": another user owns it or may write to
///         it; reason "cache_directory": it cannot be made or opened. The message names the remedy.
Result<FileDescriptor> open_cache_directory(const std::string& path);

/// A plain file in the folder, for reading, that belongs to this user and that nobody else may write; none else is even read.
/// `file` is empty where there is none such; `is_foreign` tells that something else has the name.
struct OwnFile {
  FileDescriptor file;
  std::uint64_t bytes = 0;
  bool is_foreign = false;
};
OwnFile open_own_file(int directory, const char* name) noexcept;

/// As many bytes as fit in `out`, from the start of the file. False where there are fewer.
bool read_all(int file, std::span<std::uint8_t> out) noexcept;

/// The cache's own secret: read from the folder, or made there by the first who comes, whoever comes at the same time. Mode 0600.
/// Errors: failed_precondition, reason "cache_directory_unsafe": others may read or write it, or it is not one; reason
///         "cache_directory": it cannot be made.
Result<void> load_cache_secret(const std::string& path, int directory, Random& random, std::span<std::uint8_t> secret);

}  // namespace gstd::wasm

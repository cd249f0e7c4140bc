#pragma once

#include <gstd/base.hpp>

#include <filesystem>

namespace gstd::store::sqlite {

/// Keeps a second coordinator off a database, in this process or another, for as long as it lives.
/// The lock is on a file beside the database: closing any descriptor of the database itself would drop SQLite's own locks
/// (POSIX advisory locks belong to the process). It is the kernel's, so it goes with its process, however that ends.
class FileLock {
 public:
  /// Errors: failed_precondition, reason "locked": somebody else holds it. unavailable: the file cannot be made.
  static Result<FileLock> acquire(const std::filesystem::path& database);

  FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FileLock& operator=(FileLock&&) = delete;
  ~FileLock();

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace gstd::store::sqlite

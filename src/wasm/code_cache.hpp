// Compiled modules on disk, so that a program that starts anew need not compile again what it, or another of the same user,
// compiled before.
//
// Compiled code is run as it is, so that whoever can write it owns the process. Therefore: the folder and its files belong to this
// user alone, each file carries a tag under a secret that only this user can read (code_file.hpp), and code never comes from
// elsewhere. The bytes that were authenticated are the bytes that are used: they are read once, into memory that no file backs.
//
// Files are written under a draft's name and renamed, so that a name always holds a whole file. They are not synced: after a power
// failure a file may lack its content, which the tag reveals, and a lost entry costs one compilation; waiting for the disk would
// cost every one. Drafts are locked (flock) by their writers while these live, so that a draft which can be locked is left over.
//
// Readers take no lock. Writers take one (the file `lock`) to count, evict and rename, so that all files together never have more
// than bytes_max bytes, whoever writes. Evicted is what was used least recently. That is the time of modification, set by each hit:
// the time of access, which systems are told to keep coarsely (relatime) or not at all (noatime), says nothing.
#pragma once

#include <gstd/base.hpp>

#include <memory>

namespace gstd::wasm {

/// Code from the cache, authenticated, in memory of its own.
class CachedCode {
 public:
  BytesView view() const noexcept { return code_; }

 private:
  friend class CodeCache;
  std::unique_ptr<std::uint8_t[]> file_;
  BytesView code_;  // within file_
};

/// Threads: may be shared; any number of processes may share the folder.
class CodeCache {
 public:
  /// Most files kept, however small: counting them must not take longer than compiling one; here it takes 6 ms. With the usual
  /// bound of 1 GiB that is 512 KiB for each, about what a program with a C library compiles to.
  static constexpr std::size_t kFilesMax = 2048;

  /// Uses the folder, which is made where it is missing; clears what dead writers left. `random` outlives the cache; it must be fit
  /// for keys.
  /// Errors: invalid_argument: no path, or bytes_max is zero. failed_precondition, reason "cache_directory_unsafe": others may
  /// write
  ///         to the folder or read its secret; reason "cache_directory": it cannot be made or opened. internal: no Poly1305.
  static Result<CodeCache> open(const std::string& directory, std::uint64_t bytes_max, Random& random);

  CodeCache(CodeCache&&) noexcept;
  CodeCache& operator=(CodeCache&&) noexcept;
  ~CodeCache();

  /// The code that was put under the key. A file that is not whole, not this cache's own, or of another version is removed and
  /// counts as absent; so does one that there is no memory for, which stays.
  std::optional<CachedCode> get(const Digest& key) noexcept;

  /// Keeps the code under the key, in place of what was there. False, and nothing changed, where that cannot be: the disk is full,
  /// the code is larger than the cache, another process holds the lock for too long. The caller has the code anyway.
  bool put(const Digest& key, BytesView code) noexcept;

 private:
  struct State;
  explicit CodeCache(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace gstd::wasm

// What a cache's folder holds, and which of it has to go. Called by whoever holds the folder's lock.
#pragma once

#include <gstd/base.hpp>

#include "wasm/file_descriptor.hpp"

namespace gstd::wasm {

inline constexpr std::string_view kCodeFileSuffix = ".code";

/// The name of the file with the code of that key.
std::string code_file_name(const Digest& key);

/// The folder's lock, released with the descriptor; none where another writer holds it for longer than some seconds.
FileDescriptor lock_cache(int directory) noexcept;

/// Removes what was used least recently until a file of `bytes` bytes fits in beside the rest, and the drafts of dead writers. What
/// has the name `replaced` does not count. `now` is the moment by the clock of the folder's file system, for which a time of use
/// in the future is none. False where it still does not fit.
/// Throws std::bad_alloc.
struct CacheBounds {
  std::uint64_t bytes_max;
  std::size_t files_max;
};
bool make_room(int directory, const CacheBounds& bounds, std::uint64_t bytes, std::string_view replaced, const timespec& now);

/// Removes the drafts of dead writers.
void clear_drafts(int directory) noexcept;

}  // namespace gstd::wasm

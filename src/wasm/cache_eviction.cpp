#include "wasm/cache_eviction.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <algorithm>
#include <cerrno>
#include <memory>
#include <thread>

#include "wasm/cache_draft.hpp"

namespace gstd::wasm {
namespace {

struct Entry {
  std::string name;
  std::uint64_t bytes = 0;
  std::int64_t used_seconds = 0;
  std::int64_t used_nanoseconds = 0;
};

bool is_code_file(std::string_view name) {
  return name.size() == 2 * Digest::kSize + kCodeFileSuffix.size() && name.ends_with(kCodeFileSuffix) &&
         name.substr(0, 2 * Digest::kSize).find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

struct CloseListing {
  void operator()(DIR* listing) const noexcept { closedir(listing); }
};

// Calls `visit` with each name in the folder.
template <class F>
void for_each_name(int directory, F visit) {
  // A descriptor of its own: the place in a listing belongs to the description that all copies of `directory` share.
  const int listing = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (listing < 0) return;
  const std::unique_ptr<DIR, CloseListing> names{fdopendir(listing)};
  if (!names) {
    close(listing);
    return;
  }
  while (const dirent* entry = readdir(names.get())) visit(static_cast<const char*>(entry->d_name));
}

}  // namespace

std::string code_file_name(const Digest& key) { return key.hex().append(kCodeFileSuffix); }

FileDescriptor lock_cache(int directory) noexcept {
  // Not waited for without end: its holder may have been stopped. Counting the files of a full cache on a slow disk takes a second.
  constexpr int kTries = 500;
  constexpr std::chrono::milliseconds kPause{4};
  // A description of its own for each call, so that threads of one process exclude each other, too.
  FileDescriptor lock{openat(directory, "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, S_IRUSR | S_IWUSR)};
  for (int i = 0; lock && i < kTries; ++i) {
    if (flock(lock.get(), LOCK_EX | LOCK_NB) == 0) return lock;
    if (errno != EWOULDBLOCK && errno != EINTR) break;
    std::this_thread::sleep_for(kPause);
  }
  return {};
}

bool make_room(int directory, const CacheBounds& bounds, std::uint64_t bytes, std::string_view replaced, const timespec& now) {
  // Beyond what clocks of one machine differ by; a file from the future would otherwise never be the one to go.
  constexpr std::int64_t kFutureSeconds = 3600;
  std::vector<Entry> entries;
  std::uint64_t total = bytes;
  for_each_name(directory, [&](const char* name) {
    const std::string_view text = name;
    if (text.starts_with(Draft::kPrefix)) Draft::clear_left_over(directory, name);
    struct stat status;
    if (!is_code_file(text) || text == replaced || fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
        !S_ISREG(status.st_mode))
      return;
    Entry entry{name, static_cast<std::uint64_t>(status.st_size), status.st_mtim.tv_sec, status.st_mtim.tv_nsec};
    if (entry.used_seconds > now.tv_sec + kFutureSeconds) entry.used_seconds = 0;
    total += entry.bytes;
    entries.push_back(std::move(entry));
  });
  std::ranges::sort(entries, {},
                    [](const Entry& e) { return std::tuple(e.used_seconds, e.used_nanoseconds, std::string_view(e.name)); });
  std::size_t files = entries.size() + 1;
  for (const auto& entry : entries) {
    if (total <= bounds.bytes_max && files <= bounds.files_max) break;
    if (unlinkat(directory, entry.name.c_str(), 0) != 0 && errno != ENOENT) continue;
    total -= entry.bytes;
    --files;
  }
  return total <= bounds.bytes_max && files <= bounds.files_max;
}

void clear_drafts(int directory) noexcept {
  for_each_name(directory, [&](const char* name) {
    if (std::string_view(name).starts_with(Draft::kPrefix)) Draft::clear_left_over(directory, name);
  });
}

}  // namespace gstd::wasm

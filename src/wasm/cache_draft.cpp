#include "wasm/cache_draft.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <cerrno>

namespace gstd::wasm {

Draft Draft::create(int directory, Random& random) {
  // Between its creation and its lock a draft looks left over, and whoever clears such may take it; then another one is made.
  constexpr int kTries = 8;
  for (int i = 0; i < kTries; ++i) {
    std::array<std::uint8_t, 16> own{};
    random.fill(own);
    Draft draft;
    std::string name = std::string(kPrefix) + encode_hex(own);
    draft.file_ =
        FileDescriptor{openat(directory, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR)};
    if (!draft.file_ && errno == EEXIST) continue;
    if (!draft.file_) return {};
    draft.directory_ = directory;
    draft.name_ = std::move(name);
    struct stat status;
    if (flock(draft.file_.get(), LOCK_EX | LOCK_NB) == 0 && fstat(draft.file_.get(), &status) == 0 && status.st_nlink > 0)
      return draft;
  }
  errno = EAGAIN;
  return {};
}

void Draft::clear_left_over(int directory, const char* name) noexcept {
  const FileDescriptor file{openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)};
  if (file && flock(file.get(), LOCK_EX | LOCK_NB) == 0) unlinkat(directory, name, 0);
}

Draft::~Draft() {
  const int error = errno;
  if (!name_.empty()) unlinkat(directory_, name_.c_str(), 0);
  errno = error;
}

bool Draft::write(BytesView bytes) noexcept {
  while (!bytes.empty()) {
    const ssize_t done = ::write(file_.get(), bytes.data(), bytes.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(done));
  }
  return true;
}

bool Draft::sync() noexcept { return fsync(file_.get()) == 0; }

bool Draft::link_as(const char* name) noexcept { return linkat(directory_, name_.c_str(), directory_, name, 0) == 0; }

bool Draft::rename_to(const char* name) noexcept {
  if (renameat(directory_, name_.c_str(), directory_, name) != 0) return false;
  name_.clear();
  return true;
}

}  // namespace gstd::wasm

#include "store/sqlite/file_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#include <cerrno>
#include <cstring>

namespace gstd::store::sqlite {
namespace {

Error cannot(const std::string& what, int cause) {
  std::array<char, 128> text{};
  return {ErrorCode::unavailable, "cannot " + what + ": " + strerror_r(cause, text.data(), text.size()), "storage"};
}

}  // namespace

Result<FileLock> FileLock::acquire(const std::filesystem::path& database) {
  const std::string path = database.string() + ".lock";
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) return cannot("open " + path, errno);
  FileLock lock{descriptor};
  // flock and not fcntl: it belongs to the open file, so that a second store of the same process is kept off too.
  if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return lock;
  if (errno == EWOULDBLOCK)
    return Error{ErrorCode::failed_precondition,
                 database.string() + " is in use by another coordinator; stop that one or name another file", "locked"};
  return cannot("lock " + path, errno);
}

FileLock::~FileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace gstd::store::sqlite

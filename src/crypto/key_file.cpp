// Key files on disk: who may have touched them, and how they come to be whole.
#include <gstd/key_file.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "crypto/key_file_text.hpp"

namespace gstd {
namespace {

using std::filesystem::path;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const noexcept { return fd_; }

 private:
  int fd_;
};

ErrorCode code_of(int reason) noexcept {
  switch (reason) {
    case ENOENT:
    case ENOTDIR:
      return ErrorCode::not_found;
    case EACCES:
    case EPERM:
    case EROFS:
      return ErrorCode::permission_denied;
    case EEXIST:
      return ErrorCode::already_exists;
    case EISDIR:
    case ENAMETOOLONG:
      return ErrorCode::invalid_argument;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
      return ErrorCode::resource_exhausted;
    default:
      return ErrorCode::unknown;
  }
}

// errno of what just failed.
Error system_error(const path& file) {
  const int reason = errno;
  return {code_of(reason), file.string() + ": " + std::strerror(reason), "key_file"};
}

Error exposed(const path& file, std::string_view why) {
  return {ErrorCode::permission_denied, file.string() + " " + std::string(why), "key_file_permissions"};
}

Result<void> check_owner(const path& file, const struct stat& info) {
  if (!S_ISREG(info.st_mode)) return exposed(file, "is not a regular file; name the key file itself");
  if (info.st_uid != ::geteuid())
    return exposed(file, "belongs to another user, who could change it; run `chown` on it, or make a key of your own");
  if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0) return exposed(file, "is open to other users; run `chmod 600` on it");
  return {};
}

// Everything is looked at on the open file: between two looks at a path it could become another one.
Result<SecretBytes> read_text(const path& file) {
  // Neither waits for the other end of a pipe, nor follows a link that somebody may turn to a file of theirs.
  const Descriptor fd{::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)};
  if (fd.get() < 0 && errno == ELOOP) return exposed(file, "is a symbolic link; name the key file itself");
  if (fd.get() < 0) return system_error(file);
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0) return system_error(file);
  if (auto checked = check_owner(file, info); !checked) return std::move(checked).error();

  SecretBytes buffer{crypto::kKeyFileBytesMax + 1};  // what is longer is noticed, and refused as no key file
  std::size_t size = 0;
  while (size < buffer.size()) {
    const ssize_t got = ::read(fd.get(), buffer.span().data() + size, buffer.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error(file);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  return SecretBytes::copy_of(buffer.view().first(size));
}

// False, with errno set: not all of it.
bool write_all(int fd, BytesView content) {
  while (!content.empty()) {
    const ssize_t count = ::write(fd, content.data(), content.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    content = content.subspan(static_cast<std::size_t>(count));
  }
  return true;
}

// A file beside the one to be, which goes unless it has taken its place.
class Draft {
 public:
  Draft(const path& file, Random& random) : path_(file) {
    std::array<std::uint8_t, 8> number{};
    random.fill(number);
    path_ += ".new-" + encode_hex(number);
  }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;
  ~Draft() {
    if (is_there_) ::unlink(path_.c_str());
  }

  bool write(BytesView content) {
    const Descriptor fd{::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR)};
    is_there_ = fd.get() >= 0;
    return is_there_ && write_all(fd.get(), content) && ::fsync(fd.get()) == 0;
  }
  // A link fails where a file is in the way; a rename takes its place.
  bool become(const path& file, bool replace) {
    if (!replace) return ::link(path_.c_str(), file.c_str()) == 0;
    if (::rename(path_.c_str(), file.c_str()) != 0) return false;
    is_there_ = false;
    return true;
  }

 private:
  path path_;
  bool is_there_ = false;
};

// The directory's entry, too, or a crash could take a file away that was promised.
Result<void> sync_directory(const path& file) {
  const path folder = file.has_parent_path() ? file.parent_path() : path{"."};
  const Descriptor fd{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  // A folder that can be written but not read cannot be opened for it; the file stands there all the same.
  if (fd.get() < 0 && errno == EACCES) return {};
  if (fd.get() < 0 || ::fsync(fd.get()) != 0) return system_error(folder);
  return {};
}

}  // namespace

Result<void> write_key_file(const path& file, const SigningKey& key, const KeyFileOptions& options) {
  if (options.unencrypted != options.passphrase.empty() || options.passphrase.size() > kPassphraseBytesMax)
    return Error{ErrorCode::invalid_argument,
                 "a key file needs a passphrase of 1 to " + std::to_string(kPassphraseBytesMax) +
                     " bytes, or to be told that it shall be unencrypted, not both",
                 "passphrase"};
  Random& random = options.random ? *options.random : system_random();
  // Told before the passphrase is worked on; who comes first is decided below.
  if (!options.replace && ::access(file.c_str(), F_OK) == 0) {
    errno = EEXIST;
    return system_error(file);
  }
  const auto text = options.unencrypted ? Result<SecretBytes>{crypto::plain_key(key)}
                                        : crypto::seal_key(key, options.passphrase, crypto::kKdfCost, random);
  if (!text) return text.error();
  Draft draft{file, random};
  if (!draft.write(text->view()) || !draft.become(file, options.replace)) return system_error(file);
  return sync_directory(file);
}

Result<SigningKey> read_key_file(const path& file, BytesView passphrase) {
  const auto text = read_text(file);
  if (!text) return text.error();
  return crypto::open_key(text->view(), passphrase, file.string());
}

Result<KeyFileInfo> inspect_key_file(const path& file) {
  const auto text = read_text(file);
  if (!text) return text.error();
  return crypto::inspect_key(text->view(), file.string());
}

}  // namespace gstd

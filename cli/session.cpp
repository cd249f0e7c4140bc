#include "session.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common.hpp"

namespace gstd::cli {
namespace {

constexpr std::string_view kPrefix = "gstd-session:";
constexpr std::size_t kFileBytes = kPrefix.size() + 64 + 1;  // a token, and the line feed

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

}  // namespace

Result<SessionToken> read_session(const std::filesystem::path& path) {
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.get() < 0) return file_error(path);
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) return file_error(path);
  if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    return Error{ErrorCode::permission_denied, path.string() + " is open to other users; run `chmod 600` on it", "session_file"};
  SecretBytes text{kFileBytes + 1};
  const ssize_t got = ::read(file.get(), text.span().data(), text.size());
  if (got < 0) return file_error(path);
  std::string_view line = as_text(text.view().first(static_cast<std::size_t>(got)));
  if (line.ends_with('\n')) line.remove_suffix(1);
  auto token = SessionToken::parse(line.substr(line.starts_with(kPrefix) ? kPrefix.size() : line.size()));
  if (token) return token;
  return Error{ErrorCode::invalid_argument, path.string() + " is not a session file; make one with `gstd login`", "session_file"};
}

Result<void> write_session(const std::filesystem::path& path, const SessionToken& token) {
  // A new file each time: who has an old one open, or its mode, has nothing of the new.
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return file_error(path);
  const Descriptor file{::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR)};
  if (file.get() < 0) return file_error(path);
  SecretBytes text{kFileBytes};
  auto* to = reinterpret_cast<char*>(text.span().data());
  to = std::copy(kPrefix.begin(), kPrefix.end(), to);
  to = std::copy(token.reveal().begin(), token.reveal().end(), to);
  *to = '\n';
  // One line into a new file: written at once, or not at all.
  if (::write(file.get(), text.view().data(), text.size()) == static_cast<ssize_t>(text.size())) return {};
  const Error error = file_error(path);
  ::unlink(path.c_str());
  return error;
}

}  // namespace gstd::cli

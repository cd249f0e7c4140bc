#include "keys.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common.hpp"

namespace gstd::cli {
namespace {

constexpr std::string_view kPrefix = "gstd-ed25519-seed:";
constexpr std::size_t kFileBytes = kPrefix.size() + 2 * kSeedBytes + 1;  // with the line feed

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

Error not_a_key(const std::filesystem::path& path) {
  return {ErrorCode::invalid_argument, path.string() + " is not a key file; make one with `gstd keygen`", "key_file"};
}

std::span<std::uint8_t> writable(std::string& text) { return {reinterpret_cast<std::uint8_t*>(text.data()), text.size()}; }

// False, with errno set: not all of it.
bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(fd, text.data(), text.size());
    if (count < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

}  // namespace

Result<SigningKey> read_key(const std::filesystem::path& path) {
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.get() < 0) return file_error(path);
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) return file_error(path);
  if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    return Error{ErrorCode::permission_denied, path.string() + " is open to other users; run `chmod 600` on it", "key_file"};

  std::string text(kFileBytes + 1, '\0');
  const ssize_t got = ::read(file.get(), text.data(), text.size());
  if (got < 0) return file_error(path);
  std::string_view line{text.data(), static_cast<std::size_t>(got)};
  if (line.ends_with('\n')) line.remove_suffix(1);
  Result<SigningKey> key = not_a_key(path);
  if (line.starts_with(kPrefix))
    if (auto seed = decode_hex(line.substr(kPrefix.size()))) {
      if (seed->size() == kSeedBytes) key = SigningKey::from_seed(*seed);
      wipe(*seed);
    }
  wipe(writable(text));
  return key;
}

Result<void> write_key(const std::filesystem::path& path, const SigningKey& key) {
  const Descriptor file{::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR)};
  if (file.get() < 0) return file_error(path);
  const SecretBytes seed = key.seed();
  std::string hex = encode_hex(seed.view());
  std::string text;
  text.reserve(kFileBytes);  // so that no grown copy of the secret stays behind
  text.append(kPrefix).append(hex).append("\n");
  Result<void> written;
  if (!write_all(file.get(), text) || ::fsync(file.get()) != 0) {
    written = file_error(path);
    ::unlink(path.c_str());  // Part of a key is of no use, and would stand in the way of the next attempt.
  }
  wipe(writable(hex));
  wipe(writable(text));
  return written;
}

}  // namespace gstd::cli

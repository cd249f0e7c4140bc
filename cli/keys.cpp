#include "keys.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

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

Error system_error(ErrorCode code, const std::filesystem::path& path) {
  return {code, path.string() + ": " + std::strerror(errno), "key_file"};
}

Error not_a_key(const std::filesystem::path& path) {
  return {ErrorCode::invalid_argument, path.string() + " is not a key file; make one with `gstd keygen`", "key_file"};
}

std::span<std::uint8_t> writable(std::string& text) { return {reinterpret_cast<std::uint8_t*>(text.data()), text.size()}; }

}  // namespace

Result<SigningKey> read_key(const std::filesystem::path& path) {
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.get() < 0) return system_error(errno == ENOENT ? ErrorCode::not_found : ErrorCode::unavailable, path);
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) return system_error(ErrorCode::unavailable, path);
  if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    return Error{ErrorCode::permission_denied, path.string() + " is open to other users; run `chmod 600` on it", "key_file"};

  std::string text(kFileBytes + 1, '\0');
  const ssize_t got = ::read(file.get(), text.data(), text.size());
  if (got < 0) return system_error(ErrorCode::unavailable, path);
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
  if (file.get() < 0) return system_error(errno == EEXIST ? ErrorCode::already_exists : ErrorCode::unavailable, path);
  const SecretBytes seed = key.seed();
  std::string hex = encode_hex(seed.view());
  std::string text;
  text.reserve(kFileBytes);  // so that no grown copy of the secret stays behind
  text.append(kPrefix).append(hex).append("\n");
  const bool written =
      ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(file.get()) == 0;
  wipe(writable(hex));
  wipe(writable(text));
  if (!written) return system_error(ErrorCode::unavailable, path);
  return {};
}

}  // namespace gstd::cli

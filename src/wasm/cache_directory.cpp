#include "wasm/cache_directory.hpp"

#include "wasm/cache_draft.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <cerrno>
#include <filesystem>
#include <system_error>

namespace gstd::wasm {
namespace {

constexpr const char* kSecretName = "secret";
constexpr mode_t kOthersMayWrite = S_IWGRP | S_IWOTH;  // The group bits are the mask of an access control list, where there is one.
constexpr mode_t kOthersMayAnything = S_IRWXG | S_IRWXO;

Error unusable(const std::string& path, int error) {
  return {ErrorCode::failed_precondition,
          "the cache of compiled modules cannot use " + path + ": " + std::generic_category().message(error) +
              "; mend that, name another folder, or switch the cache off",
          "cache_directory"};
}

Error unsafe(const std::string& path, const std::string& what, const std::string& remedy) {
  return {ErrorCode::failed_precondition, "the cache of compiled modules refuses " + path + ": " + what + "; " + remedy,
          "cache_directory_unsafe"};
}

// 0, or the errno of what went wrong.
int make_folders(const std::filesystem::path& path) {
  if (mkdir(path.c_str(), S_IRWXU) == 0 || errno == EEXIST) return 0;
  if (errno != ENOENT || !path.has_parent_path() || path.parent_path() == path) return errno;
  if (const int error = make_folders(path.parent_path())) return error;
  return mkdir(path.c_str(), S_IRWXU) == 0 || errno == EEXIST ? 0 : errno;
}

// A whole secret appears under its name at once: it is written as a draft and then linked, which fails if the name is taken.
Result<void> make_secret(const std::string& path, int directory, Random& random, std::span<std::uint8_t> secret) {
  Draft draft = Draft::create(directory, random);
  if (!draft) return unusable(path, errno);
  random.fill(secret);
  // Synced, as a secret that a power failure tears would have to be removed by hand.
  const bool written = draft.write(secret) && draft.sync() && (draft.link_as(kSecretName) || errno == EEXIST);
  if (!written) return unusable(path, errno);
  return {};
}

}  // namespace

Result<FileDescriptor> open_cache_directory(const std::string& path) {
  if (path.empty() || path.find('\0') != std::string::npos)
    return Error{ErrorCode::invalid_argument, "the cache of compiled modules needs the path of a folder", "cache_directory"};
  if (const int error = make_folders(std::filesystem::path(path).lexically_normal())) return unusable(path, error);
  // The folder itself may be reached over a link: what counts is who owns the place where it leads.
  FileDescriptor directory{open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  struct stat status;
  if (!directory || fstat(directory.get(), &status) != 0) return unusable(path, errno);
  if (status.st_uid != geteuid())
    return unsafe(path, "another user owns it", "give it to the user who runs this program (chown), or name another folder");
  if (status.st_mode & kOthersMayWrite) return unsafe(path, "other users may write to it", "run: chmod go-w " + path);
  return directory;
}

OwnFile open_own_file(int directory, const char* name) noexcept {
  // O_NONBLOCK: a FIFO would make open() wait for somebody who writes to it.
  OwnFile out{FileDescriptor{openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)}, 0, false};
  struct stat status;
  if (!out.file) {
    const int error = errno;
    out.is_foreign = error == ELOOP || error == EACCES || error == ENXIO;  // a link, another's file, a socket
    return out;
  }
  if (fstat(out.file.get(), &status) != 0 || !S_ISREG(status.st_mode) || status.st_uid != geteuid() ||
      (status.st_mode & kOthersMayWrite)) {
    out.file.reset();
    out.is_foreign = true;
    return out;
  }
  out.bytes = static_cast<std::uint64_t>(status.st_size);
  return out;
}

bool read_all(int file, std::span<std::uint8_t> out) noexcept {
  off_t at = 0;
  while (!out.empty()) {
    const ssize_t done = pread(file, out.data(), out.size(), at);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return false;
    at += done;
    out = out.subspan(static_cast<std::size_t>(done));
  }
  return true;
}

Result<void> load_cache_secret(const std::string& path, int directory, Random& random, std::span<std::uint8_t> secret) {
  const std::string secret_path = path + "/" + kSecretName;
  const std::string remedy = "remove it, and the cache starts anew";
  OwnFile found = open_own_file(directory, kSecretName);
  if (!found.file && !found.is_foreign) {
    if (auto made = make_secret(path, directory, random, secret); !made) return made;
    found = open_own_file(directory, kSecretName);  // It may be that of somebody who was faster.
  }
  if (found.is_foreign) return unsafe(secret_path, "it is not a file of this user that nobody else may write", remedy);
  struct stat status;
  if (!found.file || fstat(found.file.get(), &status) != 0) return unusable(secret_path, errno);
  if (status.st_mode & kOthersMayAnything) return unsafe(secret_path, "other users may read it", remedy);
  if (found.bytes != secret.size() || !read_all(found.file.get(), secret))
    return unsafe(secret_path, "it does not hold " + std::to_string(secret.size()) + " bytes", remedy);
  return {};
}

}  // namespace gstd::wasm

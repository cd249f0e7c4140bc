#include "net/tls_files.hpp"

#include <fcntl.h>
#include <openssl/pem.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace gstd::net {
namespace {

// Far above any chain; the system's own bundle of authorities has some 200 KiB.
constexpr std::size_t kPemBytesMax = 1u << 20;

Error bad_file(const std::string& path, const std::string& option, const std::string& what) {
  return {ErrorCode::invalid_argument, option + " \"" + path + "\" " + what, option};
}

class Descriptor {
 public:
  explicit Descriptor(int fd) noexcept : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const noexcept { return fd_; }

 private:
  int fd_;
};

// A file's text, wiped when it goes: it may be a key.
class PemText {
 public:
  PemText() : text_(kPemBytesMax + 1, '\0') {}
  PemText(PemText&&) noexcept = default;
  PemText& operator=(PemText&&) = delete;
  ~PemText() { OPENSSL_cleanse(text_.data(), text_.size()); }

  // False, with errno set: it cannot be read.
  bool read(int fd) {
    for (;;) {
      const ssize_t got = ::read(fd, text_.data() + size_, text_.size() - size_);
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return got == 0;
      size_ += static_cast<std::size_t>(got);
    }
  }
  bool is_too_long() const noexcept { return size_ > kPemBytesMax; }
  OpenSslPtr<BIO> bio() const { return OpenSslPtr<BIO>(BIO_new_mem_buf(text_.data(), static_cast<int>(size_))); }

 private:
  std::vector<char> text_;
  std::size_t size_ = 0;
};

Result<PemText> read_pem(const std::string& path, const std::string& option, bool is_secret) {
  const auto unreadable = [&] {
    return bad_file(path, option, "cannot be read (" + std::string(std::strerror(errno)) + "); name a readable PEM file");
  };
  // Not to wait for a writer, should somebody name a pipe.
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (file.get() < 0) return unreadable();
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) return unreadable();
  if (!S_ISREG(info.st_mode)) return bad_file(path, option, "is not a file; name a PEM file");
  // Readers of its group are fine: systems keep such keys for a group of the programs that serve with them.
  if (is_secret && (info.st_mode & (S_IWGRP | S_IRWXO)) != 0)
    return Error{ErrorCode::permission_denied, option + " \"" + path + "\" is open to other users; run `chmod 600` on it", option};
  PemText text;
  if (!text.read(file.get())) return unreadable();
  if (text.is_too_long()) return bad_file(path, option, "is longer than 1 MiB; name a PEM file with what is needed alone");
  return text;
}

// Instead of OpenSSL's own, which would ask at the terminal.
int no_passphrase(char*, int, int, void*) { return -1; }

}  // namespace

Result<std::vector<OpenSslPtr<X509>>> read_certificates(const std::string& path, const std::string& option) {
  auto text = read_pem(path, option, false);
  if (!text) return std::move(text).error();
  const auto bio = text->bio();
  std::vector<OpenSslPtr<X509>> certificates;
  ERR_clear_error();
  while (X509* const certificate = bio ? PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr) : nullptr)
    certificates.emplace_back(certificate);
  const bool is_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  const std::string reason = openssl_reason();
  if (!is_end) return bad_file(path, option, "holds something that is no certificate (" + reason + "); write it anew as PEM");
  if (certificates.empty()) return bad_file(path, option, "holds no certificate; name a PEM file with one");
  return certificates;
}

Result<OpenSslPtr<EVP_PKEY>> read_private_key(const std::string& path, const std::string& option) {
  auto text = read_pem(path, option, true);
  if (!text) return std::move(text).error();
  const auto bio = text->bio();
  OpenSslPtr<EVP_PKEY> key(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr) : nullptr);
  ERR_clear_error();
  if (!key) return bad_file(path, option, "holds no private key, or one under a passphrase; name a PEM file with a plain one");
  return key;
}

Result<void> check_key_pair(const std::string& certificate_path, const std::string& certificate_option, const std::string& key_path,
                            const std::string& key_option) {
  const auto certificates = read_certificates(certificate_path, certificate_option);
  if (!certificates) return certificates.error();
  const auto key = read_private_key(key_path, key_option);
  if (!key) return key.error();
  const bool fits = X509_check_private_key(certificates->front().get(), key->get()) == 1;
  ERR_clear_error();
  if (!fits)
    return bad_file(key_path, key_option, "is not the key of the certificate in \"" + certificate_path + "\"; name both anew");
  return {};
}

}  // namespace gstd::net

#include "passphrase.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "common.hpp"

namespace gstd::cli {
namespace {

constexpr char kEnvironment[] = "GSTD_PASSPHRASE_FILE";

// What a terminal sends where it does not make a line or a signal of it. Source: termios(3), the usual special characters.
constexpr char kInterrupt = 0x03;
constexpr char kEndOfFile = 0x04;
constexpr char kBackspace = 0x08;
constexpr char kKillLine = 0x15;
constexpr char kDelete = 0x7f;

Error bad(std::string_view what) {
  return {ErrorCode::invalid_argument,
          "the passphrase " + std::string(what) + "; it has 1 to " + std::to_string(kPassphraseBytesMax) + " bytes", "passphrase"};
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ > STDIN_FILENO) ::close(fd_);
  }
  int get() const noexcept { return fd_; }

 private:
  int fd_;
};

// One byte; nothing at the end. Byte by byte, so that no buffer but the caller's ever holds a passphrase.
Result<std::optional<char>> read_byte(int fd, const std::filesystem::path& name) {
  char byte = 0;
  for (;;) {
    const ssize_t got = ::read(fd, &byte, 1);
    if (got == 1) return std::optional{byte};
    if (got == 0) return std::optional<char>{};
    if (errno != EINTR) return file_error(name);
  }
}

// The controlling terminal with echo, lines and signals off, for as long as this lives: Ctrl-C comes as a byte, so that it cannot
// end the program while the terminal is silent.
class SilentTerminal {
 public:
  explicit SilentTerminal(int fd) : fd_(fd) {
    is_silent_ = ::tcgetattr(fd_, &before_) == 0;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
    silent.c_cc[VMIN] = 1;
    silent.c_cc[VTIME] = 0;
    is_silent_ = is_silent_ && ::tcsetattr(fd_, TCSAFLUSH, &silent) == 0;
  }
  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;
  ~SilentTerminal() {
    if (is_silent_) ::tcsetattr(fd_, TCSAFLUSH, &before_);
  }
  bool is_silent() const noexcept { return is_silent_; }

 private:
  int fd_;
  termios before_{};
  bool is_silent_ = false;
};

Result<SecretBytes> finish(const SecretBytes& buffer, std::size_t size) {
  if (size == 0) return bad("is empty");
  return SecretBytes::copy_of(buffer.view().first(size));
}

Result<SecretBytes> read_line(int terminal) {
  SecretBytes line{kPassphraseBytesMax};
  for (std::size_t size = 0;;) {
    const auto byte = read_byte(terminal, "the terminal");
    if (!byte) return byte.error();
    if (!*byte || **byte == kInterrupt || **byte == kEndOfFile)
      return Error{ErrorCode::cancelled, "no passphrase was given", "passphrase"};
    if (**byte == '\n' || **byte == '\r') return finish(line, size);
    if (**byte == kBackspace || **byte == kDelete) {
      // A character of UTF-8 goes whole. Source: RFC 3629 section 3; its later bytes begin with the bits 10.
      while (size > 0 && (line.view()[size - 1] & 0xc0) == 0x80) --size;
      if (size > 0) --size;
    } else if (**byte == kKillLine) {
      size = 0;
    } else {
      if (size == line.size()) return bad("is too long");
      line.span()[size++] = static_cast<std::uint8_t>(**byte);
    }
  }
}

void show(int terminal, std::string_view text) { static_cast<void>(!::write(terminal, text.data(), text.size())); }

}  // namespace

void add_passphrase_option(CLI::App& command, std::filesystem::path& file) {
  command
      .add_option("--passphrase-file", file,
                  "File with the key file's passphrase; - is standard input; default: asks on the terminal")
      ->envname(kEnvironment);
}

Result<SecretBytes> read_passphrase_file(const std::filesystem::path& file) {
  const Descriptor fd{file == "-" ? STDIN_FILENO : ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY)};
  if (fd.get() < 0) return file_error(file);
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0) return file_error(file);
  if (S_ISREG(info.st_mode) && (info.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    return Error{ErrorCode::permission_denied, file.string() + " is open to other users; run `chmod 600` on it",
                 "passphrase_file_permissions"};
  SecretBytes buffer{kPassphraseBytesMax + 2};  // with the line feed, and one more to notice what is too long
  std::size_t size = 0;
  while (size < buffer.size()) {
    const auto byte = read_byte(fd.get(), file);
    if (!byte) return byte.error();
    if (!*byte) break;
    buffer.span()[size++] = static_cast<std::uint8_t>(**byte);
  }
  if (size > 0 && buffer.view()[size - 1] == '\n') --size;
  if (size > kPassphraseBytesMax) return bad("is too long");
  return finish(buffer, size);
}

Result<SecretBytes> ask_passphrase(const std::string& question) {
  const Descriptor terminal{::open("/dev/tty", O_RDWR | O_CLOEXEC)};
  if (terminal.get() < 0)
    return Error{ErrorCode::failed_precondition,
                 "a passphrase is needed, and there is no terminal to ask on; name a file that has it with --passphrase-file or " +
                     std::string(kEnvironment),
                 "passphrase_missing"};
  const SilentTerminal silent{terminal.get()};
  if (!silent.is_silent()) return file_error("/dev/tty");
  show(terminal.get(), question);
  auto line = read_line(terminal.get());
  show(terminal.get(), "\n");
  return line;
}

Result<SecretBytes> new_passphrase(const std::filesystem::path& file, const std::string& name) {
  if (!file.empty()) return read_passphrase_file(file);
  auto first = ask_passphrase("New passphrase for " + name + ": ");
  if (!first) return first;
  const auto second = ask_passphrase("Once more: ");
  if (!second) return second.error();
  if (!equal_in_constant_time(first->view(), second->view()))
    return Error{ErrorCode::invalid_argument, "the two passphrases differ; nothing was written", "passphrase"};
  return first;
}

Result<SigningKey> open_key_file(const std::filesystem::path& file, const std::filesystem::path& passphrase_file) {
  auto key = read_key_file(file);
  if (key || key.error().reason != "key_file_locked") return key;
  const auto passphrase =
      passphrase_file.empty() ? ask_passphrase("Passphrase for " + file.string() + ": ") : read_passphrase_file(passphrase_file);
  if (!passphrase) return passphrase.error();
  return read_key_file(file, passphrase->view());
}

}  // namespace gstd::cli

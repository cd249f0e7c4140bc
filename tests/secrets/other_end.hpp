// The other end of a network, in a process of its own: requester, worker and wallet, who tell what their secrets are. What the
// test's own process then has of them, it has from the wire.
#pragma once

#include <gstd/crypto.hpp>

#include <sys/types.h>

#include "secrets/memory_search.hpp"

namespace gstd::test {

/// Lines over a socket, each of at most kLineBytesMax; what they hold is wiped.
class Line {
 public:
  explicit Line(int socket) : socket_(socket) {}

  static constexpr std::size_t kLineBytesMax = 4'096;

  /// Throws std::runtime_error where the other end has gone.
  void send(std::string_view text) const;
  /// "secret NAME HEX".
  void send_secret(std::string_view name, BytesView secret) const;
  /// Without its end; valid until the next one.
  std::string_view receive();

 private:
  int socket_;
  SecretBytes buffer_{kLineBytesMax};
};

/// The program `gstd_secrets_other_end`, which talks on its standard input.
class OtherEnd {
 public:
  /// `ca_file`: may be empty.
  OtherEnd(const std::string& url, const std::string& ca_file);
  OtherEnd(const OtherEnd&) = delete;
  OtherEnd& operator=(const OtherEnd&) = delete;
  ~OtherEnd();

  /// Goes on to where it says `word`; the secrets that it tells on the way are kept. Throws what it failed with.
  void go_on_to(std::string_view word);
  /// What it said behind the word.
  const std::string& remark() const noexcept { return remark_; }
  const std::vector<Planted>& secrets() const noexcept { return secrets_; }

 private:
  int socket_ = -1;
  pid_t child_ = -1;
  std::optional<Line> line_;
  std::vector<Planted> secrets_;
  std::string remark_;
};

}  // namespace gstd::test

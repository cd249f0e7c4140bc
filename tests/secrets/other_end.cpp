#include "secrets/other_end.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <stdexcept>

extern char** environ;

namespace gstd::test {
namespace {

unsigned digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  throw std::runtime_error("a secret that is not hexadecimal");
}

SecretBytes unhex(std::string_view text) {
  SecretBytes bytes{text.size() / 2};
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes.span()[i] = static_cast<std::uint8_t>(digit(text[2 * i]) << 4 | digit(text[2 * i + 1]));
  return bytes;
}

}  // namespace

void Line::send(std::string_view text) const {
  SecretBytes line{text.size() + 1};
  std::copy(text.begin(), text.end(), line.span().begin());
  line.span().back() = '\n';
  for (std::size_t sent = 0; sent < line.size();) {
    const ssize_t now = ::send(socket_, line.view().data() + sent, line.size() - sent, MSG_NOSIGNAL);
    if (now <= 0) throw std::runtime_error("the other end does not listen");
    sent += static_cast<std::size_t>(now);
  }
}

void Line::send_secret(std::string_view name, BytesView secret) const {
  const std::string head = "secret " + std::string(name) + " ";
  SecretBytes text{head.size() + 2 * secret.size()};
  constexpr std::string_view kDigits = "0123456789abcdef";
  auto to = std::copy(head.begin(), head.end(), text.span().begin());
  for (const std::uint8_t byte : secret) {
    *to++ = static_cast<std::uint8_t>(kDigits[byte >> 4]);
    *to++ = static_cast<std::uint8_t>(kDigits[byte & 15]);
  }
  send(as_text(text.view()));
}

std::string_view Line::receive() {
  wipe(buffer_.span());
  for (std::size_t size = 0; size < buffer_.size(); ++size) {
    if (::recv(socket_, buffer_.span().data() + size, 1, 0) != 1) throw std::runtime_error("the other end has gone");
    if (buffer_.view()[size] == '\n') return as_text(buffer_.view().first(size));
  }
  throw std::runtime_error("the other end's line has no end");
}

OtherEnd::OtherEnd(const std::string& url, const std::string& ca_file) {
  std::array<int, 2> sockets{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets.data()) != 0) throw std::runtime_error("no socket");
  socket_ = sockets[0];
  line_.emplace(socket_);
  std::string program = GSTD_TEST_OTHER_END;
  std::string first = url;
  std::string second = ca_file;
  const std::array<char*, 4> arguments{program.data(), first.data(), second.data(), nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, sockets[1], STDIN_FILENO);
  const int failed = ::posix_spawn(&child_, program.c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(sockets[1]);
  if (failed != 0) {
    ::close(socket_);
    throw std::runtime_error("cannot start " + program);
  }
}

OtherEnd::~OtherEnd() {
  ::close(socket_);
  ::kill(child_, SIGKILL);  // it may be in the middle of a call that nobody answers
  ::waitpid(child_, nullptr, 0);
}

void OtherEnd::go_on_to(std::string_view word) {
  line_->send("go on");
  for (;;) {
    const std::string_view said = line_->receive();
    const auto space = std::min(said.find(' '), said.size());
    const std::string_view kind = said.substr(0, space);
    const std::string_view rest = said.substr(std::min(space + 1, said.size()));
    if (kind == "secret") {
      const auto end = std::min(rest.find_last_of(' '), rest.size());
      secrets_.emplace_back(std::string(rest.substr(0, end)), unhex(rest.substr(std::min(end + 1, rest.size()))).view());
      continue;
    }
    remark_ = rest;
    if (kind == word) return;
    throw std::runtime_error(std::string(said));
  }
}

}  // namespace gstd::test

// Plain sockets on the loopback, to say what no proper client or server would. Everything is bounded: nothing waits for ever.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace gstd::net::test {

inline constexpr timeval kRawTimeout{20, 0};

class RawSocket {
 public:
  explicit RawSocket(int fd) : fd_(fd) {
    if (fd_ < 0) throw std::runtime_error("no socket");
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &kRawTimeout, sizeof kRawTimeout);
    ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &kRawTimeout, sizeof kRawTimeout);
  }
  RawSocket(RawSocket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  RawSocket& operator=(RawSocket&&) = delete;
  ~RawSocket() { close(); }

  static RawSocket connect(std::uint16_t port) {
    RawSocket socket(::socket(AF_INET, SOCK_STREAM, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket.fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
      throw std::runtime_error("no connection");
    return socket;
  }

  /// False when the other side does not take it.
  bool send(std::string_view text) {
    while (!text.empty()) {
      const ssize_t sent = ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  int fd() const noexcept { return fd_; }  ///< Stays this object's.
  void end_sending() { ::shutdown(fd_, SHUT_WR); }
  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }
  /// Closes with a reset instead of an orderly end.
  void reset() {
    const linger now{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close();
  }

  bool is_readable(std::chrono::milliseconds wait) const {
    pollfd entry{fd_, POLLIN, 0};
    return ::poll(&entry, 1, static_cast<int>(wait.count())) == 1;
  }

  /// One read's worth is appended; false at the end of the stream, a reset or the time limit.
  bool read_some(std::string& into) {
    char piece[4096];
    const ssize_t got = ::recv(fd_, piece, sizeof piece, 0);
    if (got <= 0) return false;
    into.append(piece, static_cast<std::size_t>(got));
    return true;
  }

  /// Everything until the other side closes.
  std::string read_all() {
    std::string text = std::move(rest_);
    rest_.clear();
    while (read_some(text)) {
    }
    return text;
  }

  /// Up to and with `end`; what came behind it waits for the next read. All there is where it does not come.
  std::string read_until(std::string_view end) {
    std::string text = std::move(rest_);
    rest_.clear();
    while (text.find(end) == std::string::npos)
      if (!read_some(text)) return text;
    const std::size_t cut = text.find(end) + end.size();
    rest_ = text.substr(cut);
    text.resize(cut);
    return text;
  }

 private:
  int fd_;
  std::string rest_;
};

class RawListener {
 public:
  RawListener() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    if (socket_ < 0) throw std::runtime_error("no socket");
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(socket_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(socket_, 16) != 0 ||
        ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
      throw std::runtime_error("cannot listen");
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &kRawTimeout, sizeof kRawTimeout);
    port_ = ntohs(address.sin_port);
  }
  RawListener(const RawListener&) = delete;
  RawListener& operator=(const RawListener&) = delete;
  ~RawListener() { ::close(socket_); }

  std::uint16_t port() const noexcept { return port_; }
  std::string url(std::string_view path = "/") const { return "http://127.0.0.1:" + std::to_string(port_) + std::string(path); }
  RawSocket accept() { return RawSocket(::accept(socket_, nullptr, nullptr)); }

 private:
  int socket_;
  std::uint16_t port_ = 0;
};

}  // namespace gstd::net::test

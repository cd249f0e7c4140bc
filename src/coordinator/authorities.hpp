// Under which names clients reach this coordinator: a signature that was made for another one must not count here.
#pragma once

#include <gstd/coordinator.hpp>

#include <atomic>

namespace gstd::coordinator {

/// The host of a URL for an address: in the one spelling that clients use, an IPv6 address in brackets.
std::string url_host(const std::string& address);

/// Errors: invalid_argument, reason "options": an authority is not host[:port], or there must be some and are none.
Result<void> check_authorities(const CoordinatorOptions& options);

/// May be shared between threads.
class Authorities {
 public:
  /// `options` has been checked.
  explicit Authorities(const CoordinatorOptions& options);

  /// The port that the system picked. Until then nobody can know it, and what is asked under it is refused.
  void set_port(std::uint16_t port) noexcept { port_ = port; }

  /// All of them, as host or host:port in lower case.
  std::vector<std::string> list() const;

  /// Whether a Host header names this coordinator.
  bool contains(std::string_view host) const;

 private:
  std::vector<std::string> given_;  // in lower case
  std::string host_;
  std::uint16_t default_port_;
  std::atomic<std::uint16_t> port_;
};

}  // namespace gstd::coordinator

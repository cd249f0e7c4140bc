// Whose address a request comes from: the peer's, or where a trusted proxy passed it on, that of the proxy's own peer.
#pragma once

#include <gstd/coordinator.hpp>
#include <gstd/net.hpp>

namespace gstd::coordinator {

/// The address in net::Request::peer, which has a port, too.
std::string address_of(std::string_view peer);

/// What counts as one address: an IPv4 address, in either form, or the first 64 bits of an IPv6 address.
std::string network_of(const std::string& address);

/// Some addresses that are next to each other: an address, or one with the number of bits that count behind a slash.
class AddressRange {
 public:
  /// Errors: invalid_argument: neither.
  static Result<AddressRange> parse(const std::string& text);
  bool contains(const std::string& address) const;

 private:
  std::array<std::uint8_t, 16> bytes_{};  // IPv4 in IPv6's form
  unsigned bits_ = 0;
};

/// May be shared between threads.
class PeerAddresses {
 public:
  /// Errors: invalid_argument, reason "options".
  static Result<PeerAddresses> create(const TrustedProxies& options);

  /// Without a port. What a proxy says that is no address is not believed: then it is the proxy's own.
  std::string address(const net::Request& request) const;

 private:
  TrustedProxies options_;
  std::vector<AddressRange> proxies_;
};

}  // namespace gstd::coordinator

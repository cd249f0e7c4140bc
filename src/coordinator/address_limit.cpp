#include "coordinator/address_limit.hpp"

#include <arpa/inet.h>

#include <cstring>

namespace gstd::coordinator {
namespace {

// RFC 4291 section 2.5.5.2: an IPv4 address in IPv6's form, as a socket that serves both shows it.
constexpr std::array<std::uint8_t, 12> kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

// RFC 4291 section 2.5.4: the last 64 bits are the interface's, and whoever has one such network has all its addresses.
constexpr std::size_t kNetworkBytes = 8;

// What counts as one address.
std::string network_of(std::string_view peer) {
  std::string address = address_of(peer);
  in6_addr parsed{};
  if (inet_pton(AF_INET6, address.c_str(), &parsed) != 1) return address;
  const auto* const bytes = static_cast<const std::uint8_t*>(parsed.s6_addr);
  std::array<char, INET_ADDRSTRLEN> spelled{};
  if (std::memcmp(bytes, kMappedPrefix.data(), kMappedPrefix.size()) == 0 &&
      inet_ntop(AF_INET, bytes + kMappedPrefix.size(), spelled.data(), spelled.size()))
    return spelled.data();
  return encode_hex({bytes, kNetworkBytes}) + "/64";
}

}  // namespace

std::string address_of(std::string_view peer) {
  std::string_view address = peer.substr(0, peer.rfind(':'));
  if (address.size() >= 2 && address.front() == '[' && address.back() == ']') address = address.substr(1, address.size() - 2);
  return std::string(address);
}

Result<void> AddressLimit::take(std::string_view peer) {
  if (max_ == 0) return {};
  std::string network = network_of(peer);
  const std::lock_guard lock{mutex_};
  const auto now = clock_.steady();
  if (now - window_begin_ >= kWindow) {
    window_begin_ = now;
    counts_.clear();
  }
  if (counts_.size() >= kAddressesMax && !counts_.contains(network)) network.clear();
  unsigned& count = counts_[network];
  if (count >= max_) {
    const auto left = std::chrono::ceil<std::chrono::seconds>(window_begin_ + kWindow - now);
    return Error{ErrorCode::resource_exhausted,
                 "your address was given " + std::to_string(count) +
                     " challenges within a minute, the most allowed; ask again in " + std::to_string(left.count()) + " s",
                 "challenges_address"};
  }
  ++count;
  return {};
}

}  // namespace gstd::coordinator

#include "coordinator/peer_address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace gstd::coordinator {
namespace {

// RFC 4291 section 2.5.5.2: an IPv4 address in IPv6's form, as a socket that serves both shows it.
constexpr std::array<std::uint8_t, 12> kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr unsigned kBits = 128;
constexpr unsigned kMappedBits = 96;

// RFC 4291 section 2.5.4: the last 64 bits are the interface's, and whoever has one such network has all its addresses.
constexpr std::size_t kNetworkBytes = 8;

using AddressBytes = std::array<std::uint8_t, 16>;

bool is_mapped(const AddressBytes& bytes) { return std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), bytes.begin()); }

std::optional<AddressBytes> parse_address(const std::string& text) {
  AddressBytes bytes{};
  if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) return bytes;
  std::copy(kMappedPrefix.begin(), kMappedPrefix.end(), bytes.begin());
  if (inet_pton(AF_INET, text.c_str(), bytes.data() + kMappedPrefix.size()) == 1) return bytes;
  return std::nullopt;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// The address of "192.0.2.1", "192.0.2.1:4711", "[2001:db8::1]:4711", "2001:db8::1"; nothing where it is none of these.
std::optional<std::string> parse_node(std::string_view node) {
  std::string text(trim(node));
  if (parse_address(text)) return text;
  text = address_of(text.ends_with(']') ? text + ":" : text);
  if (parse_address(text)) return text;
  return std::nullopt;
}

// RFC 7239 section 4: name=value pairs behind semicolons, names without regard to case, a value quoted where it has colons. A
// quoted string may hold any of the separators; a node's address has none, so that cutting at them finds it or nothing.
std::optional<std::string> parse_forwarded(std::string_view element) {
  while (!element.empty()) {
    const auto end = element.find(';');
    std::string_view pair = trim(element.substr(0, end));
    element = end == std::string_view::npos ? std::string_view{} : element.substr(end + 1);
    constexpr std::string_view kFor = "for=";
    const auto same = [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b - 'A' + 'a' : b); };
    if (pair.size() < kFor.size() || !std::equal(kFor.begin(), kFor.end(), pair.begin(), same)) continue;
    pair.remove_prefix(kFor.size());
    if (pair.size() >= 2 && pair.front() == '"' && pair.back() == '"') pair = pair.substr(1, pair.size() - 2);
    return parse_node(pair);
  }
  return std::nullopt;
}

}  // namespace

std::string address_of(std::string_view peer) {
  std::string_view address = peer.substr(0, peer.rfind(':'));
  if (address.size() >= 2 && address.front() == '[' && address.back() == ']') address = address.substr(1, address.size() - 2);
  return std::string(address);
}

std::string network_of(const std::string& address) {
  const auto bytes = parse_address(address);
  if (!bytes) return address;
  if (!is_mapped(*bytes)) return encode_hex({bytes->data(), kNetworkBytes}) + "/64";
  std::array<char, INET_ADDRSTRLEN> spelled{};
  return inet_ntop(AF_INET, bytes->data() + kMappedPrefix.size(), spelled.data(), spelled.size()) ? spelled.data() : address;
}

Result<AddressRange> AddressRange::parse(const std::string& text) {
  const Error invalid{ErrorCode::invalid_argument,
                      "\"" + text.substr(0, 80) + "\" is neither an address nor a range like 10.0.0.0/8 or 2001:db8::/32",
                      "options"};
  const auto slash = text.find('/');
  const auto bytes = parse_address(text.substr(0, slash));
  if (!bytes) return invalid;
  AddressRange range;
  range.bytes_ = *bytes;
  range.bits_ = kBits;
  if (slash == std::string::npos) return range;
  const unsigned above = text.find(':') == std::string::npos ? kMappedBits : 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data() + slash + 1, end, range.bits_);
  if (error != std::errc{} || stopped != end || range.bits_ > kBits - above) return invalid;
  range.bits_ += above;
  return range;
}

bool AddressRange::contains(const std::string& address) const {
  const auto other = parse_address(address);
  if (!other) return false;
  const std::size_t whole = bits_ / 8;
  if (std::memcmp(bytes_.data(), other->data(), whole) != 0) return false;
  const unsigned rest = bits_ % 8;
  return rest == 0 || (bytes_[whole] >> (8 - rest)) == ((*other)[whole] >> (8 - rest));
}

Result<PeerAddresses> PeerAddresses::create(const TrustedProxies& options) {
  PeerAddresses peers;
  peers.options_ = options;
  for (const std::string& text : options.addresses) {
    auto range = AddressRange::parse(text);
    if (!range) return std::move(range).error();
    peers.proxies_.push_back(*range);
  }
  return peers;
}

std::string PeerAddresses::address(const net::Request& request) const {
  std::string own = address_of(request.peer);
  const bool is_proxy =
      (options_.with_client_certificate && request.has_client_certificate) ||
      std::any_of(proxies_.begin(), proxies_.end(), [&](const AddressRange& range) { return range.contains(own); });
  if (!is_proxy) return own;
  const bool is_forwarded = options_.header == ProxyHeader::forwarded;
  // Several fields are one list in their order (RFC 9110 section 5.3); its last element is what the trusted proxy itself added, and
  // all before it is hearsay.
  std::string_view last;
  for (const auto& [name, value] : request.headers) {
    const std::string_view wanted = is_forwarded ? "Forwarded" : "X-Forwarded-For";
    const bool is_wanted = std::equal(name.begin(), name.end(), wanted.begin(), wanted.end(), [](char a, char b) {
      const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
      return lower(a) == lower(b);
    });
    if (is_wanted) last = value;
  }
  const auto comma = last.rfind(',');
  if (comma != std::string_view::npos) last.remove_prefix(comma + 1);
  return (is_forwarded ? parse_forwarded(last) : parse_node(last)).value_or(std::move(own));
}

}  // namespace gstd::coordinator

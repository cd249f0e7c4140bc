#include "client/base_url.hpp"

#include <arpa/inet.h>

#include <charconv>

namespace gstd::client {
namespace {

// Longest DNS name in its textual form (RFC 1035 section 2.3.4).
constexpr std::size_t kHostCharsMax = 253;

Error bad_url(std::string message) { return {ErrorCode::invalid_argument, std::move(message), "url"}; }

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

struct Host {
  std::string text;  // lower-case; an IPv6 address with its brackets
  bool loopback = false;
};

std::optional<Host> parse_ipv6(std::string_view text) {
  in6_addr address{};
  if (inet_pton(AF_INET6, std::string(text).c_str(), &address) != 1) return std::nullopt;
  // libcurl writes the address in inet_ntop's spelling, whatever the URL's was.
  std::array<char, INET6_ADDRSTRLEN> spelled{};
  if (!inet_ntop(AF_INET6, &address, spelled.data(), spelled.size())) return std::nullopt;
  return Host{"[" + std::string(spelled.data()) + "]", IN6_IS_ADDR_LOOPBACK(&address) != 0};
}

std::optional<Host> parse_ipv4(const std::string& text) {
  in_addr address{};
  // inet_pton takes four decimal numbers and nothing else; libcurl would also read "127.1" or "0x7f000001" and rewrite them, so
  // that its Host header would not be the one that was signed.
  if (inet_pton(AF_INET, text.c_str(), &address) != 1) return std::nullopt;
  return Host{text, (ntohl(address.s_addr) >> 24) == 127};
}

std::optional<Host> parse_name(std::string text) {
  if (text.empty() || text.size() > kHostCharsMax) return std::nullopt;
  std::size_t label = 0;
  for (const char c : text) {
    if (c == '.') {
      if (label == 0) return std::nullopt;
      label = 0;
      continue;
    }
    if (!is_digit(c) && !(c >= 'a' && c <= 'z') && c != '-' && c != '_') return std::nullopt;
    ++label;
  }
  if (label == 0) return std::nullopt;
  // libcurl resolves "localhost" to loopback by itself, whatever the resolver says.
  const bool loopback = text == "localhost";
  return Host{std::move(text), loopback};
}

std::optional<Host> parse_host(std::string_view raw) {
  if (raw.size() > 2 && raw.front() == '[' && raw.back() == ']') return parse_ipv6(raw.substr(1, raw.size() - 2));
  std::string text = lower_case(raw);
  // A last label that starts with a digit can only be a number's (RFC 1123 section 2.1 tells names and addresses apart by it).
  const auto dot = text.rfind('.');
  const auto last = dot == std::string::npos ? 0 : dot + 1;
  if (last < text.size() && is_digit(text[last])) return parse_ipv4(text);
  return parse_name(std::move(text));
}

}  // namespace

Result<BaseUrl> parse_base_url(std::string_view url, bool allow_plain_http) {
  if (url.size() > kUrlCharsMax) return bad_url("the URL is longer than " + std::to_string(kUrlCharsMax) + " characters");
  const auto colon = url.find("://");
  if (colon == std::string_view::npos) return bad_url("the URL has no scheme; give one like https://coordinator.example");
  const std::string scheme = lower_case(url.substr(0, colon));
  if (scheme != "http" && scheme != "https") return bad_url("the URL's scheme is neither http nor https");

  std::string_view rest = url.substr(colon + 3);
  const auto slash = rest.find_first_of("/?#");
  const std::string_view path = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash);
  if (!path.empty() && path != "/" && path != "/api/v1" && path != "/api/v1/")
    return bad_url("the URL goes on behind the host; give the coordinator's root, such as https://coordinator.example");
  std::string_view host_and_port = rest.substr(0, slash);
  if (host_and_port.find('@') != std::string_view::npos)
    return bad_url("the URL carries a user name or a password, which the API does not use; remove it");

  std::optional<std::string_view> port_text;
  const auto port_colon = host_and_port.rfind(':');
  if (port_colon != std::string_view::npos && host_and_port.find(']', port_colon) == std::string_view::npos) {
    port_text = host_and_port.substr(port_colon + 1);
    host_and_port = host_and_port.substr(0, port_colon);
  }
  const auto host = parse_host(host_and_port);
  if (!host) return bad_url("the URL's host is neither a name, nor a dotted IPv4 address, nor an IPv6 address in brackets");

  const unsigned default_port = scheme == "https" ? 443 : 80;
  unsigned port = default_port;
  if (port_text) {
    const char* const end = port_text->data() + port_text->size();
    const auto [stopped, error] = std::from_chars(port_text->data(), end, port);
    if (error != std::errc{} || stopped != end || port == 0 || port > 65535)
      return bad_url("the URL's port is not a number from 1 to 65535");
  }
  if (scheme == "http" && !host->loopback && !allow_plain_http)
    return bad_url("plain http goes to this machine only; use https, or allow_plain_http on a network that you trust");

  BaseUrl base_url;
  base_url.authority = host->text;
  if (port != default_port) base_url.authority += ":" + std::to_string(port);
  base_url.origin = scheme + "://" + base_url.authority;
  return base_url;
}

}  // namespace gstd::client

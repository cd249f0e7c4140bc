#include "coordinator/authorities.hpp"

#include <arpa/inet.h>

#include <algorithm>

namespace gstd::coordinator {
namespace {

// A DNS name (RFC 1035 section 2.3.4: at most 253 characters) and a port with its colon.
constexpr std::size_t kAuthorityCharsMax = 253 + 6;

// What clients leave out of the Host header, being the scheme's default.
constexpr std::uint16_t kHttpPort = 80;
constexpr std::uint16_t kHttpsPort = 443;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lower_case(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

bool is_authority_char(char c) {
  return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') ||
         std::string_view(".-_:[]").find(c) != std::string_view::npos;
}

bool is_authority(std::string_view text) {
  return !text.empty() && text.size() <= kAuthorityCharsMax && text.front() != ':' &&
         std::all_of(text.begin(), text.end(), is_authority_char);
}

// No client reaches a coordinator under such an address, so it tells nothing of the names under which they do.
bool is_wildcard(const std::string& host) { return host == "0.0.0.0" || host == "[::]" || host == "[::ffff:0.0.0.0]"; }

}  // namespace

std::string url_host(const std::string& address) {
  if (address.find(':') == std::string::npos) return address;
  in6_addr parsed{};
  std::array<char, INET6_ADDRSTRLEN> spelled{};
  if (inet_pton(AF_INET6, address.c_str(), &parsed) != 1 || !inet_ntop(AF_INET6, &parsed, spelled.data(), spelled.size()))
    return "[" + address + "]";
  return "[" + std::string(spelled.data()) + "]";
}

Result<void> check_authorities(const CoordinatorOptions& options) {
  const auto refuse = [](std::string message) { return Error{ErrorCode::invalid_argument, std::move(message), "options"}; };
  for (const std::string& authority : options.authorities)
    if (!is_authority(authority))
      return refuse("the authority \"" + authority + "\" is not host[:port]; give it as a Host header has it, e.g. gstd.example");
  if (options.authorities.empty() && is_wildcard(url_host(options.address)))
    return refuse("authorities are needed to listen on " + options.address +
                  ": name each host[:port] under which clients reach this coordinator");
  return {};
}

Authorities::Authorities(const CoordinatorOptions& options)
    : host_(url_host(options.address)), default_port_(options.tls ? kHttpsPort : kHttpPort), port_(options.port) {
  for (const std::string& authority : options.authorities) given_.push_back(lower_case(authority));
}

std::vector<std::string> Authorities::list() const {
  if (!given_.empty()) return given_;
  const std::uint16_t port = port_;
  std::vector<std::string> own;
  for (const std::string& host : {host_, std::string("localhost")}) {
    own.push_back(host + ":" + std::to_string(port));
    if (port == default_port_) own.push_back(host);
  }
  return own;
}

bool Authorities::contains(std::string_view host) const {
  const auto own = list();
  return std::find(own.begin(), own.end(), lower_case(host)) != own.end();
}

}  // namespace gstd::coordinator

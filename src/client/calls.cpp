#include "client/calls.hpp"

namespace gstd::client {

std::string percent_encode(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool unreserved =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    if (unreserved) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return out;
}

Call::Call(Endpoint endpoint, std::string_view argument)
    : method(protocol::route(endpoint).method),
      access(protocol::route(endpoint).access),
      target(protocol::route_path(endpoint, percent_encode(argument))) {}

Call&& Call::with(std::string_view name, std::string_view value) && {
  target += target.find('?') == std::string::npos ? '?' : '&';
  target.append(name).append("=").append(percent_encode(value));
  return std::move(*this);
}

Call&& Call::sending(std::string content, std::string_view type) && {
  body = std::move(content);
  content_type = type;
  return std::move(*this);
}

}  // namespace gstd::client

// Where a coordinator is: a URL, taken apart and put together again in the one spelling that libcurl keeps as it is.
#pragma once

#include <gstd/base.hpp>

namespace gstd::client {

struct BaseUrl {
  std::string origin;     ///< E.g. "http://127.0.0.1:8080": scheme and authority, to which a path is appended.
  std::string authority;  ///< The Host header that libcurl sends for it, which is what a signature covers.
};

inline constexpr std::size_t kUrlCharsMax = 2048;

/// Reads "scheme://host[:port]", with a "/" or "/api/v1" behind it where users have copied one along.
/// Errors: invalid_argument, reason "url": anything else, or plain HTTP beyond loopback without `allow_plain_http`.
Result<BaseUrl> parse_base_url(std::string_view url, bool allow_plain_http);

}  // namespace gstd::client

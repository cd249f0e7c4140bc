// libcurl's failures in our words.
#pragma once

#include <curl/curl.h>

#include <gstd/base.hpp>

namespace gstd::net {

/// `origin` names the server, e.g. "https://example.org:443"; `detail` is libcurl's own sentence, or empty.
Error curl_error(CURLcode code, std::string_view origin, std::string_view detail);

}  // namespace gstd::net

// One HTTP call on one handle.
#pragma once

#include <gstd/net.hpp>

#include "net/curl_handle.hpp"

namespace gstd::net {

/// Blocks until the answer is there, the call failed, the deadline passed or the stop was requested. Errors: HttpClient::send()'s.
Result<Response> perform_call(CurlHandle& handle, const HttpClientOptions& client, const Request& request,
                              const CallOptions& options);

}  // namespace gstd::net

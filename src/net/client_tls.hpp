// The client's options for TLS, checked once and then passed to libcurl.
#pragma once

#include <gstd/net.hpp>

namespace gstd::net {

/// Errors: those that HttpClient::create() lists for these options.
Result<void> check_client_tls(const HttpClientOptions& options);

/// CURLOPT_PINNEDPUBLICKEY's form of several keys: any of them will do.
std::string joined_pins(const HttpClientOptions& options);

/// Whether what OpenSSL said of a call is an alert by which a server refuses the client's certificate, or asks for one (RFC 8446
/// section 6.2). libcurl passes alerts on as text alone.
bool is_about_client_certificate(std::string_view detail) noexcept;

}  // namespace gstd::net

// The server's side of an answer's head.
#pragma once

#include <gstd/net.hpp>

namespace gstd::net {

/// Whether it can be sent: a final status, fields that hold what HTTP allows.
bool is_sendable(const Response& response) noexcept;

/// Whether an answer of that status has a body at all (RFC 9110 section 6.4.1).
bool has_body(int status) noexcept;

/// Status line and headers with the empty line behind. The length, the connection and the date are the server's own to say; a
/// handler's fields of those names are left out. There is no Server header: it would only help an attacker.
std::string format_head(const Response& response, bool close, Timestamp now);

}  // namespace gstd::net

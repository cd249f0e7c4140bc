// The calls of the API that a client makes: which endpoint, with what in its path and query.
#pragma once

#include <gstd/base.hpp>

#include "protocol/routes.hpp"

namespace gstd::client {

using protocol::Endpoint;

/// Source: RFC 3986 section 2.3; everything but its unreserved characters is escaped, since ids may hold "/", "+" and "=".
std::string percent_encode(std::string_view text);

/// One request, as it is signed and sent.
struct Call {
  /// `argument` is what the endpoint's path is about, where it is about something.
  explicit Call(Endpoint endpoint, std::string_view argument = {});

  Call&& with(std::string_view name, std::string_view value) &&;  ///< In the query.
  Call&& with(std::string_view name, std::uint64_t value) && { return std::move(*this).with(name, std::to_string(value)); }
  Call&& sending(std::string content, std::string_view type = "application/json") &&;

  std::string_view method;
  protocol::Access access;
  std::string target;  ///< Path with query.
  std::string body{};
  std::string content_type{};
  std::string idempotency_key{};
};

}  // namespace gstd::client

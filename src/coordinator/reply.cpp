#include "coordinator/reply.hpp"

namespace gstd::coordinator {
namespace {

constexpr std::string_view kApiVersion = "v1";

}  // namespace

net::Response to_response(Reply reply) {
  net::Response response;
  response.status = reply.status;
  response.headers.set("X-API-Version", std::string(kApiVersion));
  if (!reply.content_type.empty()) response.headers.set("Content-Type", std::string(reply.content_type));
  if (!reply.allow.empty()) response.headers.set("Allow", std::move(reply.allow));
  if (reply.retry_after)
    response.headers.set("Retry-After", std::to_string(std::chrono::ceil<std::chrono::seconds>(*reply.retry_after).count()));
  if (reply.wants_web_socket) {
    response.headers.set("Upgrade", "websocket");
    response.headers.set("Sec-WebSocket-Version", "13");
  }
  response.body = std::move(reply.body);
  return response;
}

net::Response to_response(const Error& error) {
  return to_response(Reply{protocol::http_status(error.code), kJsonType, protocol::write_error(error), false, {}});
}

Reply rate_limited(std::string_view whose, std::chrono::nanoseconds wait) {
  const auto after = std::chrono::ceil<std::chrono::milliseconds>(wait);
  const Error error{ErrorCode::resource_exhausted,
                    std::string(whose) + " made too many calls; try again in " + std::to_string(after.count()) + " ms",
                    "rate_limit"};
  Reply reply{protocol::http_status(error.code), kJsonType, protocol::write_error(error, after), false, {}};
  reply.retry_after = after;
  return reply;
}

std::string refusal_body(int status, std::string_view sentence) {
  return protocol::write_error({protocol::error_code(status), std::string(sentence), "http"});
}

}  // namespace gstd::coordinator

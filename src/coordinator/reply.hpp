// What a handler answers with, and how it becomes a response.
#pragma once

#include <gstd/net.hpp>
#include <gstd/protocol.hpp>

namespace gstd::coordinator {

inline constexpr std::string_view kJsonType = "application/json";
inline constexpr std::string_view kWasmType = "application/wasm";

struct Reply {
  int status = 200;
  std::string_view content_type = kJsonType;
  std::string body;
  bool is_later = false;                                   ///< The handler kept the Responder and will answer through it.
  std::string allow{};                                     ///< Of a 405: the methods that the path takes.
  std::optional<std::chrono::milliseconds> retry_after{};  ///< Of a 429: when to come back.
  bool wants_web_socket = false;                           ///< Of a 426: the path is one.

  static Reply later() { return {0, {}, {}, true, {}}; }
  static Reply no_content() { return {204, {}, {}, false, {}}; }
};

template <class M>
Reply json_reply(const M& message) {
  return {200, kJsonType, protocol::write(message), false, {}};
}

/// With the headers that every response of the API carries.
net::Response to_response(Reply reply);
net::Response to_response(const Error& error);

/// 429, reason "rate_limit". `whose`: whose bucket is empty, as a subject; `wait`: until it is not.
Reply rate_limited(std::string_view whose, std::chrono::nanoseconds wait);

/// The error form for a status that the HTTP server refuses with by itself.
std::string refusal_body(int status, std::string_view sentence);

}  // namespace gstd::coordinator

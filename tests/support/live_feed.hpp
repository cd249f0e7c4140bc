// The live feed of events, as a foreign client opens it.
#pragma once

#include "support/lab.hpp"
#include "support/web_socket.hpp"

namespace gstd::test {

/// The handshake that `ask` makes; its path is that of the feed.
inline WebSocketPeer open_feed(Lab& lab, const Ask& ask) {
  const net::Request request = lab.request_of(ask);
  const std::string& url = lab.coordinator->url();
  const auto port = static_cast<std::uint16_t>(std::stoul(url.substr(url.rfind(':') + 1)));
  return {port, request.target.substr(url.size()), request.headers};
}

inline Ask feed_of(const Party& by, std::optional<std::uint64_t> since = 0) {
  return {"GET", "/events/live" + (since ? "?since=" + std::to_string(*since) : std::string{}), {}, &by};
}

inline protocol::EventPage next_page(WebSocketPeer& feed) {
  const auto message = feed.read();
  if (!message) throw std::runtime_error("the feed ended: " + std::to_string(feed.close_code()) + " " + feed.close_reason());
  return must(protocol::read<protocol::EventPage>(*message));
}

}  // namespace gstd::test

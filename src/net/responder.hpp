// The way from a Responder, wherever it was carried, back to its session.
#pragma once

#include <gstd/net.hpp>

#include <shared_mutex>

namespace gstd::net {

class Session;

/// Stands between Responders and the sessions of one server. Responders may outlive the server: they reach a session only while
/// the gate is open, and it closes before the server's parts go.
struct Gate {
  std::shared_mutex mutex;
  bool open = true;  // guarded by mutex
};

/// Holds a handler's WebSocketEvents, and calls on_closed when it goes: wherever that is, it is once.
class WebSocketListener {
 public:
  explicit WebSocketListener(WebSocketEvents events) : events_(std::move(events)) {}
  WebSocketListener(const WebSocketListener&) = delete;
  WebSocketListener& operator=(const WebSocketListener&) = delete;
  ~WebSocketListener();

  void on_ready(const WebSocket& socket) const {
    if (events_.on_ready) events_.on_ready(socket);
  }

 private:
  const WebSocketEvents events_;
};

struct WebSocket::State {
  const std::shared_ptr<Gate> gate;
  const std::weak_ptr<Session> session;
};

struct Responder::State {
  State(std::shared_ptr<Gate> to_sessions, std::weak_ptr<Session> asked)
      : gate(std::move(to_sessions)), session(std::move(asked)) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  /// Nobody can answer any more: the peer gets 500.
  ~State();

  /// Nothing stands for the 500. The first call counts.
  void answer(std::optional<Response> response) noexcept;
  void upgrade(WebSocketEvents events);

  const std::shared_ptr<Gate> gate;
  const std::weak_ptr<Session> session;
  std::atomic<bool> is_answered{false};
};

}  // namespace gstd::net

#include "net/responder.hpp"

#include "net/session.hpp"
#include "net/wiping.hpp"

namespace gstd::net {
namespace {

// Whether the session is still there. Lets go of it before the gate's lock: the session's parts must not outlive the server's.
template <class Call>
bool reach(Gate& gate, const std::weak_ptr<Session>& session, Call call) {
  const std::shared_lock lock(gate.mutex);
  const auto target = gate.open ? session.lock() : nullptr;
  if (target) call(*target);
  return target != nullptr;
}

}  // namespace

void Responder::send(Response response) const { state_->answer(std::move(response)); }

void Responder::upgrade(WebSocketEvents events) const { state_->upgrade(std::move(events)); }

Responder::State::~State() { answer(std::nullopt); }

void Responder::State::answer(std::optional<Response> response) noexcept {
  if (!is_answered.exchange(true) && reach(*gate, session, [&](Session& target) { target.answer(std::move(response)); })) return;
  if (response) discard_body(response->body);  // nobody will get it
}

void Responder::State::upgrade(WebSocketEvents events) {
  // Made before anything can go wrong, so that on_closed is called whatever does.
  const auto listener = std::make_shared<WebSocketListener>(std::move(events));
  if (is_answered.exchange(true)) return;
  reach(*gate, session, [&](Session& target) { target.upgrade(listener); });
}

WebSocketListener::~WebSocketListener() {
  try {
    if (events_.on_closed) events_.on_closed();
  } catch (...) {
    // Nobody is left whom it could be told.
  }
}

void WebSocket::send(std::string text) const {
  reach(*state_->gate, state_->session, [&](Session& target) { target.send_message(std::move(text)); });
}

void WebSocket::close(CloseCode code, std::string_view reason) const {
  std::string cut(reason.substr(0, kCloseReasonBytesMax));
  reach(*state_->gate, state_->session, [&](Session& target) { target.close_web_socket(code, std::move(cut)); });
}

}  // namespace gstd::net

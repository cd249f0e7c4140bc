#include "net/responder.hpp"

#include "net/session.hpp"
#include "net/wiping.hpp"

namespace gstd::net {

void Responder::send(Response response) const { state_->answer(std::move(response)); }

Responder::State::~State() { answer(std::nullopt); }

void Responder::State::answer(std::optional<Response> response) noexcept {
  if (!is_answered.exchange(true)) {
    const std::shared_lock lock(gate->mutex);
    // Let go of before the lock: the session's parts must not outlive the server's.
    if (const auto target = gate->open ? session.lock() : nullptr) return target->answer(std::move(response));
  }
  if (response) discard_body(response->body);  // nobody will get it
}

}  // namespace gstd::net

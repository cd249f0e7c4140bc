#include "net/responder.hpp"

#include "net/session.hpp"

namespace gstd::net {

void Responder::send(Response response) const { state_->answer(std::move(response)); }

Responder::State::~State() { answer(std::nullopt); }

void Responder::State::answer(std::optional<Response> response) noexcept {
  if (is_answered.exchange(true)) return;
  const std::shared_lock lock(gate->mutex);
  if (!gate->open) return;
  // Let go of before the lock: the session's parts must not outlive the server's.
  if (const auto target = session.lock()) target->answer(std::move(response));
}

}  // namespace gstd::net

// A wallet's login, and the session that follows.
#include <gstd/client.hpp>

#include "client/answers.hpp"
#include "client/calls.hpp"
#include "client/state.hpp"

namespace gstd {
namespace {

void wipe_text(std::string& text) noexcept { wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()}); }

}  // namespace

Result<protocol::LoginPayload> Client::login_payload(const CallOptions& options) const {
  return state_->transport.ask<protocol::LoginPayload>(client::Call(client::Endpoint::login_payload), options);
}

Result<WalletSession> Client::login(const protocol::Login& proof, const CallOptions& options) const {
  auto response = state_->transport.send(client::Call(client::Endpoint::login).sending(protocol::write(proof)), options);
  if (!response) return std::move(response).error();
  auto answer = client::Transport::read<protocol::LoggedIn>(response->body);
  wipe_text(response->body);
  if (!answer) return std::move(answer).error();
  state_->transport.session().set(answer->session_token);
  return WalletSession{std::move(answer->session_token), answer->wallet_address, answer->expires_at, answer->renewable_until};
}

Result<protocol::SessionView> Client::refresh_session(const CallOptions& options) const {
  return state_->transport.ask<protocol::SessionView>(client::Call(client::Endpoint::refresh_session), options);
}

Result<void> Client::logout(bool everywhere, const CallOptions& options) const {
  const auto call = client::Call(client::Endpoint::end_session).with("all", everywhere ? "true" : "false");
  auto ended = client::done(state_->transport.send(call, options));
  // What has ended by itself, or by a first try whose answer was lost, has ended.
  if (!ended && ended.error().reason == "session_invalid" && !everywhere) ended = {};
  if (ended) state_->transport.session().set(std::nullopt);
  return ended;
}

}  // namespace gstd

// The calls that a worker is made of.
#include <gstd/client.hpp>

#include "client/answers.hpp"
#include "client/calls.hpp"
#include "client/state.hpp"

#include <algorithm>

namespace gstd {

Result<std::optional<protocol::QueueItem>> Client::next_task(std::chrono::milliseconds wait, std::uint64_t memory_bytes_max,
                                                             const CallOptions& options) const {
  if (state_->wallet.empty()) return client::wallet_missing();
  auto call = client::Call(client::Endpoint::next_task)
                  .with("wallet", state_->wallet.str())
                  .with("wait_ms", client::shortened(wait, options))
                  .with("memory_bytes_max", memory_bytes_max);
  if (state_->transport.options().takes_encrypted_tasks)
    call = client::Call(std::move(call).with("encryption", static_cast<std::uint64_t>(SealingSuite::x25519_aes256gcm)));
  auto response = state_->transport.send(call, options);
  if (!response) return std::move(response).error();
  constexpr int kNoContent = 204;
  if (response->status == kNoContent) return std::optional<protocol::QueueItem>{};
  auto item = client::Transport::read<protocol::QueueItem>(response->body);
  if (!item) return std::move(item).error();
  return std::optional{std::move(*item)};
}

Result<pow::Challenge> Client::request_challenge(const TaskId& id, const CallOptions& options) const {
  if (state_->wallet.empty()) return client::wallet_missing();
  protocol::PowRequest request{id, state_->wallet, {}};
  for (const pow::Version version : state_->transport.options().pow_versions)
    request.versions.push_back(static_cast<std::uint32_t>(version));
  auto answer = client::about(id, state_->post<protocol::PowChallenge>(client::Endpoint::pow_challenge, request, options));
  if (!answer) return std::move(answer).error();
  if (std::ranges::find(request.versions, answer->version) == request.versions.end())
    return client::Transport::not_of_the_protocol("its challenge is of a version that was not asked for");
  const auto version = static_cast<pow::Version>(answer->version);
  // Our own wallet, whatever the answer says: the proof is hashed over it.
  return pow::Challenge{std::move(answer->challenge), id, state_->wallet, answer->difficulty, answer->expires_at, version};
}

Result<protocol::Claim> Client::claim_task(const TaskId& id, std::string_view nonce, const CallOptions& options) const {
  if (state_->wallet.empty()) return client::wallet_missing();
  const protocol::ClaimRequest request{id, state_->wallet, state_->device, std::string(nonce), {}, {}};
  return client::check(client::about(id, state_->post<protocol::Claim>(client::Endpoint::claim_task, request, options)));
}

Result<Timestamp> Client::heartbeat(const TaskId& id, std::uint32_t attempt, const CallOptions& options) const {
  const protocol::Heartbeat request{id, state_->device, attempt};
  auto lease = client::about(id, state_->post<protocol::LeaseView>(client::Endpoint::heartbeat, request, options));
  if (!lease) return std::move(lease).error();
  if (lease->attempt != attempt) return client::Transport::not_of_the_protocol("it is about another attempt");
  return lease->lease_expires_at;
}

Result<protocol::Completed> Client::complete_task(const protocol::Completion& completion, const CallOptions& options) const {
  return client::about(completion.task_id, state_->post<protocol::Completed>(client::Endpoint::complete_task, completion, options));
}

Result<void> Client::fail_task(const TaskId& id, std::uint32_t attempt, std::string_view why, bool gave_back,
                               const CallOptions& options) const {
  const protocol::AttemptFailed request{id, state_->device, attempt, std::string(why), gave_back};
  return client::done(state_->post<protocol::Message>(client::Endpoint::fail_task, request, options));
}

}  // namespace gstd

// The calls of a requester: modules, tasks, money.
#include <gstd/client.hpp>

#include "client/answers.hpp"
#include "client/calls.hpp"
#include "client/state.hpp"

namespace gstd {

Result<protocol::ModuleMetadata> Client::upload_module(BytesView module, const CallOptions& options) const {
  const auto call = client::Call(client::Endpoint::upload_module).sending(std::string(as_text(module)), "application/wasm");
  return client::about(sha256(module), state_->transport.ask<protocol::ModuleMetadata>(call, options));
}

Result<protocol::TaskCreated> Client::create_task(const TaskRequest& request, const CallOptions& options) const {
  if (request.input.size() > protocol::kInputBytesMax)
    return Error{ErrorCode::invalid_argument,
                 "the input is longer than " + std::to_string(protocol::kInputBytesMax) + " bytes; split the work into more tasks",
                 "input_too_long"};
  if (request.script.size() > protocol::kScriptBytesMax)
    return Error{ErrorCode::invalid_argument,
                 "the script is longer than " + std::to_string(protocol::kScriptBytesMax) + " bytes; give it its data as input",
                 "script"};
  protocol::CreateTask message;
  message.type = request.script.empty() ? request.type : std::string(protocol::kScriptTaskType);
  message.budget = request.budget;
  message.input = request.input;
  if (request.module != Digest{} || request.script.empty()) message.module_sha256 = request.module;
  message.operation = request.operation;
  message.limits = request.limits;
  message.priority = request.priority;
  message.convention = request.convention;
  if (!request.script.empty()) message.script = request.script;
  if (request.encrypted) {
    auto id = request.id.empty() ? TaskId::parse(make_uuid(state_->transport.random())) : Result<TaskId>{request.id};
    if (!id) return std::move(id).error();
    const auto key = content_key(*id);
    if (!key) return key.error();
    message.task_id = *id;
    if (auto sealed = state_->seal_order(message, *key, options); !sealed) return std::move(sealed).error();
    follow_task(*id);
  }
  auto call = client::Call(client::Endpoint::create_task).sending(protocol::write(message));
  call.idempotency_key = request.idempotency_key.empty() ? make_uuid(state_->transport.random()) : request.idempotency_key;
  return state_->transport.ask<protocol::TaskCreated>(call, options);
}

Result<void> Client::cancel_task(const TaskId& id, const CallOptions& options) const {
  auto cancelled = client::done(state_->get<protocol::TaskCancelled>(client::Endpoint::cancel_task, id.str(), options));
  if (cancelled) state_->followed->remove(id);
  return cancelled;
}

Result<protocol::TaskResult> Client::result(const TaskId& id, const CallOptions& options) const {
  auto result = client::about(id, state_->get<protocol::TaskResult>(client::Endpoint::task_result, id.str(), options));
  if (!result || !result->encryption) return result;
  const auto key = content_key(id);
  if (!key) return key.error();
  auto opened = open_result(*std::move(result), *key);
  if (opened) state_->followed->remove(id);
  return opened;
}

Result<protocol::EventPage> Client::events(std::uint64_t sequence, std::chrono::milliseconds wait,
                                           const CallOptions& options) const {
  const auto call =
      client::Call(client::Endpoint::events).with("since", sequence).with("wait_ms", client::shortened(wait, options));
  return client::check(state_->transport.ask<protocol::EventPage>(call, options), sequence);
}

Result<std::uint64_t> Client::newest_event(const CallOptions& options) const {
  const auto page = client::check(state_->transport.ask<protocol::EventPage>(client::Call(client::Endpoint::events), options), 0);
  if (!page) return page.error();
  return page->next;
}

Result<protocol::WalletBalance> Client::balance(const CallOptions& options) const {
  return state_->get_of_wallet<protocol::WalletBalance>(client::Endpoint::wallet_balance, options);
}

Result<protocol::ClientStats> Client::stats(const CallOptions& options) const {
  return state_->get_of_wallet<protocol::ClientStats>(client::Endpoint::client_stats, options);
}

Result<std::vector<protocol::EscrowView>> Client::escrows(const CallOptions& options) const {
  auto page = state_->get_of_wallet<protocol::EscrowPage>(client::Endpoint::client_escrows, options);
  if (!page) return std::move(page).error();
  return std::move(page->escrows);
}

}  // namespace gstd

// Encrypted tasks, from both ends: what goes out is sealed here and what comes in is opened here, so that whatever lies between has
// nothing to read. What the coordinator says of keys is believed only as far as the other end has signed it.
#include <gstd/client.hpp>

#include "base/script_frame.hpp"
#include "client/answers.hpp"
#include "client/calls.hpp"
#include "client/patience.hpp"
#include "client/state.hpp"

#include <algorithm>

namespace gstd {
namespace {

constexpr auto kSuite = SealingSuite::x25519_aes256gcm;
constexpr auto kSuiteNumber = static_cast<std::uint32_t>(kSuite);

Error not_opened(std::string_view what) { return {ErrorCode::data_loss, std::string(what) + "; do not use it", "sealed"}; }

// What a coordinator does with a script that it may read, so that it is the same task for the worker and in the receipt.
Result<void> frame(protocol::CreateTask& order) {
  if (!order.module_sha256)
    return Error{ErrorCode::invalid_argument,
                 "the engine of an encrypted script is part of what its requester signs; set module to the SHA-256 of "
                 "wasm::javascript_engine()",
                 "script_engine"};
  if (order.convention != GuestConvention::wasi)
    return Error{ErrorCode::invalid_argument, "a script runs by the convention wasi; leave the convention out", "script"};
  const std::string_view json = as_text(order.input);
  if (!json.empty())
    if (auto checked = protocol::check_json(json); !checked)
      return Error{ErrorCode::invalid_argument, "the input of a script is JSON: " + checked.error().message, "script"};
  if (kScriptFrameBytes + order.script->size() + json.size() > protocol::kInputBytesMax)
    return Error{ErrorCode::invalid_argument,
                 "script and input have more than " + std::to_string(protocol::kInputBytesMax) + " bytes together; split the task",
                 "input_too_large"};
  order.input = frame_script(*order.script, json);
  order.script.reset();
  return {};
}

SealedTask declared(const TaskId& task, const Digest& module, GuestConvention convention,
                    const protocol::TaskEncryption& encryption) {
  return {task, module, convention, encryption.input_commitment, encryption.sender};
}

}  // namespace

Result<ContentKey> Client::content_key(const TaskId& id) const {
  if (!state_->encryption_key)
    return Error{
        ErrorCode::failed_precondition,
        "this client has no encryption key; set ClientOptions::encryption_key, since its signing key is not at hand to derive "
        "one from",
        "encryption_key"};
  return ContentKey::derive(*state_->encryption_key, id);
}

Result<void> Client::State::seal_order(protocol::CreateTask& order, const ContentKey& key, const CallOptions& options) const {
  if (!transport.options().key) return client::key_missing();
  if (order.script)
    if (auto framed = frame(order); !framed) return framed;
  const PublicKey sender = transport.options().key->public_key();
  protocol::TaskEncryption encryption{
      kSuiteNumber, sender, keyed_commitment(key, SealingDirection::input, sha256(order.input)), {}};
  auto sealed = seal(key, {*order.task_id, 0, SealingDirection::input, sender, kSuite}, order.input, transport.random());
  if (!sealed) return std::move(sealed).error();
  order.input = *std::move(sealed);
  auto signature = sign(encode_sealed_task(declared(*order.task_id, *order.module_sha256, order.convention, encryption)), options);
  if (!signature) return std::move(signature).error();
  encryption.signature = *signature;
  order.encryption = encryption;
  return {};
}

void Client::follow_task(const TaskId& id) const { state_->followed->add(id); }

Result<std::size_t> Client::grant_keys(std::chrono::milliseconds wait, const CallOptions& options) const {
  const auto call = client::Call(client::Endpoint::keys_wanted).with("wait_ms", client::shortened(wait, options));
  const auto answer = state_->transport.ask<protocol::KeysWanted>(call, options);
  if (!answer) return answer.error();
  std::size_t granted = 0;
  for (const auto& wanted : answer->wanted) {
    if (!state_->followed->contains(wanted.task_id)) continue;
    // What its device did not sign is nobody's key, or the coordinator's own.
    if (!verify_signature(wanted.device_public_key, encode_key_request({wanted.task_id, wanted.device_id, wanted.encryption_key}),
                          wanted.signature))
      continue;
    if (const auto& may = state_->transport.options().grant_to; may && !may(wanted)) continue;
    auto done = grant_key(wanted, options);
    // The attempt may be over by now; the next one asks for itself.
    if (!done && done.error().code != ErrorCode::aborted && done.error().code != ErrorCode::invalid_argument)
      return std::move(done).error();
    granted += done ? 1 : 0;
  }
  // What is wanted and not granted stays wanted, so that asking again at once would be answered at once, for ever.
  constexpr std::chrono::milliseconds kUngrantedPause{1'000};
  if (granted == 0 && !answer->wanted.empty()) client::wait_for(std::min(wait, kUngrantedPause), options.stop);
  return granted;
}

Result<void> Client::grant_key(const protocol::KeyWanted& wanted, const CallOptions& options) const {
  if (!state_->transport.options().key) return client::key_missing();
  const auto key = content_key(wanted.task_id);
  if (!key) return key.error();
  const PublicKey sender = state_->transport.options().key->public_key();
  const WrapContext context{wanted.task_id, wanted.attempt, SealingDirection::input, sender, wanted.encryption_key};
  auto wrapped = wrap_key(*key, context, state_->transport.random());
  if (!wrapped) return std::move(wrapped).error();
  const KeyGrant grant{wanted.task_id,           wanted.attempt,        wanted.device_id,
                       wanted.device_public_key, wanted.encryption_key, *std::move(wrapped)};
  auto signature = state_->sign(encode_key_grant(grant), options);
  if (!signature) return std::move(signature).error();
  const protocol::TaskKey message{grant.task, grant.attempt, grant.wrapped, *signature};
  const auto call = client::Call(client::Endpoint::grant_key, grant.task.str()).sending(protocol::write(message));
  return client::done(state_->transport.ask<protocol::Message>(call, options));
}

Result<protocol::Claim> Client::claim_encrypted_task(const TaskId& id, std::string_view nonce, const EncryptionPublicKey& recipient,
                                                     const CallOptions& options) const {
  if (state_->wallet.empty()) return client::wallet_missing();
  if (!state_->transport.options().key) return client::key_missing();
  auto signature = state_->sign(encode_key_request({id, state_->device, recipient}), options);
  if (!signature) return std::move(signature).error();
  protocol::ClaimRequest request{id, state_->wallet, state_->device, std::string(nonce), recipient, *signature};
  return client::check(client::about(id, state_->post<protocol::Claim>(client::Endpoint::claim_task, request, options)));
}

Result<std::optional<ContentKey>> Client::task_key(const protocol::Claim& claim, const EncryptionKey& recipient,
                                                   std::chrono::milliseconds wait, const CallOptions& options) const {
  if (!claim.encryption) return Error{ErrorCode::invalid_argument, "the claim is not of an encrypted task", "encryption"};
  if (!state_->transport.options().key) return client::key_missing();
  const auto call = client::Call(client::Endpoint::task_key, claim.task_id.str())
                        .with("attempt", claim.attempt)
                        .with("wait_ms", client::shortened(wait, options));
  auto response = state_->transport.send(call, options);
  if (!response) return std::move(response).error();
  constexpr int kNoContent = 204;
  if (response->status == kNoContent) return std::optional<ContentKey>{};
  auto key = client::about(claim.task_id, client::Transport::read<protocol::TaskKey>(response->body));
  if (!key) return std::move(key).error();
  const PublicKey own = state_->transport.options().key->public_key();
  const KeyGrant grant{claim.task_id, claim.attempt, state_->device, own, recipient.public_key(), key->wrapped_key};
  if (!verify_signature(claim.encryption->sender, encode_key_grant(grant), key->signature))
    return not_opened("the key was not granted for this attempt by who sealed the input");
  auto unwrapped =
      unwrap_key(key->wrapped_key, recipient,
                 {claim.task_id, claim.attempt, SealingDirection::input, claim.encryption->sender, recipient.public_key()});
  if (!unwrapped) return std::move(unwrapped).error();
  return std::optional{*std::move(unwrapped)};
}

Result<Bytes> open_input(const protocol::Claim& claim, const ContentKey& key) {
  if (!claim.encryption) return Error{ErrorCode::invalid_argument, "the claim is not of an encrypted task", "encryption"};
  const auto task = declared(claim.task_id, claim.module_sha256, claim.convention, *claim.encryption);
  if (claim.encryption->suite != kSuiteNumber || claim.input_sha256 != task.input ||
      !verify_signature(task.sender, encode_sealed_task(task), claim.encryption->signature))
    return not_opened("the task is not the one that its requester signed");
  auto input = open(key, {claim.task_id, 0, SealingDirection::input, task.sender, kSuite}, claim.input);
  if (!input) return input;
  // The stream alone could be another's who has the key: a worker of an earlier attempt.
  if (!equal_in_constant_time(keyed_commitment(key, SealingDirection::input, sha256(*input)).view(), task.input.view()))
    return not_opened("the input is not the one that its requester committed to");
  return input;
}

Result<protocol::TaskResult> open_result(protocol::TaskResult result, const ContentKey& key) {
  if (!result.encryption) return Error{ErrorCode::invalid_argument, "the result is not of an encrypted task", "encryption"};
  const SealingContext context{result.task_id, result.attempt, SealingDirection::result, result.worker_public_key, kSuite};
  auto output = open(key, context, result.output);
  if (!output) return std::move(output).error();
  result.output = *std::move(output);
  result.output_sha256 = sha256(result.output);
  auto own = ContentKey::from_bytes(key.view());
  if (!own) return std::move(own).error();
  result.content_key = std::make_shared<const ContentKey>(*std::move(own));
  return result;
}

}  // namespace gstd

#include "coordinator/key_exchange.hpp"

#include <gstd/sealing.hpp>

namespace gstd::coordinator {
namespace {

constexpr auto kSuite = static_cast<std::uint32_t>(SealingSuite::x25519_aes256gcm);

Error refused(std::string message) { return {ErrorCode::invalid_argument, std::move(message), "encryption"}; }

}  // namespace

Result<TaskSealing> check_sealing(const Identity& identity, const protocol::CreateTask& order, BytesView input) {
  const protocol::TaskEncryption& encryption = *order.encryption;
  if (encryption.suite != kSuite) return refused("suite 2 is the one that tasks can be encrypted with here");
  if (!order.task_id) return refused("task_id is missing; an encrypted input is bound to the id that its requester chooses");
  if (!order.module_sha256) return refused("module_sha256 is missing");
  // A session has no key that could seal, or grant keys later.
  if (!identity.signed_by || encryption.sender != identity.key())
    return refused("the sender is not the key that signs the request; sign it with that one, a session will not do");
  const SealedTask task{*order.task_id, *order.module_sha256, order.convention, encryption.input_commitment, encryption.sender};
  if (!verify_signature(encryption.sender, encode_sealed_task(task), encryption.signature))
    return refused("the signature in `encryption` is not the sender's over this task");
  if (!has_sealed_form(input)) return refused("the input is not a sealed stream of suite 2; send it as input_base64");
  return TaskSealing{encryption.suite, {}, encryption.sender, encryption.signature};
}

Result<protocol::KeyWanted> check_key_request(const Identity& identity, const protocol::ClaimRequest& request) {
  const bool has_key = request.encryption_key && request.encryption_key_signature;
  if (!has_key ||
      !verify_signature(identity.key(), encode_key_request({request.task_id, request.device_id, *request.encryption_key}),
                        *request.encryption_key_signature))
    return Error{ErrorCode::failed_precondition,
                 "the task is encrypted; claim it with encryption_key and the device's signature over it, or leave it to others",
                 "encryption_key"};
  return protocol::KeyWanted{
      request.task_id, 0, request.device_id, identity.key(), *request.encryption_key, *request.encryption_key_signature};
}

std::optional<protocol::TaskEncryption> encryption_of(const TaskSpec& spec) {
  if (!spec.sealing) return std::nullopt;
  return protocol::TaskEncryption{spec.sealing->suite, spec.sealing->sender, spec.input, spec.sealing->signature};
}

}  // namespace gstd::coordinator

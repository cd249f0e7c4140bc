#include <gstd/client.hpp>
#include <gstd/ton.hpp>

namespace gstd {
namespace {

Error invalid(std::string_view what) {
  return {ErrorCode::data_loss, "the receipt does not vouch for this result: " + std::string(what) + "; do not use the output",
          "receipt_invalid"};
}

}  // namespace

Result<Receipt> verify_result(const protocol::TaskResult& result, const Digest& module, const Digest& input,
                              GuestConvention convention) {
  const ContentKey* const key = result.encryption ? result.content_key.get() : nullptr;
  if (result.encryption && !key)
    return Error{ErrorCode::invalid_argument, "the result is of an encrypted task; open it first, open_result()", "sealed"};
  const auto committed = [&](SealingDirection direction, const Digest& digest) {
    return key ? keyed_commitment(*key, direction, digest) : digest;
  };
  const auto is_same = [](const Digest& a, const Digest& b) { return equal_in_constant_time(a.view(), b.view()); };
  if (!verify_receipt(result.receipt, result.worker_public_key, result.signature))
    return invalid("its signature is not the named worker key's");
  auto decoded = decode_receipt(result.receipt);
  if (!decoded) return invalid(decoded.error().message);
  const Receipt& receipt = *decoded;
  if (receipt.version >= 3 && receipt.key != result.worker_public_key) return invalid("it names another key");
  if (receipt.commitment != (key ? CommitmentKind::keyed : CommitmentKind::sha256))
    return invalid(key ? "it commits to input and output without the task's key" : "it commits to input and output with a key");
  if (receipt.task != result.task_id) return invalid("it is for another task");
  if (receipt.attempt != result.attempt) return invalid("it is for another attempt");
  if (!ton::same_wallet(receipt.worker, result.worker_wallet)) return invalid("it names another worker");
  if (receipt.device != result.device_id) return invalid("it names another device");
  if (receipt.module != module) return invalid("it is for another module");
  // A commitment that the caller knows is bound to the input as its digest is.
  if (!is_same(receipt.input, committed(SealingDirection::input, input)) && !(key && receipt.input == input))
    return invalid("it is for another input");
  if (receipt.convention != convention)
    return invalid("the module was run as " + std::string(to_string(receipt.convention)) + ", not as " +
                   std::string(to_string(convention)));
  if (receipt.outcome != result.outcome) return invalid("it names another outcome");
  if (receipt.exit_code != result.exit_code) return invalid("it names another exit code");
  if (receipt.fuel_used != result.fuel_used) return invalid("it names another amount of fuel");
  if (result.acceptance)
    if (auto accepted = protocol::verify_acceptance(*result.acceptance, result.receipt, result.signature); !accepted)
      return invalid(accepted.error().message);
  // The bytes decide, not the digest that came along with them.
  const Digest output = sha256(result.output);
  if (!is_same(receipt.output, committed(SealingDirection::result, output)) || output != result.output_sha256)
    return invalid("the output is not the one that was signed");
  return decoded;
}

}  // namespace gstd

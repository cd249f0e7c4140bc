#include <gstd/compat.hpp>

#include "base/platform_base64.hpp"

namespace gstd::compat {

Bytes result_message(const TaskId& task, BytesView result) {
  const BytesView id = as_bytes(task.str());
  Bytes message;
  message.reserve(id.size() + result.size());
  message.insert(message.end(), id.begin(), id.end());
  message.insert(message.end(), result.begin(), result.end());
  return message;
}

Result<Signature> sign_result(const TaskId& task, BytesView result, const Signer& signer, const CallOptions& options) {
  return signer.sign(result_message(task, result), options);
}

std::string write_result_signature(const Signature& signature, SignatureText text) {
  return text == SignatureText::base64 ? encode_base64(signature.view()) : signature.hex();
}

Result<Signature> read_result_signature(std::string_view text) {
  // Hexadecimal first, and nothing else where that fits: 88 digits of base64 end with '=', so that no text is both.
  auto signature = Signature::parse_hex(text);
  if (signature) return signature;
  if (const auto read = platform::read_base64_signature(text)) return *read;
  return Error{ErrorCode::invalid_argument, "a result's signature is 64 bytes in hexadecimal or padded base64", "result_signature"};
}

Result<void> verify_result(const PublicKey& key, const TaskId& task, BytesView result, std::string_view signature) {
  const auto read = read_result_signature(signature);
  if (read && verify_signature(key, result_message(task, result), *read)) return {};
  return Error{ErrorCode::unauthenticated,
               "the result is not signed by the device's key; sign task id and result as they are sent, and send the signature in "
               "hexadecimal or padded base64",
               "result_signature"};
}

}  // namespace gstd::compat

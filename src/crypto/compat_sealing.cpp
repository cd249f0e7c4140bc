#include <gstd/sealing.hpp>

#include "crypto/sealed_error.hpp"

namespace gstd {
namespace {

// The platform's key, twice digested: its routines digest whatever key they are given, which was a digest already.
Digest key_of(const TaskId& task, std::string_view requester) {
  return sha256(Sha256{}.update(as_bytes(task.str())).update(as_bytes(requester)).finish().view());
}

}  // namespace

Result<CompatSealed> compat_seal(const TaskId& task, std::string_view requester, BytesView plaintext, Random& random) {
  std::array<std::uint8_t, kAeadNonceBytes> aead_nonce{};
  random.fill(aead_nonce);
  auto sealed = aead_seal(key_of(task, requester).view(), aead_nonce, {}, plaintext);
  if (!sealed) return std::move(sealed).error();
  return CompatSealed{encode_base64(*sealed), encode_base64(aead_nonce)};
}

Result<Bytes> compat_open(const TaskId& task, std::string_view requester, const CompatSealed& sealed) {
  const auto data = decode_base64(sealed.data);
  const auto aead_nonce = decode_base64(sealed.aead_nonce);
  if (!data || !aead_nonce) return not_opened();
  auto opened = aead_open(key_of(task, requester).view(), *aead_nonce, {}, *data);
  if (!opened) return not_opened();
  return opened;
}

}  // namespace gstd

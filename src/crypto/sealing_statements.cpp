#include <gstd/sealing.hpp>

#include <algorithm>

#include "crypto/canonical.hpp"
#include "crypto/sealed_stream.hpp"

namespace gstd {

Bytes encode_sealed_task(const SealedTask& task) {
  return canonical::labelled("gstd-sealed-task-v1")
      .enumerator(SealingSuite::x25519_aes256gcm)
      .text(task.task.str())
      .fixed(task.module)
      .enumerator(task.convention)
      .fixed(task.input)
      .fixed(task.sender)
      .take();
}

Bytes encode_key_request(const KeyRequest& request) {
  return canonical::labelled("gstd-key-request-v1")
      .enumerator(SealingSuite::x25519_aes256gcm)
      .text(request.task.str())
      .text(request.device.str())
      .fixed(request.recipient)
      .take();
}

Bytes encode_key_grant(const KeyGrant& grant) {
  return canonical::labelled("gstd-key-grant-v1")
      .enumerator(SealingSuite::x25519_aes256gcm)
      .text(grant.task.str())
      .number(grant.attempt)
      .text(grant.device.str())
      .fixed(grant.device_key)
      .fixed(grant.recipient)
      .fixed(grant.wrapped)
      .take();
}

bool has_sealed_form(BytesView bytes) noexcept {
  SealedHeader header{};
  if (bytes.size() < header.size() + kAeadTagBytes) return false;
  std::copy_n(bytes.begin(), header.size(), header.begin());
  // What is left over of whole chunks is a tag at least, and more than one wherever there is a chunk before it.
  const std::size_t chunks = bytes.size() - header.size();
  const std::size_t rest = chunks % kSealedChunkWithTagBytes;
  const bool possible = rest == 0 || rest > kAeadTagBytes || (rest == kAeadTagBytes && chunks == rest);
  return possible && is_sealed_header(header);
}

}  // namespace gstd

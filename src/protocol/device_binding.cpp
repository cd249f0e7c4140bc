// The statement that binds a device to its wallet.
#include <gstd/protocol.hpp>

#include "crypto/canonical.hpp"

namespace gstd::protocol {
namespace {

constexpr std::string_view kDomainTag = "gstd-device-binding-v1";
// The tag, ids of the usual length and two keys; what is longer grows.
constexpr std::size_t kUsualBytes = 256;

Error refused(std::string_view what) { return {ErrorCode::unauthenticated, std::string(what), "binding"}; }

}  // namespace

Bytes encode_device_binding(const DeviceBinding& binding) {
  canonical::Writer out{kDomainTag, kUsualBytes};
  out.text(binding.wallet.str()).text(binding.device.str()).text(as_text(binding.key.view()));
  out.text(as_text(binding.encryption_key ? binding.encryption_key->view() : BytesView{}));
  out.time(binding.issued_at);
  return out.take();
}

Result<void> verify_device_binding(const DeviceBinding& binding, const Signature& by_device, const PublicKey& owner,
                                   const std::optional<Signature>& by_owner) {
  const auto named = key_named_by(binding.wallet);
  if (named && *named != owner) return refused("the wallet is named after another key than its owner's");
  const Bytes statement = encode_device_binding(binding);
  if (!verify_signature(binding.key, statement, by_device))
    return refused("the statement that binds the device is not signed by the device's key");
  if (owner != binding.key && !(by_owner && verify_signature(owner, statement, *by_owner)))
    return refused("the statement that binds the device is not signed by the wallet's owner");
  return {};
}

Result<void> verify_device_binding(const DeviceView& device) {
  if (!device.issued_at || !device.device_signature) return refused("there is no statement that binds the device to its wallet");
  // A rotated owner still owns the wallet that is named after its first key, which signed the first rotation's statement.
  const PublicKey owner = key_named_by(device.wallet_address).value_or(device.owner_public_key);
  return verify_device_binding(
      {device.wallet_address, device.device_id, device.public_key, device.encryption_key, *device.issued_at},
      *device.device_signature, owner, device.owner_signature);
}

}  // namespace gstd::protocol

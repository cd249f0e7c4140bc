// The statement that binds a device to its wallet.
#include <gstd/protocol.hpp>

namespace gstd::protocol {
namespace {

constexpr std::string_view kDomainTag = "gstd-device-binding-v1";

class Writer {
 public:
  Writer() { append(as_bytes(kDomainTag)); }
  void field(BytesView bytes) {
    number(bytes.size(), 4);
    append(bytes);
  }
  void number(std::uint64_t value, int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) out_.push_back(static_cast<std::uint8_t>(value >> shift));
  }
  Bytes take() { return std::move(out_); }

 private:
  void append(BytesView bytes) { out_.insert(out_.end(), bytes.begin(), bytes.end()); }
  Bytes out_;
};

Error refused(std::string_view what) { return {ErrorCode::unauthenticated, std::string(what), "binding"}; }

}  // namespace

Bytes encode_device_binding(const DeviceBinding& binding) {
  Writer out;
  out.field(as_bytes(binding.wallet.str()));
  out.field(as_bytes(binding.device.str()));
  out.field(binding.key.view());
  out.field(binding.encryption_key ? binding.encryption_key->view() : BytesView{});
  // Two's complement for the years before 1970, which no clock of ours shows.
  out.number(static_cast<std::uint64_t>(binding.issued_at.time_since_epoch().count()), 8);
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

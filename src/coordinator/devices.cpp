#include "coordinator/handlers.hpp"
#include "coordinator/ownership.hpp"
#include "coordinator/wallet_address.hpp"

namespace gstd::coordinator {
namespace {

Error refuse(std::string message, std::string reason) {
  return {ErrorCode::permission_denied, std::move(message), std::move(reason)};
}

// The record that a lookup found, or nothing.
Result<std::optional<store::Device>> found(Result<store::Device> device) {
  if (device) return std::optional{*std::move(device)};
  if (device.error().code == ErrorCode::not_found) return std::optional<store::Device>{};
  return std::move(device).error();
}

// What speaks for the registration of a device, as far as it was looked at before the transaction.
struct Claims {
  std::optional<CheckedBinding> binding;
  std::optional<Error> unproven;  ///< Why the wallet is not the registering key's to have; nothing: it may be.
  bool has_session = false;       ///< Of the wallet itself.
};

// Whether a statement is no news: the earlier request again, whose answer was lost, or another program of the same key whose clock
// is behind.
bool is_old_news(const store::Device& device, const protocol::DeviceBinding& binding) {
  return device.issued_at && binding.issued_at <= *device.issued_at && binding.encryption_key == device.encryption_key;
}

// A device that is there stays with its wallet and key; a newer statement about it takes the older one's place.
Result<void> renew(Mutation& mutation, store::Device device, const std::optional<CheckedBinding>& checked) {
  if (!checked || is_old_news(device, checked->binding)) return {};
  if (auto put = put_binding(*checked, device); !put) return put;
  return mutation.records().update_device(device);
}

// A wallet takes a further key on its owner's word alone, and a key serves one wallet: else one could act in another's name.
Result<void> admit(Mutation& mutation, const store::Device& wanted, const Claims& claims) {
  if (wanted.wallet.str().starts_with(protocol::kKeyWalletPrefix) && !protocol::key_named_by(wanted.wallet))
    return refuse("this wallet is named after something that is no key; choose another wallet", "wallet_bound");
  auto with_key = found(mutation.records().device_with_key(wanted.key));
  if (!with_key) return std::move(with_key).error();
  const auto owner = owner_of(mutation.records(), wanted.wallet);
  if (!owner) return owner.error();
  // A key that was admitted may have any number of devices.
  const bool is_admitted = *with_key && (*with_key)->wallet == wanted.wallet;
  const bool is_vouched_for = *owner && claims.binding && claims.binding->owner == *owner;
  if (!is_admitted && !is_vouched_for && claims.unproven) return *claims.unproven;
  if (*owner && **owner != wanted.key && !is_admitted && !is_vouched_for && !claims.has_session)
    return refuse("this wallet has an owner with another key; register with that key, or with a statement that it has signed",
                  "wallet_bound");
  if (*with_key && !is_admitted) return refuse("this key is bound to another wallet; use one key per wallet", "key_bound");
  const auto devices = mutation.records().devices_of(wanted.wallet, kDevicesPerWalletMax);
  if (!devices) return devices.error();
  if (devices->size() >= kDevicesPerWalletMax)
    return Error{ErrorCode::resource_exhausted,
                 "this wallet has " + std::to_string(devices->size()) + " devices, the most allowed, revoked ones included",
                 "devices"};
  if (*owner) return {};
  return mutation.records().set_wallet_owner(wanted.wallet, wanted.key);
}

Result<void> bind(Mutation& mutation, store::Device wanted, const Claims& claims) {
  auto device = found(mutation.records().device(wanted.id));
  if (!device) return std::move(device).error();
  if (*device) {
    if ((*device)->key == wanted.key && (*device)->wallet == wanted.wallet)
      return renew(mutation, **std::move(device), claims.binding);
    return refuse("this device id belongs to another wallet or key; choose another id", "device_bound");
  }
  if (auto admitted = admit(mutation, wanted, claims); !admitted) return admitted;
  if (claims.binding)
    if (auto put = put_binding(*claims.binding, wanted); !put) return put;
  return mutation.records().insert_device(wanted);
}

Result<std::optional<CheckedBinding>> binding_of(Call& call, const protocol::RegisterDevice& request) {
  if (!request.issued_at && !request.device_signature && !request.owner_signature && !request.encryption_key)
    return std::optional<CheckedBinding>{};
  if (!request.issued_at || !request.device_signature)
    return Error{ErrorCode::invalid_argument, "a statement that binds the device has issued_at and device_signature", "field"};
  auto checked = check_binding(
      call, {request.wallet_address, request.device_id, request.public_key, request.encryption_key, *request.issued_at},
      *request.device_signature, request.owner_signature);
  if (!checked) return std::move(checked).error();
  return std::optional{*std::move(checked)};
}

protocol::DeviceView view_of(const store::Device& device, const PublicKey& owner) {
  return {device.id,
          device.wallet,
          device.type,
          device.key,
          owner,
          device.encryption_key,
          device.issued_at,
          device.device_signature,
          device.owner_signature,
          device.registered_at,
          device.revoked_at};
}

}  // namespace

Result<Reply> register_device(Call& call) {
  auto request = call.body<protocol::RegisterDevice>();
  if (!request) return std::move(request).error();
  if (request->public_key != call.identity->key())
    return Error{ErrorCode::permission_denied, "a key registers itself: sign the request with the key that it names", "not_yours"};
  // Its name is what the statement binds, by whatever spelling the request has it.
  auto wallet = wallet_name(call.services(), request->wallet_address);
  if (!wallet) return std::move(wallet).error();
  request->wallet_address = *std::move(wallet);
  const auto checked = binding_of(call, *request);
  if (!checked) return checked.error();
  const auto proven = check_wallet_proof(call, request->wallet_address);
  auto written = call.write([&](Mutation& mutation) {
    return bind(mutation, {request->device_id, request->wallet_address, request->public_key, request->device_type, mutation.now()},
                {*checked, proven ? std::nullopt : std::optional{proven.error()},
                 call.identity->session && call.identity->session->wallet == request->wallet_address});
  });
  if (!written) return std::move(written).error();
  return json_reply(protocol::Message{"Device registered successfully"});
}

Result<Reply> get_my_devices(Call& call) {
  protocol::DevicePage page;
  auto read = call.services().read([&](store::Transaction& records) -> Result<void> {
    page.devices.clear();
    const auto devices = records.devices_of(call.identity->wallet, kDevicesPerWalletMax);
    if (!devices) return devices.error();
    const auto owner = owner_of(records, call.identity->wallet);
    if (!owner) return owner.error();
    for (const store::Device& device : *devices) page.devices.push_back(view_of(device, owner->value_or(device.key)));
    return {};
  });
  if (!read) return std::move(read).error();
  return json_reply(page);
}

}  // namespace gstd::coordinator

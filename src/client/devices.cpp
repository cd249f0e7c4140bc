// The devices of a wallet: bound to it, listed, given another key, revoked.
#include <gstd/ton.hpp>

#include "client/answers.hpp"
#include "client/calls.hpp"
#include "client/state.hpp"

namespace gstd {
namespace {

// What is left of a call's time when somebody has been asked to sign.
CallOptions rest_of(const client::Deadline& deadline, const CallOptions& options) { return {deadline.remaining(), options.stop}; }

std::optional<EncryptionPublicKey> public_half(const std::optional<EncryptionKey>& key) {
  return key ? std::optional{key->public_key()} : std::nullopt;
}

// The name under which a coordinator keeps the wallet: what the statement has to be about.
WalletId name_of(const WalletId& wallet) {
  const auto address = ton::Address::parse(wallet.str());
  return address ? WalletId::parse(address->raw()).value_or(WalletId{wallet}) : wallet;
}

}  // namespace

Result<void> Client::register_device(std::string_view type, const CallOptions& options) const {
  const ClientOptions& own = state_->transport.options();
  if (!own.key) return client::key_missing();
  if (state_->wallet.empty()) return client::wallet_missing();
  const client::Deadline deadline{state_->transport.clock(), options.timeout};
  const protocol::DeviceBinding binding{name_of(state_->wallet), state_->device, own.key->public_key(),
                                        public_half(state_->encryption_key), state_->transport.clock().now()};
  const Bytes statement = protocol::encode_device_binding(binding);
  const auto by_device = own.key->sign(statement, rest_of(deadline, options));
  if (!by_device) return by_device.error();
  protocol::RegisterDevice request{state_->device,         state_->wallet,    std::string(type), binding.key,
                                   binding.encryption_key, binding.issued_at, *by_device,        {}};
  if (own.owner && own.owner->public_key() != binding.key) {
    const auto by_owner = own.owner->sign(statement, rest_of(deadline, options));
    if (!by_owner) return by_owner.error();
    request.owner_signature = *by_owner;
  }
  return client::done(state_->transport.send(client::Call(client::Endpoint::register_device).sending(protocol::write(request)),
                                             rest_of(deadline, options)));
}

Result<std::vector<protocol::DeviceView>> Client::devices(const CallOptions& options) const {
  auto page = state_->transport.ask<protocol::DevicePage>(client::Call(client::Endpoint::my_devices), options);
  if (!page) return std::move(page).error();
  return std::move(page->devices);
}

Result<void> Client::rotate_key(const Signer& new_key, const std::optional<EncryptionKey>& encryption_key,
                                const CallOptions& options) const {
  const ClientOptions& own = state_->transport.options();
  if (!own.key) return client::key_missing();
  if (state_->wallet.empty()) return client::wallet_missing();
  const client::Deadline deadline{state_->transport.clock(), options.timeout};
  const auto readable = client::encryption_key_of(encryption_key, new_key);
  const protocol::DeviceBinding binding{name_of(state_->wallet), state_->device, new_key.public_key(), public_half(readable),
                                        state_->transport.clock().now()};
  const Bytes statement = protocol::encode_device_binding(binding);
  const auto by_device = new_key.sign(statement, rest_of(deadline, options));
  if (!by_device) return by_device.error();
  protocol::RotateDeviceKey request{binding.key, binding.encryption_key, binding.issued_at, *by_device, {}};
  // The owner's word makes the new key one that anybody can check: this client's own where the wallet is named after its key.
  const Signer* const owner = own.owner                                                         ? &*own.owner
                              : protocol::key_named_by(state_->wallet) == own.key->public_key() ? &*own.key
                                                                                                : nullptr;
  if (owner) {
    const auto by_owner = owner->sign(statement, rest_of(deadline, options));
    if (!by_owner) return by_owner.error();
    request.owner_signature = *by_owner;
  }
  return client::done(state_->transport.send(
      client::Call(client::Endpoint::rotate_device_key, state_->device.str()).sending(protocol::write(request)),
      rest_of(deadline, options)));
}

Result<void> Client::revoke_device(const DeviceId& id, const CallOptions& options) const {
  return client::done(state_->transport.send(client::Call(client::Endpoint::revoke_device, id.str()), options));
}

}  // namespace gstd

// Messages about the devices of a wallet.
#pragma once

#include "protocol/describe.hpp"

namespace gstd::protocol {

/// More devices than a wallet may have (the coordinator's kDevicesPerWalletMax), with room for other coordinators.
inline constexpr List<Plain> kDeviceList{10'000};

template <class V>
void describe(V& v, In<V, RegisterDevice>& m) {
  v.about("Binds a device and a wallet to the key that signs the request.");
  v.field("device_id", m.device_id, required, "One machine or program of the wallet.");
  v.field("wallet_address", m.wallet_address, required, "Who pays or earns.");
  v.field("device_type", m.device_type, required, "For example desktop.", kDeviceType);
  v.field("public_key", m.public_key, required, "Ed25519, the same key as the signature's.");
  v.field("encryption_key", m.encryption_key, optional, "X25519: whoever encrypts for this device encrypts for it.");
  v.field("issued_at", m.issued_at, optional, "When the statement was made that binds the device.");
  v.field("device_signature", m.device_signature, optional, "The device's key over that statement.");
  v.field("owner_signature", m.owner_signature, optional, "The wallet owner's key over it, where that is another.");
}

template <class V>
void describe(V& v, In<V, RotateDeviceKey>& m) {
  v.about("Gives a device another key; the old one, which signs the request, is refused from then on.");
  v.field("public_key", m.public_key, required, "The new key, Ed25519.");
  v.field("encryption_key", m.encryption_key, optional, "X25519: whoever encrypts for this device encrypts for it.");
  v.field("issued_at", m.issued_at, required, "When the statement was made that binds the device.");
  v.field("device_signature", m.device_signature, required, "The new key over that statement.");
  v.field("owner_signature", m.owner_signature, optional, "The wallet owner's key over it.");
}

template <class V>
void describe(V& v, In<V, DeviceView>& m) {
  v.about("A device as it stands, with what binds it to its wallet.");
  v.field("device_id", m.device_id, required, "One machine or program of the wallet.");
  v.field("wallet_address", m.wallet_address, required, "Who pays or earns.");
  v.field("device_type", m.device_type, required, "For example desktop.", kDeviceType);
  v.field("public_key", m.public_key, required, "Ed25519.");
  v.field("owner_public_key", m.owner_public_key, required, "The wallet owner's key, Ed25519.");
  v.field("encryption_key", m.encryption_key, optional, "X25519.");
  v.field("issued_at", m.issued_at, optional, "When the statement was made that binds the device.");
  v.field("device_signature", m.device_signature, optional, "The device's key over that statement.");
  v.field("owner_signature", m.owner_signature, optional, "The wallet owner's key over it, where that is another.");
  v.field("registered_at", m.registered_at, required, "When it first registered.");
  v.field("revoked_at", m.revoked_at, optional, "When it was revoked.");
}

template <class V>
void describe(V& v, In<V, DevicePage>& m) {
  v.about("The devices of a wallet, those that were revoked included.");
  v.field("devices", m.devices, required, "By id.", kDeviceList);
}

}  // namespace gstd::protocol

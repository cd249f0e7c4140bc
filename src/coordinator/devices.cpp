#include "coordinator/handlers.hpp"
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

bool is_named_after_another_key(const WalletId& wallet, const PublicKey& key) {
  return wallet.str().starts_with(protocol::kKeyWalletPrefix) && wallet != protocol::wallet_named_after(key);
}

// The first registration binds device, wallet and key to each other for good: a second key for a wallet, a second wallet for a key
// and a device that changes hands would each let one act in the other's name.
Result<void> bind(Mutation& mutation, const store::Device& wanted) {
  auto device = found(mutation.records().device(wanted.id));
  if (!device) return std::move(device).error();
  if (*device) {
    if ((*device)->key == wanted.key && (*device)->wallet == wanted.wallet) return {};
    return refuse("this device id belongs to another wallet or key; choose another id", "device_bound");
  }
  if (is_named_after_another_key(wanted.wallet, wanted.key))
    return refuse("this wallet is named after another key; register with that key, or another wallet", "wallet_bound");
  auto of_wallet = found(mutation.records().device_of_wallet(wanted.wallet));
  if (!of_wallet) return std::move(of_wallet).error();
  if (*of_wallet && (*of_wallet)->key != wanted.key)
    return refuse("this wallet is bound to another key; register with the key that it was first registered with", "wallet_bound");
  auto with_key = found(mutation.records().device_with_key(wanted.key));
  if (!with_key) return std::move(with_key).error();
  if (*with_key && (*with_key)->wallet != wanted.wallet)
    return refuse("this key is bound to another wallet; use one key per wallet", "key_bound");
  return mutation.records().insert_device(wanted);
}

}  // namespace

Result<Reply> register_device(Call& call) {
  auto request = call.body<protocol::RegisterDevice>();
  if (!request) return std::move(request).error();
  if (request->public_key != call.identity->key())
    return Error{ErrorCode::permission_denied, "a key registers itself: sign the request with the key that it names", "not_yours"};
  auto wallet = check_wallet_proof(call, request->wallet_address);
  if (!wallet) return std::move(wallet).error();
  auto written = call.write([&](Mutation& mutation) {
    return bind(mutation, {request->device_id, *wallet, request->public_key, request->device_type, mutation.now()});
  });
  if (!written) return std::move(written).error();
  return json_reply(protocol::Message{"Device registered successfully"});
}

}  // namespace gstd::coordinator

// The handle, who it speaks for, and the calls that anybody may make.
#include <gstd/client.hpp>

#include "client/answers.hpp"
#include "client/calls.hpp"
#include "client/state.hpp"

namespace gstd {
namespace {

constexpr std::size_t kDeviceHexChars = 16;

Result<DeviceId> device_of(const ClientOptions& options) {
  if (!options.device.empty() || !options.key) return options.device;
  return DeviceId::parse("dev-" + options.key->public_key().hex().substr(0, kDeviceHexChars));
}

std::optional<EncryptionKey> encryption_key_of(const ClientOptions& options) {
  if (options.encryption_key || !options.key) return options.encryption_key;
  auto derived = EncryptionKey::derive(options.key->seed().view());
  return derived ? std::optional{*std::move(derived)} : std::nullopt;
}

}  // namespace

Client::Client(std::unique_ptr<State> state) : state_(std::move(state)) {}
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;
Client::~Client() = default;

Result<Client> Client::create(ClientOptions options) {
  auto device = device_of(options);
  if (!device) return std::move(device).error();
  WalletId wallet = options.wallet;
  auto encryption_key = encryption_key_of(options);
  auto transport = client::Transport::create(std::move(options));
  if (!transport) return std::move(transport).error();
  return Client{
      std::make_unique<State>(State{std::move(*transport), std::move(wallet), std::move(*device), std::move(encryption_key)})};
}

const WalletId& Client::wallet() const noexcept { return state_->wallet; }
const DeviceId& Client::device() const noexcept { return state_->device; }

std::optional<PublicKey> Client::public_key() const noexcept {
  const auto& key = state_->transport.options().key;
  return key ? std::optional{key->public_key()} : std::nullopt;
}

Result<protocol::Health> Client::health(const CallOptions& options) const {
  return state_->get<protocol::Health>(client::Endpoint::health, {}, options);
}

Result<protocol::Version> Client::version(const CallOptions& options) const {
  return state_->get<protocol::Version>(client::Endpoint::version, {}, options);
}

Result<protocol::QueueStats> Client::queue_stats(const CallOptions& options) const {
  return state_->get<protocol::QueueStats>(client::Endpoint::queue_stats, {}, options);
}

Result<protocol::TaskView> Client::task(const TaskId& id, const CallOptions& options) const {
  return client::about(id, state_->get<protocol::TaskView>(client::Endpoint::task, id.str(), options));
}

Result<protocol::ModuleMetadata> Client::module_metadata(const Digest& sha256, const CallOptions& options) const {
  return client::about(sha256, state_->get<protocol::ModuleMetadata>(client::Endpoint::module_metadata, sha256.hex(), options));
}

Result<Bytes> Client::download_module(const Digest& sha256, const CallOptions& options) const {
  auto response = state_->transport.send(client::Call(client::Endpoint::download_module, sha256.hex()), options);
  if (!response) return std::move(response).error();
  const BytesView body = as_bytes(response->body);
  if (gstd::sha256(body) != sha256)
    return client::Transport::not_of_the_protocol("the module that came is not the one of digest " + sha256.hex());
  return Bytes(body.begin(), body.end());
}

Result<void> Client::register_device(std::string_view type, const CallOptions& options) const {
  if (!public_key()) return client::key_missing();
  if (state_->wallet.empty()) return client::wallet_missing();
  const protocol::RegisterDevice request{state_->device, state_->wallet, std::string(type), *public_key()};
  return client::done(
      state_->transport.send(client::Call(client::Endpoint::register_device).sending(protocol::write(request)), options));
}

}  // namespace gstd

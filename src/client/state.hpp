// What a Client is made of.
#pragma once

#include <gstd/client.hpp>

#include "client/followed.hpp"
#include "client/transport.hpp"

namespace gstd {

namespace client {

/// The key that is given, or else the one that goes with the signing key's seed; nothing where that is elsewhere.
std::optional<EncryptionKey> encryption_key_of(const std::optional<EncryptionKey>& given, const std::optional<Signer>& key);

}  // namespace client

struct Client::State {
  client::Transport transport;
  WalletId wallet;
  DeviceId device;
  std::optional<EncryptionKey> encryption_key;
  std::unique_ptr<client::Followed> followed = std::make_unique<client::Followed>();

  /// There is a key. Errors: those of whoever signs.
  Result<Signature> sign(BytesView message, const CallOptions& options) const {
    return transport.options().key->sign(message, options);
  }

  /// Seals an order's input, which is plain, and signs for it; a script goes into the input before. `key` is the content key of its
  /// task. Errors: invalid_argument, reason "script_engine", "script" or "input_too_large": of a script; those of sign().
  Result<void> seal_order(protocol::CreateTask& order, const ContentKey& key, const CallOptions& options) const;

  /// Asks about `argument`, or about nothing in particular.
  template <class M>
  Result<M> get(client::Endpoint endpoint, std::string_view argument, const CallOptions& options) const {
    return transport.ask<M>(client::Call(endpoint, argument), options);
  }

  /// Asks about the wallet.
  template <class M>
  Result<M> get_of_wallet(client::Endpoint endpoint, const CallOptions& options) const {
    // A session knows its wallet.
    if (wallet.empty() && !transport.session().get()) return client::wallet_missing();
    if (wallet.empty()) return transport.ask<M>(client::Call(endpoint), options);
    return transport.ask<M>(client::Call(endpoint).with("wallet", wallet.str()), options);
  }

  template <class M, class B>
  Result<M> post(client::Endpoint endpoint, const B& message, const CallOptions& options) const {
    return transport.ask<M>(client::Call(endpoint).sending(protocol::write(message)), options);
  }
};

}  // namespace gstd

#include "connection.hpp"

#include "passphrase.hpp"
#include "session.hpp"

namespace gstd::cli {

void Endpoint::add_options(CLI::App& command) {
  command.add_option("--url", url, "The coordinator")->envname("GSTD_URL")->capture_default_str();
  command.add_flag("--allow-plain-http", allow_plain_http, "Use http:// beyond this machine: only on a network that you trust");
  command.add_option("--ca", ca_file, "PEM file of the authorities to believe; default: the system's")->envname("GSTD_CA");
  command
      .add_option("--pin", pins,
                  "The coordinator's public key must be this, beside being verified (repeatable: one of them); "
                  "base64 of the SHA-256 of its SubjectPublicKeyInfo")
      ->type_name("sha256//BASE64");
  auto* certificate = command.add_option("--tls-client-cert", client_certificate_file,
                                         "PEM file of our certificate, where the coordinator or its proxy asks for one");
  auto* certificate_key = command.add_option("--tls-client-key", client_key_file, "PEM file of its key, closed to other users");
  certificate->needs(certificate_key);
  certificate_key->needs(certificate);
}

ClientOptions Endpoint::client_options() const {
  ClientOptions options;
  options.url = url;
  options.allow_plain_http = allow_plain_http;
  options.ca_file = ca_file;
  options.pinned_public_keys = pins;
  options.client_certificate_file = client_certificate_file;
  options.client_key_file = client_key_file;
  return options;
}

void Connection::add_options(CLI::App& command, bool key_required) {
  endpoint.add_options(command);
  auto* key = command.add_option("--key", key_file, "Key file, as `gstd keygen` writes it")->envname("GSTD_KEY");
  if (key_required) key->required();
  command.add_option("--session", session_file, "Session of the wallet, where it is a TON address: a file of `gstd login`")
      ->envname("GSTD_SESSION");
  add_passphrase_option(command, passphrase_file);
  command.add_option("--wallet", wallet, "Wallet that pays or earns; default: named after the key")->envname("GSTD_WALLET");
}

Result<ClientOptions> Connection::client_options() const {
  ClientOptions options = endpoint.client_options();
  if (!key_file.empty()) {
    auto key = open_key_file(key_file, passphrase_file);
    if (!key) return std::move(key).error();
    auto id = wallet.empty() ? protocol::wallet_named_after(key->public_key()) : WalletId::parse(wallet);
    if (!id) return std::move(id).error();
    options.key = *std::move(key);
    options.wallet = *std::move(id);
  }
  if (!session_file.empty()) {
    auto session = read_session(session_file);
    if (!session) return std::move(session).error();
    options.session = *std::move(session);
  }
  return options;
}

}  // namespace gstd::cli

#include <cstdio>

#include "common.hpp"
#include "connection.hpp"
#include "passphrase.hpp"

namespace gstd::cli {
namespace {

const CallOptions kCall{};  // its own 30 s, and nobody stops it

struct Options {
  Connection connection;
  std::string device;
  std::filesystem::path other_key;
  std::filesystem::path other_passphrase;
  std::string type = "desktop";
  bool json = false;
};

Result<Client> connect(const Options& options) {
  auto settings = options.connection.client_options();
  if (!settings) return std::move(settings).error();
  if (!options.device.empty()) {
    auto id = DeviceId::parse(options.device);
    if (!id) return std::move(id).error();
    settings->device = *std::move(id);
  }
  return Client::create(*std::move(settings));
}

boost::json::object json_of(const protocol::DeviceView& device) {
  return {{"device_id", device.device_id.str()},
          {"device_type", device.device_type},
          {"public_key", device.public_key.hex()},
          {"owner", device.public_key == device.owner_public_key},
          {"bound", protocol::verify_device_binding(device).has_value()},
          {"registered_at", format_rfc3339(device.registered_at)},
          {"revoked_at", device.revoked_at ? boost::json::value(format_rfc3339(*device.revoked_at)) : boost::json::value()}};
}

int list(const Options& options) {
  const auto client = connect(options);
  if (!client) return report(client.error(), options.json);
  const auto devices = client->devices(kCall);
  if (!devices) return report_call(devices.error(), options.json);
  for (const auto& device : *devices) {
    if (options.json) {
      print_json(json_of(device));
      continue;
    }
    std::printf("%s  %s  %s%s%s%s\n", device.device_id.str().c_str(), device.public_key.hex().c_str(), device.device_type.c_str(),
                device.public_key == device.owner_public_key ? "  owner" : "",
                protocol::verify_device_binding(device) ? "  bound" : "  not bound by the owner",
                device.revoked_at ? ("  revoked " + format_rfc3339(*device.revoked_at)).c_str() : "");
  }
  return kOk;
}

int done(const Options& options, const Client& client, const DeviceId& device, const PublicKey& key, const char* what) {
  if (options.json)
    print_json(boost::json::object{
        {"device_id", device.str()}, {"public_key", key.hex()}, {"wallet", client.wallet().str()}, {"done", what}});
  else
    std::printf("%s %s, key %s, wallet %s\n", what, device.str().c_str(), key.hex().c_str(), client.wallet().str().c_str());
  return kOk;
}

int add(const Options& options) {
  auto settings = options.connection.client_options();
  if (!settings) return report(settings.error(), options.json);
  auto key = open_key_file(options.other_key, options.other_passphrase);
  if (!key) return report(key.error(), options.json);
  settings->owner = std::exchange(settings->key, Signer{*key});
  const auto client = Client::create(*std::move(settings));
  if (!client) return report(client.error(), options.json);
  if (auto registered = client->register_device(options.type, kCall); !registered)
    return report_call(registered.error(), options.json);
  return done(options, *client, client->device(), key->public_key(), "added");
}

int rotate(const Options& options) {
  const auto client = connect(options);
  if (!client) return report(client.error(), options.json);
  const auto key = open_key_file(options.other_key, options.other_passphrase);
  if (!key) return report(key.error(), options.json);
  if (auto rotated = client->rotate_key(*key, {}, kCall); !rotated) return report_call(rotated.error(), options.json);
  return done(options, *client, client->device(), key->public_key(), "rotated");
}

int revoke(const Options& options) {
  Options named = options;
  named.device.clear();
  const auto client = connect(named);
  if (!client) return report(client.error(), options.json);
  const auto device = options.device.empty() ? Result<DeviceId>{client->device()} : DeviceId::parse(options.device);
  if (!device) return report(device.error(), options.json);
  if (auto revoked = client->revoke_device(*device, kCall); !revoked) return report_call(revoked.error(), options.json);
  if (options.json)
    print_json(boost::json::object{{"device_id", device->str()}, {"done", "revoked"}});
  else
    std::printf("revoked %s\n", device->str().c_str());
  return kOk;
}

CLI::App* add_command(CLI::App& parent, const char* name, const char* about, const std::shared_ptr<Options>& options,
                      int (*run)(const Options&), int& exit_code) {
  auto* command = parent.add_subcommand(name, about);
  options->connection.add_options(*command, true);
  add_json_option(*command, options->json);
  command->callback([options, run, &exit_code] { exit_code = run(*options); });
  return command;
}

void add_other_key(CLI::App& command, const std::shared_ptr<Options>& options, const char* about) {
  command.add_option("key-file", options->other_key, about)->required();
  command.add_option("--other-passphrase-file", options->other_passphrase, "File with the passphrase of KEY-FILE; default: asks");
}

}  // namespace

void add_device(CLI::App& program, int& exit_code) {
  auto* command = program.add_subcommand("device", "The devices of a wallet: list, add, give a new key, revoke");
  command->require_subcommand(1);
  const auto options = std::make_shared<Options>();

  add_command(*command, "list", "All of them, with who vouches for each", options, list, exit_code);

  auto* added =
      add_command(*command, "add", "Register a device with a key of its own; --key is the wallet owner's", options, add, exit_code);
  add_other_key(*added, options, "The device's key file");
  added->add_option("--type", options->type, "What it is")->capture_default_str();

  auto* rotated = add_command(*command, "rotate", "Give a device another key; --key is the old one, which ends with this", options,
                              rotate, exit_code);
  add_other_key(*rotated, options, "The new key file");
  rotated->add_option("--device", options->device, "Its id; default: the one that follows from the old key");

  auto* revoked =
      add_command(*command, "revoke", "Revoke a device's key at once and for good; --key is its own, or the wallet owner's",
                  options, revoke, exit_code);
  revoked->add_option("device", options->device, "Its id; default: the one that follows from --key");
}

}  // namespace gstd::cli

#include <cstdio>

#include "common.hpp"
#include "passphrase.hpp"

namespace gstd::cli {
namespace {

struct Options {
  std::filesystem::path output = "gstd.key";
  std::filesystem::path passphrase_file;
  bool no_passphrase = false;
  bool json = false;
};

Result<void> write_key(const Options& options, const SigningKey& key) {
  if (options.no_passphrase) return write_key_file(options.output, key, {.unencrypted = true});
  const auto passphrase = new_passphrase(options.passphrase_file, options.output.string());
  if (!passphrase) return passphrase.error();
  return write_key_file(options.output, key, {.passphrase = passphrase->view()});
}

int keygen(const Options& options) {
  const SigningKey key = SigningKey::generate();
  if (auto written = write_key(options, key); !written) return report(written.error(), options.json);
  const WalletId wallet = protocol::wallet_named_after(key.public_key());
  if (options.json)
    print_json(boost::json::object{{"key_file", options.output.string()},
                                   {"public_key", key.public_key().hex()},
                                   {"wallet", wallet.str()},
                                   {"encrypted", !options.no_passphrase}});
  else
    std::printf("key file:   %s%s\npublic key: %s\nwallet:     %s\n", options.output.c_str(),
                options.no_passphrase ? " (not encrypted)" : "", key.public_key().hex().c_str(), wallet.str().c_str());
  return kOk;
}

}  // namespace

void add_keygen(CLI::App& program, int& exit_code) {
  auto* command = program.add_subcommand("keygen", "Make an Ed25519 key; an existing file is never overwritten");
  auto options = std::make_shared<Options>();
  command->add_option("-o,--output", options->output, "Where to write it")->capture_default_str();
  add_passphrase_option(*command, options->passphrase_file);
  command->add_flag("--no-passphrase", options->no_passphrase, "Write it unencrypted: whoever reads the file has the key");
  add_json_option(*command, options->json);
  command->callback([options, &exit_code] { exit_code = keygen(*options); });
}

}  // namespace gstd::cli

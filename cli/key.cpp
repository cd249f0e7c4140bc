#include <cstdio>

#include "common.hpp"
#include "passphrase.hpp"

namespace gstd::cli {
namespace {

struct Options {
  std::filesystem::path file;
  std::filesystem::path passphrase_file;
  std::filesystem::path new_passphrase_file;
  bool no_passphrase = false;
  bool json = false;
};

int print(const Options& options, const KeyFileInfo& info) {
  const WalletId wallet = protocol::wallet_named_after(info.public_key);
  if (options.json)
    print_json(boost::json::object{{"key_file", options.file.string()},
                                   {"public_key", info.public_key.hex()},
                                   {"wallet", wallet.str()},
                                   {"encrypted", info.is_encrypted}});
  else
    std::printf("key file:   %s%s\npublic key: %s\nwallet:     %s\n", options.file.c_str(),
                info.is_encrypted ? "" : " (not encrypted)", info.public_key.hex().c_str(), wallet.str().c_str());
  return kOk;
}

int show(const Options& options) {
  const auto info = inspect_key_file(options.file);
  return info ? print(options, *info) : report(info.error(), options.json);
}

Result<void> write_again(const Options& options, const SigningKey& key) {
  if (options.no_passphrase) return write_key_file(options.file, key, {.unencrypted = true, .replace = true});
  const auto passphrase = new_passphrase(options.new_passphrase_file, options.file.string());
  if (!passphrase) return passphrase.error();
  return write_key_file(options.file, key, {.passphrase = passphrase->view(), .replace = true});
}

int change_passphrase(const Options& options) {
  const auto key = open_key_file(options.file, options.passphrase_file);
  if (!key) return report(key.error(), options.json);
  if (auto written = write_again(options, *key); !written) return report(written.error(), options.json);
  return print(options, {key->public_key(), !options.no_passphrase});
}

}  // namespace

void add_key(CLI::App& program, int& exit_code) {
  auto* command = program.add_subcommand("key", "Show a key file, or change its passphrase");
  command->require_subcommand(1);
  auto options = std::make_shared<Options>();

  auto* shown = command->add_subcommand("show", "Its public key and wallet; needs no passphrase");
  shown->add_option("file", options->file, "Key file")->required()->envname("GSTD_KEY");
  add_json_option(*shown, options->json);
  shown->callback([options, &exit_code] { exit_code = show(*options); });

  auto* changed = command->add_subcommand("change-passphrase", "Encrypt it anew, in place and in one step");
  changed->add_option("file", options->file, "Key file")->required()->envname("GSTD_KEY");
  add_passphrase_option(*changed, options->passphrase_file);
  auto* fresh = changed->add_option("--new-passphrase-file", options->new_passphrase_file,
                                    "File with the new passphrase; - is standard input; default: asks on the terminal");
  changed->add_flag("--no-passphrase", options->no_passphrase, "Leave it unencrypted: whoever reads the file has the key")
      ->excludes(fresh);
  add_json_option(*changed, options->json);
  changed->callback([options, &exit_code] { exit_code = change_passphrase(*options); });
}

}  // namespace gstd::cli

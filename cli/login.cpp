#include <gstd/login.hpp>

#include <cstdio>

#include "common.hpp"
#include "connection.hpp"
#include "passphrase.hpp"
#include "session.hpp"

namespace gstd::cli {
namespace {

struct Login {
  Endpoint endpoint;
  std::filesystem::path wallet_key;
  std::filesystem::path passphrase_file;
  std::string version = "v5r1";
  std::string domain;
  std::filesystem::path output = "gstd.session";
  bool json = false;
};

struct Logout {
  Endpoint endpoint;
  std::filesystem::path session;
  bool everywhere = false;
  bool json = false;
};

std::vector<std::string> version_names() {
  std::vector<std::string> names;
  names.reserve(kWalletsKnownByKey.size());
  for (const auto version : kWalletsKnownByKey) names.emplace_back(to_string(version));
  return names;
}

int log_in(const Login& options) {
  const auto key = open_key_file(options.wallet_key, options.passphrase_file);
  if (!key) return report(key.error(), options.json);
  const auto client = Client::create(options.endpoint.client_options());
  if (!client) return report(client.error(), options.json);
  const auto asked = client->login_payload();
  if (!asked) return report_call(asked.error(), options.json);
  const auto proof = prove_wallet(*asked, *key, {.version = *parse_wallet_version(options.version), .domain = options.domain});
  if (!proof) return report(proof.error(), options.json);
  const auto session = client->login(*proof);
  if (!session) return report_call(session.error(), options.json);
  if (auto written = write_session(options.output, session->token); !written) {
    // A session whose token nobody has is of no use to anybody.
    static_cast<void>(client->logout());
    return report(written.error(), options.json);
  }
  if (options.json)
    print_json(boost::json::object{{"session_file", options.output.string()},
                                   {"wallet", session->wallet.str()},
                                   {"expires_at", format_rfc3339(session->expires_at)}});
  else
    std::printf("session file: %s\nwallet:       %s\nexpires:      %s\n", options.output.c_str(), session->wallet.str().c_str(),
                format_rfc3339(session->expires_at).c_str());
  return kOk;
}

int log_out(const Logout& options) {
  auto token = read_session(options.session);
  if (!token) return report(token.error(), options.json);
  ClientOptions settings = options.endpoint.client_options();
  settings.session = *std::move(token);
  const auto client = Client::create(std::move(settings));
  if (!client) return report(client.error(), options.json);
  if (auto ended = client->logout(options.everywhere); !ended) return report_call(ended.error(), options.json);
  std::error_code error;
  std::filesystem::remove(options.session, error);
  if (error) return report({ErrorCode::internal, options.session.string() + ": " + error.message(), "file"}, options.json);
  if (options.json)
    print_json(boost::json::object{{"ended", true}});
  else
    std::printf("the session has ended\n");
  return kOk;
}

}  // namespace

void add_login(CLI::App& program, int& exit_code) {
  auto* command = program.add_subcommand("login", "Begin a session of a TON wallet whose key is in a key file");
  auto options = std::make_shared<Login>();
  options->endpoint.add_options(*command);
  command->add_option("--wallet-key", options->wallet_key, "The wallet's own key, as a key file")->required();
  add_passphrase_option(*command, options->passphrase_file);
  command->add_option("--wallet-version", options->version, "Which contract the wallet is")
      ->check(CLI::IsMember(version_names()))
      ->capture_default_str();
  command->add_option("--domain", options->domain, "Domain to sign for; default: the first that the coordinator names");
  command->add_option("-o,--output", options->output, "Where to write the session")->capture_default_str();
  add_json_option(*command, options->json);
  command->callback([options, &exit_code] { exit_code = log_in(*options); });
}

void add_logout(CLI::App& program, int& exit_code) {
  auto* command = program.add_subcommand("logout", "End a session, and remove its file");
  auto options = std::make_shared<Logout>();
  options->endpoint.add_options(*command);
  command->add_option("--session", options->session, "Session file, as `gstd login` writes it")
      ->envname("GSTD_SESSION")
      ->required();
  command->add_flag("--everywhere", options->everywhere, "Every session of the wallet");
  add_json_option(*command, options->json);
  command->callback([options, &exit_code] { exit_code = log_out(*options); });
}

}  // namespace gstd::cli

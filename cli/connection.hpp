// The options that name a coordinator and say how to reach it, the same for every command that calls one; and those of who calls.
#pragma once

#include <gstd/client.hpp>

#include <CLI/CLI.hpp>

#include <filesystem>
#include <string>

namespace gstd::cli {

/// `--url` and those of TLS, and the environment variables behind them.
struct Endpoint {
  std::string url = "http://127.0.0.1:8080";
  bool allow_plain_http = false;
  std::string ca_file;
  std::vector<std::string> pins;
  std::string client_certificate_file;
  std::string client_key_file;

  void add_options(CLI::App& command);
  /// Options of a client that is nobody yet.
  ClientOptions client_options() const;
};

/// Beside the endpoint `--key`, `--passphrase-file`, `--session`, `--wallet`, and the environment variables behind them.
struct Connection {
  Endpoint endpoint;
  std::filesystem::path key_file;
  std::filesystem::path passphrase_file;
  std::filesystem::path session_file;
  std::string wallet;

  void add_options(CLI::App& command, bool key_required);
  /// Errors: those of open_key_file(), read_session() and Client::create().
  Result<ClientOptions> client_options() const;
};

}  // namespace gstd::cli

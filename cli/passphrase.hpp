// Passphrases of key files: from a file, or typed on the terminal without showing.
#pragma once

#include <gstd/key_file.hpp>

#include <CLI/CLI.hpp>

namespace gstd::cli {

/// Adds `--passphrase-file` with the environment variable behind it.
void add_passphrase_option(CLI::App& command, std::filesystem::path& file);

/// The file's content less one line feed at its end. "-" is standard input.
/// Errors: permission_denied, reason "passphrase_file_permissions": others may read it. invalid_argument, reason "passphrase":
/// empty or too long. Those of file_error().
Result<SecretBytes> read_passphrase_file(const std::filesystem::path& file);

/// Asks on the terminal, whatever standard input and output are.
/// Errors: failed_precondition, reason "passphrase_missing": there is no terminal. cancelled: Ctrl-C or Ctrl-D. invalid_argument,
/// reason "passphrase": empty or too long.
Result<SecretBytes> ask_passphrase(const std::string& question);

/// For a new key file: from `file`, else typed twice. Errors: those of the two, and invalid_argument, reason "passphrase": the two
/// differ.
Result<SecretBytes> new_passphrase(const std::filesystem::path& file, const std::string& name);

/// The key, and the passphrase where it takes one: from `passphrase_file`, else typed.
/// Errors: those of read_key_file() and of the passphrase.
Result<SigningKey> open_key_file(const std::filesystem::path& file, const std::filesystem::path& passphrase_file);

}  // namespace gstd::cli

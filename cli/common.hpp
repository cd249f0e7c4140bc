// What the commands share: exit codes, output for people or for scripts, files, and options.
#pragma once

#include <gstd/client.hpp>

#include <CLI/CLI.hpp>

#include <filesystem>
#include <string>

#include "json.hpp"

namespace gstd::cli {

// Documented in `gstd --help` and README.md; scripts depend on them.
enum ExitCode : int {
  kOk = 0,
  kFailed = 1,         ///< Refused, or went wrong; the message says why.
  kUsage = 2,          ///< The command line itself is wrong.
  kUnreachable = 3,    ///< The coordinator did not answer in time.
  kTaskFailed = 4,     ///< The task ended without a usable result.
  kRefuted = 5,        ///< A receipt does not vouch for what it was held against, or for something untrue; or a log does not hold.
  kInconclusive = 6,   ///< Nothing can be said about a receipt either way.
  kInterrupted = 130,  ///< By SIGINT or SIGTERM, as shells count.
};

/// Prints the error on stderr, as a sentence or, with `json`, in the wire's error form, and says how to exit: kInterrupted where it
/// was cancelled, else kFailed.
int report(const Error& error, bool json);

/// The same for a call to a coordinator, where no answer is kUnreachable.
int report_call(const Error& error, bool json);

/// The system's reason (errno) for what just failed with that file. Never `unavailable`: that is a coordinator's.
Error file_error(const std::filesystem::path& path);

/// Adds `--json`.
void add_json_option(CLI::App& command, bool& json);

/// Reads a whole file, or standard input for "-".
/// Errors: resource_exhausted: more than `bytes_max`; those of file_error().
Result<Bytes> read_file(const std::filesystem::path& path, std::size_t bytes_max);

/// Writes a whole file, or standard output for "-". Errors: those of file_error().
Result<void> write_file(const std::filesystem::path& path, BytesView content);

/// Writes a result's receipt, as `gstd verify` reads it, with the coordinator's acceptance and the proof that its log has it, where
/// there is one. Errors: those of file_error() and Client::prove_receipt().
Result<void> write_receipt_file(const std::filesystem::path& path, const Client& client, const protocol::TaskResult& result,
                                const CallOptions& options = {});

/// `--module-cache` and `--no-module-cache`: where compiled modules are kept between runs of the program.
struct ModuleCache {
  std::filesystem::path path;  ///< Empty: ${XDG_CACHE_HOME:-$HOME/.cache}/gstd/modules.
  bool off = false;

  void add_options(CLI::App& command);
  /// The folder to use; empty: none. The usual folder is left out, with a warning on stderr, where it cannot serve; one that was
  /// named is used, or is the caller's error.
  std::string directory() const;
};

/// Reads "1.5" for an option; CLI11 shows the message of what it throws.
Amount amount_option(const std::string& text);

// One function per command: adds it to the program. `exit_code` is what main() returns after the command ran.
void add_serve(CLI::App& program, int& exit_code);
void add_worker(CLI::App& program, int& exit_code);
void add_run(CLI::App& program, int& exit_code);
void add_submit(CLI::App& program, int& exit_code);
void add_status(CLI::App& program, int& exit_code);
void add_verify(CLI::App& program, int& exit_code);
void add_log(CLI::App& program, int& exit_code);
void add_keygen(CLI::App& program, int& exit_code);
void add_login(CLI::App& program, int& exit_code);
void add_logout(CLI::App& program, int& exit_code);
void add_key(CLI::App& program, int& exit_code);
void add_device(CLI::App& program, int& exit_code);
void add_pow(CLI::App& program, int& exit_code);
void add_version(CLI::App& program, int& exit_code);

}  // namespace gstd::cli

// The program `gstd`: the library's own user on the command line.
#include <gstd/net.hpp>

#include <cstdio>

#include "common.hpp"

int main(int argc, char** argv) {
  // Here the process is ours. Where there is no memory even for this, the first call will say so.
  static_cast<void>(gstd::net::wipe_http_memory());
  CLI::App program{"gstd: client, worker and coordinator of a network for verifiable computing", "gstd"};
  program.require_subcommand(1);
  program.footer(
      "Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 coordinator unreachable or too slow,\n"
      "4 the task ended without a result, 5 a receipt or a log is refuted, 6 nothing can be said about it,\n"
      "130 interrupted (Ctrl-C), also `run`, which prints its outcome first.\n"
      "Errors are text on stderr, or JSON there with --json; wrong usage is text in either case.");
  int exit_code = gstd::cli::kOk;
  gstd::cli::add_serve(program, exit_code);
  gstd::cli::add_worker(program, exit_code);
  gstd::cli::add_run(program, exit_code);
  gstd::cli::add_submit(program, exit_code);
  gstd::cli::add_status(program, exit_code);
  gstd::cli::add_verify(program, exit_code);
  gstd::cli::add_log(program, exit_code);
  gstd::cli::add_keygen(program, exit_code);
  gstd::cli::add_key(program, exit_code);
  gstd::cli::add_device(program, exit_code);
  gstd::cli::add_login(program, exit_code);
  gstd::cli::add_logout(program, exit_code);
  gstd::cli::add_pow(program, exit_code);
  gstd::cli::add_version(program, exit_code);
  try {
    program.parse(argc, argv);
  } catch (const CLI::RequiredError& error) {
    // CLI11 would call a command that it does not know a missing one.
    if (argc > 1 && program.get_subcommands().empty())
      program.exit(CLI::ExtrasError{{argv[1]}});
    else
      program.exit(error);
    return gstd::cli::kUsage;
  } catch (const CLI::ParseError& error) {
    return program.exit(error) == 0 ? gstd::cli::kOk : gstd::cli::kUsage;
  }
  // A full disk often shows only here; what a command has printed well until then is not all that it had to say.
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    std::fputs("gstd: standard output could not be written\n", stderr);
    if (exit_code == gstd::cli::kOk) exit_code = gstd::cli::kFailed;
  }
  return exit_code;
}

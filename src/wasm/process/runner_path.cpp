#include "wasm/process/runner_path.hpp"

#include <dlfcn.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cstdlib>
#include <filesystem>

namespace gstd::wasm::process {
namespace {

constexpr std::string_view kProgram = "gstd-runner";

Error missing(std::string message) { return {ErrorCode::failed_precondition, std::move(message), "runner_missing"}; }

bool is_program(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored) && access(path.c_str(), X_OK) == 0;
}

// A program that nobody named, but that lies where ours would, must be one that no stranger could have put or changed there.
bool is_trusted_program(const std::filesystem::path& path) {
  struct stat found {};
  return is_program(path) && stat(path.c_str(), &found) == 0 && (found.st_uid == 0 || found.st_uid == geteuid()) &&
         (found.st_mode & S_IWOTH) == 0;
}

// The folder of the program, shared library or extension module that this code was linked into.
std::filesystem::path code_folder() {
  static const char anchor = 0;
  Dl_info info{};
  if (dladdr(&anchor, &info) == 0 || !info.dli_fname) return {};
  std::error_code failed;
  // A program is named as it was called, which may have been relative to a folder that is no longer the current one.
  const bool is_absolute = std::filesystem::path{info.dli_fname}.is_absolute();
  auto file = std::filesystem::canonical(is_absolute ? info.dli_fname : "/proc/self/exe", failed);
  return failed ? std::filesystem::path{} : file.parent_path();
}

Result<std::string> named(const std::string& path, std::string_view by) {
  std::error_code failed;
  const auto absolute = std::filesystem::absolute(path, failed);
  if (failed || !is_program(absolute))
    return missing(std::string(by) + " names " + path + ", which is not a program; name the file " + std::string(kProgram) +
                   " of this version of libgstd");
  return absolute.string();
}

}  // namespace

Result<std::string> find_runner(const std::string& wanted) {
  if (!wanted.empty()) return named(wanted, "SandboxOptions::runner_program");
  if (const char* variable = std::getenv("GSTD_RUNNER"); variable && *variable) return named(variable, "GSTD_RUNNER");
  if (const auto folder = code_folder(); !folder.empty())
    for (const char* place : {".", "../libexec/gstd", "../../libexec/gstd"})  // of bin, lib, and lib/x86_64-linux-gnu
      if (const auto path = (folder / place / kProgram).lexically_normal(); is_trusted_program(path)) return path.string();
  if (const std::filesystem::path installed = GSTD_RUNNER_INSTALL_DIR; is_program(installed / kProgram))
    return (installed / kProgram).string();
  return missing(std::string(kProgram) +
                 " was found neither beside libgstd nor in " GSTD_RUNNER_INSTALL_DIR
                 "; install it, or name it by SandboxOptions::runner_program or the environment variable GSTD_RUNNER; "
                 "Isolation::thread needs no such program");
}

}  // namespace gstd::wasm::process

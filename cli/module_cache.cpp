#include <gstd/wasm.hpp>

#include <cstdio>
#include <cstdlib>

#include "common.hpp"

namespace gstd::cli {
namespace {

// Source: XDG Base Directory Specification 0.8; relative paths there are invalid and ignored.
std::filesystem::path usual_folder() {
  for (const auto& [variable, below] : {std::pair{"XDG_CACHE_HOME", "gstd/modules"}, std::pair{"HOME", ".cache/gstd/modules"}}) {
    const char* const value = std::getenv(variable);
    if (value != nullptr && *value == '/') return std::filesystem::path(value) / below;
  }
  return {};
}

}  // namespace

void ModuleCache::add_options(CLI::App& command) {
  auto* named = command.add_option("--module-cache", path,
                                   "Folder for compiled modules; default: ${XDG_CACHE_HOME:-$HOME/.cache}/gstd/modules");
  command.add_flag("--no-module-cache", off, "Keep no compiled modules")->excludes(named);
}

std::string ModuleCache::directory() const {
  if (off) return {};
  if (!path.empty()) return path.string();
  std::string usual = usual_folder().string();
  if (usual.empty()) return {};
  const auto tried = wasm::Sandbox::create({.slot_memory_bytes_max = 1, .cache_directory = usual});
  if (tried || tried.error().code != ErrorCode::failed_precondition) return usual;
  std::fprintf(stderr, "gstd: warning: compiled modules are not kept: %s\n", tried.error().message.c_str());
  return {};
}

}  // namespace gstd::cli

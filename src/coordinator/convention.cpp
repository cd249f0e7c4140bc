#include "coordinator/convention.hpp"

#include <algorithm>

namespace gstd::coordinator {
namespace {

constexpr std::array kWasiEntries{std::string_view{"_start"}};
constexpr std::array kEnvEntries{std::string_view{"main"}};
constexpr std::array kReactorEntries{std::string_view{"alloc"}, std::string_view{"run"}};

std::span<const std::string_view> entries_of(GuestConvention convention) noexcept {
  switch (convention) {
    case GuestConvention::wasi:
      return kWasiEntries;
    case GuestConvention::env:
      return kEnvEntries;
    case GuestConvention::reactor:
      return kReactorEntries;
  }
  return {};
}

}  // namespace

Result<void> check_fits(const store::ModuleRecord& module, GuestConvention convention) {
  if (module.exports.empty()) return {};
  for (const std::string_view entry : entries_of(convention))
    if (std::ranges::find(module.exports, entry) == module.exports.end())
      return Error{ErrorCode::invalid_argument,
                   "the module does not export \"" + std::string(entry) + "\", which the convention " +
                       std::string(to_string(convention)) + " calls; name the convention that it is written for",
                   "convention_mismatch"};
  return {};
}

}  // namespace gstd::coordinator

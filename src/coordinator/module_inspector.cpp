#include "coordinator/module_inspector.hpp"

#include <algorithm>

namespace gstd::coordinator {
namespace {

// "\0asm" and version 1 (WebAssembly core specification, section 5.5.16).
constexpr std::array<std::uint8_t, 8> kWasmHeader{0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00};

Result<wasm::ModuleInfo> look_into(BytesView module) {
  if (wasm::is_available()) return wasm::inspect(module);
  if (module.size() < kWasmHeader.size() || !std::equal(kWasmHeader.begin(), kWasmHeader.end(), module.begin()))
    return Error{ErrorCode::invalid_argument, "the body is not a WebAssembly module", "module_invalid"};
  wasm::ModuleInfo info;
  return info;
}

}  // namespace

Result<void> check_names(const wasm::ModuleInfo& info) {
  const auto refuse = [](std::string message) { return Error{ErrorCode::invalid_argument, std::move(message), "module_invalid"}; };
  if (info.imports.size() + info.exports.size() > protocol::kModuleNamesMax)
    return refuse("the module has more than " + std::to_string(protocol::kModuleNamesMax) + " imports and exports");
  std::size_t bytes = 0;
  for (const auto* names : {&info.imports, &info.exports}) {
    for (const std::string& name : *names) {
      bytes += name.size();
      if (name.find('\n') != std::string::npos) return refuse("an import or export of the module has a line break in its name");
    }
  }
  if (bytes > protocol::kModuleNameBytesMax)
    return refuse("the names of the module's imports and exports are longer than " + std::to_string(protocol::kModuleNameBytesMax) +
                  " bytes");
  return {};
}

Result<wasm::ModuleInfo> ModuleInspector::inspect(BytesView module) {
  std::unique_lock turn(turn_, std::try_to_lock);
  if (!turn)
    return Error{ErrorCode::resource_exhausted, "another module is being inspected; upload again in a moment", "inspection_busy"};
  auto info = look_into(module);
  if (!info) return info;
  if (auto checked = check_names(*info); !checked) return std::move(checked).error();
  return info;
}

}  // namespace gstd::coordinator

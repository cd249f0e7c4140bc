#include "coordinator/inspection.hpp"

#include "coordinator/find.hpp"

namespace gstd::coordinator {

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

Result<wasm::ModuleInfo> inspect_upload(BytesView module) {
  auto info = wasm::inspect(module);
  if (!info) return info;
  if (auto checked = check_names(*info); !checked) return std::move(checked).error();
  return info;
}

Result<Digest> module_digest_of(const Call& call) {
  auto digest = Digest::parse_hex(call.path_argument);
  if (!digest) return Error{ErrorCode::invalid_argument, "the module is named by its SHA-256: " + digest.error().message, "field"};
  return digest;
}

Result<StoredModule> stored_module(Call& call, const Digest& digest) {
  StoredModule module;
  auto read = call.services().read([&](store::Transaction& records) -> Result<void> {
    auto record = find_module(records, digest);
    if (!record) return std::move(record).error();
    auto content = find_blob(records, digest);
    if (!content) return std::move(content).error();
    module = {*std::move(record), *std::move(content)};
    return {};
  });
  if (!read) return std::move(read).error();
  return module;
}

}  // namespace gstd::coordinator

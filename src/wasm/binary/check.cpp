#include "wasm/binary/check.hpp"

#include "wasm/binary/conventions.hpp"
#include "wasm/digest.hpp"

namespace gstd::wasm {
namespace {

using binary::Fault;
using binary::Layout;

std::string sentence(const Fault& fault) { return fault.message + ", at byte " + std::to_string(fault.offset); }

Error error_of(const Fault& fault) { return {ErrorCode::invalid_argument, sentence(fault), "module_invalid"}; }

Refusal refusal_of(const Fault& fault) { return {fault.offset, sentence(fault)}; }

Result<void> check_size(BytesView module) {
  if (module.size() > kModuleBytesMax)
    return error_of(
        {kModuleBytesMax,
         "the module has " + std::to_string(module.size()) + " bytes; at most " + std::to_string(kModuleBytesMax) + " are accepted",
         false});
  return {};
}

// Of two faults the one nearer to the beginning.
std::optional<Fault> first_of(std::optional<Fault> a, std::optional<Fault> b) {
  if (!a) return b;
  if (!b) return a;
  return b->offset < a->offset ? b : a;
}

// Exports that are missing are so for certain only in a module that was read to its end.
std::optional<Fault> find_misfit(const Layout& layout, GuestConvention convention, bool read_in_part) {
  return read_in_part ? check_imports(layout, convention) : check_convention(layout, convention);
}

void describe(const Layout& layout, ModuleInfo& info) {
  for (const auto& import : layout.imports) info.imports.push_back(std::string(import.module).append(".").append(import.name));
  for (const auto& entry : layout.exports) info.exports.emplace_back(entry.name);
  info.has_memory = layout.memory.has_value();
  if (layout.memory) {
    info.memory_pages_min = layout.memory->pages_min;
    info.memory_pages_max = layout.memory->pages_max;
  }
  info.function_count = layout.functions.size() - layout.functions_imported;
  for (std::size_t i = 0; i < binary::kFeatures; ++i) {
    const auto feature = static_cast<binary::Feature>(i);
    if (layout.features.has(feature)) info.features.emplace_back(feature_name(feature));
  }
  for (auto name : layout.custom_sections) info.custom_sections.emplace_back(name);
}

}  // namespace

Result<ModuleInfo> read_module(BytesView module) {
  if (auto checked = check_size(module); !checked) return std::move(checked).error();
  Layout layout;
  auto fault = read_layout(module, layout);
  if (fault && fault->malformed) return error_of(*fault);

  ModuleInfo info;
  auto digest = sha256({module});
  if (!digest) return std::move(digest).error();
  info.sha256 = *digest;
  info.size_bytes = module.size();
  describe(layout, info);

  const auto guess = guess_convention(layout);
  auto misfit = find_misfit(layout, guess, fault.has_value());
  if (!misfit && !fault) info.convention = guess;
  if (const auto refused = first_of(first_of(std::move(fault), layout.refusal), std::move(misfit)))
    info.refusal = refusal_of(*refused);
  return info;
}

Result<void> check_module(BytesView module, GuestConvention convention) {
  if (auto checked = check_size(module); !checked) return std::move(checked).error();
  Layout layout;
  auto fault = read_layout(module, layout);
  auto misfit = find_misfit(layout, convention, fault.has_value());
  if (const auto refused = first_of(first_of(std::move(fault), layout.refusal), std::move(misfit))) return error_of(*refused);
  return {};
}

Result<ModuleInfo> inspect(BytesView module) { return read_module(module); }

}  // namespace gstd::wasm

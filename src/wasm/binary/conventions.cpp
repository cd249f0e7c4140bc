#include "wasm/binary/conventions.hpp"

#include <algorithm>

#include "wasm/binary/check.hpp"
#include "wasm/env_functions.hpp"
#include "wasm/printable.hpp"
#include "wasm/wasi.hpp"

namespace gstd::wasm::binary {
namespace {

void append_type(std::string& text, char type) {
  switch (type) {
    case 'i':
      text += "i32";
      break;
    case 'I':
      text += "i64";
      break;
    case 'f':
      text += "f32";
      break;
    case 'd':
      text += "f64";
      break;
    case 'v':
      text += "v128";
      break;
    default:
      text += "reference";
  }
}

std::string describe_types(std::string_view types) {
  std::string text = "(";
  for (char type : types) {
    if (text.size() > 1) text += ", ";
    append_type(text, type);
  }
  return text + ")";
}

/// What the host offers or wants of a function: letters as in HostFunction, 0 for no result.
struct Form {
  std::string_view parameters;
  char result = 0;
};

std::string describe(const Form& form) {
  return describe_types(form.parameters) + " -> " + describe_types(form.result != 0 ? std::string_view{&form.result, 1} : "");
}

std::string describe(const Signature& signature) {
  return describe_types(signature.parameters) + " -> " + describe_types(signature.results);
}

bool fits(const Signature& signature, const Form& form) {
  const std::size_t results = form.result != 0 ? 1 : 0;
  return signature.parameters == form.parameters && signature.results.size() == results &&
         (results == 0 || signature.results[0] == form.result);
}

Fault refusal(std::size_t offset, std::string message) { return {offset, std::move(message), false}; }

std::string named(const Import& import) { return "the module imports " + quoted(import.name) + " from " + quoted(import.module); }

// `forms` are the host's with that name.
std::optional<Fault> check_form(const Import& import, const Signature& declared, std::span<const Form> forms) {
  std::string offered;
  for (const Form& form : forms) {
    if (fits(declared, form)) return std::nullopt;
    offered += (offered.empty() ? "" : " or ") + describe(form);
  }
  if (offered.empty()) return refusal(import.offset, named(import) + ", which has no such function");
  return refusal(import.offset, named(import) + " as " + describe(declared) + "; the host offers it as " + offered);
}

std::optional<Fault> check_import(const Layout& layout, const Import& import, GuestConvention convention) {
  const Signature& declared = layout.signatures[import.type];
  const bool env = convention == GuestConvention::env;
  std::vector<Form> forms;
  if (env && import.module == kEnvModule) {
    for (const auto& function : kEnvFunctions)
      if (function.name == import.name) forms.push_back({function.parameters, function.result});
    return check_form(import, declared, forms);
  }
  if (import.module != kWasiModule)
    return refusal(import.offset, named(import) + "; the convention " + std::string(to_string(convention)) + " offers " +
                                      (env ? "env and stubs of " : "only ") + std::string(kWasiModule));
  if (env && !std::ranges::count(kEnvWasiFunctions, import.name))
    return refusal(import.offset, named(import) + ", of which the convention " + std::string(to_string(convention)) +
                                      " offers only what its guests need");
  for (const auto& function : wasi_functions())
    if (function.name == import.name) forms.push_back({function.parameters, function.result});
  return check_form(import, declared, forms);
}

// Where a missing export would stand.
std::size_t exports_offset(const Layout& layout) {
  const auto& section = layout.section(SectionId::export_);
  return section ? section->offset : layout.size;
}

enum class Presence { required, optional };

std::optional<Fault> check_function_export(const Layout& layout, std::string_view name, const Form& wanted, Presence presence,
                                           std::string_view remedy) {
  const Export* entry = layout.find_export(name);
  if (!entry) {
    if (presence == Presence::optional) return std::nullopt;
    return refusal(exports_offset(layout), "the module exports no function " + quoted(name) + "; " + std::string(remedy));
  }
  const Signature* signature = entry->kind == ExternKind::function ? layout.signature_of(entry->index) : nullptr;
  if (!signature) return refusal(entry->offset, "the export " + quoted(name) + " is not a function");
  if (!fits(*signature, wanted))
    return refusal(entry->offset,
                   "the function " + quoted(name) + " is " + describe(*signature) + "; it must be " + describe(wanted));
  return std::nullopt;
}

std::optional<Fault> check_memory_export(const Layout& layout, Presence presence) {
  const Export* entry = layout.find_export("memory");
  if (!entry) {
    if (presence == Presence::optional) return std::nullopt;
    return refusal(exports_offset(layout), "the module exports no memory named `memory`; the host could not pass it any data");
  }
  if (entry->kind != ExternKind::memory || entry->index != 0 || !layout.memory)
    return refusal(entry->offset, "the export `memory` is not a memory");
  return std::nullopt;
}

std::optional<Fault> check_env_main(const Layout& layout) {
  const Export* entry = layout.find_export("main");
  if (!entry) return refusal(exports_offset(layout), "the module exports no function `main`, which the convention gstd:env calls");
  const Signature* signature = entry->kind == ExternKind::function ? layout.signature_of(entry->index) : nullptr;
  if (!signature) return refusal(entry->offset, "the export `main` is not a function");
  constexpr std::string_view kNumbers = "iIfd";
  const bool result_fits =
      signature->results.empty() || (signature->results.size() == 1 && kNumbers.find(signature->results[0]) != kNumbers.npos);
  if (!signature->parameters.empty() || !result_fits)
    return refusal(entry->offset,
                   "the function `main` is " + describe(*signature) + "; it must take nothing and give nothing or one number");
  return std::nullopt;
}

// The host finds the results of the instrumentation by these names.
std::optional<Fault> check_reserved_names(const Layout& layout) {
  for (const auto& entry : layout.exports)
    if (entry.name.starts_with(kReservedExportPrefix))
      return refusal(entry.offset, "the module exports " + quoted(entry.name) + "; names that begin with `" +
                                       std::string(kReservedExportPrefix) + "` are the sandbox's own");
  return std::nullopt;
}

}  // namespace

std::optional<Fault> check_imports(const Layout& layout, GuestConvention convention) {
  for (const auto& import : layout.imports)
    if (import.kind == ExternKind::function)
      if (auto found = check_import(layout, import, convention)) return found;
  return std::nullopt;
}

std::optional<Fault> check_convention(const Layout& layout, GuestConvention convention) {
  std::optional<Fault> first = check_imports(layout, convention);
  const auto note = [&first](std::optional<Fault> found) {
    if (found && (!first || found->offset < first->offset)) first = std::move(found);
  };
  switch (convention) {
    case GuestConvention::wasi:
      note(check_function_export(layout, "_start", {"", 0}, Presence::required, "build it as a WASI command"));
      note(check_memory_export(layout, Presence::required));
      break;
    case GuestConvention::env:
      note(check_env_main(layout));
      note(check_memory_export(layout, Presence::optional));
      break;
    case GuestConvention::reactor:
      note(check_function_export(layout, "alloc", {"i", 'i'}, Presence::required, "the host asks it for room for an input"));
      note(check_function_export(layout, "run", {"ii", 'I'}, Presence::required, "the host calls it with each input"));
      note(check_function_export(layout, "_initialize", {"", 0}, Presence::optional, {}));
      note(check_memory_export(layout, Presence::required));
      break;
  }
  note(check_reserved_names(layout));
  return first;
}

GuestConvention guess_convention(const Layout& layout) noexcept {
  const bool has_start = layout.find_export("_start") != nullptr;
  for (const auto& import : layout.imports)
    if (import.module == kEnvModule && !has_start) return GuestConvention::env;
  if (has_start) return GuestConvention::wasi;
  if (layout.find_export("alloc") && layout.find_export("run")) return GuestConvention::reactor;
  return layout.find_export("main") ? GuestConvention::env : GuestConvention::wasi;
}

}  // namespace gstd::wasm::binary

// Compiling, and the profile: the little that a program must have to be a task.
#include <algorithm>

#include "wasm/compiled_module.hpp"
#include "wasm/digest.hpp"
#include "wasm/link.hpp"

namespace gstd::wasm {
namespace {

Error refusal(std::string message) { return {ErrorCode::invalid_argument, std::move(message), "module_invalid"}; }

std::string_view text_of(const wasm_name_t* name) { return {name->data, name->size}; }

class Imports {
 public:
  explicit Imports(const wasmtime_module_t& module) { wasmtime_module_imports(&module, &list_); }
  ~Imports() { wasm_importtype_vec_delete(&list_); }
  Imports(const Imports&) = delete;
  Imports& operator=(const Imports&) = delete;
  std::span<wasm_importtype_t* const> all() const { return {list_.data, list_.size}; }

 private:
  wasm_importtype_vec_t list_;
};

class Exports {
 public:
  explicit Exports(const wasmtime_module_t& module) { wasmtime_module_exports(&module, &list_); }
  ~Exports() { wasm_exporttype_vec_delete(&list_); }
  Exports(const Exports&) = delete;
  Exports& operator=(const Exports&) = delete;
  std::span<wasm_exporttype_t* const> all() const { return {list_.data, list_.size}; }

  const wasm_externtype_t* find(std::string_view name) const {
    for (const auto* entry : all())
      if (text_of(wasm_exporttype_name(entry)) == name) return wasm_exporttype_type(entry);
    return nullptr;
  }

 private:
  wasm_exporttype_vec_t list_;
};

Result<ModuleHandle> compile(const Engine& engine, BytesView module) {
  if (module.size() > kModuleBytesMax)
    return refusal("the module has " + std::to_string(module.size()) + " bytes; at most " + std::to_string(kModuleBytesMax) +
                   " are accepted");
  // Validity is the module's own, the same on every machine, and a worker signs its lack as the task's outcome. What goes wrong in
  // compiling a valid module is this machine's trouble and must not be blamed on the module.
  if (const ErrorHandle invalid{wasmtime_module_validate(engine.handle.get(), module.data(), module.size())})
    return refusal("not a module that this sandbox can compile: " + describe(*invalid));
  wasmtime_module_t* compiled = nullptr;
  if (const ErrorHandle error{wasmtime_module_new(engine.handle.get(), module.data(), module.size(), &compiled)})
    return Error{ErrorCode::resource_exhausted, "compiling the module failed: " + describe(*error) + "; free memory and try again",
                 "compile"};
  return ModuleHandle{compiled};
}

Result<void> check_start(const Exports& exports) {
  const auto* type = exports.find("_start");
  if (!type || wasm_externtype_kind(type) != WASM_EXTERN_FUNC)
    return refusal("the module exports no function `_start`; build it as a WASI command");
  const auto* function = wasm_externtype_as_functype_const(type);
  if (wasm_functype_params(function)->size != 0 || wasm_functype_results(function)->size != 0)
    return refusal("the function `_start` must have no parameters and no results");
  return {};
}

const wasm_memorytype_t* find_memory(const Exports& exports) {
  const auto* type = exports.find("memory");
  if (!type || wasm_externtype_kind(type) != WASM_EXTERN_MEMORY) return nullptr;
  return wasm_externtype_as_memorytype_const(type);
}

}  // namespace

Result<std::shared_ptr<const CompiledModule>> compile_module(std::shared_ptr<const Engine> engine, BytesView module,
                                                             const Digest& sha256, GuestConvention convention,
                                                             std::uint64_t memory_bytes_max) {
  auto compiled = compile(*engine, module);
  if (!compiled) return std::move(compiled).error();
  const Exports exports{**compiled};
  if (auto checked = check_start(exports); !checked) return std::move(checked).error();
  const auto* memory = find_memory(exports);
  if (!memory) return refusal("the module exports no memory named `memory`; the host could not pass it any data");
  (void)memory_bytes_max;

  auto out = std::make_shared<CompiledModule>();
  out->sha256 = sha256;
  out->convention = convention;
  out->memory_pages_min = wasmtime_memorytype_minimum(memory);
  out->engine = std::move(engine);
  out->module = *std::move(compiled);
  auto instance = link(*out->engine, *out->module, convention);
  if (!instance) return std::move(instance).error();
  out->instance = *std::move(instance);
  return std::shared_ptr<const CompiledModule>{std::move(out)};
}

Result<ModuleInfo> describe_module(const Engine& engine, BytesView module) {
  auto compiled = compile(engine, module);
  if (!compiled) return std::move(compiled).error();
  auto digest = sha256({module});
  if (!digest) return std::move(digest).error();

  ModuleInfo info;
  info.sha256 = *digest;
  info.size_bytes = module.size();
  const Imports imports{**compiled};
  for (const auto* entry : imports.all())
    info.imports.push_back(
        std::string(text_of(wasm_importtype_module(entry))).append(".").append(text_of(wasm_importtype_name(entry))));
  const Exports exports{**compiled};
  for (const auto* entry : exports.all()) info.exports.emplace_back(text_of(wasm_exporttype_name(entry)));
  if (const auto* memory = find_memory(exports)) {
    info.memory_pages_min = wasmtime_memorytype_minimum(memory);
    std::uint64_t maximum = 0;
    if (wasmtime_memorytype_maximum(memory, &maximum)) info.memory_pages_max = maximum;
  }
  return info;
}

}  // namespace gstd::wasm

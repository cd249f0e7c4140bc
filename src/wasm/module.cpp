// From a stranger's bytes to code: the profile, validity, instrumentation, the compiler, the host functions.
#include "wasm/binary/check.hpp"
#include "wasm/binary/instrument.hpp"
#include "wasm/compiled_module.hpp"
#include "wasm/link.hpp"
#include "wasm/unseen_locks.hpp"

namespace gstd::wasm {
namespace {

// Validity is the module's own, the same on every machine, and a worker signs its lack as the task's outcome. What goes wrong in
// compiling a valid module is this machine's trouble and must not be blamed on the module.
Result<void> validate(const Engine& engine, BytesView module) {
  if (const ErrorHandle invalid{wasmtime_module_validate(engine.handle.get(), module.data(), module.size())})
    return Error{ErrorCode::invalid_argument, "not a module that this sandbox can compile: " + describe(*invalid),
                 "module_invalid"};
  return {};
}

Result<ModuleHandle> compile(const Engine& engine, BytesView module) {
  wasmtime_module_t* compiled = nullptr;
  const UnseenLocks locks;
  if (const ErrorHandle error{wasmtime_module_new(engine.handle.get(), module.data(), module.size(), &compiled)})
    return Error{ErrorCode::resource_exhausted, "compiling the module failed: " + describe(*error) + "; free memory and try again",
                 "compile"};
  return ModuleHandle{compiled};
}

}  // namespace

Result<ModuleInfo> admit_module(BytesView module, GuestConvention convention) {
  auto info = read_module(module);
  if (!info) return info;
  if (auto checked = check_module(module, convention); !checked) return std::move(checked).error();
  return info;
}

Result<std::shared_ptr<const CompiledModule>> compile_module(std::shared_ptr<const Engine> engine, BytesView module,
                                                             const ModuleInfo& info, GuestConvention convention,
                                                             std::uint64_t memory_bytes_max) {
  if (auto valid = validate(*engine, module); !valid) return std::move(valid).error();

  auto out = std::make_shared<CompiledModule>();
  out->sha256 = info.sha256;
  out->convention = convention;
  out->memory_pages_min = info.memory_pages_min;
  out->exports = static_cast<std::uint32_t>(info.exports.size());
  out->engine = std::move(engine);
  if (out->memory_pages_min * kPageBytes > memory_bytes_max) return std::shared_ptr<const CompiledModule>{std::move(out)};

  const auto instrumented = instrument(module);
  if (!instrumented) return instrumented.error();
  auto compiled = compile(*out->engine, *instrumented);
  if (!compiled) return std::move(compiled).error();
  out->module = *std::move(compiled);
  auto instance = link(*out->engine, *out->module, convention);
  if (!instance) return std::move(instance).error();
  out->instance = *std::move(instance);
  return std::shared_ptr<const CompiledModule>{std::move(out)};
}

}  // namespace gstd::wasm

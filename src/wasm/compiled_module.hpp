// A module that the profile accepts, compiled; and what it declares.
#pragma once

#include "wasm/backend.hpp"
#include "wasm/engine.hpp"

namespace gstd::wasm {

struct CompiledModule final : Code {
  std::shared_ptr<const Engine> engine;  ///< The one that it was compiled for; no other may run it.
  std::uint32_t exports = 0;             ///< Of the module as it was given; those of its instrumentation follow.
  ModuleHandle module;                   ///< Null where its memory is larger than any slot: it can never run.
  InstancePreHandle instance;            ///< Linked with the host functions, ready to instantiate.
};

/// What the profile accepts, with what it declares. Errors: invalid_argument, reason "module_invalid". internal: no SHA-256.
Result<ModuleInfo> admit_module(BytesView module, GuestConvention convention);

/// Compiles what admit_module() gave `info` for. Needs a stack of kThreadStackBytes. May be given up and outlive main(), and so
/// uses no library that ends with it. Errors: those of Sandbox::compile() but those about time.
Result<std::shared_ptr<const CompiledModule>> compile_module(std::shared_ptr<const Engine> engine, BytesView module,
                                                             const ModuleInfo& info, GuestConvention convention,
                                                             std::uint64_t memory_bytes_max);

/// As Backend::save() and load().
Result<Bytes> save_module(const CompiledModule& module);
Result<std::shared_ptr<const CompiledModule>> load_module(std::shared_ptr<const Engine> engine, BytesView saved);

}  // namespace gstd::wasm

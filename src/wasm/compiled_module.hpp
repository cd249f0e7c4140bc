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

/// Checks and compiles. Needs a stack of kThreadStackBytes.
/// Errors: those of Sandbox::compile() but those about time.
Result<std::shared_ptr<const CompiledModule>> compile_module(std::shared_ptr<const Engine> engine, BytesView module,
                                                             GuestConvention convention, std::uint64_t memory_bytes_max);

/// As Backend::save() and load().
Result<Bytes> save_module(const CompiledModule& module);
Result<std::shared_ptr<const CompiledModule>> load_module(std::shared_ptr<const Engine> engine, BytesView saved);

}  // namespace gstd::wasm

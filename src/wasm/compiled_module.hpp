// A module that the profile accepts, compiled; and what it declares.
#pragma once

#include <gstd/wasm.hpp>

#include "wasm/engine.hpp"

namespace gstd::wasm {

struct CompiledModule {
  std::shared_ptr<const Engine> engine;  ///< The one that it was compiled for; no other may run it.
  Digest sha256;
  std::uint64_t memory_pages_min = 0;
  InstancePreHandle instance;  ///< Linked with the host functions, ready to instantiate.
};

/// Errors: those of Sandbox::compile(). Needs a stack of kThreadStackBytes.
Result<CompiledModule> compile_module(std::shared_ptr<const Engine> engine, BytesView module);

}  // namespace gstd::wasm

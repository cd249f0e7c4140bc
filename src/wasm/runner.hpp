// One run of a guest: a fresh store on a thread of its own, watched by the caller.
#pragma once

#include <gstd/wasm.hpp>

#include "wasm/compiled_module.hpp"

namespace gstd::wasm {

/// Runs the module in the memory at `base`, which is the caller's alone until this returns.
/// Errors: resource_exhausted: no thread.
Result<Outcome> run_guest(const CompiledModule& module, std::uint8_t* base, BytesView input, const RunLimits& limits,
                          std::stop_token stop);

}  // namespace gstd::wasm

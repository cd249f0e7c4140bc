// What the end of a guest means, from everything that was seen of it.
#pragma once

#include <gstd/wasm.hpp>

#include "wasm/handles.hpp"
#include "wasm/world.hpp"

namespace gstd::wasm {

/// `error` and `trap` as the engine returned them, both null where the guest returned by itself. Sets kind, exit_code, trap,
/// message.
void classify(Outcome& outcome, const wasmtime_error_t* error, const wasm_trap_t* trap, const World& world,
              GuestConvention convention);

/// The outcome of a module whose declared memory is larger than the limit: it cannot even start.
Outcome memory_too_small(std::uint64_t declared_bytes, std::uint64_t limit_bytes);

}  // namespace gstd::wasm

// Whether this machine gives what every other does.
#pragma once

#include "wasm/backend.hpp"

namespace gstd::wasm {

/// Compiles and runs the corpus; nothing comes from a cache. The caller holds one slot. Cases that want more memory than a slot has
/// are left out.
/// Errors: internal, reason "self_test": another result than the expected; both are in the message. Those of the backend.
Result<void> run_self_test(Backend& backend, std::uint64_t slot_memory_bytes_max, const CallOptions& options);

}  // namespace gstd::wasm

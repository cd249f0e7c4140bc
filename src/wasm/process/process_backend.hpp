// The backend of Isolation::process.
#pragma once

#include "wasm/backend.hpp"

namespace gstd::wasm {

/// Starts one child, to see that there is a runner and that it is this library's.
/// Errors: failed_precondition, reason "runner_missing", "runner_mismatch" or "confinement". unavailable, reason "runner_start".
///         resource_exhausted, reason "process".
Result<std::unique_ptr<Backend>> make_process_backend(const SandboxOptions& options);

}  // namespace gstd::wasm

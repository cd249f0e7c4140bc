// The profile: which modules the sandbox takes. Decided by the bytes alone, so that every worker answers alike, and before any
// compiler sees them. What this check does not look at is types on the operand stack; Wasmtime validates those afterwards.
#pragma once

#include <gstd/wasm.hpp>

namespace gstd::wasm {

/// Names that begin so are exported by the instrumentation alone.
inline constexpr std::string_view kReservedExportPrefix = "gstd:";

/// Reads a module and says what the profile makes of it.
/// Errors: invalid_argument, reason "module_invalid": not the binary format of WebAssembly. internal: no SHA-256.
Result<ModuleInfo> read_module(BytesView module);

/// Success where the profile accepts the module under that convention.
/// Errors: invalid_argument, reason "module_invalid": the message names what is refused and where, "at byte 123".
Result<void> check_module(BytesView module, GuestConvention convention);

}  // namespace gstd::wasm

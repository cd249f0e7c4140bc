// Tasks whose requester brings a script instead of a module. They run on the JavaScript engine that the library carries, itself a
// WASI module, so that any HTTP client can ask for them, and any worker can do them, as for any other task.
#pragma once

#include <gstd/protocol.hpp>
#include <gstd/store.hpp>

namespace gstd::coordinator {

/// Makes of a request with a script the ordinary one that it stands for: script and input framed as the module's input, and, where
/// it names no module, this library's engine as that. One without a script stays as it is.
/// Errors: invalid_argument, reason "encryption": it is for an encrypted task; reason "script": the type or the convention is
/// another than a script's, or the input is not JSON; and
///         those of wasm::javascript_input().
Result<void> expand_script(protocol::CreateTask& request);

/// The digest of this library's engine. Threads: any.
const Digest& script_engine();

/// What the store keeps of the engine, but for uploader and time. Errors: those of inspect_upload().
Result<store::ModuleRecord> script_engine_record();

}  // namespace gstd::coordinator

// Modules as the coordinator keeps them, and what they are found to be.
#pragma once

#include <gstd/wasm.hpp>

#include "coordinator/call.hpp"

namespace gstd::coordinator {

/// Errors: invalid_argument, reason "module_invalid": beyond protocol::kModuleNamesMax or kModuleNameBytesMax, or a name with a
/// line break.
Result<void> check_names(const wasm::ModuleInfo& info);

/// What a module is, for its upload. Errors: those of check_names() and wasm::inspect().
Result<wasm::ModuleInfo> inspect_upload(BytesView module);

/// The module that the path names. Errors: invalid_argument, reason "field".
Result<Digest> module_digest_of(const Call& call);

struct StoredModule {
  store::ModuleRecord record;
  Bytes content;
};

/// Errors: not_found, reason "module_unknown"; the store's.
Result<StoredModule> stored_module(Call& call, const Digest& digest);

}  // namespace gstd::coordinator

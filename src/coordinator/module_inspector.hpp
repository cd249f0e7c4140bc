// What a module is found to be when it is uploaded; the store keeps it.
#pragma once

#include <gstd/protocol.hpp>
#include <gstd/wasm.hpp>

#include <mutex>

namespace gstd::coordinator {

/// Errors: invalid_argument, reason "module_invalid": beyond protocol::kModuleNamesMax or kModuleNameBytesMax, or a name with a
/// line break.
Result<void> check_names(const wasm::ModuleInfo& info);

/// May be shared between threads. Looks into one module at a time: it takes a compilation, on a thread that serves requests.
class ModuleInspector {
 public:
  /// What the module is, as far as this build can tell: without an engine only its header is looked at, and nothing is known of its
  /// imports, exports and memory.
  /// Errors: resource_exhausted, reason "inspection_busy": another one is under way. Those of check_names() and wasm::inspect().
  Result<wasm::ModuleInfo> inspect(BytesView module);

 private:
  std::mutex turn_;
};

}  // namespace gstd::coordinator

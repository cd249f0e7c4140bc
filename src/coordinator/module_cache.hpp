// What modules were found to be. Looking into one costs an engine and a compilation, and anybody may ask.
#pragma once

#include <gstd/wasm.hpp>

#include <deque>
#include <map>
#include <mutex>

namespace gstd::coordinator {

/// May be shared between threads.
class ModuleCache {
 public:
  /// Beyond, the oldest entry goes.
  static constexpr std::size_t kEntriesMax = 256;

  /// What the module is, as far as this build can tell: without an engine only its header is looked at, and nothing is known of its
  /// imports, exports and memory. `digest` is the SHA-256 of `module`.
  /// Errors: invalid_argument, reason "module_invalid". Those of wasm::inspect().
  Result<wasm::ModuleInfo> look_into(const Digest& digest, BytesView module);

 private:
  std::mutex mutex_;
  std::map<Digest, wasm::ModuleInfo> entries_;  // guarded by mutex_, as is the next
  std::deque<Digest> in_order_of_arrival_;
};

}  // namespace gstd::coordinator

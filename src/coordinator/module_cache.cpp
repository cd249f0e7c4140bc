#include "coordinator/module_cache.hpp"

#include <algorithm>

namespace gstd::coordinator {
namespace {

// "\0asm" and version 1 (WebAssembly core specification, section 5.5.16).
constexpr std::array<std::uint8_t, 8> kWasmHeader{0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00};

Result<wasm::ModuleInfo> inspect(const Digest& digest, BytesView module) {
  if (wasm::is_available()) return wasm::inspect(module);
  if (module.size() < kWasmHeader.size() || !std::equal(kWasmHeader.begin(), kWasmHeader.end(), module.begin()))
    return Error{ErrorCode::invalid_argument, "the body is not a WebAssembly module", "module_invalid"};
  wasm::ModuleInfo info;
  info.sha256 = digest;
  info.size_bytes = module.size();
  return info;
}

}  // namespace

Result<wasm::ModuleInfo> ModuleCache::look_into(const Digest& digest, BytesView module) {
  {
    std::lock_guard lock(mutex_);
    if (const auto found = entries_.find(digest); found != entries_.end()) return found->second;
  }
  auto info = inspect(digest, module);
  if (!info) return info;
  std::lock_guard lock(mutex_);
  if (!entries_.emplace(digest, *info).second) return info;
  in_order_of_arrival_.push_back(digest);
  if (in_order_of_arrival_.size() > kEntriesMax) {
    entries_.erase(in_order_of_arrival_.front());
    in_order_of_arrival_.pop_front();
  }
  return info;
}

}  // namespace gstd::coordinator

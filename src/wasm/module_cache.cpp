#include "wasm/module_cache.hpp"

#include "wasm/digest.hpp"
#include "wasm/engine.hpp"
#include "wasm/host_cpu.hpp"

namespace gstd::wasm {

Result<Digest> code_key(const Backend& backend, const Digest& module, GuestConvention convention) {
  // No part but the digest, whose size is fixed, holds a line feed.
  const std::string made_by = "gstd code key 1\n" + backend.engine() + "\n" + backend.variant() + "\n" + host_cpu() + "\n" +
                              std::string(to_string(convention)) + "\n";
  return sha256({as_bytes(made_by), module.view()});
}

Result<std::shared_ptr<const Code>> compile_cached(CodeCache& cache, Backend& backend, std::uint64_t slot_memory_bytes_max,
                                                   BytesView module, GuestConvention convention, const CallOptions& options) {
  const auto digest = sha256({module});
  if (!digest) return digest.error();
  const auto key = code_key(backend, *digest, convention);
  if (!key) return key.error();
  if (const auto kept = cache.get(*key)) {
    auto loaded = backend.load(kept->view());
    if (loaded && (*loaded)->sha256 == *digest && (*loaded)->convention == convention) return loaded;
  }
  auto code = backend.compile(module, convention, options);
  // What no slot here can hold has no code.
  if (!code || (*code)->memory_pages_min * kPageBytes > slot_memory_bytes_max) return code;
  if (const auto saved = backend.save(**code)) cache.put(*key, *saved);
  return code;
}

}  // namespace gstd::wasm

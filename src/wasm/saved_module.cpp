// Compiled modules as bytes: what the run needs to know, then the engine's own form. Integers as the machine has them, since the
// code is the machine's, too. Never from a stranger: whoever may write these bytes may run any code here.
#include <cstring>

#include "wasm/compiled_module.hpp"
#include "wasm/link.hpp"

namespace gstd::wasm {
namespace {

struct Header {
  std::array<std::uint8_t, Digest::kSize> sha256;
  std::uint64_t memory_pages_min;
  std::int32_t convention;
  std::uint32_t exports;
  std::uint64_t has_code;
};

class EngineBytes {
 public:
  EngineBytes() { wasm_byte_vec_new_empty(&bytes_); }
  ~EngineBytes() { wasm_byte_vec_delete(&bytes_); }
  EngineBytes(const EngineBytes&) = delete;
  EngineBytes& operator=(const EngineBytes&) = delete;
  wasm_byte_vec_t* out() noexcept { return &bytes_; }
  BytesView view() const noexcept { return {reinterpret_cast<const std::uint8_t*>(bytes_.data), bytes_.size}; }

 private:
  wasm_byte_vec_t bytes_;
};

}  // namespace

Result<Bytes> save_module(const CompiledModule& module) {
  EngineBytes code;
  if (module.module)
    if (const ErrorHandle error{wasmtime_module_serialize(module.module.get(), code.out())})
      return Error{ErrorCode::internal, "the engine could not save a module: " + describe(*error), {}};
  const Header header{module.sha256.bytes, module.memory_pages_min, static_cast<std::int32_t>(module.convention), module.exports,
                      module.module ? 1u : 0u};
  Bytes saved(sizeof header + code.view().size());
  std::memcpy(saved.data(), &header, sizeof header);
  if (!code.view().empty()) std::memcpy(saved.data() + sizeof header, code.view().data(), code.view().size());
  return saved;
}

Result<std::shared_ptr<const CompiledModule>> load_module(std::shared_ptr<const Engine> engine, BytesView saved) {
  Header header;
  if (saved.size() < sizeof header) return Error{ErrorCode::internal, "a saved module is too short", {}};
  std::memcpy(&header, saved.data(), sizeof header);
  auto out = std::make_shared<CompiledModule>();
  out->sha256.bytes = header.sha256;
  out->convention = static_cast<GuestConvention>(header.convention);
  out->memory_pages_min = header.memory_pages_min;
  out->exports = header.exports;
  out->engine = std::move(engine);
  if (header.has_code != 0) {
    const BytesView code = saved.subspan(sizeof header);
    wasmtime_module_t* module = nullptr;
    if (const ErrorHandle error{wasmtime_module_deserialize(out->engine->handle.get(), code.data(), code.size(), &module)})
      return Error{ErrorCode::internal, "the engine does not take a saved module: " + describe(*error), {}};
    out->module.reset(module);
    auto instance = link(*out->engine, *module, out->convention);
    if (!instance) return std::move(instance).error();
    out->instance = *std::move(instance);
  }
  return std::shared_ptr<const CompiledModule>{std::move(out)};
}

}  // namespace gstd::wasm

// Wasmtime by its C API alone, with the settings of the sandbox: what the sandbox is measured against.
#pragma once

#include <gstd/base.hpp>

#include <memory>

#include "wasm/handles.hpp"

namespace gstd::bench {

struct RawSettings {
  bool metered = false;          ///< Wasmtime's own fuel and epochs.
  bool signal_handlers = false;  ///< Guard pages instead of bounds checks.
};

/// A compiled module and a pool of one slot. Not shared between threads.
class RawGuest {
 public:
  static Result<RawGuest> create(BytesView module, const RawSettings& settings);

  /// A store, an instance, `_start`, and all of it taken down. False: it ended otherwise than by returning or exiting.
  bool run();

  /// What the last run wrote to any descriptor.
  const std::string& output() const noexcept { return *output_; }

 private:
  RawGuest() = default;

  RawSettings settings_;
  wasm::EngineHandle engine_;
  wasm::LinkerHandle linker_;
  wasm::ModuleHandle module_;
  wasm::InstancePreHandle instance_;
  std::unique_ptr<std::string> output_ = std::make_unique<std::string>();
};

}  // namespace gstd::bench

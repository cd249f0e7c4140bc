// The configured engine: which WebAssembly runs here, and where its instances live.
#pragma once

#include <gstd/wasm.hpp>

#include "wasm/binary/instrument.hpp"
#include "wasm/binary/limits.hpp"
#include "wasm/handles.hpp"

namespace gstd::wasm {

/// Stack of every thread of ours that runs or compiles a guest: what a guest may use, and room for host functions and for the
/// compiler, whose recursion follows the nesting of the module.
inline constexpr std::size_t kThreadStackBytes = 16u << 20;

/// Native stack of a guest.
inline constexpr std::size_t kGuestStackBytes = kInstrumentedStackBytes;

/// Size of a WebAssembly page.
inline constexpr std::uint64_t kPageBytes = 64u << 10;

/// May be shared between threads.
struct Engine {
  EngineHandle handle;
  std::string name;     ///< As Sandbox::engine().
  std::string variant;  ///< What compiled code depends on besides the name.

  /// Errors: resource_exhausted, reason "address_space". internal: the crypto library failed.
  static Result<std::shared_ptr<const Engine>> create(const SandboxOptions& options);
};

}  // namespace gstd::wasm

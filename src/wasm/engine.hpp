// The configured engine: which WebAssembly runs here, and the host functions it may call.
#pragma once

#include <gstd/base.hpp>

#include "wasm/binary/limits.hpp"
#include "wasm/handles.hpp"

namespace gstd::wasm {

/// Stack of every thread that runs or compiles a guest. Wasmtime checks a guest's depth against kGuestStackBytes; the rest is room
/// for host functions and for the compiler, whose recursion follows the nesting of the module.
inline constexpr std::size_t kThreadStackBytes = 16u << 20;

/// Native stack of a guest. Wasmtime refuses more than 2 MiB.
inline constexpr std::size_t kGuestStackBytes = 1u << 20;

enum class EnginePurpose {
  run,      ///< Optimised code.
  inspect,  ///< The same language, compiled as fast as possible and never run.
};

struct Engine {
  EngineHandle handle;
  LinkerHandle linker;  ///< Every function of WASI preview 1.
  std::string name;     ///< As Sandbox::engine().

  /// Errors: internal: the host functions could not be linked.
  static Result<std::shared_ptr<const Engine>> create(EnginePurpose purpose);
};

}  // namespace gstd::wasm

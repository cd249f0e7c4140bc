// Owners for Wasmtime's C handles.
#pragma once

#include <wasmtime.h>
#include <memory>
#include <string>

namespace gstd::wasm {

template <auto kDelete>
struct HandleDeleter {
  template <class T>
  void operator()(T* handle) const noexcept {
    kDelete(handle);
  }
};

template <class T, auto kDelete>
using Handle = std::unique_ptr<T, HandleDeleter<kDelete>>;

using ConfigHandle = Handle<wasm_config_t, wasm_config_delete>;
using EngineHandle = Handle<wasm_engine_t, wasm_engine_delete>;
using ErrorHandle = Handle<wasmtime_error_t, wasmtime_error_delete>;
using FunctionTypeHandle = Handle<wasm_functype_t, wasm_functype_delete>;
using InstancePreHandle = Handle<wasmtime_instance_pre_t, wasmtime_instance_pre_delete>;
using LinkerHandle = Handle<wasmtime_linker_t, wasmtime_linker_delete>;
using ModuleHandle = Handle<wasmtime_module_t, wasmtime_module_delete>;
using StoreHandle = Handle<wasmtime_store_t, wasmtime_store_delete>;
using TrapHandle = Handle<wasm_trap_t, wasm_trap_delete>;

/// The engine's text as one line; its own form lists causes on lines of their own.
std::string describe(const wasmtime_error_t& error);

}  // namespace gstd::wasm

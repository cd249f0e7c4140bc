// Between the engine and the host functions: what a module imports, found in the table of its convention.
#pragma once

#include <gstd/base.hpp>

#include "wasm/engine.hpp"
#include "wasm/world.hpp"

namespace gstd::wasm {

/// The data of a store: what its host functions need besides their arguments.
struct StoreData {
  World& world;
  std::optional<wasmtime_memory_t> memory;  ///< The instance's, once there is one.
  std::optional<wasmtime_global_t> fuel;    ///< What is left, likewise.
};

/// Every function that guests of the convention may import; several of one name differ in type.
std::span<const HostFunction> host_functions(GuestConvention convention) noexcept;

/// The letter of HostFunction for a kind of number, 0 for anything else.
char type_letter(wasm_valkind_t kind) noexcept;

/// The module, ready to instantiate in stores whose data is a StoreData.
/// Errors: invalid_argument, reason "module_invalid": an import that is not offered, by name.
Result<InstancePreHandle> link(const Engine& engine, const wasmtime_module_t& module, GuestConvention convention);

}  // namespace gstd::wasm

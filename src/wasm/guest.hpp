// One instance of a guest in a store of its own, and its calls, each under watch.
#pragma once

#include "wasm/compiled_module.hpp"
#include "wasm/link.hpp"
#include "wasm/timekeeper.hpp"

namespace gstd::wasm {

/// Used by one thread at a time. `module` and `keeper` must outlive it.
class Guest final : public Session {
 public:
  Guest(const CompiledModule& module, const RunLimits& limits, Timekeeper& keeper);

  /// Everything at once, as the module's convention has it. Once only.
  Outcome run(BytesView input, const std::stop_token& stop);

  /// Of a reactor: makes the instance, for call().
  Outcome start(const std::stop_token& stop);
  Outcome call(BytesView input, const std::stop_token& stop) override;

 private:
  /// How a step ended: both null where it returned.
  struct End {
    ErrorHandle error;
    TrapHandle trap;
    bool returned() const noexcept { return !error && !trap; }
  };

  template <class Steps>
  Outcome watched(BytesView input, const std::stop_token& stop, Steps steps);
  template <class Steps>
  End under_way(Steps& steps);

  // Steps, on the guest's stack.
  End take_place();
  End instantiate();
  End call(const wasmtime_func_t& function, std::span<wasmtime_val_raw_t> values);
  End call_export(std::string_view name, std::span<wasmtime_val_raw_t> values);
  End call_program(std::string_view name);
  End call_main();
  End call_reactor();

  std::optional<wasmtime_extern_t> find(std::string_view name, wasmtime_extern_kind_t kind);
  std::optional<wasmtime_extern_t> find_added(AddedExport added, wasmtime_extern_kind_t kind);
  void look_at_memory();
  /// What the instrumentation counted: fuel that is left, and how the guest was stopped.
  std::int64_t read_global(const wasmtime_global_t& global) const;
  void fill_fuel();
  void look_at_instrumentation(const End& end);

  const CompiledModule& module_;
  const RunLimits limits_;
  Timekeeper& keeper_;
  Interruption interruption_;
  World world_;
  StoreData data_;
  StoreHandle store_;
  wasmtime_context_t* context_;
  wasmtime_instance_t instance_{};
};

}  // namespace gstd::wasm

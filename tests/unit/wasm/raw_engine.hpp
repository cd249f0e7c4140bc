// Wasmtime itself, configured as the sandbox configures it but for what a test varies, and for the engine's own fuel and epochs,
// which end modules as they are: to run a module and its instrumented form side by side, and to see what the sandbox does not show.
#pragma once

#include <gtest/gtest.h>
#include <cstring>
#include <map>

#include "wasm/binary/instrument.hpp"
#include "wasm/engine.hpp"
#include "wasm/stack_thread.hpp"

namespace gstd::wasm {

enum class Compiler {
  fast_code,      ///< Optimised.
  plain,          ///< Not optimised, registers allocated with care.
  fast_compiling  ///< Not optimised, registers allocated in one pass.
};

struct RawOutcome {
  std::string error;        ///< Of the engine, before anything ran.
  std::optional<int> trap;  ///< wasmtime_trap_code_t, where one ended the call; -1 for a trap of the host.
  std::vector<std::uint64_t> values;
  std::uint64_t fuel = 0;
  std::uint32_t stack_units = 0;   ///< Of an instrumented module.
  std::uint32_t pages_wanted = 0;  ///< The same.
  Bytes memory;                    ///< Of the export `memory`, after the call.
  std::string output;              ///< What it wrote by fd_write.
  bool operator==(const RawOutcome&) const = default;
};

class RawEngine {
 public:
  explicit RawEngine(Compiler compiler = Compiler::fast_code) {
    wasm_config_t* c = wasm_config_new();
    wasmtime_config_consume_fuel_set(c, true);
    wasmtime_config_epoch_interruption_set(c, true);
    wasmtime_config_cranelift_nan_canonicalization_set(c, true);
    wasmtime_config_signals_based_traps_set(c, false);
    wasmtime_config_wasm_relaxed_simd_set(c, false);
    wasmtime_config_wasm_memory64_set(c, false);
    wasmtime_config_wasm_multi_memory_set(c, true);  // the instrumentation's own
    wasmtime_config_parallel_compilation_set(c, false);
    wasmtime_config_max_wasm_stack_set(c, kInstrumentedStackBytes);
    wasmtime_config_cranelift_opt_level_set(c,
                                            compiler == Compiler::fast_code ? WASMTIME_OPT_LEVEL_SPEED : WASMTIME_OPT_LEVEL_NONE);
    wasmtime_config_cranelift_regalloc_algorithm_set(
        c, compiler == Compiler::fast_compiling ? WASMTIME_REGALLOC_SINGLE_PASS : WASMTIME_REGALLOC_BACKTRACKING);
    engine_.reset(wasm_engine_new_with_config(c));
  }

  /// What the host gives to a guest's memory.
  std::int64_t memory_bytes_max = 64 << 20;

  /// The engine's words, or nothing where the module is valid.
  std::string validate(BytesView module) const {
    const ErrorHandle error{wasmtime_module_validate(engine_.get(), module.data(), module.size())};
    return error ? describe(*error) : std::string{};
  }

  /// Instantiates with stubs of every import, and calls an export; `arguments` and results are bits.
  RawOutcome call(BytesView module, std::string_view name, std::vector<std::uint64_t> arguments = {},
                  std::uint64_t fuel = 100'000'000'000) const {
    RawOutcome out;
    auto thread = StackThread::start(kThreadStackBytes, [&] { call_here(module, name, arguments, fuel, out); });
    EXPECT_TRUE(thread);
    return out;
  }

 private:
  using Context = wasmtime_context_t*;

  // Stubs: give zero; fd_write appends to the output and says how much; fd_read gives nothing; proc_exit ends the call.
  struct Stub {
    std::string name;
    std::size_t results;
    RawOutcome* out;
  };

  static wasm_trap_t* stub(void* env, wasmtime_caller_t* caller, wasmtime_val_raw_t* values, std::size_t) {
    const auto& self = *static_cast<const Stub*>(env);
    if (self.name == "proc_exit") return wasmtime_trap_new("exit", 4);
    if (self.name == "fd_write" || self.name == "fd_read") {
      wasmtime_extern_t memory;
      if (wasmtime_caller_export_get(caller, "memory", 6, &memory)) {
        const auto context = wasmtime_caller_context(caller);
        std::uint8_t* data = wasmtime_memory_data(context, &memory.of.memory);
        const auto at = [&](std::uint32_t place) {
          std::uint32_t value;
          std::memcpy(&value, data + place, 4);
          return value;
        };
        std::uint32_t total = 0;
        const std::uint32_t vectors = static_cast<std::uint32_t>(values[1].i32);
        for (std::uint32_t i = 0; self.name == "fd_write" && i < static_cast<std::uint32_t>(values[2].i32); ++i) {
          constexpr std::size_t kOutputBytesKept = 1u << 20;  // some guests never stop
          if (self.out->output.size() < kOutputBytesKept)
            self.out->output.append(reinterpret_cast<const char*>(data) + at(vectors + 8 * i), at(vectors + 8 * i + 4));
          total += at(vectors + 8 * i + 4);
        }
        std::memcpy(data + static_cast<std::uint32_t>(values[3].i32), &total, 4);
      }
    }
    if (self.results > 0) values[0].i64 = 0;
    return nullptr;
  }

  void call_here(BytesView bytes, std::string_view name, const std::vector<std::uint64_t>& arguments, std::uint64_t fuel,
                 RawOutcome& out) const {
    ModuleHandle& module = compiled_[Bytes{bytes.begin(), bytes.end()}];
    if (!module) {
      wasmtime_module_t* compiled = nullptr;
      if (const ErrorHandle error{wasmtime_module_new(engine_.get(), bytes.data(), bytes.size(), &compiled)}) {
        out.error = describe(*error);
        return;
      }
      module.reset(compiled);
    }
    const StoreHandle store{wasmtime_store_new(engine_.get(), nullptr, nullptr)};
    const Context context = wasmtime_store_context(store.get());
    wasmtime_store_limiter(store.get(), memory_bytes_max, kTableElementsMax, 1, kTablesMax, 2);
    wasmtime_context_set_epoch_deadline(context, 1);
    if (const ErrorHandle error{wasmtime_context_set_fuel(context, fuel)}) out.error = describe(*error);
    const LinkerHandle linker{wasmtime_linker_new(engine_.get())};
    std::vector<std::unique_ptr<Stub>> stubs;
    link_stubs(*linker, *module, stubs, out);
    wasmtime_instance_t instance;
    wasm_trap_t* raw_trap = nullptr;
    const ErrorHandle failed{wasmtime_linker_instantiate(linker.get(), context, module.get(), &instance, &raw_trap)};
    TrapHandle trap{raw_trap};
    if (failed) {
      out.error = describe(*failed);
      return;
    }
    const bool made = !trap;  // where the start function trapped, there is no instance to look at
    const auto counter = made ? find_global(context, instance, kFuelExport) : std::nullopt;
    if (counter) {
      // It counts for itself: the engine's count does not matter.
      constexpr std::uint64_t kPlenty = 1'000'000'000'000'000;
      if (const ErrorHandle error{wasmtime_context_set_fuel(context, kPlenty)}) out.error = describe(*error);
      const wasmtime_val_t value{.kind = WASMTIME_I64, .of = {.i64 = static_cast<std::int64_t>(fuel)}};
      if (const ErrorHandle error{wasmtime_global_set(context, &*counter, &value)}) out.error = describe(*error);
      if (exports(context, instance, kStartExport)) trap = call_export(context, instance, kStartExport, {}, out);
    }
    if (made && !trap && out.error.empty()) trap = call_export(context, instance, name, arguments, out);
    if (trap) {
      wasmtime_trap_code_t code = 0;
      out.trap = wasmtime_trap_code(trap.get(), &code) ? static_cast<int>(code) : -1;
    }
    std::uint64_t engine_left = 0;
    if (const ErrorHandle error{wasmtime_context_get_fuel(context, &engine_left)}) out.error = describe(*error);
    const std::int64_t left = counter ? read(context, *counter).of.i64 : static_cast<std::int64_t>(engine_left);
    out.fuel = fuel - static_cast<std::uint64_t>(left);
    if (left < 0) out.trap = WASMTIME_TRAP_CODE_OUT_OF_FUEL;
    if (!made) return;
    out.stack_units = read_global(context, instance, kStackUnitsExport);
    out.pages_wanted = read_global(context, instance, kPagesWantedExport);
    wasmtime_extern_t memory;
    if (wasmtime_instance_export_get(context, &instance, "memory", 6, &memory)) {
      const std::uint8_t* data = wasmtime_memory_data(context, &memory.of.memory);
      out.memory.assign(data, data + wasmtime_memory_data_size(context, &memory.of.memory));
    }
  }

  static void link_stubs(wasmtime_linker_t& linker, const wasmtime_module_t& module, std::vector<std::unique_ptr<Stub>>& stubs,
                         RawOutcome& out) {
    wasm_importtype_vec_t imports;
    wasmtime_module_imports(&module, &imports);
    for (std::size_t i = 0; i < imports.size; ++i) {
      const auto* from = wasm_importtype_module(imports.data[i]);
      const auto* name = wasm_importtype_name(imports.data[i]);
      const auto* type = wasm_externtype_as_functype_const(wasm_importtype_type(imports.data[i]));
      stubs.push_back(std::make_unique<Stub>(Stub{std::string(name->data, name->size), wasm_functype_results(type)->size, &out}));
      wasmtime_linker_allow_shadowing(&linker, true);
      const ErrorHandle error{wasmtime_linker_define_func_unchecked(&linker, from->data, from->size, name->data, name->size, type,
                                                                    stub, stubs.back().get(), nullptr)};
      EXPECT_FALSE(error);
    }
    wasm_importtype_vec_delete(&imports);
  }

  static TrapHandle call_export(Context context, const wasmtime_instance_t& instance, std::string_view name,
                                const std::vector<std::uint64_t>& arguments, RawOutcome& out) {
    wasmtime_extern_t function;
    if (!wasmtime_instance_export_get(context, &instance, name.data(), name.size(), &function) ||
        function.kind != WASMTIME_EXTERN_FUNC) {
      out.error = "no such export";
      return nullptr;
    }
    const Handle<wasm_functype_t, wasm_functype_delete> type{wasmtime_func_type(context, &function.of.func)};
    const std::size_t results = wasm_functype_results(type.get())->size;
    std::vector<wasmtime_val_raw_t> values(std::max(arguments.size(), results));
    for (std::size_t i = 0; i < arguments.size(); ++i) values[i].i64 = static_cast<std::int64_t>(arguments[i]);
    wasm_trap_t* trap = nullptr;
    const ErrorHandle error{wasmtime_func_call_unchecked(context, &function.of.func, values.data(), values.size(), &trap)};
    if (error) out.error = describe(*error);
    if (!error && !trap) {
      for (std::size_t i = 0; i < results; ++i) {
        const auto kind = wasm_valtype_kind(wasm_functype_results(type.get())->data[i]);
        const bool narrow = kind == WASM_I32 || kind == WASM_F32;
        out.values.push_back(narrow ? static_cast<std::uint32_t>(values[i].i32) : static_cast<std::uint64_t>(values[i].i64));
      }
    }
    return TrapHandle{trap};
  }

  static bool exports(Context context, const wasmtime_instance_t& instance, std::string_view name) {
    wasmtime_extern_t found;
    return wasmtime_instance_export_get(context, &instance, name.data(), name.size(), &found);
  }

  static std::optional<wasmtime_global_t> find_global(Context context, const wasmtime_instance_t& instance, std::string_view name) {
    wasmtime_extern_t found;
    if (!wasmtime_instance_export_get(context, &instance, name.data(), name.size(), &found)) return std::nullopt;
    return found.of.global;
  }

  static wasmtime_val_t read(Context context, const wasmtime_global_t& global) {
    wasmtime_val_t value;
    wasmtime_global_get(context, &global, &value);
    return value;
  }

  static std::uint32_t read_global(Context context, const wasmtime_instance_t& instance, std::string_view name) {
    const auto global = find_global(context, instance, name);
    return global ? static_cast<std::uint32_t>(read(context, *global).of.i32) : 0;
  }

  EngineHandle engine_;
  mutable std::map<Bytes, ModuleHandle> compiled_;
};

/// Instrumented, which must succeed and give a valid module.
inline Bytes instrumented(BytesView module) {
  static const RawEngine engine;
  EXPECT_EQ(engine.validate(module), "");
  auto out = instrument(module);
  EXPECT_TRUE(out) << out.error().message;
  if (!out) return {};
  EXPECT_EQ(engine.validate(*out), "");
  return *std::move(out);
}

}  // namespace gstd::wasm

// The configuration, every choice of it explicit: the engine's defaults change between versions, and here they decide who is paid.
//
// Signals: off. With them the engine installs handlers for SIGSEGV, SIGBUS, SIGILL and SIGFPE in the whole process, which libgstd,
// a guest in somebody's program, promises not to do (their crash reporter, a JVM or a sanitizer wants them too). The price is an
// explicit bounds check at each memory access instead of guard pages, and no Spectre masking of those accesses, which the engine
// couples to signals; a guest has no clock, no threads and no shared memory to measure such a leak with.
//
// Allocation on demand, with memories from linear_memory.cpp: see there why not the pool. Without the pool, nothing that depends on
// the machine is left in the configuration that could make the engine's constructor fail, which would abort the process.
//
// Compilation is not parallel: that would start a thread pool that lives as long as the process, is as large as the machine, and
// has stacks of unknown size. Different modules compile side by side on the threads of their callers' requests.
#include "wasm/engine.hpp"

#include "wasm/digest.hpp"
#include "wasm/linear_memory.hpp"
#include "wasm/wasi.hpp"

namespace gstd::wasm {
namespace {

struct Switch {
  std::string_view name;
  void (*set)(wasm_config_t*, bool);
  bool value;
};

// The language that guests may use, and what decides about results and fuel. Reference types, extended constants and typed function
// references have no switch in a build without `gc`; they are on and deterministic. Threads, exceptions, GC, components and stack
// switching are not compiled in.
constexpr std::array kSwitches{
    Switch{"consume_fuel", wasmtime_config_consume_fuel_set, true},
    Switch{"epoch_interruption", wasmtime_config_epoch_interruption_set, true},
    Switch{"nan_canonicalization", wasmtime_config_cranelift_nan_canonicalization_set, true},
    Switch{"signals_based_traps", wasmtime_config_signals_based_traps_set, false},
    Switch{"shared_memory", wasmtime_config_shared_memory_set, false},
    Switch{"wasm_bulk_memory", wasmtime_config_wasm_bulk_memory_set, true},
    Switch{"wasm_multi_value", wasmtime_config_wasm_multi_value_set, true},
    Switch{"wasm_simd", wasmtime_config_wasm_simd_set, true},
    Switch{"wasm_tail_call", wasmtime_config_wasm_tail_call_set, true},
    Switch{"wasm_relaxed_simd", wasmtime_config_wasm_relaxed_simd_set, false},
    Switch{"wasm_relaxed_simd_deterministic", wasmtime_config_wasm_relaxed_simd_deterministic_set, true},
    Switch{"wasm_memory64", wasmtime_config_wasm_memory64_set, false},
    Switch{"wasm_multi_memory", wasmtime_config_wasm_multi_memory_set, false},
    Switch{"wasm_custom_page_sizes", wasmtime_config_wasm_custom_page_sizes_set, false},
    Switch{"wasm_wide_arithmetic", wasmtime_config_wasm_wide_arithmetic_set, false},
    Switch{"wasm_branch_hinting", wasmtime_config_wasm_branch_hinting_set, false},
    Switch{"wasm_stack_switching", wasmtime_config_wasm_stack_switching_set, false},
    Switch{"gc_support", wasmtime_config_gc_support_set, false},
};

ConfigHandle make_config(EnginePurpose purpose) {
  ConfigHandle config{wasm_config_new()};
  wasm_config_t* c = config.get();
  for (const auto& entry : kSwitches) entry.set(c, entry.value);
  wasmtime_config_max_wasm_stack_set(c, kGuestStackBytes);

  wasmtime_config_strategy_set(c, WASMTIME_STRATEGY_CRANELIFT);
  const bool fast_code = purpose == EnginePurpose::run;
  wasmtime_config_cranelift_opt_level_set(c, fast_code ? WASMTIME_OPT_LEVEL_SPEED : WASMTIME_OPT_LEVEL_NONE);
  wasmtime_config_cranelift_regalloc_algorithm_set(c, fast_code ? WASMTIME_REGALLOC_BACKTRACKING : WASMTIME_REGALLOC_SINGLE_PASS);
  wasmtime_config_cranelift_debug_verifier_set(c, false);
  wasmtime_config_debug_info_set(c, false);
  wasmtime_config_profiler_set(c, WASMTIME_PROFILING_STRATEGY_NONE);
  wasmtime_config_parallel_compilation_set(c, false);
  // For debuggers only, and registering it takes time that grows with the square of the number of modules on some systems.
  wasmtime_config_native_unwind_info_set(c, false);

  // Our memories never move and need no guard pages; images mapped copy-on-write would bypass them.
  wasmtime_config_memory_may_move_set(c, false);
  wasmtime_config_memory_reservation_set(c, 0);
  wasmtime_config_memory_guard_size_set(c, 0);
  wasmtime_config_memory_reservation_for_growth_set(c, 0);
  wasmtime_config_memory_init_cow_set(c, false);
  use_linear_memories(*c);
  return config;
}

// Two engines of one name give the same outcome, output and fuel for the same task.
Result<std::string> engine_name() {
  std::string text = "wasi_revision=" + std::to_string(kWasiRevision) + "\nclock_step_ns=" + std::to_string(kClockStepNs) +
                     "\ntable_elements_max=" + std::to_string(kTableElementsMax) + "\ntables_max=" + std::to_string(kTablesMax) +
                     "\nmax_wasm_stack=" + std::to_string(kGuestStackBytes) + "\n";
  for (const auto& entry : kSwitches) text.append(entry.name).append(entry.value ? "=1\n" : "=0\n");
  const auto digest = sha256({as_bytes(text)});
  if (!digest) return digest.error();
  constexpr std::size_t kHashChars = 16;
  return "wasmtime-" WASMTIME_VERSION "/" + digest->hex().substr(0, kHashChars);
}

// Called on the guest's thread. Must not let an exception into the engine's frames.
wasm_trap_t* call_wasi(void* env, wasmtime_caller_t* caller, wasmtime_val_raw_t* values, std::size_t) {
  const auto& function = *static_cast<const WasiFunction*>(env);
  auto& wasi = *static_cast<Wasi*>(wasmtime_context_get_data(wasmtime_caller_context(caller)));
  std::array<std::uint64_t, kWasiParametersMax> arguments{};
  for (std::size_t i = 0; i < function.parameters.size(); ++i)
    arguments[i] =
        function.parameters[i] == 'i' ? static_cast<std::uint32_t>(values[i].i32) : static_cast<std::uint64_t>(values[i].i64);
  Answer answer{Errno::success};
  try {
    answer = function.call(wasi, arguments.data());
  } catch (...) {  // out of memory, while output or log grow
    wasi.host_failed = true;
    answer = Answer::end_of_run();
  }
  if (answer.ends_run) {
    constexpr std::string_view kReason = "ended by the host";
    return wasmtime_trap_new(kReason.data(), kReason.size());
  }
  if (function.returns_errno) values[0].i32 = static_cast<std::int32_t>(answer.error);
  return nullptr;
}

FunctionTypeHandle function_type(const WasiFunction& function) {
  wasm_valtype_vec_t parameters;
  wasm_valtype_vec_new_uninitialized(&parameters, function.parameters.size());
  for (std::size_t i = 0; i < function.parameters.size(); ++i)
    parameters.data[i] = wasm_valtype_new(function.parameters[i] == 'i' ? WASM_I32 : WASM_I64);
  wasm_valtype_vec_t results;
  wasm_valtype_vec_new_uninitialized(&results, function.returns_errno ? 1 : 0);
  if (function.returns_errno) results.data[0] = wasm_valtype_new(WASM_I32);
  return FunctionTypeHandle{wasm_functype_new(&parameters, &results)};
}

}  // namespace

std::string describe(const wasmtime_error_t& error) {
  wasm_name_t text;
  wasmtime_error_message(&error, &text);
  std::string line;
  for (std::size_t i = 0; i < text.size; ++i) {
    const char c = text.data[i];
    const bool space = c == '\n' || c == ' ';
    if (space && (line.empty() || line.back() == ' ')) continue;
    line += space ? ' ' : c;
  }
  wasm_byte_vec_delete(&text);
  while (!line.empty() && (line.back() == ' ' || line.back() == '\0')) line.pop_back();
  return line;
}

Result<std::shared_ptr<const Engine>> Engine::create(EnginePurpose purpose) {
  auto engine = std::make_shared<Engine>();
  auto name = engine_name();
  if (!name) return std::move(name).error();
  engine->name = *std::move(name);
  engine->handle.reset(wasm_engine_new_with_config(make_config(purpose).release()));
  engine->linker.reset(wasmtime_linker_new(engine->handle.get()));
  for (const auto& function : wasi_functions()) {
    const auto type = function_type(function);
    const ErrorHandle error{wasmtime_linker_define_func_unchecked(engine->linker.get(), kWasiModule.data(), kWasiModule.size(),
                                                                  function.name.data(), function.name.size(), type.get(), call_wasi,
                                                                  const_cast<WasiFunction*>(&function), nullptr)};
    if (error) return Error{ErrorCode::internal, "cannot link the host functions: " + describe(*error), {}};
  }
  return std::shared_ptr<const Engine>{std::move(engine)};
}

}  // namespace gstd::wasm

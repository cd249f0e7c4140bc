// The configuration, every choice of it explicit: the engine's defaults change between versions, and here they decide who is paid.
//
// Signals: off unless the options ask for them. With them the engine installs handlers for SIGSEGV, SIGBUS, SIGILL and SIGFPE in
// the whole process, which libgstd, a guest in somebody's program, does not do unasked (their crash reporter, a JVM or a sanitizer
// wants them too). The price is an explicit bounds check at each memory access instead of guard pages, and no Spectre masking of
// those accesses, which the engine couples to signals; a guest has no clock, no threads and no shared memory to measure such a leak
// with.
//
// Instances come from Wasmtime's pool: memories, tables and copy-on-write images of their first contents stay mapped between runs.
// A pool that cannot be mapped aborts the process inside the engine's constructor, so the same ranges are mapped on trial first;
// where that fails, instances are allocated one by one, with no more address space than their memory may have.
//
// Functions are not put into one another by the compiler: its C API has no switch for that, and 48 does not by itself. What
// interrupts a guest relies on it (binary/meter.hpp), and a test holds it.
//
// Compilation is not parallel: that would start a thread pool that lives as long as the process, is as large as the machine, and
// has stacks of unknown size. Different modules compile side by side on the threads of their callers' requests.
#include "wasm/engine.hpp"

#include <sys/mman.h>

#include "wasm/binary/instrument.hpp"
#include "wasm/digest.hpp"
#include "wasm/world.hpp"

namespace gstd::wasm {
namespace {

struct Switch {
  std::string_view name;
  void (*set)(wasm_config_t*, bool);
  bool value;
};

// The language that guests may use, and what decides about results. Fuel and interruption are the instrumentation's
// (binary/meter.hpp), and so is the second memory; a guest's own is refused by the module check. Reference types, extended
// constants and typed function references have no switch in a build without `gc`; they are on and deterministic. Threads,
// exceptions, GC, components and stack switching are not compiled in.
constexpr std::array kSwitches{
    Switch{"consume_fuel", wasmtime_config_consume_fuel_set, false},
    Switch{"epoch_interruption", wasmtime_config_epoch_interruption_set, false},
    Switch{"nan_canonicalization", wasmtime_config_cranelift_nan_canonicalization_set, true},
    Switch{"shared_memory", wasmtime_config_shared_memory_set, false},
    Switch{"wasm_bulk_memory", wasmtime_config_wasm_bulk_memory_set, true},
    Switch{"wasm_multi_value", wasmtime_config_wasm_multi_value_set, true},
    Switch{"wasm_simd", wasmtime_config_wasm_simd_set, true},
    Switch{"wasm_tail_call", wasmtime_config_wasm_tail_call_set, true},
    Switch{"wasm_relaxed_simd", wasmtime_config_wasm_relaxed_simd_set, false},
    Switch{"wasm_relaxed_simd_deterministic", wasmtime_config_wasm_relaxed_simd_deterministic_set, true},
    Switch{"wasm_memory64", wasmtime_config_wasm_memory64_set, false},
    Switch{"wasm_multi_memory", wasmtime_config_wasm_multi_memory_set, true},
    Switch{"wasm_custom_page_sizes", wasmtime_config_wasm_custom_page_sizes_set, false},
    Switch{"wasm_wide_arithmetic", wasmtime_config_wasm_wide_arithmetic_set, false},
    Switch{"wasm_branch_hinting", wasmtime_config_wasm_branch_hinting_set, false},
    Switch{"wasm_stack_switching", wasmtime_config_wasm_stack_switching_set, false},
    Switch{"gc_support", wasmtime_config_gc_support_set, false},
};

// All that a 32-bit index reaches. With guard pages an access needs no check at all then; without them the size costs nothing,
// since what no guest touches is a number in the kernel's books only.
constexpr std::uint64_t kReservationBytes = 4ull << 30;
constexpr std::uint64_t kGuardBytes = 32ull << 20;  // so that constant offsets up to there need no check either

// What the pool leaves in place, cleared by hand, when an instance ends; the rest goes back to the kernel, and is faulted in again.
// A page: all of it is cleared for each instance, touched or not, so that 64 KiB cost a run of microseconds half of its time (and
// 128 KiB of memory per slot, with the memory by which a guest is ended), and save a guest that prints nothing.
constexpr std::size_t kMemoryResidentBytes = 4u << 10;
constexpr std::size_t kTableResidentBytes = 4u << 10;

// Of a module's context: 32 bytes per function that its tables or exports name, 16 per global.
constexpr std::size_t kContextBytesMax = 16u << 20;

// The guest's own, and the one by which it is ended.
constexpr std::uint32_t kMemoriesPerGuest = 2;

// What the engine's tables take per element.
constexpr std::uint64_t kTableElementBytes = 16;

std::uint64_t pages_up(std::uint64_t bytes) { return (bytes + kPageBytes - 1) / kPageBytes * kPageBytes; }

struct Layout {
  bool pooled;
  std::uint64_t reservation_bytes;
  std::uint64_t guard_bytes;
};

// Whether that much can be mapped now. Between this and the engine's own mapping another thread may take it away; nothing in the
// engine's interface allows to do better.
bool can_map(std::uint64_t bytes) {
  void* start = mmap(nullptr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (start == MAP_FAILED) return false;
  munmap(start, bytes);
  return true;
}

std::optional<Layout> choose_layout(const SandboxOptions& options) {
  const std::uint64_t guard = options.signal_handlers ? kGuardBytes : 0;
  const std::uint64_t tables = kTablesMax * kTableElementsMax * kTableElementBytes;
  // A runner's process has one instance in its life: nothing to keep mapped for the next.
  const bool for_runner = options.isolation == Isolation::process;
  if (for_runner && can_map(kMemoriesPerGuest * (kReservationBytes + guard))) return Layout{false, kReservationBytes, guard};
  if (!for_runner && can_map(options.slots * (kMemoriesPerGuest * (kReservationBytes + guard) + tables) + guard))
    return Layout{true, kReservationBytes, guard};
  const std::uint64_t lowered = pages_up(options.slot_memory_bytes_max);
  if (can_map(options.slots * kMemoriesPerGuest * (lowered + guard))) return Layout{false, lowered, guard};
  return std::nullopt;
}

void use_pool(wasm_config_t* config, const SandboxOptions& options) {
  using Pool = Handle<wasmtime_pooling_allocation_config_t, wasmtime_pooling_allocation_config_delete>;
  const Pool pool{wasmtime_pooling_allocation_config_new()};
  auto* p = pool.get();
  wasmtime_pooling_allocation_config_total_core_instances_set(p, options.slots);
  wasmtime_pooling_allocation_config_max_core_instance_size_set(p, kContextBytesMax);
  wasmtime_pooling_allocation_config_total_memories_set(p, options.slots * kMemoriesPerGuest);
  wasmtime_pooling_allocation_config_max_memories_per_module_set(p, kMemoriesPerGuest);
  wasmtime_pooling_allocation_config_max_memory_size_set(p, pages_up(options.slot_memory_bytes_max));
  wasmtime_pooling_allocation_config_total_tables_set(p, options.slots * kTablesMax);
  wasmtime_pooling_allocation_config_max_tables_per_module_set(p, kTablesMax);
  wasmtime_pooling_allocation_config_table_elements_set(p, kTableElementsMax);
  wasmtime_pooling_allocation_config_max_unused_warm_slots_set(p, options.slots);
  wasmtime_pooling_allocation_config_decommit_batch_size_set(p, 1);
  wasmtime_pooling_allocation_config_linear_memory_keep_resident_set(p, kMemoryResidentBytes);
  wasmtime_pooling_allocation_config_table_keep_resident_set(p, kTableResidentBytes);
  wasmtime_pooling_allocation_strategy_set(config, p);
}

ConfigHandle make_config(const SandboxOptions& options, const Layout& layout) {
  ConfigHandle config{wasm_config_new()};
  wasm_config_t* c = config.get();
  for (const auto& entry : kSwitches) entry.set(c, entry.value);
  wasmtime_config_max_wasm_stack_set(c, kGuestStackBytes);
  wasmtime_config_signals_based_traps_set(c, options.signal_handlers);

  wasmtime_config_strategy_set(c, WASMTIME_STRATEGY_CRANELIFT);
  wasmtime_config_cranelift_opt_level_set(c, options.optimize ? WASMTIME_OPT_LEVEL_SPEED : WASMTIME_OPT_LEVEL_NONE);
  // The single-pass allocator would compile faster, to frames several times as large as stack_weight.hpp allows for: a recursion
  // would run out of the native stack before it comes to kStackUnitsMax.
  wasmtime_config_cranelift_regalloc_algorithm_set(c, WASMTIME_REGALLOC_BACKTRACKING);
  wasmtime_config_cranelift_debug_verifier_set(c, false);
  wasmtime_config_debug_info_set(c, false);
  wasmtime_config_profiler_set(c, WASMTIME_PROFILING_STRATEGY_NONE);
  wasmtime_config_parallel_compilation_set(c, false);
  // For debuggers only, and registering it takes time that grows with the square of the number of modules on some systems.
  wasmtime_config_native_unwind_info_set(c, false);

  wasmtime_config_memory_may_move_set(c, false);
  wasmtime_config_memory_reservation_set(c, layout.reservation_bytes);
  wasmtime_config_memory_guard_size_set(c, layout.guard_bytes);
  wasmtime_config_memory_reservation_for_growth_set(c, 0);
  // A runner may not create the file that an image is, and the engine then copies instead.
  wasmtime_config_memory_init_cow_set(c, true);
  if (layout.pooled) use_pool(c, options);
  return config;
}

// Two engines of one name give the same outcome, output and fuel for the same task.
Result<std::string> engine_name() {
  std::string text =
      "host_revision=" + std::to_string(kHostRevision) + "\ninstrumentation_revision=" + std::to_string(kInstrumentationRevision) +
      "\nclock_step_ns=" + std::to_string(kClockStepNs) + "\ntable_elements_max=" + std::to_string(kTableElementsMax) +
      "\ntables_max=" + std::to_string(kTablesMax) + "\nmax_wasm_stack=" + std::to_string(kGuestStackBytes) + "\n";
  for (const auto& entry : kSwitches) text.append(entry.name).append(entry.value ? "=1\n" : "=0\n");
  const auto digest = sha256({as_bytes(text)});
  if (!digest) return digest.error();
  constexpr std::size_t kHashChars = 16;
  return "wasmtime-" WASMTIME_VERSION "/" + digest->hex().substr(0, kHashChars);
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

Result<std::shared_ptr<const Engine>> Engine::create(const SandboxOptions& options) {
  auto name = engine_name();
  if (!name) return std::move(name).error();
  const auto layout = choose_layout(options);
  if (!layout)
    return Error{ErrorCode::resource_exhausted,
                 "no address space for " + std::to_string(options.slots) + " slots of " +
                     std::to_string(options.slot_memory_bytes_max) +
                     " bytes; lower slots or slot_memory_bytes_max, or raise the process's limit",
                 "address_space"};
  auto engine = std::make_shared<Engine>();
  engine->name = *std::move(name);
  engine->variant = std::string(options.optimize ? "optimized" : "plain") + (options.signal_handlers ? " signals" : " checks") +
                    " " + std::to_string(layout->reservation_bytes) + "+" + std::to_string(layout->guard_bytes);
  engine->handle.reset(wasm_engine_new_with_config(make_config(options, *layout).release()));
  return std::shared_ptr<const Engine>{std::move(engine)};
}

}  // namespace gstd::wasm

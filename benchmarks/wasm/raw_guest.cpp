#include "wasm/raw_guest.hpp"

#include <cstring>

namespace gstd::bench {
namespace {

constexpr std::uint64_t kMemoryBytesMax = 256ull << 20;  // as RunLimits
constexpr std::uint64_t kReservationBytes = 4ull << 30;
constexpr std::uint64_t kGuardBytes = 32ull << 20;
// As the sandbox.
constexpr std::size_t kResidentBytes = 4u << 10;
// Never reached.
constexpr std::uint64_t kFuel = 1ull << 60;
constexpr std::uint64_t kEpochs = 1ull << 40;

wasm::EngineHandle make_engine(const RawSettings& settings) {
  wasm_config_t* c = wasm_config_new();
  wasmtime_config_consume_fuel_set(c, settings.metered);
  wasmtime_config_epoch_interruption_set(c, settings.metered);
  wasmtime_config_cranelift_nan_canonicalization_set(c, true);
  wasmtime_config_signals_based_traps_set(c, settings.signal_handlers);
  wasmtime_config_wasm_relaxed_simd_set(c, false);
  wasmtime_config_gc_support_set(c, false);
  wasmtime_config_cranelift_opt_level_set(c, WASMTIME_OPT_LEVEL_SPEED);
  wasmtime_config_parallel_compilation_set(c, false);
  wasmtime_config_native_unwind_info_set(c, false);
  wasmtime_config_max_wasm_stack_set(c, 2u << 20);
  wasmtime_config_memory_may_move_set(c, false);
  wasmtime_config_memory_reservation_set(c, kReservationBytes);
  wasmtime_config_memory_guard_size_set(c, settings.signal_handlers ? kGuardBytes : 0);
  wasmtime_config_memory_init_cow_set(c, true);
  const wasm::Handle<wasmtime_pooling_allocation_config_t, wasmtime_pooling_allocation_config_delete> pool{
      wasmtime_pooling_allocation_config_new()};
  wasmtime_pooling_allocation_config_total_core_instances_set(pool.get(), 1);
  wasmtime_pooling_allocation_config_total_memories_set(pool.get(), 1);
  wasmtime_pooling_allocation_config_total_tables_set(pool.get(), 1);
  wasmtime_pooling_allocation_config_max_memory_size_set(pool.get(), kMemoryBytesMax);
  wasmtime_pooling_allocation_config_linear_memory_keep_resident_set(pool.get(), kResidentBytes);
  wasmtime_pooling_allocation_config_table_keep_resident_set(pool.get(), kResidentBytes);
  wasmtime_pooling_allocation_strategy_set(c, pool.get());
  return wasm::EngineHandle{wasm_engine_new_with_config(c)};
}

wasm_trap_t* exit_guest(void*, wasmtime_caller_t*, wasmtime_val_raw_t*, std::size_t) { return wasmtime_trap_new("exit", 4); }

wasm_trap_t* answer_zero(void*, wasmtime_caller_t*, wasmtime_val_raw_t* values, std::size_t) {
  values[0].i32 = 0;
  return nullptr;
}

// fd_write(descriptor, list of {address, length}, count, address of the sum). The guests are our own: nothing is checked.
wasm_trap_t* write_output(void* output, wasmtime_caller_t* caller, wasmtime_val_raw_t* values, std::size_t) {
  wasmtime_extern_t memory;
  wasmtime_caller_export_get(caller, "memory", 6, &memory);
  std::uint8_t* const bytes = wasmtime_memory_data(wasmtime_caller_context(caller), &memory.of.memory);
  std::uint32_t sum = 0;
  for (std::int32_t i = 0; i < values[2].i32; ++i) {
    std::uint32_t piece[2];
    std::memcpy(piece, bytes + values[1].i32 + 8 * i, sizeof piece);
    static_cast<std::string*>(output)->append(reinterpret_cast<const char*>(bytes) + piece[0], piece[1]);
    sum += piece[1];
  }
  std::memcpy(bytes + values[3].i32, &sum, sizeof sum);
  values[0].i32 = 0;
  return nullptr;
}

Error failed(const wasmtime_error_t& error) { return {ErrorCode::internal, "Wasmtime: " + wasm::describe(error), {}}; }

}  // namespace

Result<RawGuest> RawGuest::create(BytesView module, const RawSettings& settings) {
  RawGuest guest;
  guest.settings_ = settings;
  guest.engine_ = make_engine(settings);
  wasmtime_module_t* compiled = nullptr;
  if (const wasm::ErrorHandle error{wasmtime_module_new(guest.engine_.get(), module.data(), module.size(), &compiled)})
    return failed(*error);
  guest.module_.reset(compiled);

  guest.linker_.reset(wasmtime_linker_new(guest.engine_.get()));
  wasm_importtype_vec_t imports;
  wasmtime_module_imports(compiled, &imports);
  for (std::size_t i = 0; i < imports.size; ++i) {
    const wasm_name_t* room = wasm_importtype_module(imports.data[i]);
    const wasm_name_t* name = wasm_importtype_name(imports.data[i]);
    const std::string_view text{name->data, name->size};
    const auto function = text == "proc_exit" ? exit_guest : text == "fd_write" ? write_output : answer_zero;
    const wasm::ErrorHandle error{wasmtime_linker_define_func_unchecked(
        guest.linker_.get(), room->data, room->size, name->data, name->size,
        wasm_externtype_as_functype_const(wasm_importtype_type(imports.data[i])), function, guest.output_.get(), nullptr)};
    if (error) return failed(*error);
  }
  wasm_importtype_vec_delete(&imports);
  wasmtime_instance_pre_t* instance = nullptr;
  if (const wasm::ErrorHandle error{wasmtime_linker_instantiate_pre(guest.linker_.get(), compiled, &instance)})
    return failed(*error);
  guest.instance_.reset(instance);
  return guest;
}

bool RawGuest::run() {
  output_->clear();
  const wasm::StoreHandle store{wasmtime_store_new(engine_.get(), nullptr, nullptr)};
  wasmtime_context_t* const context = wasmtime_store_context(store.get());
  wasmtime_store_limiter(store.get(), kMemoryBytesMax, -1, 1, 1, 1);
  if (settings_.metered) {
    const wasm::ErrorHandle error{wasmtime_context_set_fuel(context, kFuel)};
    wasmtime_context_set_epoch_deadline(context, kEpochs);
  }
  wasmtime_instance_t instance;
  wasm_trap_t* trap = nullptr;
  const wasm::ErrorHandle start_error{wasmtime_instance_pre_instantiate(instance_.get(), context, &instance, &trap)};
  const wasm::TrapHandle start_trap{trap};
  wasmtime_extern_t start;
  if (start_error || start_trap || !wasmtime_instance_export_get(context, &instance, "_start", 6, &start)) return false;
  std::array<wasmtime_val_raw_t, 1> values{};
  trap = nullptr;
  const wasm::ErrorHandle error{wasmtime_func_call_unchecked(context, &start.of.func, values.data(), values.size(), &trap)};
  const wasm::TrapHandle end{trap};
  wasmtime_trap_code_t code;
  return !error && (!end || !wasmtime_trap_code(end.get(), &code));  // an exit is a trap of ours, which has no code
}

}  // namespace gstd::bench

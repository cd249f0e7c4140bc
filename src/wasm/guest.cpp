#include "wasm/guest.hpp"

#include <algorithm>
#include <thread>

#include "wasm/binary/instrument.hpp"
#include "wasm/env.hpp"
#include "wasm/outcome.hpp"

namespace gstd::wasm {
namespace {

// What a guest's thread needs besides the guest's own stack: host functions, and the engine around them.
constexpr std::size_t kHostStackBytes = 512u << 10;

// What the pinned version says where its pool seems full.
constexpr std::string_view kNoPlaceFound = "maximum concurrent";

bool is_good(OutcomeKind kind) { return kind == OutcomeKind::completed || kind == OutcomeKind::exited; }

}  // namespace

Guest::Guest(const CompiledModule& module, const RunLimits& limits, Timekeeper& keeper)
    : module_(module),
      limits_(limits),
      keeper_(keeper),
      world_(module.sha256, limits_, interruption_),
      data_{world_, {}, {}},
      store_(wasmtime_store_new(module.engine->handle.get(), &data_, nullptr)),
      context_(wasmtime_store_context(store_.get())) {
  // Numbers of instances, tables and memories are not limited here: the profile bounds them, and each try to take a place counts
  // anew.
  wasmtime_store_limiter(store_.get(), static_cast<std::int64_t>(limits_.memory_bytes_max), kTableElementsMax, -1, -1, -1);
}

Outcome Guest::run(BytesView input, const std::stop_token& stop) {
  return watched(input, stop, [this] {
    End end = instantiate();
    if (!end.returned()) return end;
    switch (module_.convention) {
      case GuestConvention::wasi:
        return call_program("_start");
      case GuestConvention::env:
        return call_main();
      case GuestConvention::reactor:
        return call_reactor();
    }
    return end;
  });
}

Outcome Guest::start(const std::stop_token& stop) {
  return watched({}, stop, [this] { return instantiate(); });
}

Outcome Guest::call(BytesView input, const std::stop_token& stop) {
  return watched(input, stop, [this] { return call_reactor(); });
}

// Runs the steps with deadline and stop request in force, and makes an Outcome of what is seen afterwards.
template <class Steps>
Outcome Guest::watched(BytesView input, const std::stop_token& stop, Steps steps) {
  const auto start = system_clock().steady();
  world_.input = input;
  interruption_.reset();
  End end;
  {
    const Timekeeper::Watch watch{keeper_, interruption_, limits_.wall_time};
    const std::stop_callback on_stop{stop, [this] { interruption_.request(OutcomeKind::cancelled); }};
    end = under_way(steps);
  }

  Outcome outcome;
  look_at_instrumentation(end);
  classify(outcome, end.error.get(), end.trap.get(), world_, module_.convention);
  if (data_.fuel)
    outcome.fuel_used = limits_.fuel - static_cast<std::uint64_t>(std::max<std::int64_t>(read_global(*data_.fuel), 0));
  outcome.memory_bytes_peak = data_.memory ? wasmtime_memory_data_size(context_, &*data_.memory) : 0;
  outcome.log = std::exchange(world_.log, {});
  if (is_good(outcome.kind)) outcome.output = std::exchange(world_.output, {});
  outcome.engine = module_.engine->name;
  outcome.wall_time = std::chrono::duration_cast<std::chrono::microseconds>(system_clock().steady() - start);
  return outcome;
}

template <class Steps>
Guest::End Guest::under_way(Steps& steps) {
  End end;
  const auto body = [&]() noexcept {
    try {
      if (data_.fuel) fill_fuel();
      end = steps();
    } catch (...) {  // out of memory outside of a host function
      world_.host_failed = true;
    }
  };
  if (has_stack_left(kGuestStackBytes + kHostStackBytes)) {
    body();
  } else if (auto thread = StackThread::start(kThreadStackBytes, body); !thread) {
    world_.host_failed = true;
  }
  return end;
}

// The pool keeps its places in several parts and looks through them one after the other: a place that is given back to a part that
// was looked at already is missed. There is one for whoever holds a slot of the sandbox, so trying again finds it.
Guest::End Guest::take_place() {
  End end;
  do {
    wasm_trap_t* trap = nullptr;
    end.error.reset(wasmtime_instance_pre_instantiate(module_.instance.get(), context_, &instance_, &trap));
    end.trap.reset(trap);
    if (!end.error || describe(*end.error).find(kNoPlaceFound) == std::string::npos) return end;
    std::this_thread::yield();
  } while (!interruption_.requested());
  world_.interrupted = true;
  return end;
}

// Runs the start function and a reactor's `_initialize`, too.
Guest::End Guest::instantiate() {
  End end = take_place();
  if (!end.returned()) return end;
  if (const auto memory = find("memory", WASMTIME_EXTERN_MEMORY)) data_.memory = memory->of.memory;
  const auto fuel = find_added(AddedExport::fuel, WASMTIME_EXTERN_GLOBAL);
  const auto interrupt = find_added(AddedExport::interrupt, WASMTIME_EXTERN_MEMORY);
  if (!fuel || !interrupt) {
    end.error.reset(wasmtime_error_new("the module was not instrumented"));
    return end;
  }
  data_.fuel = fuel->of.global;
  fill_fuel();
  interruption_.watch(reinterpret_cast<std::uint64_t*>(wasmtime_memory_data(context_, &interrupt->of.memory)));
  std::array<wasmtime_val_raw_t, 1> values{};
  if (const auto start = find_added(AddedExport::start, WASMTIME_EXTERN_FUNC)) end = call(start->of.func, values);
  if (!end.returned() || module_.convention != GuestConvention::reactor) return end;
  if (const auto initialize = find("_initialize", WASMTIME_EXTERN_FUNC)) end = call(initialize->of.func, values);
  return end;
}

std::optional<wasmtime_extern_t> Guest::find(std::string_view name, wasmtime_extern_kind_t kind) {
  wasmtime_extern_t found;
  if (!wasmtime_instance_export_get(context_, &instance_, name.data(), name.size(), &found) || found.kind != kind)
    return std::nullopt;
  return found;
}

// By place instead of by name: these are looked for in every run.
std::optional<wasmtime_extern_t> Guest::find_added(AddedExport added, wasmtime_extern_kind_t kind) {
  wasmtime_extern_t found;
  char* name = nullptr;
  std::size_t name_size = 0;
  if (!wasmtime_instance_export_nth(context_, &instance_, module_.exports + static_cast<std::size_t>(added), &name, &name_size,
                                    &found) ||
      found.kind != kind)
    return std::nullopt;
  return found;
}

// `values`: the arguments, and then the result.
Guest::End Guest::call(const wasmtime_func_t& function, std::span<wasmtime_val_raw_t> values) {
  End end;
  // Requested before the guest had a memory in which to find it.
  if (interruption_.requested()) {
    world_.interrupted = true;
    return end;
  }
  wasm_trap_t* trap = nullptr;
  end.error.reset(wasmtime_func_call_unchecked(context_, &function, values.data(), values.size(), &trap));
  end.trap.reset(trap);
  return end;
}

Guest::End Guest::call_export(std::string_view name, std::span<wasmtime_val_raw_t> values) {
  if (const auto function = find(name, WASMTIME_EXTERN_FUNC)) return call(function->of.func, values);
  End end;
  end.error.reset(wasmtime_error_new("an export of the module disappeared"));
  return end;
}

Guest::End Guest::call_program(std::string_view name) {
  std::array<wasmtime_val_raw_t, 1> values{};
  return call_export(name, values);
}

// Its result is one number of any kind, or nothing.
Guest::End Guest::call_main() {
  constexpr std::string_view kMain = "main";
  std::array<wasmtime_val_raw_t, 1> values{};
  End end = call_export(kMain, values);
  const auto main = find(kMain, WASMTIME_EXTERN_FUNC);
  if (!end.returned() || world_.interrupted || !main) return end;
  const FunctionTypeHandle type{wasmtime_func_type(context_, &main->of.func)};
  const wasm_valtype_vec_t* results = wasm_functype_results(type.get());
  const char letter = results->size == 0 ? 0 : type_letter(wasm_valtype_kind(results->data[0]));
  finish_env(world_, letter, static_cast<std::uint64_t>(values[0].i64));
  return end;
}

// alloc(length) -> pointer, then run(pointer, length) -> (pointer << 32 | length).
Guest::End Guest::call_reactor() {
  const auto length = static_cast<std::uint32_t>(world_.input.size());
  std::array<wasmtime_val_raw_t, 2> values{};
  values[0].i32 = static_cast<std::int32_t>(length);
  End end = call_export("alloc", values);
  if (!end.returned()) return end;
  const auto at = static_cast<std::uint32_t>(values[0].i32);
  look_at_memory();
  const auto place = world_.memory.slice(at, length);
  if (!place) {
    world_.bad_region = true;
    return end;
  }
  if (length > 0) std::memcpy(place->data(), world_.input.data(), length);

  values[0].i32 = static_cast<std::int32_t>(at);
  values[1].i32 = static_cast<std::int32_t>(length);
  end = call_export("run", values);
  if (!end.returned()) return end;
  const auto result = static_cast<std::uint64_t>(values[0].i64);
  look_at_memory();
  const auto output = world_.memory.slice(result >> 32, result & UINT32_MAX);
  if (!output) {
    world_.bad_region = true;
  } else if (output->size() > limits_.output_bytes_max) {
    world_.output_overflowed = true;
  } else {
    world_.output.assign(output->begin(), output->end());
  }
  return end;
}

void Guest::look_at_memory() {
  if (data_.memory)
    world_.memory.bytes = {wasmtime_memory_data(context_, &*data_.memory), wasmtime_memory_data_size(context_, &*data_.memory)};
}

void Guest::fill_fuel() {
  wasmtime_val_t value{};
  value.kind = WASMTIME_I64;
  value.of.i64 = static_cast<std::int64_t>(limits_.fuel);
  const ErrorHandle error{wasmtime_global_set(context_, &*data_.fuel, &value)};
}

std::int64_t Guest::read_global(const wasmtime_global_t& global) const {
  wasmtime_val_t value;
  wasmtime_global_get(context_, &global, &value);
  return value.kind == WASMTIME_I64 ? value.of.i64 : value.of.i32;
}

// A guest that its instrumentation stopped ends by `unreachable`, and leaves the reason where only the instrumentation writes.
void Guest::look_at_instrumentation(const End& end) {
  if (!data_.fuel) return;
  if (const auto wanted = find_added(AddedExport::pages_wanted, WASMTIME_EXTERN_GLOBAL)) {
    const auto bytes = static_cast<std::uint64_t>(static_cast<std::uint32_t>(read_global(wanted->of.global))) * kPageBytes;
    if (bytes > limits_.memory_bytes_max) {
      world_.memory_refused = true;
    } else if (bytes > 0) {
      world_.host_failed = true;  // what the limit allows, this machine could not give
    }
  }
  const std::int64_t fuel = read_global(*data_.fuel);
  // Also where the guest came to its end on the last stretch: the limit is the limit.
  world_.interrupted = world_.interrupted || fuel == binary::kFuelInterrupted;
  world_.fuel_used_up = fuel < 0 && fuel != binary::kFuelInterrupted;
  wasmtime_trap_code_t code = 0;
  if (!end.trap || !wasmtime_trap_code(end.trap.get(), &code) || code != WASMTIME_TRAP_CODE_UNREACHABLE_CODE_REACHED) return;
  if (const auto units = find_added(AddedExport::stack_units, WASMTIME_EXTERN_GLOBAL))
    world_.calls_too_deep = static_cast<std::uint32_t>(read_global(units->of.global)) > kStackUnitsMax;
}

}  // namespace gstd::wasm

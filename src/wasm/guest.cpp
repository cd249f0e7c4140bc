#include "wasm/guest.hpp"

#include "wasm/outcome.hpp"

namespace gstd::wasm {
namespace {

// What a guest's thread needs besides the guest's own stack: host functions, and the engine around them.
constexpr std::size_t kHostStackBytes = 512u << 10;

wasmtime_error_t* on_epoch(wasmtime_context_t*, void* interruption, std::uint64_t* deadline_delta,
                           wasmtime_update_deadline_kind_t* kind) {
  if (static_cast<const Interruption*>(interruption)->requested()) return wasmtime_error_new("interrupted");
  *deadline_delta = 1;
  *kind = WASMTIME_UPDATE_DEADLINE_CONTINUE;
  return nullptr;
}

bool is_good(OutcomeKind kind) { return kind == OutcomeKind::completed || kind == OutcomeKind::exited; }

}  // namespace

Guest::Guest(const CompiledModule& module, const RunLimits& limits, Timekeeper& keeper)
    : module_(module),
      limits_(limits),
      keeper_(keeper),
      world_(module.sha256, limits_, interruption_),
      data_{world_, {}},
      store_(wasmtime_store_new(module.engine->handle.get(), &data_, nullptr)),
      context_(wasmtime_store_context(store_.get())) {
  wasmtime_store_limiter(store_.get(), static_cast<std::int64_t>(limits_.memory_bytes_max), kTableElementsMax, 1, kTablesMax, 1);
  wasmtime_store_epoch_deadline_callback(store_.get(), on_epoch, &interruption_, nullptr);
}

Outcome Guest::run(BytesView input, const std::stop_token& stop) {
  return watched(input, stop, [this] {
    End end = instantiate();
    if (!end.returned()) return end;
    switch (module_.convention) {
      case GuestConvention::wasi:
        return call_program("_start");
      case GuestConvention::env:
        return call_program("main");
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

// Runs the steps with fuel, deadline and stop request in force, and makes an Outcome of what is seen afterwards.
template <class Steps>
Outcome Guest::watched(BytesView input, const std::stop_token& stop, Steps steps) {
  const auto start = system_clock().steady();
  world_.input = input;
  interruption_.reset();
  End end;
  {
    Timekeeper::Watch watch{keeper_, interruption_, limits_.wall_time};
    const std::stop_callback on_stop{stop, [&watch] { watch.cancel(); }};
    end = under_way(steps);
  }

  Outcome outcome;
  look_at_memory();
  classify(outcome, end.error.get(), end.trap.get(), world_, module_.convention);
  outcome.fuel_used = limits_.fuel - fuel_left();
  // At a trap the engine's account is close, not exact; where all fuel is gone the answer is known.
  if (outcome.kind == OutcomeKind::fuel_exhausted) outcome.fuel_used = limits_.fuel;
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
      end.error.reset(wasmtime_context_set_fuel(context_, limits_.fuel));
      wasmtime_context_set_epoch_deadline(context_, 1);
      if (!end.error) end = steps();
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

Guest::End Guest::instantiate() {
  End end;
  wasm_trap_t* trap = nullptr;
  end.error.reset(wasmtime_instance_pre_instantiate(module_.instance.get(), context_, &instance_, &trap));
  end.trap.reset(trap);
  if (!end.returned()) return end;
  constexpr std::string_view kMemory = "memory";
  wasmtime_extern_t memory;
  if (wasmtime_instance_export_get(context_, &instance_, kMemory.data(), kMemory.size(), &memory) &&
      memory.kind == WASMTIME_EXTERN_MEMORY)
    data_.memory = memory.of.memory;
  if (module_.convention == GuestConvention::reactor && find_function("_initialize")) return call_program("_initialize");
  return end;
}

std::optional<wasmtime_func_t> Guest::find_function(std::string_view name) {
  wasmtime_extern_t found;
  if (!wasmtime_instance_export_get(context_, &instance_, name.data(), name.size(), &found) || found.kind != WASMTIME_EXTERN_FUNC)
    return std::nullopt;
  return found.of.func;
}

// `values`: the arguments, and then the result.
Guest::End Guest::call_export(std::string_view name, std::span<wasmtime_val_raw_t> values) {
  End end;
  const auto function = find_function(name);
  if (!function) {
    end.error.reset(wasmtime_error_new("an export of the module disappeared"));
    return end;
  }
  // An interruption that was requested before the deadline was set has moved the epoch for nothing.
  if (interruption_.requested()) {
    end.error.reset(wasmtime_error_new("interrupted"));
    return end;
  }
  wasm_trap_t* trap = nullptr;
  end.error.reset(wasmtime_func_call_unchecked(context_, &*function, values.data(), values.size(), &trap));
  end.trap.reset(trap);
  return end;
}

Guest::End Guest::call_program(std::string_view name) {
  std::array<wasmtime_val_raw_t, 1> values{};
  return call_export(name, values);
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

std::uint64_t Guest::fuel_left() const {
  std::uint64_t fuel = 0;
  const ErrorHandle error{wasmtime_context_get_fuel(context_, &fuel)};
  return error ? 0 : fuel;
}

}  // namespace gstd::wasm

// Who watches the clock: the caller, who waits anyway. It sleeps until the guest is done, the wall time is over or a stop is
// requested, and only then moves the engine's epoch, so that no thread ticks while guests behave. The epoch belongs to the engine:
// other runs see it move too, look at their own interruption, find none and go on.
#include "wasm/runner.hpp"

#include <condition_variable>

#include "wasm/outcome.hpp"
#include "wasm/stack_thread.hpp"

namespace gstd::wasm {
namespace {

// How often the epoch moves for a guest that was asked to end. Once is enough, unless the guest had not yet started to look.
constexpr std::chrono::milliseconds kInterruptInterval{1};

wasmtime_error_t* on_epoch(wasmtime_context_t*, void* interruption, std::uint64_t* deadline_delta,
                           wasmtime_update_deadline_kind_t* kind) {
  if (static_cast<const Interruption*>(interruption)->requested()) return wasmtime_error_new("interrupted");
  *deadline_delta = 1;
  *kind = WASMTIME_UPDATE_DEADLINE_CONTINUE;
  return nullptr;
}

class GuestRun {
 public:
  GuestRun(const CompiledModule& module, std::uint8_t* base, BytesView input, const RunLimits& limits)
      : module_(module), base_(base), input_(input), limits_(limits) {}

  // The guest's thread.
  void enter() noexcept {
    const auto start = system_clock().steady();
    try {
      execute();
    } catch (...) {  // out of memory outside of a host function
      outcome_ = Outcome{};
      outcome_.message = "the host has not enough memory for the guest";
    }
    outcome_.wall_time = std::chrono::duration_cast<std::chrono::microseconds>(system_clock().steady() - start);
    {
      std::lock_guard lock{mutex_};
      done_ = true;
    }
    ended_.notify_one();
  }

  // The caller's thread.
  void watch(const std::stop_token& stop) {
    std::unique_lock lock{mutex_};
    const auto is_done = [this] { return done_; };
    if (ended_.wait_for(lock, stop, limits_.wall_time, is_done)) return;
    interruption_.request(stop.stop_requested() ? OutcomeKind::cancelled : OutcomeKind::timed_out);
    do {
      wasmtime_engine_increment_epoch(module_.engine->handle.get());
    } while (!ended_.wait_for(lock, kInterruptInterval, is_done));
  }

  Outcome take_outcome() { return std::move(outcome_); }

 private:
  void execute() {
    LinearMemory memory{base_, limits_.memory_bytes_max};  // outlives the store that uses it
    Wasi wasi{memory, module_.sha256, input_, limits_, interruption_};
    const StoreHandle store{wasmtime_store_new(module_.engine->handle.get(), &wasi, nullptr)};
    wasmtime_context_t* context = wasmtime_store_context(store.get());
    wasmtime_store_limiter(store.get(), -1, kTableElementsMax, 1, kTablesMax, 1);
    wasmtime_store_epoch_deadline_callback(store.get(), on_epoch, &interruption_, nullptr);
    wasmtime_context_set_epoch_deadline(context, 1);
    ErrorHandle error{wasmtime_context_set_fuel(context, limits_.fuel)};
    TrapHandle trap;
    if (!error) call_start(context, memory, error, trap);

    classify(outcome_, error.get(), trap.get(), wasi);
    outcome_.fuel_used = limits_.fuel - fuel_left(context);
    // At a trap the engine's account is close, not exact; where all fuel is gone the answer is known.
    if (outcome_.kind == OutcomeKind::fuel_exhausted) outcome_.fuel_used = limits_.fuel;
    outcome_.memory_bytes_peak = memory.size();
    outcome_.log = std::move(wasi.log);
    if (outcome_.kind == OutcomeKind::completed || outcome_.kind == OutcomeKind::exited) outcome_.output = std::move(wasi.output);
  }

  void call_start(wasmtime_context_t* context, LinearMemory& memory, ErrorHandle& error, TrapHandle& trap) const {
    const CurrentMemory current{memory};
    wasmtime_instance_t instance;
    wasm_trap_t* raised = nullptr;
    error.reset(wasmtime_instance_pre_instantiate(module_.instance.get(), context, &instance, &raised));
    trap.reset(raised);
    if (error || trap) return;
    constexpr std::string_view kStart = "_start";
    wasmtime_extern_t start;
    if (!wasmtime_instance_export_get(context, &instance, kStart.data(), kStart.size(), &start) ||
        start.kind != WASMTIME_EXTERN_FUNC) {
      error.reset(wasmtime_error_new("the export `_start` disappeared"));
      return;
    }
    raised = nullptr;
    error.reset(wasmtime_func_call(context, &start.of.func, nullptr, 0, nullptr, 0, &raised));
    trap.reset(raised);
  }

  static std::uint64_t fuel_left(const wasmtime_context_t* context) {
    std::uint64_t fuel = 0;
    const ErrorHandle error{wasmtime_context_get_fuel(context, &fuel)};
    return error ? 0 : fuel;
  }

  const CompiledModule& module_;
  std::uint8_t* base_;
  BytesView input_;
  const RunLimits& limits_;
  Interruption interruption_;
  Outcome outcome_;  // the guest's thread writes, the caller reads after the thread has ended

  std::mutex mutex_;
  std::condition_variable_any ended_;
  bool done_ = false;  // guarded by mutex_
};

}  // namespace

Result<Outcome> run_guest(const CompiledModule& module, std::uint8_t* base, BytesView input, const RunLimits& limits,
                          std::stop_token stop) {
  GuestRun run{module, base, input, limits};
  {
    auto thread = StackThread::start(kThreadStackBytes, [&run] { run.enter(); });
    if (!thread) return std::move(thread).error();
    run.watch(stop);
  }
  return run.take_outcome();
}

}  // namespace gstd::wasm

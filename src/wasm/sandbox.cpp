#include <gstd/wasm.hpp>

#include "wasm/compiled_module.hpp"
#include "wasm/linear_memory.hpp"
#include "wasm/outcome.hpp"
#include "wasm/runner.hpp"
#include "wasm/slot_pool.hpp"
#include "wasm/stack_thread.hpp"

namespace gstd::wasm {
namespace {

constexpr unsigned kSlotsMax = 256;

// Calls `make` on a thread with a large stack and waits for its result.
template <class T, class F>
Result<T> on_large_stack(F make) {
  Result<T> result = Error{ErrorCode::internal, "the compiler's thread ended without a result", {}};
  {
    auto thread = StackThread::start(kThreadStackBytes, [&] {
      try {
        result = make();
      } catch (...) {
        result = Error{ErrorCode::resource_exhausted, "not enough memory to read the module", {}};
      }
    });
    if (!thread) return std::move(thread).error();
  }
  return result;
}

Error bad_option(std::string message) { return {ErrorCode::invalid_argument, std::move(message), "sandbox_options"}; }

}  // namespace

struct Module::State : CompiledModule {};

const Digest& Module::sha256() const noexcept {
  static const Digest none{};
  return state_ ? state_->sha256 : none;
}

struct Sandbox::State {
  SandboxOptions options;
  std::shared_ptr<const Engine> engine;
  MemorySlab memories;
  SlotPool slots;
};

Sandbox::Sandbox(std::unique_ptr<State> state) : state_(std::move(state)) {}
Sandbox::Sandbox(Sandbox&&) noexcept = default;
Sandbox& Sandbox::operator=(Sandbox&&) noexcept = default;
Sandbox::~Sandbox() = default;

Result<Sandbox> Sandbox::create(const SandboxOptions& options) {
  if (options.slots == 0 || options.slots > kSlotsMax) return bad_option("slots must be 1 to " + std::to_string(kSlotsMax));
  if (options.slot_memory_bytes_max == 0 || options.slot_memory_bytes_max > kMemoryBytesMax)
    return bad_option("slot_memory_bytes_max must be 1 to " + std::to_string(kMemoryBytesMax));
  auto memories = MemorySlab::reserve(options.slots, options.slot_memory_bytes_max);
  if (!memories) return std::move(memories).error();
  auto engine = Engine::create(EnginePurpose::run);
  if (!engine) return std::move(engine).error();
  return Sandbox{std::unique_ptr<State>(new State{options, *std::move(engine), *std::move(memories), SlotPool{options.slots}})};
}

Result<Module> Sandbox::compile(BytesView module) {
  auto compiled = on_large_stack<CompiledModule>([&] { return compile_module(state_->engine, module); });
  if (!compiled) return std::move(compiled).error();
  Module out;
  out.state_ = std::make_shared<const Module::State>(Module::State{*std::move(compiled)});
  return out;
}

Result<Outcome> Sandbox::run(const Module& module, BytesView input, const RunLimits& limits, const CallOptions& options) {
  if (auto checked = check_limits(limits); !checked) return std::move(checked).error();
  if (limits.memory_bytes_max > state_->options.slot_memory_bytes_max)
    return Error{
        ErrorCode::invalid_argument,
        "memory_bytes_max is above the sandbox's slot_memory_bytes_max of " + std::to_string(state_->options.slot_memory_bytes_max),
        "limits"};
  if (!module.state_ || module.state_->engine != state_->engine)
    return Error{ErrorCode::invalid_argument, "the module was not compiled by this sandbox", "module_foreign"};

  const std::uint64_t declared_bytes = module.state_->memory_pages_min * kPageBytes;
  if (declared_bytes > limits.memory_bytes_max) return memory_too_small(declared_bytes, limits.memory_bytes_max);

  auto lease = state_->slots.acquire(options);
  if (!lease && lease.error().code == ErrorCode::cancelled) {
    Outcome outcome;
    outcome.kind = OutcomeKind::cancelled;
    outcome.message = "the run was cancelled before it started";
    return outcome;
  }
  if (!lease) return std::move(lease).error();
  return run_guest(*module.state_, state_->memories.base(lease->slot()), input, limits, options.stop);
}

const std::string& Sandbox::engine() const noexcept { return state_->engine->name; }

bool is_available() noexcept { return true; }

}  // namespace gstd::wasm

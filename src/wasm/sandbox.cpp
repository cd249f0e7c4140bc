#include <gstd/wasm.hpp>

#include <algorithm>
#include <limits>

#include "wasm/backend.hpp"
#include "wasm/compiled_module.hpp"
#include "wasm/module_cache.hpp"
#include "wasm/outcome.hpp"
#include "wasm/process/process_backend.hpp"
#include "wasm/self_test.hpp"
#include "wasm/slot_pool.hpp"

namespace gstd::wasm {
namespace {

constexpr unsigned kSlotsMax = 256;

Error bad_option(std::string message) { return {ErrorCode::invalid_argument, std::move(message), "sandbox_options"}; }

// A timeout is added to the clock's reading, which must not overflow; nobody waits longer than this in earnest.
CallOptions bounded(CallOptions options) {
  options.timeout = std::min(options.timeout, std::chrono::milliseconds{std::chrono::hours{24}});
  return options;
}

// A guest counts its bytes in 32 bits.
Result<void> check_input(BytesView input) {
  if (input.size() <= std::numeric_limits<std::uint32_t>::max()) return {};
  return Error{ErrorCode::invalid_argument, "the input has 4 GiB or more, which no guest can address; split it", "input_too_large"};
}

Outcome cancelled_early() {
  Outcome outcome;
  outcome.kind = OutcomeKind::cancelled;
  outcome.message = "the run was cancelled before it started";
  return outcome;
}

}  // namespace

struct Module::State {
  std::shared_ptr<const Code> code;
  std::weak_ptr<Backend> backend;  ///< The one that made the code.
};

const Digest& Module::sha256() const noexcept {
  static const Digest none{};
  return state_ ? state_->code->sha256 : none;
}

GuestConvention Module::convention() const noexcept { return state_ ? state_->code->convention : GuestConvention::wasi; }

struct Sandbox::State {
  const SandboxOptions options;
  const std::shared_ptr<Backend> backend;
  SlotPool slots;
  std::optional<CodeCache> cache;

  /// Errors: those of run() that are about its arguments.
  Result<void> check(const Module::State* module, BytesView input, const RunLimits& limits) const {
    if (auto checked = check_limits(limits); !checked) return checked;
    if (auto checked = check_input(input); !checked) return checked;
    if (limits.memory_bytes_max > options.slot_memory_bytes_max)
      return Error{
          ErrorCode::invalid_argument,
          "memory_bytes_max is above the sandbox's slot_memory_bytes_max of " + std::to_string(options.slot_memory_bytes_max),
          "limits"};
    if (!module || module->backend.lock() != backend)
      return Error{ErrorCode::invalid_argument, "the module was not compiled by this sandbox", "module_foreign"};
    return {};
  }
};

struct Instance::State {
  SlotPool::Lease slot;
  const std::shared_ptr<const Code> code;
  const std::unique_ptr<Session> session;
  bool over = false;
};

Instance::Instance(std::unique_ptr<State> state) : state_(std::move(state)) {}
Instance::Instance(Instance&&) noexcept = default;
Instance& Instance::operator=(Instance&&) noexcept = default;
Instance::~Instance() = default;

Result<Outcome> Instance::call(BytesView input, const CallOptions& options) {
  if (state_->over)
    return Error{ErrorCode::failed_precondition, "the instance ended with an earlier call; open another", "instance_over"};
  if (auto checked = check_input(input); !checked) return std::move(checked).error();
  Outcome outcome = state_->session->call(input, options.stop);
  state_->over = outcome.kind != OutcomeKind::completed;
  return outcome;
}

Sandbox::Sandbox(std::unique_ptr<State> state) : state_(std::move(state)) {}
Sandbox::Sandbox(Sandbox&&) noexcept = default;
Sandbox& Sandbox::operator=(Sandbox&&) noexcept = default;
Sandbox::~Sandbox() = default;

Result<Sandbox> Sandbox::create(const SandboxOptions& options) {
  if (options.slots == 0 || options.slots > kSlotsMax) return bad_option("slots must be 1 to " + std::to_string(kSlotsMax));
  if (options.slot_memory_bytes_max == 0 || options.slot_memory_bytes_max > kMemoryBytesMax)
    return bad_option("slot_memory_bytes_max must be 1 to " + std::to_string(kMemoryBytesMax));
  auto backend = options.isolation == Isolation::process ? make_process_backend(options) : make_local_backend(options);
  if (!backend) return std::move(backend).error();
  std::optional<CodeCache> cache;
  if (!options.cache_directory.empty()) {
    auto opened = CodeCache::open(options.cache_directory, options.cache_bytes_max, system_random());
    if (!opened) return std::move(opened).error();
    cache = *std::move(opened);
  }
  return Sandbox{std::unique_ptr<State>(new State{options, *std::move(backend), SlotPool{options.slots}, std::move(cache)})};
}

Result<Module> Sandbox::compile(BytesView module, GuestConvention convention, const CallOptions& options) {
  if (module.size() > kModuleBytesMax)
    return Error{
        ErrorCode::invalid_argument,
        "the module has " + std::to_string(module.size()) + " bytes; at most " + std::to_string(kModuleBytesMax) + " are accepted",
        "module_invalid"};
  auto& [settings, backend, slots, cache] = *state_;
  auto code = cache ? compile_cached(*cache, *backend, settings.slot_memory_bytes_max, module, convention, bounded(options))
                    : backend->compile(module, convention, bounded(options));
  if (!code) return std::move(code).error();
  Module out;
  out.state_ = std::make_shared<const Module::State>(Module::State{*std::move(code), state_->backend});
  return out;
}

Result<Outcome> Sandbox::run(const Module& module, BytesView input, const RunLimits& limits, const CallOptions& options) {
  if (auto checked = state_->check(module.state_.get(), input, limits); !checked) return std::move(checked).error();
  const Code& code = *module.state_->code;
  const std::uint64_t declared_bytes = code.memory_pages_min * kPageBytes;
  if (declared_bytes > limits.memory_bytes_max) {
    Outcome outcome = memory_too_small(declared_bytes, limits.memory_bytes_max);
    outcome.engine = engine();
    return outcome;
  }

  auto lease = state_->slots.acquire(options);
  if (!lease && lease.error().code == ErrorCode::cancelled) {
    Outcome outcome = cancelled_early();
    outcome.engine = engine();
    return outcome;
  }
  if (!lease) return std::move(lease).error();
  return state_->backend->run(code, input, limits, options.stop);
}

Result<Instance> Sandbox::open(const Module& module, const RunLimits& limits, const CallOptions& options) {
  if (auto checked = state_->check(module.state_.get(), {}, limits); !checked) return std::move(checked).error();
  const auto& code = module.state_->code;
  if (code->convention != GuestConvention::reactor)
    return Error{
        ErrorCode::invalid_argument,
        "instances that stay are of convention reactor; this module was compiled as " + std::string(to_string(code->convention)),
        "convention"};
  const std::uint64_t declared_bytes = code->memory_pages_min * kPageBytes;
  if (declared_bytes > limits.memory_bytes_max)
    return Error{ErrorCode::failed_precondition, memory_too_small(declared_bytes, limits.memory_bytes_max).message,
                 "instance_failed"};
  auto lease = state_->slots.acquire(options);
  if (!lease) return std::move(lease).error();
  auto session = state_->backend->open(*code, limits, options.stop);
  if (!session) return std::move(session).error();
  return Instance{std::unique_ptr<Instance::State>(new Instance::State{*std::move(lease), code, *std::move(session)})};
}

Result<void> Sandbox::self_test(const CallOptions& options) {
  const auto lease = state_->slots.acquire(options);
  if (!lease) return lease.error();
  return run_self_test(*state_->backend, state_->options.slot_memory_bytes_max, options);
}

const std::string& Sandbox::engine() const noexcept { return state_->backend->engine(); }

bool is_available() noexcept { return true; }

}  // namespace gstd::wasm

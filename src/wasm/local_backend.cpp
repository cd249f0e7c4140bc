// Guests in this process: compiled on a thread that is given up when its time is over, run on the caller's.
#include <condition_variable>

#include "wasm/backend.hpp"
#include "wasm/guest.hpp"

namespace gstd::wasm {
namespace {

// Compilations that were given up and still run: each holds a core and memory until it ends. The profile bounds how long.
constexpr int kGivenUpMax = 4;

using Compiled = Result<std::shared_ptr<const CompiledModule>>;

// What the compiling thread and the caller share. The thread owns all that it uses, since the caller may leave.
struct Compilation {
  std::shared_ptr<const Engine> engine;
  std::shared_ptr<std::atomic<int>> given_up;
  Bytes module;
  GuestConvention convention;
  std::uint64_t memory_bytes_max;

  std::mutex mutex;
  std::condition_variable_any done;
  std::optional<Compiled> result;  // guarded by mutex
  bool abandoned = false;          // guarded by mutex

  void run() noexcept {
    Compiled compiled =
        Error{ErrorCode::resource_exhausted, "not enough memory to compile the module; free some and try again", "compile"};
    try {
      compiled = compile_module(engine, module, convention, memory_bytes_max);
    } catch (...) {
    }
    const std::lock_guard lock{mutex};
    if (abandoned) --*given_up;
    result = std::move(compiled);
    done.notify_all();
  }
};

class LocalBackend final : public Backend {
 public:
  LocalBackend(std::shared_ptr<const Engine> engine, std::unique_ptr<Timekeeper> keeper, std::uint64_t memory_bytes_max)
      : engine_(std::move(engine)), keeper_(std::move(keeper)), memory_bytes_max_(memory_bytes_max) {}

  Result<std::shared_ptr<const Code>> compile(BytesView module, GuestConvention convention, const CallOptions& options) override {
    if (*given_up_ >= kGivenUpMax)
      return Error{ErrorCode::resource_exhausted, "modules that took too long are still being compiled; try again later",
                   "compile_busy"};
    const auto job = std::make_shared<Compilation>();
    job->engine = engine_;
    job->given_up = given_up_;
    job->module.assign(module.begin(), module.end());
    job->convention = convention;
    job->memory_bytes_max = memory_bytes_max_;
    auto thread = StackThread::start(kThreadStackBytes, [job] { job->run(); });
    if (!thread) return std::move(thread).error();

    std::unique_lock lock{job->mutex};
    if (!job->done.wait_for(lock, options.stop, options.timeout, [&] { return job->result.has_value(); })) {
      job->abandoned = true;
      ++*given_up_;
      (*thread)->let_go();
      if (options.stop.stop_requested()) return Error{ErrorCode::cancelled, "stopped while the module was being compiled", {}};
      return Error{ErrorCode::deadline_exceeded, "the module was not compiled in time; allow more, or make it smaller",
                   "compile_time"};
    }
    if (!*job->result) return std::move(*job->result).error();
    return std::shared_ptr<const Code>{**std::move(job->result)};
  }

  Result<Bytes> save(const Code& code) const override { return save_module(static_cast<const CompiledModule&>(code)); }

  Result<std::shared_ptr<const Code>> load(BytesView saved) const override {
    auto loaded = load_module(engine_, saved);
    if (!loaded) return std::move(loaded).error();
    return std::shared_ptr<const Code>{*std::move(loaded)};
  }

  Result<Outcome> run(const Code& code, BytesView input, const RunLimits& limits, const std::stop_token& stop) override {
    return Guest{static_cast<const CompiledModule&>(code), limits, *keeper_}.run(input, stop);
  }

  Result<std::unique_ptr<Session>> open(const Code& code, const RunLimits& limits, const std::stop_token& stop) override {
    auto guest = std::make_unique<Guest>(static_cast<const CompiledModule&>(code), limits, *keeper_);
    const Outcome started = guest->start(stop);
    if (started.kind == OutcomeKind::cancelled) return Error{ErrorCode::cancelled, "stopped while the instance was made", {}};
    if (started.kind != OutcomeKind::completed)
      return Error{ErrorCode::failed_precondition,
                   "the reactor did not start: " + std::string(to_string(started.kind)) + ": " + started.message,
                   "instance_failed"};
    return std::unique_ptr<Session>{std::move(guest)};
  }

  const std::string& engine() const noexcept override { return engine_->name; }
  std::string variant() const override { return "local " + engine_->variant; }

 private:
  const std::shared_ptr<const Engine> engine_;
  const std::unique_ptr<Timekeeper> keeper_;
  const std::uint64_t memory_bytes_max_;
  const std::shared_ptr<std::atomic<int>> given_up_ = std::make_shared<std::atomic<int>>(0);
};

}  // namespace

Result<std::unique_ptr<Backend>> make_local_backend(const SandboxOptions& options) {
  auto engine = Engine::create(options);
  if (!engine) return std::move(engine).error();
  auto keeper = Timekeeper::start();
  if (!keeper) return std::move(keeper).error();
  return std::unique_ptr<Backend>{new LocalBackend{*std::move(engine), *std::move(keeper), options.slot_memory_bytes_max}};
}

}  // namespace gstd::wasm

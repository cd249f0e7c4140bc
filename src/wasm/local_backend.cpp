// Guests in this process: compiled on a thread that is given up when its time is over, run on the caller's.
#include <condition_variable>

#include "wasm/backend.hpp"
#include "wasm/guest.hpp"

namespace gstd::wasm {
namespace {

// Compilations at once beyond one per slot. One that was given up counts until it ends: it holds a core and memory, and the profile
// bounds for how long.
constexpr unsigned kCompilationsMore = 4;

using Compiled = Result<std::shared_ptr<const CompiledModule>>;

// What the compiling thread and the caller share. The thread owns all that it uses, since the caller may leave.
struct Compilation {
  std::shared_ptr<const Engine> engine;
  std::shared_ptr<std::atomic<unsigned>> under_way;
  Bytes module;
  ModuleInfo info;
  GuestConvention convention;
  std::uint64_t memory_bytes_max;

  std::mutex mutex;
  std::condition_variable_any done;
  std::optional<Compiled> result;  // guarded by mutex

  void run() noexcept {
    Compiled compiled =
        Error{ErrorCode::resource_exhausted, "not enough memory to compile the module; free some and try again", "compile"};
    try {
      compiled = compile_module(engine, module, info, convention, memory_bytes_max);
    } catch (...) {
    }
    const std::lock_guard lock{mutex};
    --*under_way;
    result = std::move(compiled);
    done.notify_all();
  }
};

class LocalBackend final : public Backend {
 public:
  LocalBackend(std::shared_ptr<const Engine> engine, std::unique_ptr<Timekeeper> keeper, const SandboxOptions& options)
      : engine_(std::move(engine)),
        keeper_(std::move(keeper)),
        memory_bytes_max_(options.slot_memory_bytes_max),
        slots_(options.slots) {}

  Result<std::shared_ptr<const Code>> compile(BytesView module, GuestConvention convention, const CallOptions& options) override {
    auto info = admit_module(module, convention);
    if (!info) return std::move(info).error();
    const auto job = std::make_shared<Compilation>();
    if (++*under_way_ > slots_ + kCompilationsMore) {
      --*under_way_;
      return Error{ErrorCode::resource_exhausted, "as many modules are being compiled as may be; try again later", "compile_busy"};
    }
    job->engine = engine_;
    job->under_way = under_way_;
    job->module.assign(module.begin(), module.end());
    job->info = *std::move(info);
    job->convention = convention;
    job->memory_bytes_max = memory_bytes_max_;
    auto thread = StackThread::start(kThreadStackBytes, [job] { job->run(); });
    if (!thread) {
      --*under_way_;
      return std::move(thread).error();
    }

    std::unique_lock lock{job->mutex};
    if (!job->done.wait_for(lock, options.stop, options.timeout, [&] { return job->result.has_value(); })) {
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
  const unsigned slots_;
  const std::shared_ptr<std::atomic<unsigned>> under_way_ = std::make_shared<std::atomic<unsigned>>(0);
};

}  // namespace

Result<std::unique_ptr<Backend>> make_local_backend(const SandboxOptions& options) {
  auto engine = Engine::create(options);
  if (!engine) return std::move(engine).error();
  auto keeper = Timekeeper::start();
  if (!keeper) return std::move(keeper).error();
  return std::unique_ptr<Backend>{new LocalBackend{*std::move(engine), *std::move(keeper), options}};
}

}  // namespace gstd::wasm

// A worker inside the caller's process: receives tasks, pays for the claim with a proof of work, runs, signs, submits, earns.
#pragma once

#include <gstd/base.hpp>
#include <gstd/client.hpp>
#include <gstd/wasm.hpp>

#include <memory>

namespace gstd {

/// Something that happened to a worker, for logs and displays.
struct WorkerEvent {
  enum class Kind { claimed, claim_refused, completed, attempt_failed, connection_lost, connection_restored };
  Kind kind;
  TaskId task;  ///< Empty for the connection's.
  std::uint32_t attempt = 0;
  std::optional<OutcomeKind> outcome;
  Amount earned;
  std::string message;
};

struct WorkerOptions {
  ClientOptions client;      ///< Needs a key and a wallet.
  unsigned slots = 1;        ///< Tasks at once, each on a thread of its own. 1 to 256.
  unsigned pow_threads = 1;  ///< Per claim. 1 to pow::kThreadsMax.
  double pow_cpu_share = 1;  ///< How much of each of those threads' time is worked, pow::kCpuShareMin to 1. Less
                             ///< where the host's own work matters more than a claim that comes sooner.
  std::uint64_t memory_bytes_max = 256ull << 20;        ///< Per slot; tasks that want more are left to others.
  wasm::Isolation isolation = wasm::Isolation::thread;  ///< `process`: each task in a child of its own, which costs it some
                                                        ///< milliseconds; needs the program gstd-runner.
  std::string module_cache_directory{};  ///< Where compiled modules are kept on disk, as SandboxOptions::cache_directory; empty:
                                         ///< nowhere. Worth it where a worker starts often, or many share a machine.
  std::uint64_t module_cache_bytes_max = 1ull << 30;
  std::string device_type = "desktop";
  std::chrono::milliseconds poll_wait{20'000};  ///< How long one question for work may wait at the coordinator.
  /// Called from the worker's threads, one call at a time. It may take its time: the slot that it reports on waits for it. What it
  /// throws is logged. It may call every member of the Worker but drain(), which would wait for it, and may destroy the Worker.
  std::function<void(const WorkerEvent&)> on_event{};
  LogSink log{};
};

struct WorkerStats {
  std::uint64_t claimed = 0;
  std::uint64_t claims_refused = 0;  ///< Tasks chosen but not won: lost races, refused challenges, proofs not found in time.
  std::uint64_t completed = 0;
  std::uint64_t attempts_failed = 0;
  std::uint64_t pow_hashes = 0;
  std::chrono::milliseconds pow_time{0};
  std::uint64_t fuel_used = 0;
  Amount earned;
};

/// Starts `slots` threads and one for heartbeats, plus what its Sandbox starts. All members may be called from any thread.
class Worker {
 public:
  /// Checks the sandbox (Sandbox::self_test()), registers the device and starts to work.
  /// Errors: those of Client::register_device(), Sandbox::create() and self_test(); invalid_argument: options out of range, key or
  /// wallet missing.
  static Result<Worker> start(WorkerOptions options, const CallOptions& call = {});
  Worker(Worker&&) noexcept;
  Worker& operator=(Worker&&) noexcept;
  /// As stop(). Never hangs: guests are interrupted, calls cancelled.
  ~Worker();

  void pause();  ///< Takes no new tasks; those under way go on. Returns at once.
  void resume();
  /// pause(), then waits until nothing is under way.
  /// Errors: deadline_exceeded, cancelled: by `options`; still paused.
  Result<void> drain(const CallOptions& options = {});
  /// Interrupts what is under way, gives those tasks back (for at most two seconds), ends all threads. The worker is over.
  /// A thread that is inside a callback or a compilation after another second is let go: it ends by itself as soon as that returns,
  /// calls nothing of yours any more, and owns what it uses. From a callback stop() only begins all that and returns.
  void stop();

  WorkerStats stats() const;
  const DeviceId& device() const noexcept;

 private:
  struct State;
  explicit Worker(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace gstd

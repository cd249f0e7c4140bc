#include <gstd/worker.hpp>

#include "worker/core.hpp"

namespace gstd {
namespace {

constexpr unsigned kSlotsMax = 256;
constexpr std::chrono::milliseconds kPollWaitMin{10};
constexpr std::chrono::milliseconds kPollWaitMax{60'000};

Error bad_options(std::string message) { return {ErrorCode::invalid_argument, std::move(message), "options"}; }

Result<void> check(const WorkerOptions& options) {
  if (!options.client.key) return bad_options("a worker needs a key, to sign its results with");
  if (options.client.wallet.empty()) return bad_options("a worker needs a wallet, to be paid into");
  if (options.slots == 0 || options.slots > kSlotsMax) return bad_options("slots must be 1 to " + std::to_string(kSlotsMax));
  if (options.pow_threads == 0 || options.pow_threads > pow::kThreadsMax)
    return bad_options("pow_threads must be 1 to " + std::to_string(pow::kThreadsMax));
  // Written so that a share that is no number is refused, too.
  if (!(options.pow_cpu_share >= pow::kCpuShareMin && options.pow_cpu_share <= 1))
    return bad_options("pow_cpu_share must be 0.01 to 1");
  if (options.memory_bytes_max == 0 || options.memory_bytes_max > kMemoryBytesMax)
    return bad_options("memory_bytes_max must be 1 to " + std::to_string(kMemoryBytesMax));
  if (options.poll_wait < kPollWaitMin || options.poll_wait > kPollWaitMax) return bad_options("poll_wait must be 10 ms to 60 s");
  return {};
}

}  // namespace

struct Worker::State {
  std::shared_ptr<worker::Core> core;

  void end() const {
    // A share of its own: a callback that is waited for may be destroying the handle.
    const auto kept = core;
    kept->stop_for_good();
  }
};

Worker::Worker(std::unique_ptr<State> state) : state_(std::move(state)) {}
Worker::Worker(Worker&&) noexcept = default;

Worker& Worker::operator=(Worker&& other) noexcept {
  if (this != &other) {
    if (state_) state_->end();
    state_ = std::move(other.state_);
  }
  return *this;
}

Worker::~Worker() {
  if (state_) state_->end();
}

Result<Worker> Worker::start(WorkerOptions options, const CallOptions& call) {
  if (auto checked = check(options); !checked) return std::move(checked).error();
  options.client.takes_encrypted_tasks = true;
  auto client = Client::create(options.client);
  if (!client) return std::move(client).error();
  ClientOptions polling = options.client;
  polling.tries = 1;
  auto poller = Client::create(std::move(polling));
  if (!poller) return std::move(poller).error();
  auto sandbox = wasm::Sandbox::create({.slots = options.slots,
                                        .slot_memory_bytes_max = options.memory_bytes_max,
                                        .isolation = options.isolation,
                                        .cache_directory = options.module_cache_directory,
                                        .cache_bytes_max = options.module_cache_bytes_max});
  if (!sandbox) return std::move(sandbox).error();
  // A machine whose results differ from all others' earns nothing and loses its good name; better not to begin.
  if (auto sound = sandbox->self_test(call); !sound) return std::move(sound).error();
  if (auto registered = client->register_device(options.device_type, call); !registered) return std::move(registered).error();

  auto core = std::make_shared<worker::Core>(std::move(options), std::move(*client), std::move(*poller), std::move(*sandbox));
  if (auto started = core->start_threads(); !started) {
    core->stop_for_good();
    return std::move(started).error();
  }
  return Worker{std::make_unique<State>(State{std::move(core)})};
}

void Worker::pause() { state_->core->intake().pause(); }
void Worker::resume() { state_->core->intake().resume(); }

Result<void> Worker::drain(const CallOptions& options) {
  pause();
  return state_->core->intake().drain(options);
}

void Worker::stop() {
  // A share of its own: the callback that is told of the end may destroy the handle.
  const auto core = state_->core;
  core->stop();
}
WorkerStats Worker::stats() const { return state_->core->reporter().stats(); }
const DeviceId& Worker::device() const noexcept { return state_->core->client().device(); }

}  // namespace gstd

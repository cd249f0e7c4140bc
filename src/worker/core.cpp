#include "worker/core.hpp"

#include "client/patience.hpp"

#include <exception>

namespace gstd::worker {
namespace {

// After an exception: lack of memory, as a rule, which takes a moment to pass.
constexpr std::chrono::milliseconds kExceptionPause{1'000};

}  // namespace

Core::Core(WorkerOptions options, Client client, Client poller, wasm::Sandbox sandbox)
    : options_(std::move(options)),
      client_(std::move(client)),
      poller_(std::move(poller)),
      clock_(options_.client.clock ? *options_.client.clock : system_clock()),
      random_(options_.client.random ? *options_.client.random : system_random()),
      sandbox_(std::move(sandbox)),
      reporter_(options_.on_event, options_.log),
      leases_(poller_, clock_),
      backoff_(random_) {}

Result<void> Core::start_threads() {
  auto started = crew_.start([core = shared_from_this()] {
    const auto stop = core->hard_.get_token();
    core->keep_running([&] { core->leases_.run(stop); }, stop);
  });
  for (unsigned i = 0; started && i < options_.slots; ++i)
    started = crew_.start([core = shared_from_this()] { core->keep_running([&] { core->run_slot(); }, core->soft_.get_token()); });
  return started;
}

void Core::keep_running(const std::function<void()>& loop, std::stop_token stop) {
  for (;;) {
    // Two messages, since to join them takes memory, of which there may be none.
    try {
      return loop();
    } catch (const std::exception& e) {
      reporter_.log(LogLevel::error, "a thread of the worker goes on after an exception:");
      reporter_.log(LogLevel::error, e.what());
    } catch (...) {
      reporter_.log(LogLevel::error, "a thread of the worker goes on after an exception that is no std::exception");
    }
    client::wait_for(kExceptionPause, stop);
  }
}

void Core::begin_stop() {
  soft_.request_stop();
  intake_.close();
  leases_.close();
}

void Core::stop() {
  if (!crew_.is_mine()) return stop_for_good();
  reporter_.close();
  begin_stop();
}

void Core::stop_for_good() {
  const bool in_callback = crew_.is_mine();
  if (in_callback) reporter_.close();
  begin_stop();
  {
    std::unique_lock lock{stop_mutex_};
    if (ending_) {
      // It may be this callback's end that the other caller waits for.
      if (!in_callback) stop_changed_.wait(lock, [&] { return ended_; });
      return;
    }
    ending_ = true;
  }
  crew_.wait(kGiveBackTime);
  hard_.request_stop();
  crew_.wait(kLastWordsTime);
  reporter_.close();
  crew_.wait(kLastWordsTime);
  crew_.release();
  {
    const std::lock_guard lock{stop_mutex_};
    ended_ = true;
  }
  stop_changed_.notify_all();
}

}  // namespace gstd::worker

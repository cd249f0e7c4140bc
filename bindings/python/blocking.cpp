#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>

#include "bind.hpp"

namespace gstd::python {
namespace {

// How long Ctrl-C may go unnoticed.
constexpr std::chrono::milliseconds kSignalPeriod{50};
// Longest timeout that is passed on; what is longer, or infinite, means this.
constexpr double kTimeoutSecondsMax = 365.0 * 24 * 3600;

std::chrono::milliseconds to_timeout(double seconds) {
  if (!(seconds >= 0)) throw py::value_error("timeout must be zero or more seconds");
  return std::chrono::milliseconds{static_cast<std::int64_t>(std::min(seconds, kTimeoutSecondsMax) * 1000)};
}

}  // namespace

void run_blocking(double timeout_seconds, const std::function<void(const CallOptions&)>& call) {
  std::mutex mutex;
  std::condition_variable ended;
  bool done = false;          // guarded by mutex
  std::exception_ptr thrown;  // written by the thread before `done`
  std::stop_source stop;
  const CallOptions options{.timeout = to_timeout(timeout_seconds), .stop = stop.get_token()};
  {
    const py::gil_scoped_release released;
    std::thread runner([&] {
      try {
        call(options);
      } catch (...) {
        thrown = std::current_exception();
      }
      const std::lock_guard lock{mutex};
      done = true;
      ended.notify_all();
    });
    bool interrupted = false;
    for (std::unique_lock lock{mutex}; !done;) {
      if (ended.wait_for(lock, kSignalPeriod, [&] { return done; }) || interrupted) continue;
      lock.unlock();
      {
        const py::gil_scoped_acquire acquired;
        interrupted = PyErr_CheckSignals() != 0;
      }
      if (interrupted) stop.request_stop();
      lock.lock();
    }
    runner.join();
  }
  if (PyErr_Occurred() != nullptr) throw py::error_already_set();
  if (thrown) std::rethrow_exception(thrown);
}

}  // namespace gstd::python

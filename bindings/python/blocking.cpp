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

[[noreturn]] void sleep_for_good() {
  for (;;) std::this_thread::sleep_for(std::chrono::hours{1});
}

// Whether the interpreter is past the point from which on other threads must not ask for the GIL.
bool is_ending() noexcept {
#if PY_VERSION_HEX >= 0x030D0000
  return Py_IsFinalizing() != 0;
#else
  return _Py_IsFinalizing() != 0;
#endif
}

// A thread without the GIL, for as long as this lives or until it takes it for a while.
//
// Once the interpreter ends, CPython before 3.14 ends every other thread that asks for the GIL, daemons among them, by unwinding
// its stack, and the first destructor on the way that asks again would abort the process. Such a thread is kept here until the
// process is gone, as CPython 3.14 keeps it itself; what it called for is stopped.
class ReleasedGil {
 public:
  explicit ReleasedGil(std::stop_source& stop) : stop_(stop), thread_(PyEval_SaveThread()) {}
  ReleasedGil(const ReleasedGil&) = delete;
  ReleasedGil& operator=(const ReleasedGil&) = delete;
  ~ReleasedGil() { take(); }

  template <class Do>
  void hold_for(Do&& something) {
    take();
    something();
    thread_ = PyEval_SaveThread();
  }

 private:
  void take() noexcept {
    try {
      PyEval_RestoreThread(thread_);
    } catch (...) {  // C throws nothing: this is the unwinding
      stop_.request_stop();
      sleep_for_good();
    }
  }

  std::stop_source& stop_;
  PyThreadState* thread_;
};

}  // namespace

bool with_gil(const std::function<void()>& work) {
  if (!Py_IsInitialized() || is_ending()) return false;
  PyGILState_STATE state{};
  try {
    state = PyGILState_Ensure();
  } catch (...) {  // As in ReleasedGil: the end came while this thread waited.
    sleep_for_good();
  }
  try {
    work();
  } catch (...) {
    PyGILState_Release(state);
    throw;
  }
  PyGILState_Release(state);
  return true;
}

void run_blocking(double timeout_seconds, const std::function<void(const CallOptions&, const Wake&)>& call,
                  const std::function<void()>& on_wake) {
  std::mutex mutex;
  std::condition_variable changed;
  bool woken = false;         // guarded by mutex
  bool done = false;          // guarded by mutex
  std::exception_ptr thrown;  // written by the thread before `done`
  std::exception_ptr raised;  // by Python, on this thread
  std::stop_source stop;
  const CallOptions options{.timeout = to_timeout(timeout_seconds), .stop = stop.get_token()};
  const auto set = [&](bool& flag) {
    const std::lock_guard lock{mutex};
    flag = true;
    changed.notify_all();
  };
  {
    ReleasedGil released{stop};
    std::thread runner([&] {
      try {
        call(options, [&] { set(woken); });
      } catch (...) {
        thrown = std::current_exception();
      }
      set(done);
    });
    for (std::unique_lock lock{mutex}; !done;) {
      changed.wait_for(lock, kSignalPeriod, [&] { return woken || done; });
      const bool asked = std::exchange(woken, false);
      if (done || raised) continue;
      lock.unlock();
      released.hold_for([&] {
        try {
          if (PyErr_CheckSignals() != 0) throw py::error_already_set();
          if (asked) on_wake();
        } catch (...) {
          raised = std::current_exception();
        }
      });
      if (raised) stop.request_stop();
      lock.lock();
    }
    runner.join();
  }
  if (raised) std::rethrow_exception(raised);
  if (thrown) std::rethrow_exception(thrown);
}

}  // namespace gstd::python

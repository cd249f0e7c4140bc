#include "signals.hpp"

#include <pthread.h>

#include <condition_variable>
#include <mutex>

namespace gstd::cli {
namespace {

// Ends the watcher's wait. Blocked like the others, so that it is without effect when it comes from elsewhere.
constexpr int kWakeSignal = SIGUSR1;

sigset_t watched() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, kWakeSignal);
  return set;
}

// False: `over` was requested first.
bool next_signal(const std::stop_token& over) {
  const sigset_t set = watched();
  while (!over.stop_requested()) {
    int signal = 0;
    if (sigwait(&set, &signal) == 0 && signal != kWakeSignal) return true;
  }
  return false;
}

}  // namespace

Signals::Signals() {
  const sigset_t set = watched();
  pthread_sigmask(SIG_BLOCK, &set, &before_);
  watcher_ = std::jthread([this](const std::stop_token& over) {
    for (std::stop_source* source : {&first_, &second_}) {
      if (!next_signal(over)) return;
      source->request_stop();
    }
  });
}

Signals::~Signals() {
  watcher_.request_stop();
  pthread_kill(watcher_.native_handle(), kWakeSignal);
  watcher_.join();
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void wait_for(std::stop_token stop) {
  std::mutex mutex;
  std::condition_variable_any requested;
  std::unique_lock lock{mutex};
  requested.wait(lock, std::move(stop), [] { return false; });
}

}  // namespace gstd::cli

#include "signals.hpp"

#include <pthread.h>

#include <condition_variable>
#include <mutex>

namespace gstd::cli {
namespace {

// Ends the watcher's wait. Blocked like the others, so that it is without effect when it comes from elsewhere.
constexpr int kWakeSignal = SIGUSR1;

sigset_t watched(Signals::Hangup hangup) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, kWakeSignal);
  if (hangup == Signals::Hangup::is_told) sigaddset(&set, SIGHUP);
  return set;
}

}  // namespace

Signals::Signals(Hangup hangup) : watched_(watched(hangup)) {
  pthread_sigmask(SIG_BLOCK, &watched_, &before_);
  watcher_ = std::jthread([this](const std::stop_token& over) {
    for (std::stop_source* source : {&first_, &second_}) {
      if (!next_signal(over)) return;
      source->request_stop();
    }
  });
}

bool Signals::next_signal(const std::stop_token& over) {
  while (!over.stop_requested()) {
    int signal = 0;
    if (sigwait(&watched_, &signal) != 0 || signal == kWakeSignal) continue;
    if (signal != SIGHUP) return true;
    const std::lock_guard lock(mutex_);
    if (on_hangup_) on_hangup_();
  }
  return false;
}

void Signals::on_hangup(std::function<void()> call) {
  const std::lock_guard lock(mutex_);
  on_hangup_.swap(call);
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

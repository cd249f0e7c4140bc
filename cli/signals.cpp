#include "signals.hpp"

#include <signal.h>

#include <cerrno>
#include <ctime>

namespace gstd::cli {
namespace {

sigset_t watched() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

}  // namespace

Signals::Signals() {
  const sigset_t set = watched();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

Signals::~Signals() = default;

void Signals::wait() {
  const sigset_t set = watched();
  int signal = 0;
  while (sigwait(&set, &signal) != 0) {
  }
}

bool Signals::wait(std::stop_token stop) {
  // Signals cannot be waited for together with a stop token, so the token is looked at ten times a second.
  constexpr timespec kPeriod{0, 100'000'000};
  const sigset_t set = watched();
  while (!stop.stop_requested())
    if (sigtimedwait(&set, nullptr, &kPeriod) > 0) return true;
  return false;
}

std::stop_token Signals::token() {
  if (!watcher_.joinable())
    watcher_ = std::jthread([this](std::stop_token stop) {
      if (wait(stop)) interrupted_.request_stop();
    });
  return interrupted_.get_token();
}

}  // namespace gstd::cli

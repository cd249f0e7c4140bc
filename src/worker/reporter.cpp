#include "worker/reporter.hpp"

#include <exception>

namespace gstd::worker {

bool Gate::enter() {
  std::unique_lock lock{mutex_};
  changed_.wait(lock, [&] { return !busy_ || closed_; });
  if (closed_) return false;
  busy_ = true;
  return true;
}

void Gate::leave() {
  {
    const std::lock_guard lock{mutex_};
    busy_ = false;
  }
  changed_.notify_one();
}

void Gate::close() {
  {
    const std::lock_guard lock{mutex_};
    closed_ = true;
  }
  changed_.notify_all();
}

void Reporter::event(const WorkerEvent& event) {
  if (!on_event_ || !event_gate_.enter()) return;
  std::string thrown;
  try {
    on_event_(event);
  } catch (const std::exception& e) {
    thrown = e.what();
  } catch (...) {
    thrown = "something that is no std::exception";
  }
  event_gate_.leave();
  if (!thrown.empty()) log(LogLevel::error, "on_event threw: " + thrown);
}

void Reporter::log(LogLevel level, std::string_view message) {
  if (!log_ || !log_gate_.enter()) return;
  try {
    log_(level, message);
  } catch (...) {  // There is nowhere left to report to.
  }
  log_gate_.leave();
}

void Reporter::close() {
  event_gate_.close();
  log_gate_.close();
}

void Reporter::count(const std::function<void(WorkerStats&)>& change) {
  const std::lock_guard lock{stats_mutex_};
  change(stats_);
}

WorkerStats Reporter::stats() const {
  const std::lock_guard lock{stats_mutex_};
  return stats_;
}

}  // namespace gstd::worker

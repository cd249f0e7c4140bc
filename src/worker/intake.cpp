#include "worker/intake.hpp"

#include <algorithm>

namespace gstd::worker {

std::optional<Intake::Turn> Intake::wait_turn() {
  std::unique_lock lock{mutex_};
  changed_.wait(lock, [&] { return closed_ || (!paused_ && !turn_taken_); });
  if (closed_) return std::nullopt;
  turn_taken_ = true;
  return Turn{*this, looking_.get_token()};
}

std::optional<Intake::Job> Intake::Turn::begin_job() {
  if (!intake_->begin()) return std::nullopt;
  return Job{*intake_};
}

void Intake::Turn::end() {
  if (intake_) std::exchange(intake_, nullptr)->end_turn();
}

bool Intake::begin() {
  const std::lock_guard lock{mutex_};
  if (paused_ || closed_) return false;
  ++jobs_;
  return true;
}

void Intake::finish() {
  {
    const std::lock_guard lock{mutex_};
    --jobs_;
  }
  changed_.notify_all();
}

void Intake::end_turn() {
  {
    const std::lock_guard lock{mutex_};
    turn_taken_ = false;
  }
  changed_.notify_all();
}

// A stop request runs its callbacks on the thread that makes it; none of them may find our lock taken.
void Intake::pause() {
  std::stop_source looking{std::nostopstate};
  {
    const std::lock_guard lock{mutex_};
    paused_ = true;
    looking = looking_;
  }
  looking.request_stop();
}

void Intake::resume() {
  {
    const std::lock_guard lock{mutex_};
    if (!paused_ || closed_) return;
    paused_ = false;
    looking_ = std::stop_source{};
  }
  changed_.notify_all();
}

void Intake::close() {
  std::stop_source looking{std::nostopstate};
  {
    const std::lock_guard lock{mutex_};
    closed_ = true;
    looking = looking_;
  }
  looking.request_stop();
  changed_.notify_all();
}

Result<void> Intake::drain(const CallOptions& options) {
  // Far enough for any task; a timeout that means "for ever" would overflow the clock of the wait.
  constexpr std::chrono::milliseconds kWaitMax = std::chrono::hours{24 * 365};
  std::unique_lock lock{mutex_};
  const bool drained = changed_.wait_for(lock, options.stop, std::min(options.timeout, kWaitMax), [&] { return jobs_ == 0; });
  if (drained) return {};
  if (options.stop.stop_requested()) return Error{ErrorCode::cancelled, "draining was cancelled; the worker is still paused", {}};
  return Error{ErrorCode::deadline_exceeded,
               std::to_string(jobs_) + " tasks are still under way; drain again, or stop to give them back",
               {}};
}

}  // namespace gstd::worker

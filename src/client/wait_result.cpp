// Waiting for a task's end. The task itself is what is believed: it is asked for at the start, after each event that concerns it,
// after each poll that brought nothing and after each break of the connection; events only make asking sooner. So a missed event
// costs one poll at most, also where the numbers of events started over because the coordinator's database was restored, and a
// coordinator that restarts in between costs a pause, not the wait.
#include <gstd/client.hpp>

#include "client/answers.hpp"
#include "client/calls.hpp"
#include "client/patience.hpp"
#include "client/state.hpp"

#include <algorithm>

namespace gstd {
namespace {

// Below the 30 s after which the platform's own proxy cuts a request.
constexpr std::chrono::milliseconds kPollWait{20'000};
// Least time between two questions, for a coordinator that does not wait although it was asked to.
constexpr std::chrono::milliseconds kPollGap{200};
// Until the next look where the wallet has as many calls that wait as the coordinator allows: whoever waits for so many tasks at
// once looks at them in turn.
constexpr std::chrono::milliseconds kCrowdedGap{2'000};

Error no_result(const protocol::TaskView& view) {
  const std::string state(to_string(view.status));
  std::string message = "the task ended as " + state + " and has no result";
  if (!view.last_error.empty()) message += ": " + view.last_error;
  return {ErrorCode::failed_precondition, std::move(message), state};
}

class Wait {
 public:
  Wait(const Client& client, const Clock& clock, const TaskId& id, const CallOptions& options)
      : client_(client), clock_(clock), id_(id), deadline_(clock, options.timeout), stop_(options.stop) {}

  /// Looks at the task, and if it is still on its way waits until there is a reason to look again; then nothing.
  Result<std::optional<protocol::TaskResult>> step() {
    if (!since_) {
      // Read before the task is, so that whatever happens after that reading shows as an event.
      const auto newest = client_.newest_event(left());
      if (!newest) return newest.error();
      since_ = *newest;
    }
    const auto view = client_.task(id_, left());
    if (!view) return view.error();
    breaks_ = 0;
    encrypted_ = view->encryption.has_value();
    last_seen_ = "it is " + std::string(to_string(view->status));
    switch (view->status) {
      case TaskState::dead_letter:
      case TaskState::cancelled:
        return no_result(*view);
      case TaskState::completed:
      case TaskState::failed: {
        auto result = client_.result(id_, left());
        if (!result) return std::move(result).error();
        return std::optional{std::move(*result)};
      }
      default:
        break;
    }
    if (encrypted_) {
      // Asked for again after every event and every wait for one: that is also what tells the coordinator that we are there.
      client_.follow_task(id_);
      if (auto granted = client_.grant_keys(std::chrono::milliseconds{0}, left()); !granted) return std::move(granted).error();
    }
    if (auto changed = until_changed(); !changed) return std::move(changed).error();
    return std::optional<protocol::TaskResult>{};
  }

  /// Pauses after a failure that may pass. Errors: the one that ends the wait.
  Result<void> bear(const Error& error) {
    if (stop_.stop_requested())
      return Error{ErrorCode::cancelled, "waiting for task " + id_.str() + " was cancelled; the task goes on", {}};
    if (error.code != ErrorCode::unavailable && error.code != ErrorCode::deadline_exceeded) return error;
    // Whoever answers next may count events anew.
    since_.reset();
    const auto pause = client::retry_delay(++breaks_);
    if (error.code == ErrorCode::unavailable) last_seen_ = error.message;
    if (pause >= deadline_.remaining())
      return Error{ErrorCode::deadline_exceeded,
                   "task " + id_.str() + " had not ended in time (" + last_seen_ + "); wait again, nothing is lost",
                   {}};
    client::wait_for(pause, stop_);
    return {};
  }

 private:
  CallOptions left() const { return {deadline_.remaining(), stop_}; }

  Result<void> until_changed() {
    for (;;) {
      const client::Deadline gap{clock_, kPollGap};
      const auto page = client_.events(*since_, kPollWait, left());
      if (!page && page.error().reason == "waits") {
        client::wait_for(std::min(kCrowdedGap, deadline_.remaining()), stop_);
        return {};
      }
      if (!page) return page.error();
      since_ = page->next;
      if (std::any_of(page->events.begin(), page->events.end(), [&](const auto& event) { return event.task_id == id_; })) return {};
      if (!page->events.empty() && !encrypted_) continue;
      if (!gap.spent()) client::wait_for(gap.remaining(), stop_);
      return {};
    }
  }

  const Client& client_;
  const Clock& clock_;
  const TaskId& id_;
  const client::Deadline deadline_;
  const std::stop_token stop_;
  std::optional<std::uint64_t> since_;
  std::string last_seen_ = "nothing was heard of it";
  bool encrypted_ = false;
  unsigned breaks_ = 0;  // in a row
};

}  // namespace

Result<protocol::TaskResult> Client::wait_result(const TaskId& id, const CallOptions& options) const {
  Wait wait{*this, state_->transport.clock(), id, options};
  for (;;) {
    auto step = wait.step();
    if (step && *step) return std::move(**step);
    if (step) continue;
    if (auto borne = wait.bear(step.error()); !borne) return std::move(borne).error();
  }
}

}  // namespace gstd

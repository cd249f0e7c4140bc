#include "ends.hpp"

#include <thread>
#include <tuple>

namespace gstd::cli {
namespace {

// Short, so that the time beside the bar moves.
constexpr std::chrono::milliseconds kPollWait{2'000};
// After a poll that brought nothing: a coordinator whose waits are all taken answers at once.
constexpr std::chrono::milliseconds kPollGap{200};

// A dead letter may come back, but nobody waits for that.
bool is_end(TaskState state) { return is_terminal(state) || state == TaskState::dead_letter; }

}  // namespace

void Ends::add(const TaskId& task) {
  open_.insert(task);
  ++total_;
}

void Ends::wait_for(const TaskId& task, const CallOptions& options, Progress& progress) {
  const auto deadline = std::chrono::steady_clock::now() + options.timeout;
  while (open_.contains(task)) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left <= kPollGap) return;
    const CallOptions call{.timeout = left, .stop = options.stop};
    // Asked for after every event; if that fails, so does the next call.
    if (grants_keys_) std::ignore = client_.grant_keys(std::chrono::milliseconds{0}, call);
    const auto page = client_.events(since_, kPollWait, call);
    if (!page) return;
    since_ = page->next;
    for (const auto& event : page->events)
      if (is_end(event.status)) open_.erase(event.task_id);
    progress.update(total_ - open_.size());
    if (!page->events.empty()) continue;
    // A database that was restored counts its events anew, and they never come here.
    const auto view = client_.task(task, call);
    if (!view || is_end(view->status)) return;
    std::this_thread::sleep_for(kPollGap);
  }
}

void Ends::note(const TaskId& task, Progress& progress) {
  open_.erase(task);
  progress.update(total_ - open_.size());
}

}  // namespace gstd::cli

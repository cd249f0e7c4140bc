// Who was shown which task lately. Asking for work reserves nothing, so without this every idle worker would be shown the same
// best task, and all but one would pay for a proof of work in vain. A task that was shown stays out of other workers' sight for
// kOfferTime; these marks are a courtesy, not a lock: the claim alone decides, and losing the marks costs only lost races.
#pragma once

#include <gstd/task.hpp>

#include <deque>
#include <mutex>
#include <unordered_map>

namespace gstd::coordinator {

/// May be shared between threads.
class Offers {
 public:
  static constexpr std::chrono::seconds kOfferTime{2};
  /// Ready tasks that fit a worker and are looked at for one answer, the marked ones included.
  static constexpr std::size_t kLookAheadMax = 1024;

  explicit Offers(const Clock& clock) : clock_(clock) {}

  /// How many ready tasks that fit must be read so that an unmarked one for each of `workers` is among them if there are as many
  /// (within kLookAheadMax).
  std::size_t look_ahead(std::size_t workers);

  /// The first of `ready`, best first, that nobody was shown lately; marks it. It and the marked ones before it are taken out of
  /// `ready`, so that the next worker in line goes on from there.
  std::optional<Task> take(std::deque<Task>& ready);

  /// The task is open anew: an earlier mark says nothing any more.
  void forget(const TaskId& task);

 private:
  void drop_old();  // needs mutex_

  const Clock& clock_;
  std::mutex mutex_;
  std::unordered_map<TaskId, std::chrono::nanoseconds> until_;  // guarded by mutex_
};

}  // namespace gstd::coordinator

// The worker's threads, which end within a bound or are let go.
#pragma once

#include <gstd/base.hpp>

#include <condition_variable>
#include <functional>
#include <list>
#include <thread>

namespace gstd::worker {

/// A thread may be inside the user's callback, or inside a compilation that nothing can interrupt. Joining it would hand the
/// worker's end over to the user's code; so after a bounded wait such a thread is detached. It must therefore own what it uses:
/// each body captures a share of the worker, and touches nothing else. May be shared between threads.
class Crew {
 public:
  /// What `body` throws ends its thread, and only that. Errors: resource_exhausted: the system has no thread to give.
  Result<void> start(std::function<void()> body);

  /// Waits until all threads but the caller's have ended, at most `bound`. True: they have.
  bool wait(std::chrono::milliseconds bound);

  /// Joins the threads that have ended and detaches the others. To be called once, last. How many were detached.
  std::size_t release();

  /// Whether the caller is one of these threads.
  bool is_mine() const;

 private:
  struct Member {
    std::thread thread;
    bool ended = false;
  };

  std::size_t running_locked() const;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::list<Member> members_;  // guarded by mutex_; a list, so that members stay where they are
};

}  // namespace gstd::worker

// The encrypted tasks whose keys a client grants. Content keys are derived from their ids, so without this a coordinator could ask
// for the key of any task there ever was, and name a device of its own.
#pragma once

#include <gstd/base.hpp>

#include <mutex>
#include <set>

namespace gstd::client {

/// May be shared between threads.
class Followed {
 public:
  void add(const TaskId& task) {
    std::lock_guard lock(mutex_);
    tasks_.insert(task);
  }
  void remove(const TaskId& task) {
    std::lock_guard lock(mutex_);
    tasks_.erase(task);
  }
  bool contains(const TaskId& task) const {
    std::lock_guard lock(mutex_);
    return tasks_.contains(task);
  }

 private:
  mutable std::mutex mutex_;
  std::set<TaskId> tasks_;  // guarded by mutex_
};

}  // namespace gstd::client

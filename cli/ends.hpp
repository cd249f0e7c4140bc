// Which of several tasks have come to an end, as the coordinator's events tell: for a display. What a task's end is worth is
// Client::wait_result()'s to say.
#pragma once

#include <gstd/client.hpp>

#include <set>

#include "progress.hpp"

namespace gstd::cli {

/// Not shared between threads.
class Ends {
 public:
  /// `since`: the newest event before the first of the tasks was created.
  Ends(const Client& client, std::uint64_t since) : client_(client), since_(since) {}

  void add(const TaskId& task);
  /// Among them are encrypted tasks, whose keys are granted while it waits.
  void grant_keys() { grants_keys_ = true; }

  /// Returns when `task` has ended, as far as can be told, and until then shows how many have. Returns at once when the coordinator
  /// or `options` put an end to it: wait_result() meets the same and knows what to do.
  void wait_for(const TaskId& task, const CallOptions& options, Progress& progress);
  /// For what was learnt in another way.
  void note(const TaskId& task, Progress& progress);

 private:
  const Client& client_;
  std::uint64_t since_;
  std::set<TaskId> open_;
  std::size_t total_ = 0;
  bool grants_keys_ = false;
};

}  // namespace gstd::cli

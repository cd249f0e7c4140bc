// Everything that a worker tells its user: events, log lines, figures.
#pragma once

#include <gstd/worker.hpp>

#include <condition_variable>

namespace gstd::worker {

/// Lets one thread at a time into the user's code, and nobody any more once it is closed. Waiting callers hold no lock, so that a
/// callback that never returns cannot keep the worker from stopping. May be shared between threads.
class Gate {
 public:
  bool enter();  ///< False: closed.
  void leave();
  void close();

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool busy_ = false;    // guarded by mutex_
  bool closed_ = false;  // guarded by mutex_
};

/// May be shared between threads. What the user's functions throw ends here.
class Reporter {
 public:
  Reporter(std::function<void(const WorkerEvent&)> on_event, LogSink log) : on_event_(std::move(on_event)), log_(std::move(log)) {}

  void event(const WorkerEvent& event);
  void log(LogLevel level, std::string_view message);

  /// From here on the user is told nothing; a call under way is not waited for.
  void close();

  void count(const std::function<void(WorkerStats&)>& change);
  WorkerStats stats() const;

 private:
  const std::function<void(const WorkerEvent&)> on_event_;
  const LogSink log_;
  Gate event_gate_;
  Gate log_gate_;
  mutable std::mutex stats_mutex_;
  WorkerStats stats_;  // guarded by stats_mutex_
};

}  // namespace gstd::worker

// The one thread that writes, and the commits that several writers share.
#pragma once

#include "store/sqlite/database.hpp"

#include <gstd/store.hpp>

#include <condition_variable>
#include <deque>
#include <exception>
#include <thread>

namespace gstd::store::sqlite {

/// A commit costs an fsync, whatever it carries. While one is under way, further works queue up; the next transaction runs all of
/// them, each inside a savepoint of its own, and one fsync makes them durable together. Nobody is told anything before that.
/// Threads: any may call run(). The queue holds one entry for each blocked caller, so callers bound it.
class Writer {
 public:
  Writer(Database db, std::size_t commits_shared_max);
  ~Writer();

  /// To be called once, before run(). Errors: resource_exhausted, reason "threads": the system has no thread for it.
  Result<void> start();

  Result<void> run(const Store::Work& work);

 private:
  struct Job {
    const Store::Work& work;
    Result<void> result{};
    std::exception_ptr thrown{};
    bool done = false;
    std::condition_variable told{};
  };
  using Batch = std::vector<Job*>;

  void loop();
  Job* take();
  void commit_together();
  Result<void> run_jobs(Batch& batch);
  Result<void> run_in_savepoint(Job& job);
  void tell(const Batch& batch);
  void refuse(const Batch& batch, const Error& error);

  Database db_;  // the thread's alone
  const std::size_t commits_shared_max_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job*> queue_;  // guarded by mutex_
  bool closing_ = false;    // guarded by mutex_
  std::thread thread_;      // last: it uses all of the above
};

}  // namespace gstd::store::sqlite

// SIGINT and SIGTERM as something that a command waits for, or passes to the calls that it makes; SIGHUP as something to be told.
#pragma once

#include <signal.h>

#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

namespace gstd::cli {

/// Blocks both signals in the thread that makes it, and in all threads started later. One per program, made before any other
/// thread, and after all that reads standard input: a blocked signal does not end such a read. Starts one thread. Its end restores
/// what signals did before.
class Signals {
 public:
  enum class Hangup {
    ends,     ///< The program, as by default.
    is_told,  ///< See on_hangup(); nobody else sees it.
  };
  explicit Signals(Hangup hangup = Hangup::ends);
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;
  ~Signals();

  /// Stopped by the first SIGINT or SIGTERM.
  std::stop_token first() const noexcept { return first_.get_token(); }
  /// Stopped by the second.
  std::stop_token second() const noexcept { return second_.get_token(); }
  /// What each SIGHUP calls from now on, on this object's thread; nothing: nothing. Waits for a call that is under way.
  void on_hangup(std::function<void()> call);

 private:
  // False: `over` was requested first.
  bool next_signal(const std::stop_token& over);

  sigset_t watched_;
  sigset_t before_;
  std::mutex mutex_;
  std::function<void()> on_hangup_;  // guarded by mutex_
  std::stop_source first_;
  std::stop_source second_;
  std::jthread watcher_;
};

/// Blocks until a stop is requested.
void wait_for(std::stop_token stop);

}  // namespace gstd::cli

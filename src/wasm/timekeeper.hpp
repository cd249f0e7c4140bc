// Ends guests whose time is over. One thread sleeps until the earliest deadline and then asks that guest to end. While guests
// behave nothing ticks, and to watch one more costs no system call.
#pragma once

#include <gstd/base.hpp>

#include <condition_variable>

#include "wasm/interruption.hpp"
#include "wasm/stack_thread.hpp"

namespace gstd::wasm {

/// May be shared between threads.
class Timekeeper {
 public:
  /// Errors: resource_exhausted: no thread.
  static Result<std::unique_ptr<Timekeeper>> start();
  ~Timekeeper();
  Timekeeper(const Timekeeper&) = delete;
  Timekeeper& operator=(const Timekeeper&) = delete;

  /// One run under watch, for as long as it lives; requests `timed_out` at its deadline.
  class Watch {
   public:
    Watch(Timekeeper& keeper, Interruption& interruption, std::chrono::nanoseconds wall_time);
    ~Watch();
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

   private:
    friend class Timekeeper;
    Timekeeper& keeper_;
    Interruption& interruption_;
    std::chrono::nanoseconds deadline_;  // on the steady clock; guarded by keeper_.mutex_
  };

 private:
  Timekeeper() = default;
  void run();
  void look_by_locked(std::chrono::nanoseconds time);

  std::mutex mutex_;
  std::condition_variable changed_;
  // All below are guarded by mutex_.
  std::vector<Watch*> watches_;
  std::chrono::nanoseconds next_look_ = std::chrono::nanoseconds::max();  ///< When the thread wakes by itself.
  bool stopping_ = false;

  std::unique_ptr<StackThread> thread_;
};

}  // namespace gstd::wasm

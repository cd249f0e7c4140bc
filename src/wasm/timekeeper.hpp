// Ends guests whose time is over. One thread sleeps until the earliest deadline, asks that guest to end, and moves the engine's
// epoch until it has. The epoch belongs to the engine: other runs see it move too, look at their own interruption, find none and go
// on. While guests behave nothing ticks, and to watch one more costs no system call.
#pragma once

#include <gstd/base.hpp>

#include <condition_variable>
#include <functional>

#include "wasm/interruption.hpp"
#include "wasm/stack_thread.hpp"

namespace gstd::wasm {

/// May be shared between threads.
class Timekeeper {
 public:
  /// `move_epoch` is called on the timekeeper's thread.
  /// Errors: resource_exhausted: no thread.
  static Result<std::unique_ptr<Timekeeper>> start(std::function<void()> move_epoch);
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

    /// Requests `cancelled`, now. From any thread.
    void cancel() noexcept;

   private:
    friend class Timekeeper;
    Timekeeper& keeper_;
    Interruption& interruption_;
    std::chrono::nanoseconds deadline_;  // on the steady clock; guarded by keeper_.mutex_
  };

 private:
  explicit Timekeeper(std::function<void()> move_epoch) : move_epoch_(std::move(move_epoch)) {}
  void run();
  void look_by_locked(std::chrono::nanoseconds time);

  const std::function<void()> move_epoch_;
  std::mutex mutex_;
  std::condition_variable changed_;
  // All below are guarded by mutex_.
  std::vector<Watch*> watches_;
  std::chrono::nanoseconds next_look_ = std::chrono::nanoseconds::max();  ///< When the thread wakes by itself.
  bool stopping_ = false;

  std::unique_ptr<StackThread> thread_;
};

}  // namespace gstd::wasm

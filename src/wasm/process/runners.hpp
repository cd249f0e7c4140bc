// Children that have said hello and wait for their one job.
#pragma once

#include "wasm/process/child_process.hpp"
#include "wasm/process/messages.hpp"

namespace gstd::wasm::process {

/// How long a child may take from its start to its hello. Milliseconds on an idle machine; this is for one that swaps.
inline constexpr std::chrono::seconds kStartMax{10};

/// Starts runners of one program with one set of settings. May be shared between threads.
class Runners {
 public:
  Runners(std::string program, const RunnerSettings& settings) : program_(std::move(program)), argument_(to_argument(settings)) {}

  /// A child of the caller's own, greeted: the spare one where there is one. Stop requests are seen through `stop_fd` (-1: none).
  /// Errors: those of ChildProcess::start(). failed_precondition, reason "runner_mismatch": not of this version; "confinement".
  ///         unavailable, reason "runner_start": it said nothing in time, or died. cancelled.
  Result<ChildProcess> take(int stop_fd);

  /// Sees to it that there is a spare child, whose start then costs the next run nothing. Best done while another one works.
  void refill() noexcept;

  /// Takes back, as the spare one, a child that was given no job.
  void keep(ChildProcess child);

  /// What the first child said of itself. Set by the first take() that succeeds; read by others after it.
  const Hello& hello() const noexcept { return hello_; }

 private:
  struct Spare {
    ChildProcess child;
    bool greeted;
  };

  Result<void> greet(ChildProcess& child, int stop_fd);

  const std::string program_;
  const std::string argument_;
  std::once_flag greeted_;
  Hello hello_;

  std::mutex mutex_;
  std::optional<Spare> spare_;  // guarded by mutex_
  bool starting_ = false;       // guarded by mutex_
};

}  // namespace gstd::wasm::process

// The coordinator's one thread of its own: ends leases that have run out, drops what has expired, answers those who wait.
#pragma once

#include "coordinator/services.hpp"

#include <thread>

namespace gstd::coordinator {

/// Starts its thread with start(), ends it with stop(). The time that counts is the services' clock; the thread looks at it at
/// least every kTick of real time, so that a clock that is moved by hand is noticed.
class Attendant {
 public:
  static constexpr std::chrono::milliseconds kTick{50};
  /// How late a lease's end may be noticed. A result that comes after the end is refused at any rate.
  static constexpr std::chrono::milliseconds kSweepInterval{1'000};
  static constexpr std::chrono::milliseconds kCleaningInterval{60'000};
  // Expired challenges are kept for a while, so that a claim that comes late hears that it is late, and not that there never was
  // one.
  static constexpr std::chrono::minutes kExpiredKept{5};
  static constexpr std::size_t kExpiredPerTransaction = 64;
  /// Each kind of work that is waited for has a list of tasks of its own; what is beyond this has its turn in the next round.
  static constexpr std::size_t kWorkKindsPerRound = 64;

  explicit Attendant(Services& services) : services_(services) {}
  ~Attendant() { stop(); }

  /// Errors: resource_exhausted, reason "threads": the system has no thread for it.
  Result<void> start();
  /// Answers all who wait, then ends the thread.
  void stop();

 private:
  void run();
  void attend(const Waits::News& news);
  void expire_leases(Timestamp now);
  Result<bool> expire_some();
  void plan_sweep(Timestamp now);
  void serve_work();
  void serve_events(const std::unordered_set<WalletId>& wallets);
  void end_overdue();
  void warn(std::string_view what, const Error& error) const;

  Services& services_;
  // Used by the thread alone.
  Timestamp next_sweep_{};
  Timestamp next_cleaning_{};
  Waits::WorkKind next_kind_;  // where serve_work() goes on
  bool work_left_ = false;     // it has not been through with all kinds
  std::thread thread_;
};

}  // namespace gstd::coordinator

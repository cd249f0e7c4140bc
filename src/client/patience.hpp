// How long to go on: deadlines over the caller's clock, waits that can be cancelled, and the delays between tries.
#pragma once

#include <gstd/base.hpp>

namespace gstd::client {

/// What is left of a call's time. Threads: const members from any.
class Deadline {
 public:
  Deadline(const Clock& clock, std::chrono::milliseconds timeout) : clock_(&clock), start_(clock.steady()), timeout_(timeout) {}

  std::chrono::milliseconds remaining() const {
    // The difference is taken first: `start_ + timeout_` would overflow for a timeout that means "for ever".
    const auto spent = std::chrono::duration_cast<std::chrono::milliseconds>(clock_->steady() - start_);
    return spent < timeout_ ? timeout_ - spent : std::chrono::milliseconds{0};
  }
  bool spent() const { return remaining().count() == 0; }

 private:
  const Clock* clock_;
  std::chrono::nanoseconds start_;
  std::chrono::milliseconds timeout_;
};

/// Longest delay between two tries of one call.
inline constexpr std::chrono::milliseconds kRetryDelayMax{4'000};

/// Shortest delay where the answer says how long to wait: one that says "at once" must not be asked in a loop.
inline constexpr std::chrono::milliseconds kToldDelayMin{10};

/// The delay after the `failed`-th failed try, from 1: the platform's 1 s, 2 s, 4 s, and 4 s from there on.
std::chrono::milliseconds retry_delay(unsigned failed) noexcept;

/// Sleeps. False: woken by `stop`.
bool wait_for(std::chrono::milliseconds duration, std::stop_token stop);

}  // namespace gstd::client

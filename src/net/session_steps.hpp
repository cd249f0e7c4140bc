// What the two halves of a session share: steps that hold it, and its times.
#pragma once

#include "net/server_core.hpp"
#include "net/session.hpp"

namespace gstd::net {

/// What a peer gets to take an answer that is under way when the server stops.
inline constexpr std::chrono::milliseconds kStopWriteTime{2'000};

/// What of a body counts. Not a share for each peer's address: behind a proxy all have the same.
constexpr std::size_t counted(std::size_t body_bytes) { return body_bytes - std::min(body_bytes, kUncountedBodyBytes); }

inline SteadyTime after(std::chrono::milliseconds time) {
  return SteadyTime{std::chrono::duration_cast<SteadyTime::duration>(system_clock().steady() + time)};
}

/// Whatever the size of a body and the least rate, which together might overflow a time.
inline constexpr std::chrono::milliseconds kBodyTimeMax = std::chrono::hours{24};

/// Bodies have at most 4 GiB, so that their milliseconds fit.
inline std::chrono::milliseconds time_for(std::size_t bytes, std::size_t bytes_per_second_min) {
  const std::size_t time = bytes * 1'000 / bytes_per_second_min;
  if (time >= static_cast<std::size_t>(kBodyTimeMax.count())) return kBodyTimeMax;
  return std::chrono::milliseconds{time};
}

template <class Step>
auto Session::guarded(Step step) {
  return [self = shared_from_this(), step = std::move(step)](auto... arguments) mutable {
    try {
      step(arguments...);
    } catch (const std::exception& e) {
      self->core_.log(LogLevel::error, "connection of " + self->peer_ + " closed: " + e.what());
      self->close();
    }
  };
}

}  // namespace gstd::net

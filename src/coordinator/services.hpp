// What every handler and the attendant work with.
#pragma once

#include <gstd/coordinator.hpp>

#include "coordinator/authorities.hpp"
#include "coordinator/granting.hpp"
#include "coordinator/key_waits.hpp"
#include "coordinator/live_feeds.hpp"
#include "coordinator/mutation.hpp"
#include "coordinator/offers.hpp"
#include "coordinator/peer_address.hpp"
#include "coordinator/rate_limits.hpp"
#include "coordinator/waits.hpp"

#include <atomic>
#include <functional>
#include <mutex>

namespace gstd::coordinator {

/// May be shared between threads. Lives as long as the server and the attendant that use it.
class Services {
 public:
  /// `options` has been checked, and `peers` made of them; its clock and random are set.
  Services(CoordinatorOptions options, PeerAddresses peers);

  const CoordinatorOptions& options() const noexcept { return options_; }
  const Clock& clock() const noexcept { return *options_.clock; }
  Random& random() noexcept { return *options_.random; }
  const SigningKey& key() const noexcept { return key_; }
  Authorities& authorities() noexcept { return authorities_; }
  Waits& waits() noexcept { return waits_; }
  LiveFeeds& live_feeds() noexcept { return live_feeds_; }
  Offers& offers() noexcept { return offers_; }
  const PeerAddresses& peers() const noexcept { return peers_; }
  RateLimiter& rate_limiter() noexcept { return rate_limiter_; }
  Granting& granting() noexcept { return granting_; }
  KeyWaits& key_waits() noexcept { return key_waits_; }

  Result<void> read(const store::Store::Work& work) const { return options_.store->read(work); }

  /// One write transaction; after its commit everybody who waits for what it changed is woken.
  /// `work` runs as Store::write() says: perhaps more than once, each time with a new Mutation.
  Result<void> write(const std::function<Result<void>(Mutation&)>& work);

  /// Whether the storage failed at the last write that reached it.
  bool write_failed() const noexcept { return write_failed_; }

  /// What the claim of a task costs.
  unsigned difficulty_bits(const Task& task) const noexcept;

  void log(LogLevel level, std::string_view message) const noexcept;

 private:
  const CoordinatorOptions options_;
  const SigningKey key_;
  Authorities authorities_;
  Waits waits_;
  LiveFeeds live_feeds_{waits_};
  Offers offers_;
  const PeerAddresses peers_;
  RateLimiter rate_limiter_;
  Granting granting_;
  KeyWaits key_waits_;
  std::atomic<bool> write_failed_{false};
  mutable std::mutex log_mutex_;  // a LogSink is never called concurrently
};

}  // namespace gstd::coordinator

// How many challenges each peer address is given: wallets are free to make, addresses are not.
#pragma once

#include <gstd/base.hpp>

#include <mutex>
#include <unordered_map>

namespace gstd::coordinator {

/// The address in net::Request::peer, which has a port, too.
std::string address_of(std::string_view peer);

/// Counts in windows that begin with the first request after the last one's end, so that over any stretch of kWindow at most twice
/// the bound is let through. Keeps its counts in memory: they are this process's own, and begin anew with it. May be shared between
/// threads.
class AddressLimit {
 public:
  static constexpr std::chrono::seconds kWindow{60};
  /// Addresses with a count of their own; in a window that sees more, those that come later share one.
  static constexpr std::size_t kAddressesMax = 65'536;

  /// `max`: in one window, for one address; 0: no bound.
  AddressLimit(const Clock& clock, unsigned max) : clock_(clock), max_(max) {}

  /// Counts one, unless that is one too many. `peer` as in net::Request.
  /// Errors: resource_exhausted, reason "challenges_address"; the sentence says when to come back.
  Result<void> take(std::string_view peer);

 private:
  const Clock& clock_;
  const unsigned max_;
  std::mutex mutex_;  // guards all below
  std::chrono::nanoseconds window_begin_{0};
  std::unordered_map<std::string, unsigned> counts_;
};

}  // namespace gstd::coordinator

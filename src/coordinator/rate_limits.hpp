// How much of the coordinator anybody may use: what each call costs, and who pays for it.
#pragma once

#include <gstd/coordinator.hpp>

#include "coordinator/bucket_table.hpp"
#include "protocol/routes.hpp"

namespace gstd::coordinator {

/// What a call costs, in tokens: one for what is read from memory or by one key, and more as it takes more of the processor, the
/// store or the disk.
enum class CallCost : std::uint32_t {
  read = 1,          ///< Public.
  private_read = 2,  ///< A signature to verify and a nonce to write.
  change = 5,        ///< A transaction.
  expensive = 20,    ///< What grows the store, or begins something: a module, an execution, a challenge, a device, a login.
};

/// `burst` must allow every call.
inline constexpr std::uint32_t kBurstMin = static_cast<std::uint32_t>(CallCost::expensive);

CallCost cost_of(protocol::Endpoint endpoint) noexcept;

/// Errors: invalid_argument, reason "options": burst below kBurstMin, or a number above kRateMax.
Result<void> check_rate_limits(const RateLimits& limits);

/// All times are Clock::steady()'s. May be shared between threads.
class RateLimiter {
 public:
  using Wait = std::optional<std::chrono::nanoseconds>;  ///< Nothing: go on. Else: refused, and when it may be tried again.

  RateLimiter(const RateLimits& limits, Random& random, const Clock& clock);

  /// Before anything is computed for the request.
  Wait take_address(const std::string& address, CallCost cost);
  /// After who calls has proved it. `key`: its name, e.g. the public key's bytes; `wallet`: empty while there is none. Where one of
  /// them refuses, the other's tokens are not taken.
  Wait take_identity(BytesView key, const WalletId& wallet, CallCost cost);
  /// The request was somebody else's copy.
  void give_back_identity(BytesView key, const WalletId& wallet, CallCost cost);

 private:
  const Clock& clock_;
  BucketTable addresses_;
  BucketTable identities_;
  BucketTable wallets_;
};

}  // namespace gstd::coordinator

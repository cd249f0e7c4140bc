// What both forms of a login have in common.
#pragma once

#include <gstd/ton.hpp>

namespace gstd::ton {

/// Whether a time in Unix seconds lies at most `age_max` before `now` and at most kProofAheadMax after.
inline bool is_fresh(std::int64_t timestamp, Timestamp now, std::chrono::seconds age_max) noexcept {
  // Beyond these years arithmetic with milliseconds could overflow; nothing there is fresh.
  constexpr std::int64_t kYear9999 = 253'402'300'799;
  if (timestamp < 0 || timestamp > kYear9999) return false;
  const Timestamp made{std::chrono::seconds{timestamp}};
  return now - made <= age_max && made - now <= kProofAheadMax;
}

inline Error not_fresh(std::string_view what, Timestamp now, std::string reason) {
  return {ErrorCode::unauthenticated,
          "the " + std::string(what) + " is too old, or from the future; the time here is " + format_rfc3339(now) +
              ": set the clock right and sign in again",
          std::move(reason)};
}

/// Errors: invalid_argument, reason "wallet_address".
inline Result<Address> address_on(std::string_view text, Network network) {
  auto parsed = parse_address(text);
  if (!parsed) return std::move(parsed).error();
  if (parsed->flags && parsed->flags->test_only && network != Network::testnet)
    return Error{ErrorCode::invalid_argument, "this address is for the test network alone; use the wallet's own", "wallet_address"};
  return parsed->address;
}

}  // namespace gstd::ton

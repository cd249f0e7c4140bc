#include "coordinator/rate_limits.hpp"

#include "coordinator/peer_address.hpp"

namespace gstd::coordinator {

CallCost cost_of(protocol::Endpoint endpoint) noexcept {
  using protocol::Endpoint;
  switch (endpoint) {
    case Endpoint::health:
    case Endpoint::version:
    case Endpoint::openapi:
    case Endpoint::task:
    case Endpoint::module_metadata:
    case Endpoint::pow_status:
    case Endpoint::queue_stats:
    case Endpoint::log_head:
    case Endpoint::log_inclusion:
    case Endpoint::log_consistency:
      return CallCost::read;
    case Endpoint::task_result:
    case Endpoint::next_task:
    case Endpoint::wallet_balance:
    case Endpoint::client_stats:
    case Endpoint::client_escrows:
    case Endpoint::events:
    case Endpoint::keys_wanted:
    case Endpoint::task_key:
    case Endpoint::my_devices:
      return CallCost::private_read;
    case Endpoint::download_module:  // public, but up to 16 MiB
    case Endpoint::create_task:
    case Endpoint::cancel_task:
    case Endpoint::pow_verify:
    case Endpoint::claim_task:
    case Endpoint::complete_task:
    case Endpoint::heartbeat:
    case Endpoint::fail_task:
    case Endpoint::grant_key:
    case Endpoint::revoke_device:
    case Endpoint::log_entries:  // public, but many at once
    case Endpoint::refresh_session:
    case Endpoint::end_session:
    case Endpoint::live_events:  // the connection stays; what is sent over it costs as if it were asked for
      return CallCost::change;
    case Endpoint::upload_module:
    case Endpoint::execute_module:
    case Endpoint::register_device:
    case Endpoint::rotate_device_key:
    case Endpoint::pow_challenge:
    case Endpoint::login_payload:
    case Endpoint::login:
      return CallCost::expensive;
  }
  return CallCost::expensive;  // never: the compiler warns of an endpoint that is not listed
}

Result<void> check_rate_limits(const RateLimits& limits) {
  const auto refuse = [](std::string message) { return Error{ErrorCode::invalid_argument, std::move(message), "options"}; };
  for (const RateLimit& limit : {limits.address, limits.identity, limits.wallet}) {
    if (limit.per_second > kRateMax || limit.burst > kRateMax)
      return refuse("rate_limits must be at most " + std::to_string(kRateMax) + " tokens");
    if (limit.per_second != 0 && limit.burst < kBurstMin)
      return refuse("a rate limit's burst must be at least " + std::to_string(kBurstMin) + " tokens, what the dearest call costs");
  }
  return {};
}

RateLimiter::RateLimiter(const RateLimits& limits, Random& random, const Clock& clock)
    : clock_(clock), addresses_(limits.address, random), identities_(limits.identity, random), wallets_(limits.wallet, random) {}

RateLimiter::Wait RateLimiter::take_address(const std::string& address, CallCost cost) {
  return addresses_.take(as_bytes(network_of(address)), static_cast<std::uint32_t>(cost), clock_.steady());
}

RateLimiter::Wait RateLimiter::take_identity(BytesView key, const WalletId& wallet, CallCost cost) {
  const auto tokens = static_cast<std::uint32_t>(cost);
  const auto now = clock_.steady();
  if (const Wait wait = identities_.take(key, tokens, now)) return wait;
  if (wallet.empty()) return std::nullopt;
  const Wait wait = wallets_.take(as_bytes(wallet.str()), tokens, now);
  if (wait) identities_.give_back(key, tokens);
  return wait;
}

void RateLimiter::give_back_identity(BytesView key, const WalletId& wallet, CallCost cost) {
  const auto tokens = static_cast<std::uint32_t>(cost);
  identities_.give_back(key, tokens);
  if (!wallet.empty()) wallets_.give_back(as_bytes(wallet.str()), tokens);
}

}  // namespace gstd::coordinator

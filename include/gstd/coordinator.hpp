// The coordinator: takes tasks, leases them to workers against a proof of work, judges results and pays.
#pragma once

#include <gstd/base.hpp>
#include <gstd/crypto.hpp>
#include <gstd/net.hpp>
#include <gstd/store.hpp>
#include <gstd/task.hpp>
#include <gstd/ton.hpp>

#include <memory>

namespace gstd {

/// A token bucket: each call takes as many tokens as it costs, 1 (a public read), 2 (a private one), 5 (a change) or 20 (an upload,
/// an execution, a challenge, a registration), and is refused where they are not there. docs/protocol.md, "Rate limits", has the
/// table.
struct RateLimit {
  std::uint32_t per_second = 0;  ///< Tokens that come back in a second; 0: no bound.
  std::uint32_t burst = 0;       ///< Tokens that it holds. At least 20, so that every call has a chance; at most kRateMax.
};
inline constexpr std::uint32_t kRateMax = 1'000'000'000;

/// Each address, key and wallet has a bucket of its own, kept by this process alone. A worker's task costs 32 tokens (ask,
/// challenge, claim, hand in), so that by default a key may do some 1500 a second.
struct RateLimits {
  /// Before any signature is looked at. IPv6 counts by networks of 64 bits. Behind a proxy that is not one of
  /// CoordinatorOptions::trusted_proxies all share one bucket, for which the default is meant; where addresses are clients' own, a
  /// hundredth is plenty.
  RateLimit address{200'000, 400'000};
  RateLimit identity{50'000, 100'000};  ///< A key, once its signature was verified, or a session.
  RateLimit wallet{100'000, 200'000};   ///< All keys of a wallet together.
};

enum class ProxyHeader { x_forwarded_for, forwarded };

/// Proxies that are believed when they say whom a request comes from: the last address in `header` counts instead of the peer's,
/// for limits and logs. By default none is believed, since anybody can write such a header.
struct TrustedProxies {
  std::vector<std::string> addresses{};  ///< Addresses, or ranges like "10.0.0.0/8" or "2001:db8::/32".
  bool with_client_certificate = false;  ///< Whoever showed a certificate that CoordinatorOptions::tls asks for.
  /// What the proxy itself writes. The other header is not looked at: it would come from the client.
  ProxyHeader header = ProxyHeader::x_forwarded_for;
};

/// How wallets log in, and what their sessions are worth.
struct LoginOptions {
  /// For which domains a wallet's proof is taken: the host[:port] of the page or the manifest that asks for it, as TonConnect has
  /// it. Empty: `authorities`, or those of url() where these are empty, too.
  std::vector<std::string> domains{};
  ton::Network network = ton::Network::mainnet;  ///< Addresses for the test network alone are refused on the main network.
  std::chrono::seconds session_time{3'600};      ///< Life of a session, from login or refresh. 1 min to 24 h.
  /// From the login on, however often it is refreshed; then the wallet signs again. `session_time` to 30 days.
  std::chrono::seconds session_age_max{24 * 3'600};
  /// Whether a device that registers with a TON address needs a session of that wallet. Off, and always under `compat`, whoever
  /// comes first has the address.
  bool wallet_proof = true;
};

struct CoordinatorOptions {
  std::shared_ptr<store::Store> store;  ///< Required. See store::open_memory() and store::open_sqlite().
  std::string address = "127.0.0.1";    ///< Where to listen. Beyond loopback use `tls`, or put a TLS proxy in front.
  std::uint16_t port = 0;               ///< 0: the system picks one; see url().
  std::optional<net::ServerTls> tls{};  ///< Nothing: plain HTTP. With a client_ca_file only who has a certificate gets in at all.
  /// host[:port] under which clients reach this coordinator, e.g. behind a proxy, as their Host headers have it: without the port
  /// where it is the scheme's default. Signatures made for any other are refused. Empty: that of url(), and "localhost" with its
  /// port. Required where `address` is a wildcard (0.0.0.0 or ::).
  std::vector<std::string> authorities{};
  unsigned threads = 8;  ///< For HTTP and handlers. 1 to 256.
  /// Fixed difficulty of every claim; nothing: the platform's, by reward. 0 asks for no work: labs and benchmarks only.
  std::optional<unsigned> difficulty_bits{};
  /// Bits on top of the platform's difficulty by reward, 256 in all at most; 0 to 256, and 0 beside a fixed difficulty. The
  /// platform's highest, 24, takes today's CPUs a fraction of a second: each bit more doubles that. Raise it where claims are too
  /// cheap.
  unsigned difficulty_extra_bits = 0;
  std::chrono::milliseconds lease_time{30'000};  ///< A silent worker's task is handed to another after this. 1 s to 1 h.
  RetryPolicy retry{};                           ///< Delays of 0 to kRetryDelayMax, at least one attempt.
  unsigned leases_per_wallet_max = 64;           ///< Tasks that one worker's wallet may hold.
  unsigned challenges_per_wallet_max = 256;      ///< Live challenges of one wallet.
  RateLimits rate_limits{};                      ///< Who calls more often gets 429 and is told when to come back.
  TrustedProxies trusted_proxies{};
  LoginOptions login{};
  /// Lets the platform's own clients in as they are. It opens: the platform's login, whose signature binds no domain and whose
  /// nonce is the client's own; wallet names that look like addresses and are none; TON addresses that are registered without a
  /// proof.
  bool compat = false;
  /// Signs acceptances and heads of the log of receipts. Nothing: a new one at each start, so that what was signed before a
  /// restart stays valid, but its readers see the key change and refuse the log until they are told. Keep one where the store is
  /// kept.
  std::optional<SigningKey> key{};
  const Clock* clock = nullptr;  ///< Null: system_clock().
  Random* random = nullptr;      ///< Null: system_random().
  /// Called from the coordinator's threads. It must return, and must not stop or destroy the coordinator: stop() waits for the
  /// threads, so a sink that never returns keeps it for ever. Where a message may have to wait, e.g. for a full pipe, queue it.
  LogSink log{};
};

/// Serves the HTTP API of docs/protocol.md. Starts `threads` threads and one for leases and waits.
/// Members may be called from any thread.
class Coordinator {
 public:
  /// Errors: invalid_argument: options out of range, a file of `tls` that does not serve. permission_denied, reason "key_file":
  ///         others can open it. unavailable: address in use, store unreadable. resource_exhausted, reason "threads": the system
  ///         has no thread to give.
  static Result<Coordinator> start(CoordinatorOptions options);
  Coordinator(Coordinator&&) noexcept;
  Coordinator& operator=(Coordinator&&) noexcept;
  /// As stop().
  ~Coordinator();

  /// E.g. "http://127.0.0.1:41873", or with TLS "https://127.0.0.1:41873".
  const std::string& url() const noexcept;

  /// Reads the files of CoordinatorOptions::tls again; connections that stand go on with what they began with.
  /// Errors: failed_precondition: there is no TLS. Those of start() about files; what was in use then stays so.
  Result<void> reload_certificates();

  /// Of the key that signs acceptances and heads of the log.
  const PublicKey& public_key() const noexcept;

  /// Credits money that came from outside (a payment that was seen on chain, a grant in a test). The same `deposit_id` counts once.
  /// Tasks of that wallet that await escrow are funded from it, oldest first. Returns the wallet's balance.
  /// A wallet that is a TON address has one account, however the address is spelled.
  /// Errors: invalid_argument: amount not above zero; reason "wallet_address": a mistyped address. already_exists: the id came
  /// before with another wallet or amount.
  Result<Amount> deposit(std::string_view deposit_id, const WalletId& wallet, Amount amount);

  /// Whether the books balance. Errors: data_loss: they do not; the message says where.
  Result<void> check_ledger() const;

  /// Stops listening, ends waits, finishes requests under way, joins all threads. The store stays open.
  void stop();

 private:
  struct State;
  explicit Coordinator(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace gstd

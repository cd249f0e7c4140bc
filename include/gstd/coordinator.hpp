// The coordinator: takes tasks, leases them to workers against a proof of work, judges results and pays.
#pragma once

#include <gstd/base.hpp>
#include <gstd/crypto.hpp>
#include <gstd/store.hpp>
#include <gstd/task.hpp>
#include <gstd/ton.hpp>

#include <memory>

namespace gstd {

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
  std::string address = "127.0.0.1";    ///< Where to listen. Beyond loopback put a TLS proxy in front.
  std::uint16_t port = 0;               ///< 0: the system picks one; see url().
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
  /// New challenges that one peer address is given in a minute; 0: no bound. IPv6 counts by networks of 64 bits. The peer is who
  /// connects: behind a proxy that is the proxy, and all share one count. The default, 1000 a second, suits a proxy, too; where
  /// workers connect directly, some ten a second are plenty for each.
  unsigned challenges_per_address_per_minute_max = 60'000;
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
  /// Errors: invalid_argument: options out of range. unavailable: address in use, store unreadable. resource_exhausted, reason
  ///         "threads": the system has no thread to give.
  static Result<Coordinator> start(CoordinatorOptions options);
  Coordinator(Coordinator&&) noexcept;
  Coordinator& operator=(Coordinator&&) noexcept;
  /// As stop().
  ~Coordinator();

  /// E.g. "http://127.0.0.1:41873".
  const std::string& url() const noexcept;

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

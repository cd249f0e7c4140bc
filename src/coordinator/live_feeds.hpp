// Events that are pushed (GET /events/live): each connection has one page of them under way at most, so that a slow reader holds no
// more in memory, and has who opened it looked at again before each. Nothing is missed between the handshake and the first look, or
// between a page and the next: every feed that becomes ready is looked at.
#pragma once

#include <gstd/net.hpp>
#include <gstd/store.hpp>

#include <map>
#include <mutex>
#include <unordered_set>

#include "coordinator/identity.hpp"
#include "coordinator/waits.hpp"

namespace gstd::coordinator {

class Services;

/// May be shared between threads. Connections reach it until the server has stopped, which it has to outlive.
class LiveFeeds {
 public:
  /// Of one wallet: some browsers and programs for each of its owners, and so few that many wallets find room among the server's
  /// connections, which bound the rest.
  static constexpr std::size_t kFeedsPerWalletMax = 64;
  /// How late at most it is noticed what another coordinator over the same store did: events, a key that is revoked, a session that
  /// is ended. What this one did is announced.
  static constexpr std::chrono::seconds kLookInterval{5};

  explicit LiveFeeds(Waits& waits) : waits_(waits) {}

  /// Answers the request by a feed of the identity's wallet. `since`: nothing for what happens from here on.
  /// Errors: resource_exhausted, reason "waits": the wallet has kFeedsPerWalletMax.
  Result<void> open(const net::Responder& responder, const Identity& identity, std::optional<std::uint64_t> since);

  /// These were committed, and keys or sessions of these wallets are not what they were.
  void announce(std::span<const store::Event> events, const std::vector<WalletId>& identity_changes);

  /// Sends what there is to those who can take it, and ends the feeds of those who may no longer have one. For the attendant's
  /// thread alone.
  void serve(Services& services);

 private:
  struct Feed {
    Identity identity;
    std::optional<std::uint64_t> since;
    std::optional<net::WebSocket> socket{};  // nothing until it is open
    bool can_send = false;                   // no page is under way
    bool is_over = false;                    // it was told so
    bool is_marked = false;                  // worth a look
    std::chrono::nanoseconds next_look{};    // at the latest; on the clock's steady reading
    std::optional<Timestamp> session_end{};  // as it was at the last look
  };
  /// What a look is for: a copy, so that the store is read without the lock.
  struct Question {
    std::uint64_t id;
    Identity identity;
    std::optional<std::uint64_t> since;
    net::WebSocket socket;
    bool can_send;
  };
  struct Finding;

  void on_ready(std::uint64_t id, const net::WebSocket& socket);
  void on_closed(std::uint64_t id);
  std::vector<Question> due(const Clock& clock);
  static Result<Finding> look(Services& services, const Question& question);
  void answer(Services& services, const Question& question);

  Waits& waits_;
  std::mutex mutex_;
  // All guarded by mutex_. Keys grow, so that the map is in order of arrival.
  std::uint64_t next_id_ = 0;
  std::map<std::uint64_t, Feed> feeds_;
  std::unordered_set<WalletId> news_;
};

}  // namespace gstd::coordinator

#include "coordinator/live_feeds.hpp"

#include <algorithm>

#include "coordinator/long_poll.hpp"
#include "coordinator/services.hpp"
#include "coordinator/sessions.hpp"
#include "coordinator/views.hpp"

namespace gstd::coordinator {

struct LiveFeeds::Finding {
  std::optional<protocol::EventPage> page;  // nothing to tell, or nobody to take it now
  std::optional<Timestamp> session_end;
};

Result<void> LiveFeeds::open(const net::Responder& responder, const Identity& identity, std::optional<std::uint64_t> since) {
  std::uint64_t id = 0;
  {
    const std::lock_guard lock(mutex_);
    const auto own =
        std::ranges::count_if(feeds_, [&](const auto& entry) { return entry.second.identity.wallet == identity.wallet; });
    if (static_cast<std::size_t>(own) >= kFeedsPerWalletMax)
      return Error{ErrorCode::resource_exhausted,
                   "this wallet has " + std::to_string(own) + " live feeds, the most allowed; close one of them first", "waits"};
    id = next_id_++;
    feeds_.emplace(id, Feed{identity, since});
  }
  // Without the lock: it may call back at once.
  responder.upgrade({[this, id](const net::WebSocket& socket) { on_ready(id, socket); }, [this, id] { on_closed(id); }});
  return {};
}

void LiveFeeds::on_ready(std::uint64_t id, const net::WebSocket& socket) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = feeds_.find(id);
    if (found == feeds_.end()) return;
    Feed& feed = found->second;
    feed.socket = socket;
    feed.can_send = feed.is_marked = true;
  }
  waits_.wake();
}

void LiveFeeds::on_closed(std::uint64_t id) {
  const std::lock_guard lock(mutex_);
  feeds_.erase(id);
}

void LiveFeeds::announce(std::span<const store::Event> events, const std::vector<WalletId>& identity_changes) {
  if (events.empty() && identity_changes.empty()) return;
  {
    const std::lock_guard lock(mutex_);
    if (feeds_.empty()) return;
    for (const store::Event& event : events) news_.insert(event.requester);
    news_.insert(identity_changes.begin(), identity_changes.end());
  }
  waits_.wake();
}

std::vector<LiveFeeds::Question> LiveFeeds::due(const Clock& clock) {
  const auto steady = clock.steady();
  const Timestamp now = clock.now();
  std::vector<Question> questions;
  const std::lock_guard lock(mutex_);
  const auto news = std::exchange(news_, {});
  for (auto& [id, feed] : feeds_) {
    if (!feed.socket || feed.is_over) continue;
    const bool is_due = feed.is_marked || steady >= feed.next_look || (feed.session_end && now >= *feed.session_end) ||
                        news.contains(feed.identity.wallet);
    if (!is_due) continue;
    feed.is_marked = false;
    feed.next_look = steady + kLookInterval;
    questions.push_back({id, feed.identity, feed.since, *feed.socket, feed.can_send});
  }
  return questions;
}

Result<LiveFeeds::Finding> LiveFeeds::look(Services& services, const Question& question) {
  Finding finding;
  const Identity& identity = question.identity;
  auto looked = services.read([&](store::Transaction& records) -> Result<void> {
    finding = {};
    // What any other request of theirs would be asked now. In the transaction that reads the events: who has been revoked before
    // one of them came about is not told it.
    if (identity.session) {
      auto session = live_session(records, identity.session->token_sha256, services.clock().now());
      if (!session) return std::move(session).error();
      finding.session_end = session->expires_at;
    } else if (auto wallet = wallet_of_key(records, identity.key()); !wallet) {
      return std::move(wallet).error();
    }
    if (!question.can_send) return {};
    if (!question.since) {
      auto last = records.last_sequence();
      if (!last) return std::move(last).error();
      finding.page = page_of({}, *last);
      return {};
    }
    auto events = records.events_after(*question.since, identity.wallet, kEventsPageMax);
    if (!events) return std::move(events).error();
    if (!events->empty()) finding.page = page_of(*events, *question.since);
    return {};
  });
  if (!looked) return std::move(looked).error();
  return finding;
}

void LiveFeeds::answer(Services& services, const Question& question) {
  auto found = look(services, question);
  if (!found && found.error().code != ErrorCode::unauthenticated) {
    services.log(LogLevel::warning, "events could not be read for a live feed: " + found.error().message);
    return;  // again after kLookInterval
  }
  std::optional<std::chrono::nanoseconds> wait;
  // A page costs what it costs who asks for each.
  if (found && found->page)
    wait = services.rate_limiter().take_identity(payer_of(question.identity), question.identity.wallet, CallCost::private_read);
  const bool is_sent = found && found->page && !wait;
  {
    const std::lock_guard lock(mutex_);
    const auto entry = feeds_.find(question.id);
    if (entry == feeds_.end()) return;
    Feed& feed = entry->second;
    if (!found) feed.is_over = true;
    if (found) feed.session_end = found->session_end;
    if (wait) feed.next_look = std::min(feed.next_look, services.clock().steady() + *wait);
    if (is_sent) {
      feed.since = found->page->next;
      feed.can_send = false;
    }
  }
  if (!found) return question.socket.close(net::CloseCode::policy_violation, found.error().reason);
  if (is_sent) question.socket.send(protocol::write(*found->page));
}

void LiveFeeds::serve(Services& services) {
  for (const Question& question : due(services.clock())) answer(services, question);
}

}  // namespace gstd::coordinator

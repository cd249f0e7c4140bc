#include "coordinator/handlers.hpp"
#include "coordinator/long_poll.hpp"
#include "coordinator/views.hpp"
#include "protocol/routes.hpp"

#include <algorithm>

namespace gstd::coordinator {

Result<std::chrono::milliseconds> wait_parameter(const Target& target) {
  auto wait_ms = number_parameter(target, "wait_ms", 0);
  if (!wait_ms) return std::move(wait_ms).error();
  return std::chrono::milliseconds{std::min<std::uint64_t>(*wait_ms, protocol::kWaitMsMax)};
}

Result<std::vector<store::Event>> events_after(Services& services, std::uint64_t since, const WalletId& wallet) {
  std::vector<store::Event> events;
  auto read = services.read([&](store::Transaction& records) -> Result<void> {
    auto found = records.events_after(since, wallet, kEventsPageMax);
    if (!found) return std::move(found).error();
    events = *std::move(found);
    return {};
  });
  if (!read) return std::move(read).error();
  return events;
}

namespace {

// Where the events are now, for those who only want what happens from here on: a wallet's history may be long.
Result<Reply> get_newest_event(Call& call) {
  protocol::EventPage page;
  auto read = call.services().read([&](store::Transaction& records) -> Result<void> {
    auto last = records.last_sequence();
    if (!last) return std::move(last).error();
    page.next = *last;
    return {};
  });
  if (!read) return std::move(read).error();
  return json_reply(page);
}

}  // namespace

Result<Reply> get_events(Call& call) {
  if (!call.target.parameter("since")) return get_newest_event(call);
  auto since = number_parameter(call.target, "since", 0);
  if (!since) return std::move(since).error();
  auto wait = wait_parameter(call.target);
  if (!wait) return std::move(wait).error();
  const WalletId& wallet = call.identity->wallet;
  auto events = events_after(call.services(), *since, wallet);
  if (!events) return std::move(events).error();
  if (events->empty() && *wait > std::chrono::milliseconds{0}) {
    auto kept = call.services().waits().add(EventWait{call.responder(), call.services().clock().steady() + *wait, wallet, *since});
    if (!kept) return std::move(kept).error();
    if (*kept) return Reply::later();
  }
  return json_reply(page_of(*events, *since));
}

Result<Reply> follow_events(Call& call) {
  if (!call.request().wants_web_socket) {
    const Error error{ErrorCode::failed_precondition,
                      "this path is a WebSocket; ask for one (RFC 6455, version 13), or use GET /events with wait_ms",
                      "web_socket"};
    Reply reply{426, kJsonType, protocol::write_error(error), false, {}};
    reply.wants_web_socket = true;
    return reply;
  }
  std::optional<std::uint64_t> since;
  if (call.target.parameter("since")) {
    auto number = number_parameter(call.target, "since", 0);
    if (!number) return std::move(number).error();
    since = *number;
  }
  if (auto opened = call.services().live_feeds().open(call.responder(), *call.identity, since); !opened)
    return std::move(opened).error();
  return Reply::later();
}

}  // namespace gstd::coordinator

#include "coordinator/attendant.hpp"

#include "coordinator/long_poll.hpp"
#include "coordinator/reply.hpp"
#include "coordinator/views.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <system_error>

namespace gstd::coordinator {

Result<void> Attendant::start() {
  try {
    thread_ = std::thread([this] { run(); });
  } catch (const std::system_error& error) {
    return Error{ErrorCode::resource_exhausted,
                 std::string("cannot start the coordinator's thread (") + error.what() + "); allow the process more threads",
                 "threads"};
  }
  return {};
}

void Attendant::stop() {
  services_.waits().close();
  if (thread_.joinable()) thread_.join();
}

void Attendant::run() {
  for (;;) {
    const Waits::News news = services_.waits().listen(kTick);
    if (news.closed) break;
    try {
      attend(news);
    } catch (const std::exception& exception) {
      // Out of memory, as far as our own code goes. What this round has missed, a later one sees.
      warn("a round of the attendant failed", {ErrorCode::internal, exception.what(), {}});
    }
  }
  services_.key_waits().close();
  end_overdue();
}

void Attendant::attend(const Waits::News& news) {
  const Timestamp now = services_.clock().now();
  if (news.due) next_sweep_ = std::min(next_sweep_, *news.due);
  bool look_for_work = news.work || work_left_;
  // A wall clock that was set back must not put the next sweep off for long.
  if (now >= next_sweep_ || next_sweep_ > now + kSweepInterval) {
    expire_leases(now);
    plan_sweep(now);
    // Tasks that have become due since the last look were announced by nobody.
    look_for_work = true;
  }
  if (look_for_work) serve_work();
  if (!news.wallets.empty()) serve_events(news.wallets);
  services_.live_feeds().serve(services_);
  services_.key_waits().serve(services_.clock().steady());
  end_overdue();
}

void Attendant::expire_leases(Timestamp now) {
  for (;;) {
    auto more = expire_some();
    if (!more) {
      warn("leases could not be ended", more.error());
      break;
    }
    if (!*more) break;
  }
  if (now < next_cleaning_ && next_cleaning_ <= now + kCleaningInterval) return;
  next_cleaning_ = now + kCleaningInterval;
  auto dropped = services_.write([](Mutation& mutation) { return mutation.records().drop_expired(mutation.now() - kExpiredKept); });
  if (!dropped) warn("expired nonces and challenges could not be dropped", dropped.error());
}

// One transaction's worth; true where there may be more.
Result<bool> Attendant::expire_some() {
  std::size_t found = 0;
  const Timestamp now = services_.clock().now();
  // Looking first keeps an idle coordinator from writing.
  auto looked = services_.read([&](store::Transaction& records) -> Result<void> {
    auto expired = records.expired_leases(now, 1);
    if (!expired) return std::move(expired).error();
    found = expired->size();
    return {};
  });
  if (!looked) return std::move(looked).error();
  if (found == 0) return false;

  auto written = services_.write([&](Mutation& mutation) -> Result<void> {
    auto expired = mutation.records().expired_leases(mutation.now(), kExpiredPerTransaction);
    if (!expired) return std::move(expired).error();
    found = expired->size();
    for (const Task& task : *expired) {
      auto applied = mutation.apply(task, expire(task, services_.options().retry, mutation.now()));
      if (!applied) return std::move(applied).error();
    }
    return {};
  });
  if (!written) return std::move(written).error();
  return found == kExpiredPerTransaction;
}

void Attendant::plan_sweep(Timestamp now) {
  next_sweep_ = now + kSweepInterval;
  std::optional<Timestamp> due;
  auto looked = services_.read([&](store::Transaction& records) -> Result<void> {
    auto next = records.next_due(now);
    if (!next) return std::move(next).error();
    due = *next;
    return {};
  });
  if (!looked) warn("the next retry could not be found", looked.error());
  if (due) next_sweep_ = std::min(next_sweep_, *due);
}

void Attendant::serve_work() {
  const Waits::WorkDemand demand = services_.waits().work_demand();
  work_left_ = demand.kinds.size() > kWorkKindsPerRound;
  std::map<Waits::WorkKind, std::deque<Task>> ready;
  auto kind = demand.kinds.lower_bound(next_kind_);
  while (ready.size() < std::min(demand.kinds.size(), kWorkKindsPerRound)) {
    if (kind == demand.kinds.end()) kind = demand.kinds.begin();
    auto found = ready_tasks(services_, *kind, demand.workers);
    if (!found) return warn("tasks could not be read", found.error());
    ready.emplace(*kind++, *std::move(found));
  }
  next_kind_ = kind == demand.kinds.end() ? Waits::WorkKind{} : *kind;
  services_.waits().answer_work([&](const WorkWait& wait) -> std::optional<net::Response> {
    const auto fitting = ready.find(Waits::kind_of(wait));
    if (fitting == ready.end()) return std::nullopt;  // not this round's, or come meanwhile and announced anew
    auto task = services_.offers().take(fitting->second);
    if (!task) return std::nullopt;
    return to_response(json_reply(queue_item_of(*task, services_.difficulty_bits(*task))));
  });
}

void Attendant::serve_events(const std::unordered_set<WalletId>& wallets) {
  for (const Waits::Question& question : services_.waits().questions_of(wallets)) {
    auto events = events_after(services_, question.since, question.wallet);
    if (!events) {
      services_.waits().answer_event(question.id, to_response(events.error()));
    } else if (!events->empty()) {
      services_.waits().answer_event(question.id, to_response(json_reply(page_of(*events, question.since))));
    }
  }
}

void Attendant::end_overdue() {
  services_.waits().end_overdue(services_.clock().steady(), to_response(Reply::no_content()),
                                [](std::uint64_t since) { return to_response(json_reply(page_of({}, since))); });
}

void Attendant::warn(std::string_view what, const Error& error) const {
  services_.log(LogLevel::warning, std::string(what) + ": " + error.message);
}

}  // namespace gstd::coordinator

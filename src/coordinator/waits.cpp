#include "coordinator/waits.hpp"

#include <algorithm>

namespace gstd::coordinator {

namespace {

// Counted anew each time: there are at most kWaitsMax, and a count that is kept can be wrong.
template <class Wait>
Result<void> check_share(const std::map<std::uint64_t, Wait>& waits, const WalletId& wallet) {
  const auto own = std::ranges::count_if(waits, [&](const auto& entry) { return entry.second.wallet == wallet; });
  if (static_cast<std::size_t>(own) < Waits::kWaitsPerWalletMax) return {};
  return Error{ErrorCode::resource_exhausted,
               "this wallet has " + std::to_string(own) +
                   " such calls that wait, the most allowed; ask again when one of them has been answered, or without wait_ms",
               "waits"};
}

}  // namespace

Result<bool> Waits::add(WorkWait wait) {
  std::lock_guard lock(mutex_);
  if (news_.closed) return false;
  if (auto checked = check_share(work_, wait.wallet); !checked) return std::move(checked).error();
  if (work_.size() >= kWaitsMax) return false;
  work_.emplace(next_id_++, std::move(wait));
  news_.work = true;
  changed_.notify_one();
  return true;
}

Result<bool> Waits::add(EventWait wait) {
  std::lock_guard lock(mutex_);
  if (news_.closed) return false;
  if (auto checked = check_share(events_, wait.wallet); !checked) return std::move(checked).error();
  if (events_.size() >= kWaitsMax) return false;
  news_.wallets.insert(wait.wallet);
  events_.emplace(next_id_++, std::move(wait));
  changed_.notify_one();
  return true;
}

void Waits::announce(std::span<const store::Event> events, std::optional<Timestamp> due) {
  if (events.empty()) return;
  std::lock_guard lock(mutex_);
  for (const store::Event& event : events) {
    if (event.state == TaskState::pending && !work_.empty()) news_.work = true;
    if (!events_.empty()) news_.wallets.insert(event.requester);
  }
  if (due) news_.due = std::min(news_.due.value_or(*due), *due);
  if (news_.work || !news_.wallets.empty() || news_.due) changed_.notify_one();
}

void Waits::look_for_work() {
  std::lock_guard lock(mutex_);
  if (work_.empty()) return;
  news_.work = true;
  changed_.notify_one();
}

void Waits::wake() {
  std::lock_guard lock(mutex_);
  news_.others = true;
  changed_.notify_one();
}

Waits::News Waits::listen(std::chrono::milliseconds at_most) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, at_most,
                    [this] { return news_.closed || news_.work || news_.others || !news_.wallets.empty() || news_.due; });
  News news = std::move(news_);
  news_ = News{};
  news_.closed = news.closed;
  return news;
}

Waits::WorkDemand Waits::work_demand() const {
  std::lock_guard lock(mutex_);
  WorkDemand demand{work_.size(), {}};
  for (const auto& [id, wait] : work_) demand.kinds.insert(kind_of(wait));
  return demand;
}

void Waits::answer_work(const Choose& choose) {
  std::vector<std::pair<net::Responder, net::Response>> answers;
  {
    std::lock_guard lock(mutex_);
    std::erase_if(work_, [&](const auto& entry) {
      auto response = choose(entry.second);
      if (!response) return false;
      answers.emplace_back(entry.second.responder, *std::move(response));
      return true;
    });
  }
  for (auto& [responder, response] : answers) responder.send(std::move(response));
}

std::vector<Waits::Question> Waits::questions_of(const std::unordered_set<WalletId>& wallets) const {
  std::lock_guard lock(mutex_);
  std::vector<Question> questions;
  for (const auto& [id, wait] : events_)
    if (wallets.contains(wait.wallet)) questions.push_back({id, wait.wallet, wait.since});
  return questions;
}

void Waits::answer_event(std::uint64_t id, net::Response response) {
  std::optional<EventWait> wait;
  {
    std::lock_guard lock(mutex_);
    auto found = events_.find(id);
    if (found == events_.end()) return;
    wait = std::move(found->second);
    events_.erase(found);
  }
  wait->responder.send(std::move(response));
}

void Waits::end_overdue(std::chrono::nanoseconds steady_now, const net::Response& no_work,
                        const std::function<net::Response(std::uint64_t since)>& no_events) {
  std::vector<std::pair<net::Responder, net::Response>> answers;
  {
    std::lock_guard lock(mutex_);
    std::erase_if(work_, [&](const auto& entry) {
      if (entry.second.deadline > steady_now && !news_.closed) return false;
      answers.emplace_back(entry.second.responder, no_work);
      return true;
    });
    std::erase_if(events_, [&](const auto& entry) {
      if (entry.second.deadline > steady_now && !news_.closed) return false;
      answers.emplace_back(entry.second.responder, no_events(entry.second.since));
      return true;
    });
  }
  for (auto& [responder, response] : answers) responder.send(std::move(response));
}

void Waits::close() {
  std::lock_guard lock(mutex_);
  news_.closed = true;
  changed_.notify_all();
}

}  // namespace gstd::coordinator

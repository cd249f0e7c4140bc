#include "coordinator/key_waits.hpp"

#include <algorithm>

namespace gstd::coordinator {

Result<bool> KeyWaits::add(Wait wait) {
  std::lock_guard lock(mutex_);
  if (closed_) return false;
  const auto own = std::ranges::count_if(waits_, [&](const auto& entry) { return entry.second.wallet == wait.wallet; });
  if (static_cast<std::size_t>(own) >= kWaitsPerWalletMax)
    return Error{ErrorCode::resource_exhausted,
                 "this wallet has " + std::to_string(own) +
                     " such calls that wait, the most allowed; ask again when one of them has been answered, or without wait_ms",
                 "waits"};
  if (waits_.size() >= kWaitsMax) return false;
  topics_.insert(wait.topic);
  waits_.emplace(next_id_++, std::move(wait));
  return true;
}

void KeyWaits::announce(const std::string& topic) {
  std::lock_guard lock(mutex_);
  if (std::ranges::any_of(waits_, [&](const auto& entry) { return entry.second.topic == topic; })) topics_.insert(topic);
}

void KeyWaits::serve(std::chrono::nanoseconds steady_now) {
  // Looking reads the store, so it is done outside of the lock. What is announced meanwhile stays announced for the next round.
  std::map<std::uint64_t, Wait> due;
  {
    std::lock_guard lock(mutex_);
    for (auto wait = waits_.begin(); wait != waits_.end();) {
      const auto next = std::next(wait);
      if (wait->second.deadline <= steady_now || topics_.contains(wait->second.topic)) due.insert(waits_.extract(wait));
      wait = next;
    }
    topics_.clear();
  }
  for (auto& [id, wait] : due) {
    auto answer = wait.look();
    if (!answer && wait.deadline <= steady_now) answer = wait.nothing;
    if (answer) {
      wait.responder.send(*std::move(answer));
      continue;
    }
    std::lock_guard lock(mutex_);
    waits_.emplace(id, std::move(wait));
  }
}

void KeyWaits::close() {
  std::map<std::uint64_t, Wait> left;
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
    left.swap(waits_);
  }
  for (auto& [id, wait] : left) wait.responder.send(std::move(wait.nothing));
}

}  // namespace gstd::coordinator

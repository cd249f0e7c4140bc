#include "coordinator/offers.hpp"

#include <algorithm>

namespace gstd::coordinator {

void Offers::drop_old() {
  const auto now = clock_.steady();
  std::erase_if(until_, [now](const auto& mark) { return mark.second <= now; });
}

std::size_t Offers::look_ahead(std::size_t workers) {
  std::lock_guard lock(mutex_);
  drop_old();
  return std::min(kLookAheadMax, until_.size() + workers);
}

std::optional<Task> Offers::take(std::deque<Task>& ready) {
  std::lock_guard lock(mutex_);
  const auto now = clock_.steady();
  while (!ready.empty()) {
    Task task = std::move(ready.front());
    ready.pop_front();
    auto [mark, fresh] = until_.try_emplace(task.id, now + kOfferTime);
    if (!fresh && mark->second > now) continue;
    mark->second = now + kOfferTime;
    return task;
  }
  return std::nullopt;
}

void Offers::forget(const TaskId& task) {
  std::lock_guard lock(mutex_);
  until_.erase(task);
}

}  // namespace gstd::coordinator

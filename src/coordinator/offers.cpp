#include "coordinator/offers.hpp"

#include <algorithm>

namespace gstd::coordinator {
namespace {

// A few more than the marked ones, so that tasks that are too big for a worker do not hide the next.
constexpr std::size_t kLookAheadSpare = 8;

}  // namespace

void Offers::drop_old() {
  const auto now = clock_.steady();
  std::erase_if(until_, [now](const auto& mark) { return mark.second <= now; });
}

std::size_t Offers::look_ahead(std::size_t workers) {
  std::lock_guard lock(mutex_);
  drop_old();
  return std::min(kLookAheadMax, until_.size() + workers + kLookAheadSpare);
}

std::optional<Task> Offers::take(std::vector<Task>& ready, std::uint64_t memory_bytes_max) {
  std::lock_guard lock(mutex_);
  const auto now = clock_.steady();
  for (auto task = ready.begin(); task != ready.end();) {
    if (task->spec.limits.memory_bytes_max > memory_bytes_max) {
      ++task;
      continue;
    }
    auto [mark, fresh] = until_.try_emplace(task->id, now + kOfferTime);
    const bool free = fresh || mark->second <= now;
    mark->second = free ? now + kOfferTime : mark->second;
    std::optional<Task> taken = free ? std::optional{std::move(*task)} : std::nullopt;
    task = ready.erase(task);
    if (taken) return taken;
  }
  return std::nullopt;
}

void Offers::forget(const TaskId& task) {
  std::lock_guard lock(mutex_);
  until_.erase(task);
}

}  // namespace gstd::coordinator

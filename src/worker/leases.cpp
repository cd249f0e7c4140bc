#include "worker/leases.hpp"

#include <algorithm>

namespace gstd::worker {
namespace {

// Two beats may fail before the lease is over; one that failed is tried again sooner than the next would be due.
constexpr int kBeatsPerLease = 3;
constexpr int kTriesPerBeat = 4;
constexpr std::chrono::milliseconds kBeatGapMin{50};
// One heartbeat is under way at a time; those that nobody answers must leave time for the other leases'.
constexpr int kBeatsPerGap = 4;
constexpr std::chrono::milliseconds kBeatTimeMin{250};

// Whether the refusal says something about the lease, rather than about the moment.
bool is_final(ErrorCode code) {
  switch (code) {
    case ErrorCode::aborted:
    case ErrorCode::not_found:
    case ErrorCode::failed_precondition:
    case ErrorCode::permission_denied:
    case ErrorCode::invalid_argument:
      return true;
    default:
      return false;
  }
}

}  // namespace

Leases::Hold::~Hold() {
  if (leases_) leases_->release(entry_);
}

std::stop_token Leases::Hold::lost() const { return entry_->lost.get_token(); }

std::chrono::milliseconds Leases::Hold::remaining() const {
  const std::lock_guard lock{leases_->mutex_};
  const auto left = entry_->ends - leases_->clock_.steady();
  return std::max(std::chrono::milliseconds{0}, std::chrono::duration_cast<std::chrono::milliseconds>(left));
}

void Leases::Hold::submitting() {
  const std::lock_guard lock{leases_->mutex_};
  entry_->submitting = true;
}

Leases::Hold Leases::hold(const TaskId& task, std::uint32_t attempt, std::chrono::milliseconds lease_time,
                          std::chrono::nanoseconds since) {
  auto entry = std::make_shared<Entry>(Entry{task, attempt, lease_time, since + lease_time, since + lease_time / kBeatsPerLease});
  {
    const std::lock_guard lock{mutex_};
    entries_.push_back(entry);
  }
  changed_.notify_all();
  return Hold{*this, std::move(entry)};
}

void Leases::release(const std::shared_ptr<Entry>& entry) {
  {
    const std::lock_guard lock{mutex_};
    entries_.remove(entry);
  }
  changed_.notify_all();
}

void Leases::close() {
  {
    const std::lock_guard lock{mutex_};
    closed_ = true;
  }
  changed_.notify_all();
}

std::shared_ptr<Leases::Entry> Leases::earliest_locked() const {
  const auto due = [](const auto& entry) { return std::min(entry->next_beat, entry->ends); };
  const auto at = std::min_element(entries_.begin(), entries_.end(), [&](const auto& a, const auto& b) { return due(a) < due(b); });
  return at == entries_.end() ? nullptr : *at;
}

void Leases::run(std::stop_token stop) {
  std::unique_lock lock{mutex_};
  while (!stop.stop_requested() && !(closed_ && entries_.empty())) {
    const auto entry = earliest_locked();
    if (!entry) {
      changed_.wait(lock, stop, [&] { return closed_ || !entries_.empty(); });
      continue;
    }
    const auto now = clock_.steady();
    if (now >= entry->ends) {
      entries_.remove(entry);
      lock.unlock();
      entry->lost.request_stop();
      lock.lock();
      continue;
    }
    if (now < entry->next_beat) {
      changed_.wait_for(lock, stop, std::min(entry->next_beat, entry->ends) - now, [&] { return earliest_locked() != entry; });
      continue;
    }
    const Entry lease = *entry;
    lock.unlock();
    beat(lease, entry, stop);
    lock.lock();
  }
}

void Leases::beat(const Entry& lease, const std::shared_ptr<Entry>& entry, std::stop_token stop) {
  const auto sent = clock_.steady();
  const auto gap = lease.lease_time / kBeatsPerLease;
  const auto answer = client_.heartbeat(lease.task, lease.attempt, {std::max(gap / kBeatsPerGap, kBeatTimeMin), stop});
  bool is_lost = false;
  {
    const std::lock_guard lock{mutex_};
    if (answer) {
      entry->ends = sent + lease.lease_time;
      entry->next_beat = sent + gap;
    } else if (!is_final(answer.error().code)) {
      entry->next_beat = clock_.steady() + std::max(gap / kTriesPerBeat, kBeatGapMin);
    } else {
      entry->next_beat = entry->ends;
      is_lost = !entry->submitting;
      if (is_lost) entry->ends = clock_.steady();
    }
  }
  if (is_lost) entry->lost.request_stop();
}

}  // namespace gstd::worker

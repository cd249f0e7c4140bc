#include "coordinator/services.hpp"

#include <gstd/pow.hpp>

#include <algorithm>

namespace gstd::coordinator {

namespace {

// It cannot work now, or what it holds is damaged. A refusal by what was to be written says nothing about the storage.
bool is_fault_of_storage(ErrorCode code) noexcept { return code == ErrorCode::unavailable || code == ErrorCode::data_loss; }

}  // namespace

Services::Services(CoordinatorOptions options, PeerAddresses peers)
    : options_(std::move(options)),
      key_(options_.key ? *options_.key : SigningKey::generate(*options_.random)),
      authorities_(options_),
      offers_(*options_.clock),
      peers_(std::move(peers)),
      rate_limiter_(options_.rate_limits, *options_.random, *options_.clock),
      granting_(*options_.clock) {}

Result<void> Services::write(const std::function<Result<void>(Mutation&)>& work) {
  std::vector<store::Event> events;
  std::optional<Timestamp> due;
  std::vector<WalletId> identity_changes;
  auto written = options_.store->write([&](store::Transaction& records) -> Result<void> {
    // Read here, not by the caller: a lease may run out while the transaction waits for its turn.
    Mutation mutation{records, clock().now()};
    if (auto done = work(mutation); !done) return done;
    events = mutation.events();
    due = mutation.due();
    identity_changes = mutation.identity_changes();
    // Before the commit: once it stands, somebody may be shown the task, and that mark must stay.
    for (const store::Event& event : events)
      if (event.state == TaskState::pending) offers_.forget(event.task);
    return {};
  });
  if (written || is_fault_of_storage(written.error().code)) write_failed_ = !written;
  if (!written) return written;
  waits_.announce(events, due);
  live_feeds_.announce(events, identity_changes);
  return {};
}

unsigned Services::difficulty_bits(const Task& task) const noexcept {
  if (options_.difficulty_bits) return *options_.difficulty_bits;
  return std::min(pow::difficulty_bits_for(reward_of(task.spec.budget)) + options_.difficulty_extra_bits, pow::kDifficultyBitsMax);
}

void Services::log(LogLevel level, std::string_view message) const noexcept {
  if (!options_.log) return;
  try {
    std::lock_guard lock(log_mutex_);
    options_.log(level, message);
  } catch (...) {
    // A sink that throws has nowhere to complain to.
  }
}

}  // namespace gstd::coordinator

#include <gstd/sealing.hpp>

#include "coordinator/find.hpp"
#include "coordinator/handlers.hpp"
#include "coordinator/long_poll.hpp"
#include "coordinator/views.hpp"

#include <iterator>
#include <limits>

namespace gstd::coordinator {

Result<Reply> get_queue_stats(Call& call) {
  protocol::QueueStats stats;
  auto read = call.services().read([&](store::Transaction& records) -> Result<void> {
    auto counts = records.task_counts();
    if (!counts) return std::move(counts).error();
    auto devices = records.device_count();
    if (!devices) return std::move(devices).error();
    stats.pending = (*counts)[TaskState::pending];
    stats.assigned = (*counts)[TaskState::assigned];
    stats.completed = (*counts)[TaskState::completed];
    stats.dead_letter = (*counts)[TaskState::dead_letter];
    stats.failed = (*counts)[TaskState::failed];
    stats.cancelled = (*counts)[TaskState::cancelled];
    stats.awaiting_escrow = (*counts)[TaskState::awaiting_escrow];
    stats.workers = *devices;
    return {};
  });
  if (!read) return std::move(read).error();
  return json_reply(stats);
}

Result<std::deque<Task>> ready_tasks(Services& services, const Waits::WorkKind& kind, std::size_t workers) {
  std::deque<Task> ready;
  const auto granting = kind.opens_sealed ? services.granting().there() : std::set<WalletId>{};
  auto read = services.read([&](store::Transaction& records) -> Result<void> {
    auto found =
        records.ready_tasks(services.clock().now(), kind.memory_bytes_max, services.offers().look_ahead(workers), granting);
    if (!found) return std::move(found).error();
    ready.assign(std::make_move_iterator(found->begin()), std::make_move_iterator(found->end()));
    return {};
  });
  if (!read) return std::move(read).error();
  return ready;
}

// Only shows a task; the claim reserves it. See offers.hpp for who is shown which.
Result<Reply> next_task(Call& call) {
  auto memory_bytes_max = number_parameter(call.target, "memory_bytes_max", std::numeric_limits<std::uint64_t>::max());
  if (!memory_bytes_max) return std::move(memory_bytes_max).error();
  auto suite = number_parameter(call.target, "encryption", 0);
  if (!suite) return std::move(suite).error();
  auto wait = wait_parameter(call.target);
  if (!wait) return std::move(wait).error();
  const Waits::WorkKind kind{*memory_bytes_max, *suite == static_cast<std::uint64_t>(SealingSuite::x25519_aes256gcm)};
  auto ready = ready_tasks(call.services(), kind, 1);
  if (!ready) return std::move(ready).error();

  // Who does not wait is shown a task that others were shown, rather than nothing.
  std::optional<Task> fallback =
      ready->empty() || *wait > std::chrono::milliseconds{0} ? std::nullopt : std::optional{ready->front()};
  std::optional<Task> shown = call.services().offers().take(*ready);
  if (!shown) shown = std::move(fallback);
  if (!shown && *wait > std::chrono::milliseconds{0}) {
    auto kept = call.services().waits().add(WorkWait{call.responder(), call.services().clock().steady() + *wait,
                                                     call.identity->wallet, kind.memory_bytes_max, kind.opens_sealed});
    if (!kept) return std::move(kept).error();
    if (*kept) return Reply::later();
  }
  if (!shown) return Reply::no_content();
  return json_reply(queue_item_of(*shown, call.services().difficulty_bits(*shown)));
}

}  // namespace gstd::coordinator

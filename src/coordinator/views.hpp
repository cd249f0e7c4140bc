// How records look on the wire.
#pragma once

#include <gstd/protocol.hpp>
#include <gstd/store.hpp>

namespace gstd::coordinator {

/// The submission of the task's current attempt, or nothing. Errors: the store's.
Result<std::optional<Submission>> current_submission(store::Transaction& records, const Task& task);

protocol::TaskView view_of(const Task& task, const std::optional<Submission>& submission);
protocol::EscrowView escrow_of(const Task& task);
protocol::EventPage page_of(const std::vector<store::Event>& events, std::uint64_t since);
protocol::QueueItem queue_item_of(const Task& task, unsigned difficulty_bits);

}  // namespace gstd::coordinator

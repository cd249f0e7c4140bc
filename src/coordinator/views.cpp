#include "coordinator/views.hpp"

#include "coordinator/key_exchange.hpp"

namespace gstd::coordinator {
namespace {

std::string escrow_status_of(TaskState state) {
  switch (state) {
    case TaskState::awaiting_escrow:
      return "awaiting";
    case TaskState::completed:
    case TaskState::failed:
      return "distributed";
    case TaskState::cancelled:
      return "refunded";
    default:
      return "locked";
  }
}

}  // namespace

Result<std::optional<Submission>> current_submission(store::Transaction& records, const Task& task) {
  if (task.attempt == 0) return std::optional<Submission>{};
  auto submission = records.submission(task.id, task.attempt);
  if (submission) return std::optional{*std::move(submission)};
  if (submission.error().code == ErrorCode::not_found) return std::optional<Submission>{};
  return std::move(submission).error();
}

protocol::TaskView view_of(const Task& task, const std::optional<Submission>& submission) {
  protocol::TaskView view;
  view.task_id = task.id;
  view.requester_address = task.requester;
  view.task_type = task.spec.type;
  view.operation = task.spec.operation;
  view.status = task.state;
  view.escrow_status = escrow_status_of(task.state);
  view.created_at = task.created_at;
  view.assigned_at = task.assigned_at;
  view.completed_at = task.completed_at;
  if (task.state == TaskState::assigned && task.lease) view.timeout_at = task.lease->expires_at;
  if (task.lease) view.assigned_device = task.lease->device;
  view.budget_gstd = task.spec.budget;
  view.reward_gstd = reward_of(task.spec.budget);
  view.attempt = task.attempt;
  view.failures = task.failures;
  view.module_sha256 = task.spec.module;
  view.input_sha256 = task.spec.input;
  view.limits = task.spec.limits;
  view.priority = task.spec.priority;
  view.last_error = task.last_error;
  view.convention = task.spec.convention;
  view.encryption = encryption_of(task.spec);
  if (submission) {
    view.assigned_device = submission->device;
    view.execution_time_ms = submission->execution_time.count();
    view.outcome = submission->outcome;
  }
  return view;
}

protocol::EscrowView escrow_of(const Task& task) {
  protocol::EscrowView view;
  view.task_id = task.id;
  view.creator_wallet = task.requester;
  view.budget_gstd = task.spec.budget;
  view.platform_fee_gstd = fee_of(task.spec.budget);
  view.task_type = task.spec.type;
  view.locked_at = task.created_at;
  const std::string status = escrow_status_of(task.state);
  const bool paid = status == "distributed";
  view.status = paid ? "released" : status;
  // The budget includes the fee, so the lock is the budget; nothing is locked before it is covered, nor after a refund.
  if (status == "locked" || paid) view.total_locked_gstd = task.spec.budget;
  if (paid) {
    view.workers_paid = 1;
    view.total_paid_gstd = task.spec.budget;
  }
  return view;
}

protocol::EventPage page_of(const std::vector<store::Event>& events, std::uint64_t since) {
  protocol::EventPage page;
  page.next = events.empty() ? since : events.back().sequence;
  page.events.reserve(events.size());
  for (const store::Event& event : events)
    page.events.push_back({event.sequence, event.task, event.event, event.state, event.attempt, event.at});
  return page;
}

protocol::QueueItem queue_item_of(const Task& task, unsigned difficulty_bits) {
  protocol::QueueItem item;
  item.task_id = task.id;
  item.task_type = task.spec.type;
  item.operation = task.spec.operation;
  item.priority = task.spec.priority;
  item.reward_gstd = reward_of(task.spec.budget);
  item.created_at = task.created_at;
  item.retry_count = task.failures;
  item.pow_difficulty = difficulty_bits;
  item.module_sha256 = task.spec.module;
  item.limits = task.spec.limits;
  item.convention = task.spec.convention;
  if (task.spec.sealing) item.encryption_suite = task.spec.sealing->suite;
  return item;
}

}  // namespace gstd::coordinator

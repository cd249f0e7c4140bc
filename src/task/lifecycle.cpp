#include "task/lifecycle_table.hpp"

namespace gstd {
namespace {

constexpr std::array<std::string_view, kTaskStateCount> kStateNames{"awaiting_escrow", "pending",   "assigned", "validating",
                                                                    "validated",       "completed", "failed",   "dead_letter",
                                                                    "cancelled",       "disputed"};
constexpr std::array<std::string_view, kTaskEventCount> kEventNames{
    "fund",   "assign", "submit", "give_back", "fail_attempt", "exhaust", "expire",   "accept",
    "reject", "fail",   "settle", "cancel",    "dispute",      "uphold",  "overturn", "redrive"};
constexpr std::array<std::string_view, 4> kActorNames{"requester", "worker", "coordinator", "operator"};

// Numbers also come out of stored rows and over the C ABI, so any may arrive here.
template <std::size_t N>
constexpr std::string_view name_at(const std::array<std::string_view, N>& names, std::int32_t number) noexcept {
  return number >= 0 && static_cast<std::size_t>(number) < N ? names[static_cast<std::size_t>(number)] : "unknown";
}

}  // namespace

std::string_view to_string(TaskState state) noexcept { return name_at(kStateNames, static_cast<std::int32_t>(state)); }
std::string_view to_string(TaskEvent event) noexcept { return name_at(kEventNames, static_cast<std::int32_t>(event)); }
std::string_view to_string(Actor actor) noexcept { return name_at(kActorNames, static_cast<std::int32_t>(actor)); }

std::optional<TaskState> parse_task_state(std::string_view name) noexcept {
  for (std::size_t i = 0; i < kStateNames.size(); ++i)
    if (kStateNames[i] == name) return static_cast<TaskState>(i);
  return std::nullopt;
}

std::span<const Transition> transitions() noexcept { return task::kTransitions; }

Result<TaskState> next_state(TaskState from, TaskEvent event, Actor by) {
  for (const Transition& t : task::kTransitions) {
    if (t.from != from || t.event != event) continue;
    if (t.by == by) return t.to;
    return Error{ErrorCode::permission_denied,
                 "\"" + std::string(to_string(event)) + "\" is for the " + std::string(to_string(t.by)) + ", not the " +
                     std::string(to_string(by)),
                 "actor"};
  }
  return Error{ErrorCode::failed_precondition,
               "a task that is " + std::string(to_string(from)) + " does not take \"" + std::string(to_string(event)) + "\"",
               "state"};
}

bool is_terminal(TaskState state) noexcept { return task::is_final(state); }

bool holds_lease(TaskState state) noexcept {
  switch (state) {
    case TaskState::assigned:
    case TaskState::validating:
    case TaskState::validated:
    case TaskState::disputed:
    case TaskState::completed:
    case TaskState::failed:
      return true;
    case TaskState::awaiting_escrow:
    case TaskState::pending:
    case TaskState::dead_letter:
    case TaskState::cancelled:
      return false;
  }
  return false;
}

}  // namespace gstd

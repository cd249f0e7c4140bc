// The lifecycle as one constant, checked while it is compiled.
#pragma once

#include <gstd/task.hpp>

namespace gstd::task {

inline constexpr std::array kTransitions{
    Transition{TaskState::awaiting_escrow, TaskEvent::fund, TaskState::pending, Actor::coordinator},
    Transition{TaskState::awaiting_escrow, TaskEvent::cancel, TaskState::cancelled, Actor::requester},
    Transition{TaskState::pending, TaskEvent::assign, TaskState::assigned, Actor::worker},
    // Cancelling stops at the claim: from then on a worker spends effort on a promise of payment.
    Transition{TaskState::pending, TaskEvent::cancel, TaskState::cancelled, Actor::requester},
    Transition{TaskState::assigned, TaskEvent::submit, TaskState::validating, Actor::worker},
    Transition{TaskState::assigned, TaskEvent::give_back, TaskState::pending, Actor::worker},
    Transition{TaskState::assigned, TaskEvent::fail_attempt, TaskState::pending, Actor::worker},
    Transition{TaskState::assigned, TaskEvent::expire, TaskState::pending, Actor::coordinator},
    // A worker reports the failure, but it is the coordinator's count that makes it the last one.
    Transition{TaskState::assigned, TaskEvent::exhaust, TaskState::dead_letter, Actor::coordinator},
    Transition{TaskState::validating, TaskEvent::accept, TaskState::validated, Actor::coordinator},
    // A comparable outcome that is the guest's own failure is honest work and paid like an accepted one. Were it not, a guest that
    // traps after its last useful instruction would compute for free.
    Transition{TaskState::validating, TaskEvent::fail, TaskState::failed, Actor::coordinator},
    Transition{TaskState::validating, TaskEvent::reject, TaskState::pending, Actor::coordinator},
    Transition{TaskState::validating, TaskEvent::exhaust, TaskState::dead_letter, Actor::coordinator},
    Transition{TaskState::validated, TaskEvent::settle, TaskState::completed, Actor::coordinator},
    Transition{TaskState::validated, TaskEvent::dispute, TaskState::disputed, Actor::requester},
    // Back to validated and not on to completed, so that `settle` stays the one way to pay an accepted result.
    Transition{TaskState::disputed, TaskEvent::uphold, TaskState::validated, Actor::operator_},
    Transition{TaskState::disputed, TaskEvent::overturn, TaskState::pending, Actor::operator_},
    Transition{TaskState::dead_letter, TaskEvent::redrive, TaskState::pending, Actor::operator_},
    Transition{TaskState::dead_letter, TaskEvent::cancel, TaskState::cancelled, Actor::requester},
};

constexpr bool is_final(TaskState state) noexcept {
  return state == TaskState::completed || state == TaskState::failed || state == TaskState::cancelled;
}

constexpr bool exits_match_finality() noexcept {
  for (int i = 0; i < kTaskStateCount; ++i) {
    bool has_exit = false;
    for (const Transition& t : kTransitions) has_exit = has_exit || t.from == static_cast<TaskState>(i);
    if (has_exit == is_final(static_cast<TaskState>(i))) return false;
  }
  return true;
}
static_assert(exits_match_finality(), "final states have no exit, all others have one");

constexpr bool pairs_are_unique() noexcept {
  for (std::size_t i = 0; i < kTransitions.size(); ++i)
    for (std::size_t k = 0; k < i; ++k)
      if (kTransitions[i].from == kTransitions[k].from && kTransitions[i].event == kTransitions[k].event) return false;
  return true;
}
static_assert(pairs_are_unique(), "a state and an event lead to one state");

constexpr bool every_event_is_used() noexcept {
  for (int i = 0; i < kTaskEventCount; ++i) {
    bool used = false;
    for (const Transition& t : kTransitions) used = used || t.event == static_cast<TaskEvent>(i);
    if (!used) return false;
  }
  return true;
}
static_assert(every_event_is_used());

/// The states on some path from `start`, itself included.
constexpr std::array<bool, kTaskStateCount> reachable_from(TaskState start) noexcept {
  std::array<bool, kTaskStateCount> seen{};
  seen[static_cast<std::size_t>(start)] = true;
  for (int round = 0; round < kTaskStateCount; ++round)
    for (const Transition& t : kTransitions)
      if (seen[static_cast<std::size_t>(t.from)]) seen[static_cast<std::size_t>(t.to)] = true;
  return seen;
}

constexpr bool every_state_is_reachable() noexcept {
  for (const bool seen : reachable_from(TaskState::awaiting_escrow))
    if (!seen) return false;
  return true;
}
static_assert(every_state_is_reachable());

constexpr bool every_state_can_end() noexcept {
  for (int i = 0; i < kTaskStateCount; ++i) {
    const auto reachable = reachable_from(static_cast<TaskState>(i));
    bool ends = false;
    for (int k = 0; k < kTaskStateCount; ++k)
      ends = ends || (reachable[static_cast<std::size_t>(k)] && is_final(static_cast<TaskState>(k)));
    if (!ends) return false;
  }
  return true;
}
static_assert(every_state_can_end());

}  // namespace gstd::task

// What is asked of answers beyond that they read as their message: nothing that a coordinator says is taken on trust where it can
// be checked.
#pragma once

#include "client/transport.hpp"

namespace gstd::client {

/// A long poll's wait in milliseconds, so shortened that its answer still comes within the call's time.
std::uint64_t shortened(std::chrono::milliseconds wait, const CallOptions& options);

/// That there is an answer is all that is asked for.
template <class M>
Result<void> done(Result<M> answer) {
  if (!answer) return std::move(answer).error();
  return {};
}

/// Lets an answer pass if it is about the task, or the module, that was asked for.
template <class M>
Result<M> about(const TaskId& task, Result<M> answer) {
  if (answer && answer->task_id != task) return Transport::not_of_the_protocol("it is about another task");
  return answer;
}
Result<protocol::ModuleMetadata> about(const Digest& module, Result<protocol::ModuleMetadata> answer);

/// Longest lease that is believed. Far more than any coordinator gives, far less than what overflows a clock.
inline constexpr std::chrono::milliseconds kLeaseTimeMax = std::chrono::hours{24};

/// A claim holds together: claimed, numbered, leased for a time, its limits in bounds, its input the one of its digest.
Result<protocol::Claim> check(Result<protocol::Claim> claim);

/// A page goes forward: sequences grow from `since` on, and the next question goes behind the last of them.
Result<protocol::EventPage> check(Result<protocol::EventPage> page, std::uint64_t since);

}  // namespace gstd::client

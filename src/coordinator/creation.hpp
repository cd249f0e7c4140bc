// How a task comes into being, whichever path asks for it.
#pragma once

#include "coordinator/call.hpp"

namespace gstd::coordinator {

/// Checks the order, locks its budget, keeps its input and answers with `reply_for` the new task. The same request under the same
/// Idempotency-Key, on the same path, gets the same answer again. Errors: those of POST /tasks/create in docs/protocol.md.
Result<Reply> answer_creation(Call& call, protocol::CreateTask order, std::string (*reply_for)(const Task&));

}  // namespace gstd::coordinator

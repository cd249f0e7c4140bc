// The coordinator's word on a result, and its log.
#pragma once

#include <gstd/receipt_log.hpp>

#include "coordinator/mutation.hpp"

namespace gstd::coordinator {

/// Signs that the result was accepted and that its task came to `state`, and appends that to the log.
/// Errors: those of the store.
Result<protocol::SignedAcceptance> log_acceptance(Mutation& mutation, const SigningKey& key, const Submission& submission,
                                                  TaskState state);

/// What log_acceptance() made of that attempt; nothing where it was accepted before there was a log.
/// Errors: those of the store. data_loss: the log holds something else.
Result<std::optional<protocol::SignedAcceptance>> find_acceptance(store::Transaction& records, const TaskId& task,
                                                                  std::uint32_t attempt);

/// The log's nodes, for as long as `records` lives.
merkle::Nodes log_nodes(store::Transaction& records);

}  // namespace gstd::coordinator

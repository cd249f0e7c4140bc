// Records that a request names, with an error that says which.
#pragma once

#include <gstd/store.hpp>

namespace gstd::coordinator {

/// Errors: invalid_argument, reason "field": not an id. not_found, reason "task_unknown".
Result<Task> find_task(store::Transaction& records, std::string_view id);
Result<Task> find_task(store::Transaction& records, const TaskId& id);

/// Errors: not_found, reason "module_unknown".
Result<store::ModuleRecord> find_module(store::Transaction& records, const Digest& sha256);

/// A task's content that the store must have. Errors: data_loss: it has not.
Result<Bytes> find_blob(store::Transaction& records, const Digest& sha256);

/// The proof-of-work challenge of a task and a wallet, or nothing. Errors: the store's.
Result<std::optional<store::ChallengeRecord>> find_challenge(store::Transaction& records, const TaskId& task,
                                                             const WalletId& wallet);

}  // namespace gstd::coordinator

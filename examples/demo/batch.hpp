// A batch of tasks on one module: submitted together, followed by the event stream, each result verified as it comes in.
#pragma once

#include <gstd/client.hpp>

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace demo {

/// What following the tasks told, for the table at the end.
struct Figures {
  std::size_t tasks = 0;
  std::uint64_t attempts = 0;
  std::uint64_t fuel_used = 0;
  std::vector<std::chrono::milliseconds> claim_to_result;  ///< From the last claim of a task to its submission.
  std::vector<gstd::protocol::TaskResult> results;         ///< Without their outputs: what the coordinator's log has to have.
  std::vector<gstd::TaskId> retried;                       ///< Tasks that took more than one attempt.
};

/// One input to one result. `accept` gets the index of the input and the verified output; an Error from it ends the batch.
using Accept = std::function<gstd::Result<void>(std::size_t index, const gstd::Bytes& output)>;

/// Submits `inputs`, prints their tasks on stdout as one line of JSON, shows one progress bar on stderr (a line per batch where
/// that is no terminal), and returns when all are done.
/// Errors: those of Client; failed_precondition: a task ended other than `completed`; data_loss: a result did not verify.
gstd::Result<void> run_batch(const gstd::Client& client, const std::string& name, gstd::BytesView module,
                             const std::vector<gstd::Bytes>& inputs, gstd::Amount budget, const Accept& accept, Figures& figures);

}  // namespace demo

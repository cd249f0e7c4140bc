// From the lease to the verdict. A comparable outcome is signed and handed in; anything else is reported as a failed attempt.
#include "worker/core.hpp"

#include "client/patience.hpp"

#include <algorithm>
#include <limits>

namespace gstd::worker {
namespace {

constexpr std::chrono::milliseconds kDownloadTimeMax{60'000};
// As long as a guest may run at most: a module that takes longer to compile costs a worker more than it can earn.
constexpr std::chrono::milliseconds kCompileTimeMax = kWallTimeMax;
constexpr std::chrono::milliseconds kAnswerTime{10'000};
// There are as many runs at once as slots; the sandbox never lets one of ours wait longer than it takes to clean up after another.
constexpr std::chrono::milliseconds kSlotWaitMax{10'000};

wasm::Outcome invalid_module(std::string why) {
  wasm::Outcome outcome;
  outcome.kind = OutcomeKind::invalid_module;
  outcome.message = std::move(why);
  return outcome;
}

// Whether another try may come to another answer.
bool is_passing(const Error& error) {
  return error.code == ErrorCode::unavailable || error.code == ErrorCode::deadline_exceeded ||
         error.code == ErrorCode::resource_exhausted;
}

// Whether the refusal means that the attempt is no longer ours, so that there is nothing to report either.
bool is_not_ours(const Error& error) {
  return error.code == ErrorCode::aborted || error.code == ErrorCode::not_found || error.code == ErrorCode::failed_precondition;
}

}  // namespace

void Core::work_on(Taken taken) {
  const protocol::Claim& claim = taken.claim;
  reporter_.count([](WorkerStats& stats) { ++stats.claimed; });
  reporter_.event({WorkerEvent::Kind::claimed, claim.task_id, claim.attempt, {}, {}, {}});

  std::stop_source interrupt;
  const auto interrupting = [&interrupt] { interrupt.request_stop(); };
  const std::stop_callback on_stop{soft_.get_token(), interrupting};
  const std::stop_callback on_lost{taken.lease.lost(), interrupting};

  const auto unsealed = unseal(taken, interrupt.get_token());
  if (!unsealed) return give_up(taken, std::nullopt, unsealed.error().message);
  if (!*unsealed) return give_up(taken, std::nullopt, "the requester granted no key in time", true);
  const auto outcome = run_module(claim, interrupt.get_token());
  const Timestamp ended_at = clock_.now();
  if (!outcome) return give_up(taken, std::nullopt, outcome.error().message);
  reporter_.count([&](WorkerStats& stats) { stats.fuel_used += outcome->fuel_used; });
  if (!is_comparable(outcome->kind)) return give_up(taken, outcome->kind, outcome->message);
  submit(taken, *outcome, ended_at);
}

Result<wasm::Outcome> Core::run_module(const protocol::Claim& claim, std::stop_token stop) {
  const ModuleCache::Key key{claim.module_sha256, claim.convention};
  const auto compiled = modules_.get(
      key, [&] { return load_module(key, stop); }, stop);
  if (!compiled) return compiled.error();
  if (!compiled->module) return invalid_module(compiled->refusal);
  return sandbox_.run(*compiled->module, claim.input, claim.limits, {kSlotWaitMax, stop});
}

Result<Compiled> Core::load_module(const ModuleCache::Key& key, std::stop_token stop) {
  const auto bytes = client_.download_module(key.sha256, {kDownloadTimeMax, stop});
  if (!bytes) return bytes.error();
  auto module = sandbox_.compile(*bytes, key.convention, {kCompileTimeMax, stop});
  if (module) return Compiled{std::move(*module), {}, bytes->size()};
  if (module.error().reason != "module_invalid") return std::move(module).error();
  return Compiled{std::nullopt, std::move(module).error().message, 0};
}

void Core::submit(Taken& taken, const wasm::Outcome& outcome, Timestamp ended_at) {
  const protocol::Claim& claim = taken.claim;
  auto handed = hand_in(taken, outcome.output);
  if (!handed) return give_up(taken, outcome.kind, handed.error().message);
  Receipt receipt;
  receipt.task = claim.task_id;
  receipt.attempt = claim.attempt;
  receipt.worker = client_.wallet();
  receipt.device = client_.device();
  receipt.module = claim.module_sha256;
  receipt.input = claim.input_sha256;
  receipt.output = handed->commitment;
  receipt.commitment = taken.content_key ? CommitmentKind::keyed : CommitmentKind::sha256;
  receipt.outcome = outcome.kind;
  receipt.exit_code = outcome.exit_code;
  receipt.fuel_used = outcome.fuel_used;
  receipt.limits = claim.limits;
  receipt.engine = sandbox_.engine();
  receipt.convention = claim.convention;
  receipt.key = options_.client.key->public_key();
  receipt.nonce = claim.receipt_nonce;
  receipt.memory_bytes_peak = outcome.memory_bytes_peak;
  // The length is the steady clock's: the wall clock may be set while a guest runs.
  receipt.started_at = ended_at - std::chrono::duration_cast<std::chrono::milliseconds>(outcome.wall_time);
  receipt.ended_at = ended_at;

  protocol::Completion completion;
  completion.task_id = claim.task_id;
  completion.worker_wallet = client_.wallet();
  completion.device_id = client_.device();
  completion.attempt = claim.attempt;
  completion.output = std::move(handed->output);
  completion.receipt = encode_receipt(receipt);
  completion.signature = sign_receipt(receipt, *options_.client.key);
  completion.execution_time_ms = std::chrono::duration_cast<std::chrono::milliseconds>(outcome.wall_time).count();

  taken.lease.submitting();
  Backoff backoff{random_};
  for (;;) {
    const auto time_left = std::max(taken.lease.remaining(), kAnswerTime);
    const auto completed = client_.complete_task(completion, {time_left, hard_.get_token()});
    if (completed) {
      // Paid all the same; but what the coordinator signed would prove nothing later.
      if (completed->acceptance)
        if (auto accepted = protocol::verify_acceptance(*completed->acceptance, completion.receipt, completion.signature);
            !accepted)
          reporter_.log(LogLevel::warning, "task " + claim.task_id.str() + ": " + accepted.error().message);
      reporter_.count([&](WorkerStats& stats) {
        ++stats.completed;
        stats.earned.nano += std::min(completed->reward_gstd.nano, std::numeric_limits<std::int64_t>::max() - stats.earned.nano);
      });
      reporter_.event({WorkerEvent::Kind::completed, claim.task_id, claim.attempt, outcome.kind, completed->reward_gstd, {}});
      return;
    }
    const Error& error = completed.error();
    if (is_passing(error) && taken.lease.remaining().count() > 0 && client::wait_for(backoff.next(), hard_.get_token())) continue;
    if (is_passing(error) || is_not_ours(error) || error.code == ErrorCode::cancelled)
      return attempt_failed(claim, outcome.kind, error.message);
    return give_up(taken, outcome.kind, "the coordinator refused the result: " + error.message);
  }
}

void Core::give_up(const Taken& taken, std::optional<OutcomeKind> outcome, const std::string& why, bool unworked) {
  const protocol::Claim& claim = taken.claim;
  if (taken.lease.lost().stop_requested()) return attempt_failed(claim, outcome, "the lease was lost");
  const bool stops = soft_.stop_requested();
  const bool gave_back = stops || unworked;
  const std::string reason{stops ? "the worker stops" : clip_utf8(why, kLastErrorCharsMax)};
  const auto failed = client_.fail_task(claim.task_id, claim.attempt, reason, gave_back, {kAnswerTime, hard_.get_token()});
  // Not fatal: the lease runs out, and the coordinator hands the task to another.
  if (!failed) reporter_.log(LogLevel::warning, "reporting a failed attempt failed: " + failed.error().message);
  attempt_failed(claim, outcome, reason);
}

void Core::attempt_failed(const protocol::Claim& claim, std::optional<OutcomeKind> outcome, std::string why) {
  reporter_.count([](WorkerStats& stats) { ++stats.attempts_failed; });
  reporter_.event({WorkerEvent::Kind::attempt_failed, claim.task_id, claim.attempt, outcome, {}, std::move(why)});
}

}  // namespace gstd::worker

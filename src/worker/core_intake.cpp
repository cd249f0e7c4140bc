// From looking for work to the lease. One slot at a time does it; nothing of it is worth keeping until the claim is made, so that
// pause and stop just cut it off.
#include "worker/core.hpp"

#include "client/patience.hpp"

#include <algorithm>
#include <tuple>

namespace gstd::worker {
namespace {

// Over the time that a question may wait at the coordinator: for the way there and back.
constexpr std::chrono::milliseconds kAnswerTime{10'000};
// An answer "nothing" that comes sooner than this did not wait: the platform's original never does. Asking again at once would
// be a flood.
constexpr std::chrono::milliseconds kPollGapMin{1'000};

bool is_connection_loss(const Error& error) {
  // A proof that was not found in time was sought here, not asked for over there.
  if (error.reason.starts_with("pow_")) return false;
  return error.code == ErrorCode::unavailable || error.code == ErrorCode::deadline_exceeded;
}

}  // namespace

void Core::run_slot() {
  while (auto turn = intake_.wait_turn()) {
    auto taken = take_task(*turn);
    turn->end();
    if (taken) work_on(std::move(*taken));
  }
}

std::optional<Core::Taken> Core::take_task(Intake::Turn& turn) {
  const auto item = find_task(turn);
  if (!item) return std::nullopt;
  const auto proof = prove(item->task_id, turn);
  if (!proof) return std::nullopt;
  return claim(*item, *proof, turn);
}

std::optional<protocol::QueueItem> Core::find_task(const Intake::Turn& turn) {
  const client::Deadline gap{clock_, std::min(options_.poll_wait, kPollGapMin)};
  const auto item =
      poller_.next_task(options_.poll_wait, options_.memory_bytes_max, {options_.poll_wait + kAnswerTime, turn.stop()});
  if (turn.stop().stop_requested()) return std::nullopt;
  connection_is(item ? nullptr : &item.error());
  if (!item) {
    // A coordinator that came back with a new store: introduce ourselves again. If that fails too, the next question tells.
    if (item.error().reason == "key_unknown")
      std::ignore = poller_.register_device(options_.device_type, {kAnswerTime, turn.stop()});
    client::wait_for(backoff_.next(), turn.stop());
    return std::nullopt;
  }
  if (!*item) {
    backoff_.reset();
    if (!gap.spent()) client::wait_for(jittered(gap.remaining(), random_), turn.stop());
    return std::nullopt;
  }
  if ((*item)->limits.memory_bytes_max > options_.memory_bytes_max) {
    // Only a coordinator that does not read our limit offers such a task; it may do so until another worker takes it.
    reporter_.log(LogLevel::info, "task " + (*item)->task_id.str() + " wants more memory than a slot has; left to others");
    client::wait_for(backoff_.next(), turn.stop());
    return std::nullopt;
  }
  return **item;
}

std::optional<pow::Solution> Core::prove(const TaskId& task, const Intake::Turn& turn) {
  const auto challenge = poller_.request_challenge(task, {kAnswerTime, turn.stop()});
  if (!challenge) {
    refused(task, challenge.error(), turn);
    return std::nullopt;
  }
  pow::SolveOptions solving;
  // The search ends when the challenge does. Ending it sooner would only mean to try the same nonces again: until then the
  // coordinator gives the same challenge.
  solving.budget = pow::kChallengeLifetime;
  solving.stop = turn.stop();
  solving.threads = options_.pow_threads;
  solving.cpu_share = options_.pow_cpu_share;
  solving.clock = &clock_;
  const auto start = clock_.steady();
  auto proof = pow::solve(*challenge, solving);
  const auto spent = std::chrono::duration_cast<std::chrono::milliseconds>(clock_.steady() - start);
  reporter_.count([&](WorkerStats& stats) {
    stats.pow_time += spent;
    if (proof) stats.pow_hashes += proof->hashes;
  });
  if (proof) return std::move(*proof);
  refused(task, proof.error(), turn);
  return std::nullopt;
}

std::optional<Core::Taken> Core::claim(const protocol::QueueItem& item, const pow::Solution& proof, Intake::Turn& turn) {
  const TaskId& task = item.task_id;
  // For this claim alone: when it is over, nobody can unwrap what was wrapped for it any more.
  auto recipient = item.encryption_suite != 0 ? std::optional{EncryptionKey::generate(random_)} : std::nullopt;
  auto job = turn.begin_job();
  if (!job) return std::nullopt;
  const auto sent = clock_.steady();
  // Not cut off by pause() or the first step of stop(): a lease whose answer is lost helps nobody until it runs out.
  const CallOptions call{kAnswerTime, hard_.get_token()};
  auto claim = recipient ? client_.claim_encrypted_task(task, proof.nonce, recipient->public_key(), call)
                         : client_.claim_task(task, proof.nonce, call);
  if (!claim) {
    refused(task, claim.error(), turn);
    return std::nullopt;
  }
  backoff_.reset();
  auto lease = leases_.hold(task, claim->attempt, std::chrono::milliseconds{claim->lease_ms}, sent);
  return Taken{std::move(*claim), std::move(*job), std::move(lease), std::move(recipient)};
}

void Core::refused(const TaskId& task, const Error& error, const Intake::Turn& turn) {
  if (turn.stop().stop_requested()) return;
  if (is_connection_loss(error)) {
    connection_is(&error);
  } else {
    reporter_.count([](WorkerStats& stats) { ++stats.claims_refused; });
    reporter_.event({WorkerEvent::Kind::claim_refused, task, 0, {}, {}, error.message});
  }
  // A lost race is daily business: the next task is asked for at once. Anything else might be refused again at once.
  if (error.code == ErrorCode::aborted && error.reason == "claim_lost") return;
  client::wait_for(backoff_.next(), turn.stop());
}

void Core::connection_is(const Error* error) {
  const bool connected = !error || !is_connection_loss(*error);
  if (error) reporter_.log(LogLevel::warning, "asking for work failed: " + error->message);
  if (connected == connected_) return;
  connected_ = connected;
  const auto kind = connected ? WorkerEvent::Kind::connection_restored : WorkerEvent::Kind::connection_lost;
  reporter_.event({kind, {}, 0, {}, {}, error ? error->message : std::string{}});
}

}  // namespace gstd::worker

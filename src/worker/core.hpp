// What a worker's threads share. The handle and each thread own a share of it, so that a thread that outlives the handle (see
// Crew) finds everything in place.
#pragma once

#include <gstd/worker.hpp>

#include "worker/backoff.hpp"
#include "worker/crew.hpp"
#include "worker/intake.hpp"
#include "worker/leases.hpp"
#include "worker/module_cache.hpp"
#include "worker/reporter.hpp"

namespace gstd::worker {

/// How long stop() lets attempts give their tasks back, and then how long it lets the threads end.
inline constexpr std::chrono::milliseconds kGiveBackTime{2'000};
inline constexpr std::chrono::milliseconds kLastWordsTime{500};

/// May be shared between threads.
class Core : public std::enable_shared_from_this<Core> {
 public:
  /// `poller` is a second client of the same identity that does not repeat by itself: whoever asks for work or sends heartbeats
  /// has a schedule of their own.
  Core(WorkerOptions options, Client client, Client poller, wasm::Sandbox sandbox);

  Result<void> start_threads();
  /// Begins to stop, and unless one of our own threads calls (from a callback, for whose end the others would wait) sees it
  /// through.
  void stop();
  /// Sees it through whoever calls: nobody will hold the handle any more.
  void stop_for_good();

  const Client& client() const noexcept { return client_; }
  Intake& intake() noexcept { return intake_; }
  const Reporter& reporter() const noexcept { return reporter_; }

 private:
  /// A task that is ours: the claim, its lease, and the fact that it is under way.
  struct Taken {
    protocol::Claim claim;
    Intake::Job job;
    Leases::Hold lease;
    std::optional<EncryptionKey> recipient{};  ///< Of an encrypted task: made for this claim alone.
    std::optional<ContentKey> content_key{};   ///< And what came for it.
  };

  void begin_stop();
  /// Runs `loop` until it returns; what it throws is logged and, after a pause that `stop` cuts off, it runs again.
  void keep_running(const std::function<void()>& loop, std::stop_token stop);

  // intake: core_intake.cpp
  void run_slot();
  std::optional<Taken> take_task(Intake::Turn& turn);
  std::optional<protocol::QueueItem> find_task(const Intake::Turn& turn);
  std::optional<pow::Solution> prove(const TaskId& task, const Intake::Turn& turn);
  std::optional<Taken> claim(const protocol::QueueItem& item, const pow::Solution& proof, Intake::Turn& turn);
  void refused(const TaskId& task, const Error& error, const Intake::Turn& turn);
  void connection_is(const Error* error);

  // an attempt: core_attempt.cpp
  void work_on(Taken taken);
  Result<Compiled> load_module(const ModuleCache::Key& key, std::stop_token stop);
  Result<wasm::Outcome> run_module(const protocol::Claim& claim, std::stop_token stop);
  void submit(Taken& taken, const wasm::Outcome& outcome, Timestamp ended_at);
  /// `unworked`: given back without a retry, as is whatever is given up because the worker stops.
  void give_up(const Taken& taken, std::optional<OutcomeKind> outcome, const std::string& why, bool unworked = false);
  void attempt_failed(const protocol::Claim& claim, std::optional<OutcomeKind> outcome, std::string why);

  // encrypted tasks: core_sealed.cpp
  /// Waits for the key of an encrypted task, and puts the opened input in place of the sealed one. False: no key came in time.
  /// Errors: those of Client::task_key() and open_input().
  Result<bool> unseal(Taken& taken, std::stop_token stop);
  /// What is sent for an output, and what the receipt names: of an encrypted task the sealed output and its keyed commitment.
  struct Handed {
    Bytes output;
    Digest commitment;
  };
  Result<Handed> hand_in(const Taken& taken, const Bytes& output);

  const WorkerOptions options_;
  const Client client_;
  const Client poller_;
  const Clock& clock_;
  Random& random_;
  wasm::Sandbox sandbox_;
  ModuleCache modules_;  // after the sandbox, which must outlive the modules
  Reporter reporter_;
  Intake intake_;
  Leases leases_;

  // Used only by the slot that has the turn.
  Backoff backoff_;
  bool connected_ = true;

  // Two steps of stopping. `soft_`: guests are interrupted and nothing new begins. `hard_`: the last words to the coordinator are
  // cut off as well.
  std::stop_source soft_;
  std::stop_source hard_;
  std::mutex stop_mutex_;
  std::condition_variable stop_changed_;
  bool ending_ = false;  // guarded by stop_mutex_
  bool ended_ = false;   // guarded by stop_mutex_
  Crew crew_;
};

}  // namespace gstd::worker

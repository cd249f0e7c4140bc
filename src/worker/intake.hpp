// Who may look for work, and how much is under way: pause, drain and stop meet the slots here.
#pragma once

#include <gstd/base.hpp>

#include <condition_variable>

namespace gstd::worker {

/// One slot at a time looks for work. Two would be offered the same task, and the second's challenge would replace the first's:
/// a wallet has one per task. May be shared between threads; must outlive its Turns and Jobs.
class Intake {
 public:
  /// A task that counts as under way for as long as this lives.
  class Job {
   public:
    explicit Job(Intake& intake) : intake_(&intake) {}
    Job(Job&& other) noexcept : intake_(std::exchange(other.intake_, nullptr)) {}
    Job& operator=(Job&&) = delete;
    ~Job() {
      if (intake_) intake_->finish();
    }

   private:
    Intake* intake_;
  };

  /// The right to look for work.
  class Turn {
   public:
    Turn(Intake& intake, std::stop_token stop) : intake_(&intake), stop_(std::move(stop)) {}
    Turn(Turn&& other) noexcept : intake_(std::exchange(other.intake_, nullptr)), stop_(std::move(other.stop_)) {}
    Turn& operator=(Turn&&) = delete;
    ~Turn() { end(); }

    /// Stopped by pause() and close(): nothing is lost by giving up until a task is claimed.
    const std::stop_token& stop() const noexcept { return stop_; }
    /// To be asked for just before the claim. Nothing: paused or closed meanwhile.
    std::optional<Job> begin_job();
    /// The next slot may look.
    void end();

   private:
    Intake* intake_;
    std::stop_token stop_;
  };

  /// Waits for the turn. Nothing: closed.
  std::optional<Turn> wait_turn();

  void pause();
  void resume();
  void close();  ///< For good: no more turns and jobs.

  /// Waits until no job is under way. Errors: deadline_exceeded, cancelled.
  Result<void> drain(const CallOptions& options);

 private:
  bool begin();
  void finish();
  void end_turn();

  std::mutex mutex_;
  std::condition_variable_any changed_;
  // All below are guarded by mutex_.
  std::stop_source looking_;
  bool paused_ = false;
  bool closed_ = false;
  bool turn_taken_ = false;
  unsigned jobs_ = 0;
};

}  // namespace gstd::worker

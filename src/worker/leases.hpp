// The leases that a worker holds: extended by heartbeats every third of their time, and given up when they are lost.
#pragma once

#include <gstd/client.hpp>

#include <condition_variable>
#include <list>

namespace gstd::worker {

/// May be shared between threads; must outlive its Holds.
class Leases {
 private:
  struct Entry;

 public:
  Leases(const Client& client, const Clock& clock) : client_(client), clock_(clock) {}

  /// Holds one lease for as long as it lives.
  class Hold {
   public:
    Hold(Leases& leases, std::shared_ptr<Entry> entry) : leases_(&leases), entry_(std::move(entry)) {}
    Hold(Hold&& other) noexcept : leases_(std::exchange(other.leases_, nullptr)), entry_(std::move(other.entry_)) {}
    Hold& operator=(Hold&&) = delete;
    ~Hold();

    /// Stopped when the coordinator says that the lease is another's, or when it ran out without a word.
    std::stop_token lost() const;
    /// What is left of the lease as far as this side knows.
    std::chrono::milliseconds remaining() const;
    /// The result is being handed in. From here on a refused heartbeat may mean that it has arrived, so it no longer says that the
    /// lease is lost; it is just not extended any more.
    void submitting();

   private:
    Leases* leases_;
    std::shared_ptr<Entry> entry_;
  };

  /// `since`: the steady reading from before the claim was sent, so that our end of the lease is never later than the
  /// coordinator's.
  Hold hold(const TaskId& task, std::uint32_t attempt, std::chrono::milliseconds lease_time, std::chrono::nanoseconds since);

  /// Sends the heartbeats: the body of the worker's own thread for them. Returns when closed and nothing is held, or at `stop`.
  void run(std::stop_token stop);
  void close();

 private:
  struct Entry {
    TaskId task;
    std::uint32_t attempt;
    std::chrono::milliseconds lease_time;
    // Guarded by mutex_, except for the stop source, which guards itself.
    std::chrono::nanoseconds ends;
    std::chrono::nanoseconds next_beat;
    bool submitting = false;
    std::stop_source lost{};
  };

  void beat(const Entry& lease, const std::shared_ptr<Entry>& entry, std::stop_token stop);
  std::shared_ptr<Entry> earliest_locked() const;
  void release(const std::shared_ptr<Entry>& entry);

  const Client& client_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::list<std::shared_ptr<Entry>> entries_;  // guarded by mutex_
  bool closed_ = false;                        // guarded by mutex_
};

}  // namespace gstd::worker

// Requests that wait for something to happen (long polls). They hold no thread: a handler leaves its Responder here and returns,
// and the attendant's one thread answers. Nothing is missed between a handler's look and its wait: whatever is added counts as
// announced, so the attendant looks once more on its behalf.
#pragma once

#include <gstd/net.hpp>
#include <gstd/store.hpp>

#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <unordered_set>

namespace gstd::coordinator {

/// A worker that waits for a task. `deadline` is on the clock's steady reading.
struct WorkWait {
  net::Responder responder;
  std::chrono::nanoseconds deadline;
  WalletId wallet;
  std::uint64_t memory_bytes_max;
  bool opens_sealed = false;  ///< Whether it is shown encrypted tasks.
};

/// A requester that waits for events of its tasks after `since`.
struct EventWait {
  net::Responder responder;
  std::chrono::nanoseconds deadline;
  WalletId wallet;
  std::uint64_t since;
};

/// May be shared between threads.
class Waits {
 public:
  /// Of either kind; who comes beyond is answered at once, as if its time were over.
  static constexpr std::size_t kWaitsMax = 4096;
  /// Of either kind and one wallet: twice what it may hold in leases by default, and so few that many wallets have room. A refusal,
  /// since an answer at once would only have such a crowd ask again at once.
  static constexpr std::size_t kWaitsPerWalletMax = kWaitsMax / 32;

  /// Whether it was kept. Not where there is no room for anybody, or close() was called.
  /// Errors: resource_exhausted, reason "waits": the wallet has kWaitsPerWalletMax of this kind.
  Result<bool> add(WorkWait wait);
  Result<bool> add(EventWait wait);

  /// Something was committed: wakes the attendant for those whom it concerns.
  void announce(std::span<const store::Event> events, std::optional<Timestamp> due);

  /// Tasks may be shown that could not be before, though nothing was committed.
  void look_for_work();
  /// There may be something to do for who waits elsewhere.
  void wake();

  /// What has been announced since the last call.
  struct News {
    bool closed = false;
    bool work = false;
    bool others = false;  ///< wake() was called.
    std::unordered_set<WalletId> wallets;
    std::optional<Timestamp> due;
  };
  /// Returns at the first announcement, and after `at_most` of real time anyway.
  News listen(std::chrono::milliseconds at_most);

  /// Which tasks a worker may be shown.
  struct WorkKind {
    std::uint64_t memory_bytes_max = 0;
    bool opens_sealed = false;
    auto operator<=>(const WorkKind&) const = default;
  };
  static WorkKind kind_of(const WorkWait& wait) { return {wait.memory_bytes_max, wait.opens_sealed}; }

  /// Who waits for work: how many, and for which kinds.
  struct WorkDemand {
    std::size_t workers = 0;
    std::set<WorkKind> kinds;
  };
  WorkDemand work_demand() const;
  /// Calls `choose` for each waiting worker, longest wait first; those it has a response for get it and wait no longer.
  /// `choose` runs under the lock: it must be quick and must not come back here.
  using Choose = std::function<std::optional<net::Response>(const WorkWait&)>;
  void answer_work(const Choose& choose);

  struct Question {
    std::uint64_t id;
    WalletId wallet;
    std::uint64_t since;
  };
  std::vector<Question> questions_of(const std::unordered_set<WalletId>& wallets) const;
  void answer_event(std::uint64_t id, net::Response response);

  /// Answers all whose time is over.
  void end_overdue(std::chrono::nanoseconds steady_now, const net::Response& no_work,
                   const std::function<net::Response(std::uint64_t since)>& no_events);

  /// Nothing is kept from here on; the attendant is woken to answer who is left.
  void close();

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  // All guarded by mutex_. Keys grow, so that the maps are in order of arrival.
  std::uint64_t next_id_ = 0;
  std::map<std::uint64_t, WorkWait> work_;
  std::map<std::uint64_t, EventWait> events_;
  News news_;
};

}  // namespace gstd::coordinator

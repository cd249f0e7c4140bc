// The tasks, and the orders in which they are asked for.
#pragma once

#include "store/memory/table.hpp"

#include <gstd/task.hpp>

#include <set>
#include <tuple>

namespace gstd::store::memory {

class TaskTable {
 public:
  /// Order of insertion: decides between tasks of the same millisecond, as SQLite's row numbers do.
  using Number = std::uint64_t;
  using Dated = std::set<std::pair<Timestamp, Number>>;

  const std::map<Number, Task>& rows() const { return rows_; }
  const Task* find(const TaskId& id) const;
  const Task& at(Number number) const { return rows_.at(number); }

  bool insert(Undo& undo, const Task& task);
  /// The task must be there.
  void replace(Undo& undo, const Task& task);

  /// Pending tasks by priority, then age.
  const std::set<std::tuple<int, Timestamp, Number>>& pending() const { return pending_; }
  /// Pending tasks by the time from which on they are due.
  const Dated& due() const { return due_; }
  /// Assigned tasks by the end of their lease.
  const Dated& leases() const { return leases_; }
  /// A requester's tasks by age; empty for a stranger.
  const Dated& of(const WalletId& requester) const;

 private:
  void set(Number number, const Task& task);
  void drop(Number number);
  void index(Number number, const Task& task);
  void unindex(Number number, const Task& task);

  std::map<Number, Task> rows_;
  std::map<TaskId, Number> numbers_;
  Number next_number_ = 1;
  std::set<std::tuple<int, Timestamp, Number>> pending_;
  Dated due_;
  Dated leases_;
  std::map<WalletId, Dated> by_requester_;
};

}  // namespace gstd::store::memory

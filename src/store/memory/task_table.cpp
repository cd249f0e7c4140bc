#include "store/memory/task_table.hpp"

namespace gstd::store::memory {

const Task* TaskTable::find(const TaskId& id) const {
  const auto number = numbers_.find(id);
  return number == numbers_.end() ? nullptr : &rows_.at(number->second);
}

bool TaskTable::insert(Undo& undo, const Task& task) {
  if (numbers_.count(task.id) != 0) return false;
  const Number number = next_number_++;
  undo.remember([this, number] { drop(number); });
  set(number, task);
  return true;
}

void TaskTable::replace(Undo& undo, const Task& task) {
  const Number number = numbers_.at(task.id);
  undo.remember([this, number, old = rows_.at(number)] { set(number, old); });
  set(number, task);
}

const TaskTable::Dated& TaskTable::of(const WalletId& requester) const {
  static const Dated kNone;
  const auto found = by_requester_.find(requester);
  return found == by_requester_.end() ? kNone : found->second;
}

void TaskTable::set(Number number, const Task& task) {
  drop(number);
  rows_.emplace(number, task);
  numbers_.emplace(task.id, number);
  index(number, task);
}

void TaskTable::drop(Number number) {
  const auto row = rows_.find(number);
  if (row == rows_.end()) return;
  unindex(number, row->second);
  numbers_.erase(row->second.id);
  rows_.erase(row);
}

void TaskTable::index(Number number, const Task& task) {
  by_requester_[task.requester].emplace(task.created_at, number);
  if (task.state == TaskState::pending) {
    pending_.emplace(task.spec.priority, task.created_at, number);
    due_.emplace(task.not_before, number);
  }
  if (task.state == TaskState::assigned) leases_.emplace(task.lease->expires_at, number);
}

void TaskTable::unindex(Number number, const Task& task) {
  by_requester_[task.requester].erase({task.created_at, number});
  pending_.erase({task.spec.priority, task.created_at, number});
  due_.erase({task.not_before, number});
  if (task.lease) leases_.erase({task.lease->expires_at, number});
}

}  // namespace gstd::store::memory

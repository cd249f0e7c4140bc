// The suite that every store passes: each test runs once per kind of store.
#pragma once

#include "conformance/store_records.hpp"
#include "conformance/temp_dir.hpp"

#include <gtest/gtest.h>

namespace gstd::test {

using store::Transaction;

class StoreTest : public testing::TestWithParam<std::string> {
 public:
  static std::shared_ptr<store::Store> open(const std::string& kind, const TempDir& dir) {
    if (kind == "memory") return store::open_memory();
    auto opened = store::open_sqlite({dir / "gstd.db"});
    if (!opened) throw std::runtime_error(opened.error().message);
    return *opened;
  }

 protected:
  /// One call in a write of its own; its answer.
  template <class Call>
  auto write(Call call) -> decltype(call(std::declval<Transaction&>())) {
    decltype(call(std::declval<Transaction&>())) answer = Error{};
    const auto done = store_->write([&](Transaction& t) -> Result<void> {
      answer = call(t);
      return answer ? Result<void>{} : answer.error();
    });
    if (!done) return done.error();
    return answer;
  }

  /// One call in a read of its own; its answer.
  template <class Call>
  auto read(Call call) -> decltype(call(std::declval<Transaction&>())) {
    decltype(call(std::declval<Transaction&>())) answer = Error{};
    const auto done = store_->read([&](Transaction& t) -> Result<void> {
      answer = call(t);
      return {};
    });
    if (!done) return done.error();
    return answer;
  }

  Result<Task> task(const std::string& name) {
    return read([&](Transaction& t) { return t.task(id<TaskId>(name)); });
  }

  /// Applies what `change` makes of the stored task.
  template <class ChangeOf>
  Result<store::Event> step(const std::string& name, ChangeOf change_of, Timestamp now = kStart) {
    return write([&](Transaction& t) -> Result<store::Event> {
      const auto task = t.task(id<TaskId>(name));
      if (!task) return task.error();
      const auto change = change_of(*task);
      if (!change) return change.error();
      return t.apply(*change, task->state, task->attempt, now);
    });
  }

  void insert(const Task& task) {
    ASSERT_EQ(describe(write([&](Transaction& t) { return t.insert_task(task); })), "ok");
  }
  void fund(const std::string& name, Timestamp now = kStart) {
    ASSERT_TRUE(step(
        name, [&](const Task& task) { return gstd::fund(task, now); }, now));
  }
  void assign(const std::string& name, const std::string& worker, Timestamp now = kStart) {
    ASSERT_TRUE(step(
        name, [&](const Task& task) { return gstd::assign(task, make_lease(worker), kLeaseTime, now); }, now));
  }
  /// Submitted, accepted and settled.
  void complete(const std::string& name, Timestamp now = kStart) {
    ASSERT_TRUE(step(
        name, [&](const Task& task) { return gstd::submit(task, task.attempt, task.lease->device, now); }, now));
    ASSERT_TRUE(step(
        name, [&](const Task& task) { return gstd::judge(task, OutcomeKind::completed, now); }, now));
    ASSERT_TRUE(step(
        name, [&](const Task& task) { return gstd::settle(task, now); }, now));
  }

  TempDir dir_;
  std::shared_ptr<store::Store> store_ = open(GetParam(), dir_);
};

/// Ids of a list of tasks, in order.
inline std::string names(const Result<std::vector<Task>>& tasks) {
  if (!tasks) return describe(tasks.error());
  std::string out;
  for (const Task& task : *tasks) out += (out.empty() ? "" : " ") + task.id.str();
  return out;
}

}  // namespace gstd::test

#include "conformance/store_fixture.hpp"

namespace gstd::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Goal:   every field of a task comes back, in its first state and with a lease.
// Method: a task with no two fields alike, compared as text.
TEST_P(StoreTest, TasksComeBackWhole) {
  const Task task = make_task("t");
  insert(task);
  EXPECT_EQ(describe(this->task("t")), describe(task));
  fund("t");
  const Task expected = gstd::assign(*this->task("t"), make_lease(), kLeaseTime, kStart + seconds{1})->task;
  assign("t", "worker-1", kStart + seconds{1});
  EXPECT_EQ(describe(this->task("t")), describe(expected));
  ASSERT_TRUE(expected.lease);
  EXPECT_EQ(describe(this->task("no")), "not_found/");
}

// Goal:   a task is run by the convention that it was created with.
// Method: one task of each, before and after its claim.
TEST_P(StoreTest, TasksKeepTheirConvention) {
  for (const auto convention : {GuestConvention::wasi, GuestConvention::env, GuestConvention::reactor}) {
    const std::string name = "t" + std::to_string(static_cast<int>(convention));
    Task task = make_task(name);
    task.spec.convention = convention;
    insert(task);
    EXPECT_EQ(this->task(name)->spec.convention, convention);
    fund(name);
    assign(name, "worker-1", kStart + seconds{1});
    EXPECT_EQ(this->task(name)->spec.convention, convention);
  }
}

// Goal:   a task's id is given once, and it starts at the start.
// Method: an id twice; a task that is pending, has an attempt, or has no name.
TEST_P(StoreTest, TasksStartOnceAndAtTheStart) {
  insert(make_task("t"));
  const auto refused = [&](const Task& task) { return describe(write([&](Transaction& t) { return t.insert_task(task); })); };
  EXPECT_EQ(refused(make_task("t", "other")), "already_exists/");
  Task task = make_task("u");
  task.state = TaskState::pending;
  EXPECT_EQ(refused(task), "invalid_argument/state");
  task = make_task("u");
  task.attempt = 1;
  EXPECT_EQ(refused(task), "invalid_argument/state");
  task = make_task("u");
  task.id = {};
  EXPECT_EQ(refused(task), "invalid_argument/field");
}

// Goal:   a change is applied where the stored task is as the change found it, and changes nothing otherwise.
// Method: another state, another attempt, an unknown task, a step that the table lacks, a lease that does not go with its state.
TEST_P(StoreTest, ChangesCompareBeforeTheySet) {
  insert(make_task("t"));
  fund("t");
  const Task pending = *task("t");
  const Change claim = *gstd::assign(pending, make_lease(), kLeaseTime, kStart);
  const auto apply = [&](const Change& change, TaskState from, std::uint32_t attempt) {
    return describe(write([&](Transaction& t) { return t.apply(change, from, attempt, kStart); }));
  };
  EXPECT_EQ(apply(claim, TaskState::pending, 7), "aborted/changed");
  EXPECT_EQ(apply(claim, TaskState::awaiting_escrow, 0), "failed_precondition/state");
  Change unknown = claim;
  unknown.task.id = id<TaskId>("no");
  EXPECT_EQ(apply(unknown, TaskState::pending, 0), "not_found/");
  Change without_lease = claim;
  without_lease.task.lease.reset();
  EXPECT_EQ(apply(without_lease, TaskState::pending, 0), "failed_precondition/lease");
  EXPECT_EQ(describe(task("t")), describe(pending));
  ASSERT_TRUE(write([&](Transaction& t) { return t.apply(claim, TaskState::pending, 0, kStart); }));
  EXPECT_EQ(apply(claim, TaskState::pending, 0), "aborted/changed");
  EXPECT_EQ(*read([](Transaction& t) { return t.last_sequence(); }), 2u);
}

// Goal:   a change moves the task, not what was asked for.
// Method: a change that also names another budget, requester and age.
TEST_P(StoreTest, ChangesLeaveTheTermsAlone) {
  const Task before = make_task("t");
  insert(before);
  Change change = *gstd::fund(before, kStart);
  change.task.requester = id<WalletId>("thief");
  change.task.spec.budget = {1};
  change.task.spec.convention = GuestConvention::env;
  change.task.created_at = kStart - seconds{9};
  const auto event = write([&](Transaction& t) { return t.apply(change, TaskState::awaiting_escrow, 0, kStart); });
  ASSERT_TRUE(event);
  EXPECT_EQ(event->requester, before.requester);
  EXPECT_EQ(describe(task("t")), describe(gstd::fund(before, kStart)->task));
}

// Goal:   a heartbeat moves the end of the running lease alone.
// Method: the right attempt, another one, a task that is pending, and an unknown one.
TEST_P(StoreTest, LeaseEndMovesForTheRunningAttempt) {
  insert(make_task("t"));
  const auto move = [&](const char* name, std::uint32_t attempt) {
    return describe(write([&](Transaction& t) { return t.set_lease_end(id<TaskId>(name), attempt, kStart + seconds{99}); }));
  };
  fund("t");
  EXPECT_EQ(move("t", 0), "aborted/changed");
  assign("t", "worker-1");
  EXPECT_EQ(move("t", 2), "aborted/changed");
  EXPECT_EQ(move("no", 1), "not_found/");
  const auto events = *read([](Transaction& t) { return t.last_sequence(); });
  EXPECT_EQ(move("t", 1), "ok");
  EXPECT_EQ(task("t")->lease->expires_at, kStart + seconds{99});
  EXPECT_EQ(*read([](Transaction& t) { return t.last_sequence(); }), events);
  EXPECT_EQ(names(read([](Transaction& t) { return t.expired_leases(kStart + seconds{98}, 10); })), "");
  EXPECT_EQ(names(read([](Transaction& t) { return t.expired_leases(kStart + seconds{99}, 10); })), "t");
}

// Goal:   ready tasks come by priority, then age, then order of insertion, as many as asked for, and only when they are due.
// Method: tasks with mixed priorities and ages, one of them delayed.
TEST_P(StoreTest, ReadyTasksComeBestFirst) {
  const auto add = [&](const char* name, int priority, seconds age, seconds delay = seconds{0}) {
    Task task = make_task(name);
    task.spec.priority = priority;
    task.created_at = kStart - age;
    insert(task);
    fund(name, kStart + delay);
  };
  add("low", 5, seconds{100});
  add("young", 3, seconds{1});
  add("old", 3, seconds{2});
  add("old-too", 3, seconds{2});
  add("first", 1, seconds{0});
  add("later", 1, seconds{50}, seconds{10});
  insert(make_task("unpaid"));
  const auto ready = [&](Timestamp now, std::size_t limit) {
    return names(read([&](Transaction& t) { return t.ready_tasks(now, UINT64_MAX, limit); }));
  };
  EXPECT_EQ(ready(kStart, 100), "first old old-too young low");
  EXPECT_EQ(ready(kStart, 2), "first old");
  EXPECT_EQ(ready(kStart, 0), "");
  EXPECT_EQ(ready(kStart + seconds{10}, SIZE_MAX), "later first old old-too young low");
  EXPECT_EQ(*read([](Transaction& t) { return t.next_due(kStart); }), kStart + seconds{10});
  EXPECT_EQ(*read([](Transaction& t) { return t.next_due(kStart + seconds{10}); }), std::nullopt);
  assign("first", "worker-1");
  EXPECT_EQ(ready(kStart, 1), "old");
}

// Goal:   a list of ready tasks is filled with those that fit, however many bigger ones stand before them.
// Method: many big tasks of the highest priority, then three smaller ones; memories at, below and above their limits.
TEST_P(StoreTest, ReadyTasksFitTheMemory) {
  const auto add = [&](const std::string& name, int priority, std::uint64_t memory_bytes_max) {
    Task task = make_task(name);
    task.spec.priority = priority;
    task.spec.limits.memory_bytes_max = memory_bytes_max;
    insert(task);
    fund(name);
  };
  for (int i = 0; i < 20; ++i) add("big-" + std::to_string(i), 1, 1'000);
  add("middle", 2, 100);
  add("small", 3, 10);
  add("small-too", 3, 10);
  const auto ready = [&](std::uint64_t memory_bytes_max, std::size_t limit) {
    return names(read([&](Transaction& t) { return t.ready_tasks(kStart, memory_bytes_max, limit); }));
  };
  EXPECT_EQ(ready(999, 2), "middle small");
  EXPECT_EQ(ready(100, 100), "middle small small-too");
  EXPECT_EQ(ready(99, 1), "small");
  EXPECT_EQ(ready(9, 100), "");
  EXPECT_EQ(ready(0, 100), "");
  EXPECT_EQ(ready(1'000, 1), "big-0");
  EXPECT_EQ(ready(UINT64_MAX, 1), "big-0");
}

// Goal:   leases that have run out come oldest end first, and leave the list with their state.
// Method: three claims at different times.
TEST_P(StoreTest, ExpiredLeasesComeOldestFirst) {
  for (const auto& [name, at] : {std::pair{"c", seconds{3}}, {"a", seconds{1}}, {"b", seconds{2}}}) {
    insert(make_task(name));
    fund(name);
    assign(name, "worker-1", kStart + at);
  }
  const auto expired = [&](Timestamp now, std::size_t limit = 10) {
    return names(read([&](Transaction& t) { return t.expired_leases(now, limit); }));
  };
  EXPECT_EQ(expired(kStart + kLeaseTime + seconds{1} - milliseconds{1}), "");
  EXPECT_EQ(expired(kStart + kLeaseTime + seconds{1}), "a");
  EXPECT_EQ(expired(kStart + kLeaseTime + seconds{3}), "a b c");
  EXPECT_EQ(expired(kStart + kLeaseTime + seconds{3}, 2), "a b");
  ASSERT_TRUE(step("a", [](const Task& task) { return expire(task, {}, kStart + kLeaseTime + seconds{1}); }));
  EXPECT_EQ(expired(kStart + kLeaseTime + seconds{3}), "b c");
}

// Goal:   a requester's tasks come by state and age, others' never.
// Method: two requesters, three tasks, two of the same millisecond.
TEST_P(StoreTest, RequestersSeeTheirOwnTasks) {
  Task old = make_task("old", "me");
  old.created_at = kStart - seconds{1};
  for (const Task& task : {make_task("new", "me"), make_task("newer", "me"), old, make_task("other", "you")}) insert(task);
  fund("old");
  const auto of = [&](TaskState state, std::size_t limit = 10) {
    return names(read([&](Transaction& t) { return t.tasks_of(id<WalletId>("me"), state, limit); }));
  };
  EXPECT_EQ(of(TaskState::awaiting_escrow), "new newer");
  EXPECT_EQ(of(TaskState::awaiting_escrow, 1), "new");
  EXPECT_EQ(of(TaskState::pending), "old");
  EXPECT_EQ(of(TaskState::completed), "");
  EXPECT_EQ(names(read([](Transaction& t) { return t.recent_tasks_of(id<WalletId>("me"), 10); })), "newer new old");
  EXPECT_EQ(names(read([](Transaction& t) { return t.recent_tasks_of(id<WalletId>("me"), 2); })), "newer new");
  EXPECT_EQ(names(read([](Transaction& t) { return t.recent_tasks_of(id<WalletId>("nobody"), 2); })), "");
}

// Goal:   a wallet's leases are counted while they run, tasks by their state.
// Method: two workers with three claims, one of which is handed in.
TEST_P(StoreTest, LeasesAndStatesAreCounted) {
  for (const char* name : {"a", "b", "c", "d"}) {
    insert(make_task(name));
    fund(name);
  }
  assign("a", "worker-1");
  assign("b", "worker-1");
  assign("c", "worker-2");
  const auto leases = [&](const char* worker) {
    return *read([&](Transaction& t) { return t.lease_count(id<WalletId>(worker)); });
  };
  EXPECT_EQ(leases("worker-1"), 2u);
  EXPECT_EQ(leases("worker-2"), 1u);
  complete("a");
  EXPECT_EQ(leases("worker-1"), 1u);
  EXPECT_EQ(leases("nobody"), 0u);
  EXPECT_EQ(describe(read([](Transaction& t) { return t.task_counts(); })), "pending=1 assigned=2 completed=1 ");
}

// Goal:   every change leaves one event, numbered without gaps or repeats, for all to replay from any point.
// Method: two requesters' tasks, changed in turns.
TEST_P(StoreTest, EventsTellEveryChangeInOrder) {
  insert(make_task("a", "me"));
  insert(make_task("b", "you"));
  EXPECT_EQ(*read([](Transaction& t) { return t.last_sequence(); }), 0u);
  fund("a", kStart);
  fund("b", kStart + seconds{1});
  assign("a", "worker-1", kStart + seconds{2});
  const auto events = [&](std::uint64_t after, const char* requester, std::size_t limit = 10) {
    return describe(
        read([&](Transaction& t) { return t.events_after(after, *requester ? id<WalletId>(requester) : WalletId{}, limit); }));
  };
  const std::string t0 = describe(kStart);
  const std::string t1 = describe(kStart + seconds{1});
  const std::string t2 = describe(kStart + seconds{2});
  const std::string first = "1 a me fund pending 0 " + t0 + "\n";
  const std::string second = "2 b you fund pending 0 " + t1 + "\n";
  const std::string third = "3 a me assign assigned 1 " + t2 + "\n";
  EXPECT_EQ(events(0, ""), first + second + third);
  EXPECT_EQ(events(1, ""), second + third);
  EXPECT_EQ(events(0, "", 1), first);
  EXPECT_EQ(events(0, "me"), first + third);
  EXPECT_EQ(events(1, "me"), third);
  EXPECT_EQ(events(3, ""), "");
  EXPECT_EQ(events(UINT64_MAX, ""), "");
  EXPECT_EQ(events(UINT64_MAX, "me"), "");
  EXPECT_EQ(*read([](Transaction& t) { return t.last_sequence(); }), 3u);
}

}  // namespace
}  // namespace gstd::test

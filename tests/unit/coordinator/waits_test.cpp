#include "coordinator/waits.hpp"

#include "coordinator/attendant.hpp"
#include "coordinator/offers.hpp"
#include "support/lab.hpp"

#include <future>

namespace gstd::test {
namespace {

net::Response ask_for_work(Lab& lab, const Party& party, const std::string& query) {
  return lab.send({"GET", "/orchestrator/next-task" + query, {}, &party, {}, {}, {}});
}

// Until the coordinator has taken note of somebody who waits there is nothing to see from outside, so tests that want the wait to
// come first let it settle for a moment; they hold either way.
void settle() { std::this_thread::sleep_for(std::chrono::milliseconds{50}); }

// Goal:   a worker that waits gets the task that is created meanwhile.
// Method: the question first, then the task.
TEST(LongPoll, WorkIsHandedToWhoWaits) {
  Lab lab;
  const Party requester = lab.requester();
  const Party worker = lab.worker();
  auto waiting = std::async(std::launch::async, [&] { return ask_for_work(lab, worker, "?wait_ms=30000"); });
  settle();
  const TaskId id = lab.create(requester);
  const net::Response response = waiting.get();
  ASSERT_EQ(response.status, 200);
  EXPECT_EQ(must(protocol::read<protocol::QueueItem>(response.body)).task_id, id);
}

// Goal:   workers that wait side by side get different tasks, and all of them get one, without anybody claiming or a clock moving.
// Method: more questions than threads, then as many tasks: a lost wake-up would hang.
TEST(LongPoll, EachWaitingWorkerGetsATaskOfItsOwn) {
  constexpr int kWorkers = 24;
  Lab lab;
  const Party requester = lab.requester();
  lab.pay_in(requester, gstd(kWorkers));
  const Party worker = lab.worker();
  std::vector<std::future<net::Response>> waiting;
  for (int i = 0; i < kWorkers; ++i)
    waiting.push_back(std::async(std::launch::async, [&] { return ask_for_work(lab, worker, "?wait_ms=30000"); }));
  std::set<TaskId> created;
  for (int i = 0; i < kWorkers; ++i) created.insert(lab.create(requester, "input " + std::to_string(i)));
  std::set<TaskId> shown;
  for (auto& response : waiting) shown.insert(must(protocol::read<protocol::QueueItem>(response.get().body)).task_id);
  EXPECT_EQ(shown, created);
}

// Goal:   a deposit that opens many tasks at once serves as many workers at once.
// Method: tasks that await escrow, workers that wait, one deposit.
TEST(LongPoll, OneCommitMayServeMany) {
  constexpr int kWorkers = 24;
  Lab lab;
  const Party requester = lab.requester();
  lab.create(requester, "all there is", gstd(10));
  const Party worker = lab.worker();
  must(lab.take(worker, must(protocol::read<protocol::QueueItem>(ask_for_work(lab, worker, "").body)).task_id));
  for (int i = 0; i < kWorkers; ++i) lab.create(requester, "input " + std::to_string(i));
  std::vector<std::future<net::Response>> waiting;
  for (int i = 0; i < kWorkers; ++i)
    waiting.push_back(std::async(std::launch::async, [&] { return ask_for_work(lab, worker, "?wait_ms=30000"); }));
  settle();
  lab.pay_in(requester, gstd(kWorkers));
  std::set<TaskId> shown;
  for (auto& response : waiting) shown.insert(must(protocol::read<protocol::QueueItem>(response.get().body)).task_id);
  EXPECT_EQ(shown.size(), std::size_t{kWorkers});
}

// Goal:   a task that nobody claims after it was shown is shown again.
// Method: one task, shown to one worker; the other's wait ends when the mark does.
TEST(LongPoll, ShowsATaskAgainToTheNext) {
  Lab lab;
  const Party requester = lab.requester();
  const Party first = lab.worker("first");
  const Party second = lab.worker("second");
  const TaskId id = lab.create(requester);
  EXPECT_EQ(ask_for_work(lab, first, "").status, 200);
  EXPECT_EQ(ask_for_work(lab, second, "").status, 200) << "who does not wait is shown what there is";
  auto waiting = std::async(std::launch::async, [&] { return ask_for_work(lab, second, "?wait_ms=30000"); });
  settle();
  lab.clock.advance(coordinator::Offers::kOfferTime);
  EXPECT_EQ(must(protocol::read<protocol::QueueItem>(waiting.get().body)).task_id, id);
}

// Goal:   a retry whose delay is over wakes who waits, although nobody announces it.
// Method: the only task fails; the wait ends when the clock reaches the retry.
TEST(LongPoll, WorkThatBecomesDueIsHandedOut) {
  Lab lab;
  const Party requester = lab.requester();
  const Party worker = lab.worker();
  must(lab.fail(worker, must(lab.take(worker, lab.create(requester))), "no luck"));
  auto waiting = std::async(std::launch::async, [&] { return ask_for_work(lab, worker, "?wait_ms=30000"); });
  settle();
  lab.clock.advance(std::chrono::seconds{1});
  EXPECT_EQ(waiting.get().status, 200);
}

// Goal:   a wait without an event ends at its time, empty.
// Method: the clock moves past it; wait_ms beyond the maximum counts as the maximum.
TEST(LongPoll, EndsEmptyAtItsTime) {
  Lab lab;
  const Party requester = lab.requester();
  auto work = std::async(std::launch::async, [&] { return ask_for_work(lab, requester, "?wait_ms=99999999"); });
  auto events =
      std::async(std::launch::async, [&] { return lab.get<protocol::EventPage>(requester, "/events?since=7&wait_ms=1000"); });
  settle();
  lab.clock.advance(std::chrono::seconds{60});
  EXPECT_EQ(work.get().status, 204);
  const auto page = must(events.get());
  EXPECT_TRUE(page.events.empty());
  EXPECT_EQ(page.next, 7u);
}

// Goal:   a requester that waits hears of its tasks at once, and of nobody else's.
// Method: another wallet's task first, then its own.
TEST(LongPoll, EventsReachTheirRequester) {
  Lab lab;
  const Party requester = lab.requester();
  const Party other = lab.requester("other");
  auto waiting =
      std::async(std::launch::async, [&] { return lab.get<protocol::EventPage>(requester, "/events?since=0&wait_ms=30000"); });
  settle();
  lab.create(other);
  const TaskId id = lab.create(requester);
  const auto page = must(waiting.get());
  ASSERT_EQ(page.events.size(), 1u);
  EXPECT_EQ(page.events[0].task_id, id);
  EXPECT_EQ(page.events[0].event, TaskEvent::fund);
}

// Goal:   who only wants what happens from here on need not read what was.
// Method: asked without `since` after a task was made, and then with what that answered.
TEST(LongPoll, WithoutSinceTellsWhereTheEventsAre) {
  Lab lab;
  const Party requester = lab.requester();
  lab.create(requester);
  const auto history = must(lab.get<protocol::EventPage>(requester, "/events?since=0"));
  ASSERT_FALSE(history.events.empty());
  const auto now = must(lab.get<protocol::EventPage>(requester, "/events?wait_ms=30000"));
  EXPECT_TRUE(now.events.empty());
  EXPECT_EQ(now.next, history.next);
  const TaskId id = lab.create(requester);
  const auto later = must(lab.get<protocol::EventPage>(requester, "/events?since=" + std::to_string(now.next)));
  ASSERT_FALSE(later.events.empty());
  EXPECT_EQ(later.events[0].task_id, id);
}

// Goal:   one wallet cannot take all room to wait: what is beyond its share is refused, and everything else goes on.
// Method: so many calls that some must be refused, while no clock moves that would end one; then other kinds of calls, another
//         wallet, and the same wallet again after its waits have ended.
TEST(LongPoll, BoundsTheWaitsOfAWallet) {
  constexpr std::size_t kBeyond = 3;
  Lab lab;
  const Party crowd = lab.worker("crowd");
  const Party other = lab.worker("other");
  std::atomic<std::size_t> answered{0};
  const auto ask = [&](const Party& by, const std::string& path) {
    return std::async(std::launch::async, [&lab, &by, &answered, path] {
      net::Response response = lab.send({"GET", path, {}, &by, {}, {}, {}});
      ++answered;
      return response;
    });
  };
  const auto expect_share = [&](const std::string& path, int at_the_end) {
    answered = 0;
    std::vector<std::future<net::Response>> waiting;
    for (std::size_t i = 0; i < coordinator::Waits::kWaitsPerWalletMax + kBeyond; ++i) waiting.push_back(ask(crowd, path));
    while (answered < kBeyond) std::this_thread::yield();
    EXPECT_EQ(ask_for_work(lab, crowd, "").status, 204) << "who does not wait is not in the way";
    waiting.push_back(ask(other, path));
    settle();
    EXPECT_EQ(answered, kBeyond);
    lab.clock.advance(std::chrono::seconds{30});
    std::size_t refusals = 0;
    for (auto& each : waiting) {
      // The other wallet's call may have come after the clock was moved.
      while (each.wait_for(std::chrono::seconds{1}) == std::future_status::timeout) lab.clock.advance(std::chrono::seconds{30});
      const net::Response response = each.get();
      if (response.status == at_the_end) continue;
      ++refusals;
      const Error error = Lab::error_of(response);
      EXPECT_EQ(error.code, ErrorCode::resource_exhausted) << response.body;
      EXPECT_EQ(error.reason, "waits");
    }
    EXPECT_EQ(refusals, kBeyond);
  };
  for (int round = 0; round < 2; ++round) {
    expect_share("/orchestrator/next-task?wait_ms=30000", 204);
    expect_share("/events?since=0&wait_ms=30000", 200);
  }
}

// Goal:   stopping answers everybody who waits, and hangs on nobody.
// Method: two waits, then stop from another thread.
TEST(LongPoll, StopAnswersAll) {
  Lab lab;
  const Party requester = lab.requester();
  auto work = std::async(std::launch::async, [&] { return ask_for_work(lab, requester, "?wait_ms=30000"); });
  auto events = std::async(std::launch::async, [&] {
    return lab.send({"GET", "/events?since=0&wait_ms=30000", {}, &requester, {}, {}, {}});
  });
  settle();
  lab.coordinator->stop();
  EXPECT_EQ(work.get().status, 204);
  EXPECT_EQ(events.get().status, 200);
  lab.coordinator->stop();
}

// Goal:   tasks that are too big for a worker do not keep it from those that fit, however many they are.
// Method: twenty big tasks before a small one; a worker that asks at once, one that waits, and one that waited before them all.
TEST(LongPoll, SkipsWhatDoesNotFit) {
  Lab lab;
  const Party requester = lab.requester();
  lab.pay_in(requester, gstd(20));
  const std::string small_worker = "?memory_bytes_max=268435456";
  for (int i = 0; i < 20; ++i) {
    protocol::CreateTask big = lab.order("big " + std::to_string(i));
    big.limits.memory_bytes_max = 1ull << 30;
    must(lab.post<protocol::TaskCreated>(requester, "/tasks/create", big));
  }
  EXPECT_EQ(ask_for_work(lab, requester, small_worker).status, 204);
  auto waiting =
      std::async(std::launch::async, [&] { return ask_for_work(lab, requester, "?wait_ms=30000&memory_bytes_max=268435456"); });
  settle();
  lab.clock.advance(std::chrono::milliseconds{1});
  const TaskId small = lab.create(requester, "small");
  const auto expect_small = [&](const net::Response& response) {
    ASSERT_EQ(response.status, 200);
    EXPECT_EQ(must(protocol::read<protocol::QueueItem>(response.body)).task_id, small);
  };
  expect_small(waiting.get());
  expect_small(ask_for_work(lab, requester, small_worker));
  lab.clock.advance(coordinator::Offers::kOfferTime);
  expect_small(ask_for_work(lab, requester, small_worker + "&wait_ms=30000"));
  EXPECT_EQ(ask_for_work(lab, requester, "?memory_bytes_max=much").status, 400);
}

// Goal:   workers of many sizes that wait side by side are all served.
// Method: more sizes than one round looks at, and as many tasks that fit the smallest.
TEST(LongPoll, ServesEveryMemorySize) {
  constexpr int kWorkers = coordinator::Attendant::kWorkKindsPerRound + 8;
  constexpr std::uint64_t kSmallest = 64u << 20;
  Lab lab;
  const Party requester = lab.requester();
  lab.pay_in(requester, gstd(kWorkers));
  std::vector<std::future<net::Response>> waiting;
  for (int i = 0; i < kWorkers; ++i)
    waiting.push_back(std::async(std::launch::async, [&lab, &requester, i] {
      return ask_for_work(lab, requester, "?wait_ms=30000&memory_bytes_max=" + std::to_string(kSmallest + i * 65'536u));
    }));
  settle();
  std::set<TaskId> created;
  for (int i = 0; i < kWorkers; ++i) {
    protocol::CreateTask order = lab.order("input " + std::to_string(i));
    order.limits.memory_bytes_max = kSmallest;
    created.insert(must(lab.post<protocol::TaskCreated>(requester, "/tasks/create", order)).task_id);
  }
  std::set<TaskId> shown;
  for (auto& response : waiting) shown.insert(must(protocol::read<protocol::QueueItem>(response.get().body)).task_id);
  EXPECT_EQ(shown, created);
}

}  // namespace
}  // namespace gstd::test

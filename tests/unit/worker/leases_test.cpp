#include "worker/leases.hpp"

#include "support/scripted_server.hpp"

#include <atomic>
#include <condition_variable>
#include <thread>

namespace gstd::worker {
namespace {

using std::chrono::milliseconds;
using test::ScriptedServer;

const TaskId kTask = *TaskId::parse("task");

class LeasesTest : public ::testing::Test {
 protected:
  LeasesTest() : client_(*Client::create(options())), leases_(client_, system_clock()) {}
  ~LeasesTest() override {
    leases_.close();
    if (thread_.joinable()) thread_.join();
  }

  void start() {
    thread_ = std::thread{[this] { leases_.run(stop_.get_token()); }};
  }
  Leases::Hold hold(milliseconds lease_time) { return leases_.hold(kTask, 3, lease_time, system_clock().steady()); }

  static void await(const std::stop_token& token) {
    std::mutex mutex;
    std::condition_variable_any changed;
    std::unique_lock lock{mutex};
    changed.wait(lock, token, [] { return false; });
  }
  void await_requests(std::size_t count) const {
    while (server_.requests().size() < count) std::this_thread::sleep_for(milliseconds{1});
  }

  ScriptedServer server_;
  Client client_;
  Leases leases_;
  std::stop_source stop_;
  std::thread thread_;

 private:
  ClientOptions options() {
    ClientOptions options;
    options.url = server_.url();
    options.key = SigningKey::generate();
    options.wallet = *WalletId::parse("wallet");
    options.tries = 1;
    return options;
  }
};

// Goal:   a held lease is extended, under its attempt number, for as long as it is held.
// Method: heartbeats are answered; after several of them, well past the first end of the lease, it is not lost.
TEST_F(LeasesTest, AreExtendedWhileHeld) {
  server_.always([](const net::Request& request, const net::Responder& responder) {
    const auto beat = protocol::read<protocol::Heartbeat>(request.body);
    ASSERT_TRUE(beat);
    EXPECT_EQ(beat->task_id, kTask);
    EXPECT_EQ(beat->attempt, 3u);
    responder.send({200, {}, protocol::write(protocol::LeaseView{kTask, 3, {}})});
  });
  start();
  const auto held = hold(milliseconds{600});
  await_requests(6);
  EXPECT_FALSE(held.lost().stop_requested());
  EXPECT_GT(held.remaining(), milliseconds{0});
}

// Goal:   a refused heartbeat means that the lease is another's.
// Method: the coordinator says so.
TEST_F(LeasesTest, AreLostWhenRefused) {
  server_.then_refuse({ErrorCode::aborted, "the lease is stale", "lease_stale"});
  start();
  const auto held = hold(milliseconds{300});
  await(held.lost());
  EXPECT_EQ(held.remaining(), milliseconds{0});
}

// Goal:   a lease that cannot be extended is lost when it ends, not before: one lost heartbeat is no reason to give up.
// Method: a coordinator that is away for good; several heartbeats were tried by the time the lease is lost.
TEST_F(LeasesTest, AreLostWhenTheyRunOut) {
  server_.always([](const net::Request&, const net::Responder& responder) { responder.send({503, {}, "away"}); });
  start();
  const auto held = hold(milliseconds{600});
  await(held.lost());
  EXPECT_GE(server_.requests().size(), 2u);
}

// Goal:   while a result is on its way, a refused heartbeat is no bad news: the task may have ended because the result arrived.
// Method: the refusal comes while submitting; the lease keeps the time that it had.
TEST_F(LeasesTest, RefusalWhileSubmittingIsNoLoss) {
  server_.then_refuse({ErrorCode::aborted, "the task is completed", "lease_stale"});
  auto held = hold(milliseconds{60'000});
  held.submitting();
  auto soon = leases_.hold(kTask, 4, milliseconds{300}, system_clock().steady() - milliseconds{100});
  soon.submitting();
  start();
  await_requests(1);
  EXPECT_FALSE(held.lost().stop_requested());
  EXPECT_FALSE(soon.lost().stop_requested());
  EXPECT_GT(held.remaining(), milliseconds{0});
}

// Goal:   heartbeats that nobody answers do not keep another lease's from being sent while it lives.
// Method: four leases whose heartbeats hang and, due after them, one whose are answered; it has been extended when it is asked
//         for, and is not lost.
TEST_F(LeasesTest, UnansweredHeartbeatsLeaveTimeForOthers) {
  constexpr std::uint32_t kAnswered = 5;
  std::mutex mutex;
  std::vector<net::Responder> hanging;
  std::atomic<int> answered = 0;
  server_.always([&](const net::Request& request, const net::Responder& responder) {
    const auto beat = protocol::read<protocol::Heartbeat>(request.body);
    ASSERT_TRUE(beat);
    if (beat->attempt != kAnswered) {
      const std::lock_guard lock{mutex};
      return hanging.push_back(responder);
    }
    responder.send({200, {}, protocol::write(protocol::LeaseView{kTask, kAnswered, {}})});
    ++answered;
  });
  std::vector<Leases::Hold> held;
  const auto since = system_clock().steady();
  for (std::uint32_t attempt = 1; attempt <= kAnswered; ++attempt)
    held.push_back(leases_.hold(kTask, attempt, milliseconds{6'000}, since));
  start();
  while (answered == 0 && !held.back().lost().stop_requested()) std::this_thread::sleep_for(milliseconds{1});
  EXPECT_FALSE(held.back().lost().stop_requested());
  EXPECT_GT(answered, 0);
  held.clear();
  leases_.close();
  stop_.request_stop();
  thread_.join();
  server_.stop();
}

// Goal:   the thread ends when it is told to, also in the middle of a heartbeat that nobody answers.
// Method: a silent server, a lease of an hour's worth of patience, and the last step of stopping.
TEST_F(LeasesTest, StopCutsOffAHeartbeat) {
  server_.then_hang();
  const auto held = leases_.hold(kTask, 3, std::chrono::hours{1}, system_clock().steady() - std::chrono::minutes{30});
  start();
  await_requests(1);
  leases_.close();
  stop_.request_stop();
  thread_.join();
}

}  // namespace
}  // namespace gstd::worker

#include "worker/intake.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace gstd::worker {
namespace {

using std::chrono::milliseconds;

// Goal:   never two slots look for work at once.
// Method: threads count themselves while they have the turn.
TEST(Intake, OneTurnAtATime) {
  Intake intake;
  std::atomic<int> inside = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i) {
        const auto turn = intake.wait_turn();
        ASSERT_TRUE(turn);
        EXPECT_EQ(++inside, 1);
        --inside;
      }
    });
  for (auto& thread : threads) thread.join();
}

// Goal:   pause cuts off who looks, lets no claim begin and nobody look again, until resume.
// Method: a turn is held across the pause; another thread's wait for a turn ends only after the resume.
TEST(Intake, PauseHoldsNewWork) {
  Intake intake;
  auto turn = intake.wait_turn();
  ASSERT_TRUE(turn);
  EXPECT_FALSE(turn->stop().stop_requested());
  intake.pause();
  EXPECT_TRUE(turn->stop().stop_requested());
  EXPECT_FALSE(turn->begin_job());
  turn->end();

  std::atomic<bool> resumed = false;
  std::thread waiting{[&] {
    const auto next = intake.wait_turn();
    EXPECT_TRUE(resumed);
    ASSERT_TRUE(next);
    EXPECT_FALSE(next->stop().stop_requested());
  }};
  resumed = true;
  intake.resume();
  waiting.join();
}

// Goal:   drain waits for what is under way, and says so when that takes too long or the caller gives up.
// Method: a job is held while draining fails by deadline and by stop, and let go while it waits.
TEST(Intake, DrainWaitsForJobs) {
  Intake intake;
  auto turn = intake.wait_turn();
  auto job = turn->begin_job();
  ASSERT_TRUE(job);
  turn->end();
  intake.pause();
  const auto late = intake.drain({milliseconds{1}, {}});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::deadline_exceeded);
  std::stop_source stop;
  stop.request_stop();
  const auto cancelled = intake.drain({milliseconds::max(), stop.get_token()});
  ASSERT_FALSE(cancelled);
  EXPECT_EQ(cancelled.error().code, ErrorCode::cancelled);

  std::thread ending{[&, ended = std::move(*job)]() mutable { const Intake::Job mine = std::move(ended); }};
  EXPECT_TRUE(intake.drain({milliseconds::max(), {}}));
  ending.join();
}

// Goal:   after close nobody begins anything, and nobody waits.
// Method: a thread waits for a turn that is taken; close ends its wait.
TEST(Intake, CloseEndsAllWaits) {
  Intake intake;
  auto turn = intake.wait_turn();
  std::thread waiting{[&] { EXPECT_FALSE(intake.wait_turn()); }};
  intake.close();
  waiting.join();
  EXPECT_TRUE(turn->stop().stop_requested());
  EXPECT_FALSE(turn->begin_job());
  intake.resume();
  EXPECT_FALSE(intake.wait_turn());
}

}  // namespace
}  // namespace gstd::worker

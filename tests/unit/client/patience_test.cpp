#include "client/patience.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <thread>

namespace gstd::client {
namespace {

using std::chrono::milliseconds;

// Goal:   the platform's delays, and no growth beyond them.
// Method: the first five, and one far out.
TEST(Patience, DelaysAreOneTwoFourSeconds) {
  EXPECT_EQ(retry_delay(1), milliseconds{1'000});
  EXPECT_EQ(retry_delay(2), milliseconds{2'000});
  EXPECT_EQ(retry_delay(3), milliseconds{4'000});
  EXPECT_EQ(retry_delay(4), milliseconds{4'000});
  EXPECT_EQ(retry_delay(1'000'000), milliseconds{4'000});
}

// Goal:   a deadline follows the clock that it was given, for any timeout.
// Method: a manual clock, and the shortest and longest timeouts that the type has.
TEST(Patience, DeadlineCountsDownToZero) {
  ManualClock clock;
  const Deadline deadline{clock, milliseconds{100}};
  EXPECT_EQ(deadline.remaining(), milliseconds{100});
  clock.advance(milliseconds{40});
  EXPECT_EQ(deadline.remaining(), milliseconds{60});
  EXPECT_FALSE(deadline.spent());
  clock.advance(milliseconds{60});
  EXPECT_TRUE(deadline.spent());
  clock.advance(milliseconds{1'000});
  EXPECT_EQ(deadline.remaining(), milliseconds{0});

  EXPECT_TRUE(Deadline(clock, milliseconds::min()).spent());
  const Deadline for_ever{clock, milliseconds::max()};
  clock.advance(milliseconds{1'000});
  EXPECT_EQ(for_ever.remaining(), milliseconds::max() - milliseconds{1'000});
}

// Goal:   a wait ends when it is told to, not when its time is over.
// Method: a wait of an hour, stopped before it begins and then while it lasts; a broken stop shows as this test's own timeout.
TEST(Patience, WaitEndsAtAStopRequest) {
  std::stop_source before;
  before.request_stop();
  EXPECT_FALSE(wait_for(std::chrono::hours{1}, before.get_token()));

  std::stop_source during;
  std::thread stopper{[&] { during.request_stop(); }};
  EXPECT_FALSE(wait_for(std::chrono::hours{1}, during.get_token()));
  stopper.join();
  EXPECT_TRUE(wait_for(milliseconds{1}, {}));
}

}  // namespace
}  // namespace gstd::client

#include "worker/crew.hpp"

#include <gtest/gtest.h>

#include <semaphore>
#include <stdexcept>

namespace gstd::worker {
namespace {

using std::chrono::milliseconds;

// Goal:   threads that end are waited for and joined.
// Method: a crew of three; what they did is there after the release.
TEST(Crew, JoinsWhoHasEnded) {
  auto crew = std::make_shared<Crew>();
  std::atomic<int> done = 0;
  for (int i = 0; i < 3; ++i)
    ASSERT_TRUE(crew->start([crew, &done] {
      EXPECT_TRUE(crew->is_mine());
      ++done;
    }));
  EXPECT_FALSE(crew->is_mine());
  EXPECT_TRUE(crew->wait(milliseconds{60'000}));
  EXPECT_EQ(crew->release(), 0u);
  EXPECT_EQ(done, 3);
}

// Goal:   a thread that does not end is let go after the bound, and finds its things in place when it ends later.
// Method: it waits for this test, which gives up its own share of the crew first.
TEST(Crew, LetsGoWhoDoesNotEnd) {
  std::binary_semaphore let_go{0};
  std::binary_semaphore ended{0};
  auto crew = std::make_shared<Crew>();
  std::weak_ptr<Crew> watch = crew;
  ASSERT_TRUE(crew->start([crew, &let_go, &ended] {
    let_go.acquire();
    ended.release();
  }));
  EXPECT_FALSE(crew->wait(milliseconds{1}));
  EXPECT_EQ(crew->release(), 1u);
  crew.reset();
  EXPECT_FALSE(watch.expired());
  let_go.release();
  ended.acquire();
  while (!watch.expired()) std::this_thread::yield();
}

// Goal:   what a thread throws ends that thread, not the process.
// Method: one that throws; the crew counts it as ended.
TEST(Crew, OutlivesAnException) {
  auto crew = std::make_shared<Crew>();
  ASSERT_TRUE(crew->start([crew] { throw std::runtime_error("no more"); }));
  EXPECT_TRUE(crew->wait(milliseconds{60'000}));
  EXPECT_EQ(crew->release(), 0u);
}

// Goal:   a member of the crew that waits for the crew does not wait for itself.
// Method: it does.
TEST(Crew, WaitLeavesOutTheCaller) {
  auto crew = std::make_shared<Crew>();
  std::atomic<bool> alone = false;
  ASSERT_TRUE(crew->start([crew, &alone] { alone = crew->wait(milliseconds{60'000}); }));
  EXPECT_TRUE(crew->wait(milliseconds{60'000}));
  crew->release();
  EXPECT_TRUE(alone);
}

}  // namespace
}  // namespace gstd::worker

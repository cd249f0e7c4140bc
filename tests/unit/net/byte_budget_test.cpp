#include "net/byte_budget.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <thread>
#include <vector>

namespace gstd::net {
namespace {

// Goal:   a charge takes and gives back the difference, a refused one changes nothing, and what is left goes with it.
// Method: two charges on a budget of ten, to the byte.
TEST(ByteBudget, CountsToTheByte) {
  ByteBudget budget(10);
  ByteCharge first(budget);
  {
    ByteCharge second(budget);
    EXPECT_TRUE(first.try_resize(4));
    EXPECT_TRUE(second.try_resize(6));
    EXPECT_FALSE(second.try_resize(7));
    EXPECT_FALSE(first.try_resize(std::numeric_limits<std::size_t>::max()));
    EXPECT_EQ(budget.used(), 10u);
    EXPECT_TRUE(first.try_resize(3));
    EXPECT_TRUE(budget.has_room_for(1));
    EXPECT_FALSE(budget.has_room_for(2));
    EXPECT_TRUE(second.try_resize(7));
  }
  EXPECT_EQ(budget.used(), 3u);
  EXPECT_TRUE(first.try_resize(10));
  first.release();
  EXPECT_EQ(budget.used(), 0u);
}

// Goal:   charges of many threads never go beyond the budget together, and nothing is lost or counted twice.
// Method: four threads want more than there is, and say what they were granted.
TEST(ByteBudget, HoldsBetweenThreads) {
  constexpr std::size_t kMax = 1'000;
  ByteBudget budget(kMax);
  std::atomic<std::size_t> granted{0};
  std::atomic<bool> was_exceeded{false};
  std::vector<std::thread> threads;
  for (std::size_t step = 1; step <= 4; ++step)
    threads.emplace_back([&, step] {
      for (int round = 0; round < 2'000; ++round) {
        ByteCharge charge(budget);
        const std::size_t bytes = 150 * step;
        if (!charge.try_resize(bytes)) continue;
        if (granted.fetch_add(bytes) + bytes > kMax) was_exceeded = true;
        granted.fetch_sub(bytes);
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_FALSE(was_exceeded);
  EXPECT_EQ(budget.used(), 0u);
}

}  // namespace
}  // namespace gstd::net

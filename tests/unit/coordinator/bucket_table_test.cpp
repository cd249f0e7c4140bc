#include "coordinator/bucket_table.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace gstd::coordinator {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr RateLimit kTerms{1, 20};

class BucketTableTest : public testing::Test {
 protected:
  static bool is_granted(BucketTable& table, const std::string& name, std::uint32_t tokens, nanoseconds now) {
    return !table.take(as_bytes(name), tokens, now);
  }
  SeededRandom random_{1};
};

// Goal:   each name has a bucket of its own; what is given back is there again, and nobody else's.
// Method: two names.
TEST_F(BucketTableTest, KeepsNamesApart) {
  BucketTable table(kTerms, random_);
  EXPECT_TRUE(is_granted(table, "a", 20, seconds{0}));
  EXPECT_FALSE(is_granted(table, "a", 1, seconds{0}));
  EXPECT_TRUE(is_granted(table, "b", 20, seconds{0}));
  table.give_back(as_bytes(std::string("a")), 5);
  EXPECT_TRUE(is_granted(table, "a", 5, seconds{0}));
  EXPECT_FALSE(is_granted(table, "a", 1, seconds{0}));
  EXPECT_FALSE(is_granted(table, "b", 1, seconds{0}));
  EXPECT_EQ(table.size(), 2u);
}

// Goal:   a rate of 0 is no bound and costs no memory.
// Method: more than any burst.
TEST_F(BucketTableTest, CanBeOff) {
  BucketTable table({0, 0}, random_);
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(is_granted(table, "a", 20, seconds{0}));
  EXPECT_EQ(table.size(), 0u);
}

// Goal:   whoever floods a full table with names neither makes it grow nor gets a bucket anew: neither the attacker's own nor a
//         victim's is dropped while it is not full, and the flood itself is bounded, too.
// Method: an empty bucket among thousands of fresh names; then what all of them together were granted.
TEST_F(BucketTableTest, IsBoundedAndForgetsNobodyWhoOwes) {
  constexpr std::size_t kMax = 64;
  BucketTable table(kTerms, random_, kMax);
  ASSERT_TRUE(is_granted(table, "mine", 20, seconds{0}));
  std::uint64_t granted = 0;
  constexpr int kNames = 20'000;
  for (int i = 0; i < kNames; ++i) {
    if (is_granted(table, "flood " + std::to_string(i), 20, seconds{0})) ++granted;
    if (i % 500 == 0) {
      EXPECT_FALSE(is_granted(table, "mine", 1, seconds{0}));
    }
  }
  EXPECT_LE(table.size(), kMax);
  // Each bucket once: those of their own, and the shared ones (64 in each of 16 parts).
  EXPECT_LE(granted, kMax + 16 * 64);
  EXPECT_FALSE(is_granted(table, "mine", 1, milliseconds{999}));
  EXPECT_TRUE(is_granted(table, "mine", 1, seconds{1}));
}

// Goal:   room is made as buckets fill up again, and who owes keeps owing meanwhile.
// Method: a table full of names that took one token, and shared buckets that a flood has emptied; two seconds later a newcomer
// finds
//         a bucket of its own.
TEST_F(BucketTableTest, MakesRoomOfFullBuckets) {
  constexpr std::size_t kMax = 64;
  BucketTable table(kTerms, random_, kMax);
  ASSERT_TRUE(is_granted(table, "mine", 20, seconds{0}));
  for (int i = 0; i < 1'000; ++i) is_granted(table, "old " + std::to_string(i), 1, seconds{0});
  for (int i = 0; i < 20'000; ++i) is_granted(table, "flood " + std::to_string(i), 20, seconds{0});
  EXPECT_FALSE(is_granted(table, "new", 20, seconds{0}));
  EXPECT_TRUE(is_granted(table, "new", 20, seconds{2}));
  EXPECT_LE(table.size(), kMax);
  EXPECT_TRUE(is_granted(table, "mine", 2, seconds{2}));
  EXPECT_FALSE(is_granted(table, "mine", 1, seconds{2}));
}

// Goal:   threads that share a table are granted together what the terms allow, and no more.
// Method: four threads, one name, time that stands.
TEST_F(BucketTableTest, HoldsBetweenThreads) {
  BucketTable table({1, 1'000}, random_);
  std::atomic<int> granted{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 1'000; ++i) {
        if (is_granted(table, "shared", 1, seconds{0})) ++granted;
        is_granted(table, std::to_string(t) + "/" + std::to_string(i), 1, seconds{0});
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(granted, 1'000);
}

}  // namespace
}  // namespace gstd::coordinator

#include "worker/backoff.hpp"

#include <gtest/gtest.h>

#include <set>

namespace gstd::worker {
namespace {

using std::chrono::milliseconds;

// Goal:   pauses grow to their bound and no further, start anew after a success, and never fall below half of what they stand for.
// Method: many draws from a seeded generator, held against the doubling that they are jittered from.
TEST(Backoff, DoublesWithinItsBounds) {
  SeededRandom random{3};
  Backoff backoff{random};
  auto whole = kBackoffFirst;
  for (int i = 0; i < 50; ++i) {
    const auto pause = backoff.next();
    EXPECT_GE(pause, whole / 2);
    EXPECT_LE(pause, whole);
    whole = std::min(whole * 2, kBackoffMax);
  }
  backoff.reset();
  EXPECT_LE(backoff.next(), kBackoffFirst);
}

// Goal:   two workers that lost the same coordinator do not come back in step.
// Method: many draws of one pause are spread over its range.
TEST(Backoff, IsJittered) {
  SeededRandom random{4};
  std::set<milliseconds> seen;
  for (int i = 0; i < 200; ++i) seen.insert(jittered(milliseconds{1'000}, random));
  EXPECT_GT(seen.size(), 100u);
  EXPECT_GE(*seen.begin(), milliseconds{500});
  EXPECT_LE(*seen.rbegin(), milliseconds{1'000});
  EXPECT_EQ(jittered(milliseconds{0}, random), milliseconds{0});
  EXPECT_EQ(jittered(milliseconds{1}, random), milliseconds{1});
}

}  // namespace
}  // namespace gstd::worker

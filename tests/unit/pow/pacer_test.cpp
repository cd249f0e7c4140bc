#include <gtest/gtest.h>

#include "pow/pacer.hpp"

namespace gstd::pow {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

// Goal:   pauses are what the share leaves of the time, taken once a millisecond has been worked.
// Method: exact sums for several shares, in pieces and at once.
TEST(Pacer, PausesForTheRestOfTheTime) {
  Pacer quarter{0.25};
  for (int i = 0; i < 9; ++i) EXPECT_EQ(quarter.pause_after(microseconds{100}), nanoseconds{0});
  EXPECT_EQ(quarter.pause_after(microseconds{100}), milliseconds{3});
  EXPECT_EQ(quarter.pause_after(microseconds{900}), nanoseconds{0}) << "it began anew";
  EXPECT_EQ(quarter.pause_after(microseconds{1100}), milliseconds{6});
  EXPECT_EQ(Pacer{0.5}.pause_after(milliseconds{4}), milliseconds{4});
  EXPECT_EQ(Pacer{0.01}.pause_after(milliseconds{1}), milliseconds{99});
}

// Goal:   who may work all the time never pauses.
// Method: a share of 1.
TEST(Pacer, WholeShareHasNoPauses) { EXPECT_EQ(Pacer{1}.pause_after(std::chrono::hours{1}), nanoseconds{0}); }

// Goal:   time that was not worked, such as a night's sleep of the machine, is not paid back.
// Method: an hour between two calls.
TEST(Pacer, DoesNotPayForTimeNotWorked) {
  Pacer half{0.5};
  EXPECT_EQ(half.pause_after(std::chrono::hours{1}), Pacer::kWorkMost);
  EXPECT_EQ(half.pause_after(milliseconds{1}), milliseconds{1});
}

}  // namespace
}  // namespace gstd::pow

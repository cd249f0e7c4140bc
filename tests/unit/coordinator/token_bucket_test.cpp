#include "coordinator/token_bucket.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace gstd::coordinator {
namespace {

using std::chrono::nanoseconds;
using std::chrono::seconds;

// Goal:   a full bucket gives its burst at once, then what time brings, to the nanosecond, and says exactly when there is enough.
// Method: three tokens a second: a third of a second is no whole number of nanoseconds.
TEST(TokenBucket, GivesBurstThenRate) {
  const RateLimit terms{3, 20};
  TokenBucket bucket(terms, nanoseconds{0});
  EXPECT_EQ(bucket.take(terms, 20, nanoseconds{0}), std::nullopt);
  const auto wait = bucket.take(terms, 1, nanoseconds{0});
  ASSERT_TRUE(wait);
  EXPECT_EQ(*wait, nanoseconds{333'333'334});
  EXPECT_TRUE(bucket.take(terms, 1, *wait - nanoseconds{1}));
  EXPECT_EQ(bucket.take(terms, 1, *wait), std::nullopt);
  EXPECT_EQ(bucket.take(terms, 2, seconds{1}), std::nullopt);
  EXPECT_EQ(bucket.take(terms, 1, seconds{1}), nanoseconds{333'333'334});
}

// Goal:   time that passes beyond what fills a bucket, or goes backwards, changes nothing else.
// Method: a century, then a step back, then the same again; the largest numbers that are allowed.
TEST(TokenBucket, BearsAnyTime) {
  constexpr nanoseconds kCentury = std::chrono::hours{24 * 365 * 100};
  for (const RateLimit& terms :
       {RateLimit{1, 20}, RateLimit{kRateMax, 20}, RateLimit{1, kRateMax}, RateLimit{kRateMax, kRateMax}}) {
    TokenBucket bucket(terms, nanoseconds{0});
    EXPECT_EQ(bucket.take(terms, terms.burst, kCentury), std::nullopt);
    EXPECT_TRUE(bucket.take(terms, 1, kCentury - seconds{5}));
    EXPECT_TRUE(bucket.take(terms, terms.burst, kCentury));
    EXPECT_EQ(bucket.take(terms, terms.burst, 2 * kCentury), std::nullopt);
    EXPECT_FALSE(bucket.is_full(terms, 2 * kCentury));
    bucket.give_back(terms, terms.burst);
    EXPECT_TRUE(bucket.is_full(terms, 2 * kCentury));
    bucket.give_back(terms, terms.burst);
    EXPECT_EQ(bucket.take(terms, terms.burst, 2 * kCentury), std::nullopt);
    EXPECT_TRUE(bucket.take(terms, 1, 2 * kCentury));
  }
}

// Goal:   over any stretch no more is granted than burst + rate * time, and no less than is due: a refusal is never too early to be
//         right, and never wrong when its time has come.
// Method: random terms, times and costs; all stretches of the history are summed up.
RC_GTEST_PROP(TokenBucketProperty, IsExact, ()) {
  const RateLimit terms{*rc::gen::inRange<std::uint32_t>(1, 10'000), *rc::gen::inRange<std::uint32_t>(20, 200)};
  TokenBucket bucket(terms, nanoseconds{0});
  struct Grant {
    std::int64_t at;
    std::uint64_t tokens;
  };
  std::vector<Grant> grants;
  nanoseconds now{0};
  const auto steps = *rc::gen::inRange(1, 80);
  for (int step = 0; step < steps; ++step) {
    now += nanoseconds{*rc::gen::oneOf(rc::gen::inRange<std::int64_t>(0, 1'000), rc::gen::inRange<std::int64_t>(0, 200'000'000))};
    const auto tokens = *rc::gen::inRange<std::uint32_t>(1, 21);
    const auto wait = bucket.take(terms, tokens, now);
    if (wait) {
      RC_ASSERT(wait->count() > 0);
      TokenBucket early = bucket;
      RC_ASSERT(early.take(terms, tokens, now + *wait - nanoseconds{1}).has_value());
      TokenBucket in_time = bucket;
      RC_ASSERT(!in_time.take(terms, tokens, now + *wait).has_value());
    } else {
      grants.push_back({now.count(), tokens});
    }
  }
  for (std::size_t first = 0; first < grants.size(); ++first) {
    std::uint64_t granted = 0;
    for (std::size_t last = first; last < grants.size(); ++last) {
      granted += grants[last].tokens;
      const auto time = static_cast<std::uint64_t>(grants[last].at - grants[first].at);
      RC_ASSERT(granted * 1'000'000'000 <= terms.burst * std::uint64_t{1'000'000'000} + time * terms.per_second);
    }
  }
}

}  // namespace
}  // namespace gstd::coordinator

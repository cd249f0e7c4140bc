#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <gstd/base.hpp>

namespace gstd {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::int64_t unix_ms(std::string_view text) {
  const auto time = parse_rfc3339(text);
  EXPECT_TRUE(time.has_value()) << text;
  return time ? time->time_since_epoch().count() : -1;
}

// Goal:   times mean the instant that the standard says.
// Method: texts with their Unix milliseconds as GNU date gives them; the first four are the examples of RFC 3339 section 5.8.
TEST(Rfc3339, ReadsInstants) {
  EXPECT_EQ(unix_ms("1985-04-12T23:20:50.52Z"), 482196050520);
  EXPECT_EQ(unix_ms("1996-12-19T16:39:57-08:00"), 851042397000);
  EXPECT_EQ(unix_ms("1990-12-31T23:59:60Z"), 662688000000);
  EXPECT_EQ(unix_ms("1937-01-01T12:00:27.87+00:20"), -1041337172130);
  EXPECT_EQ(unix_ms("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(unix_ms("2026-01-22t12:00:00.123z"), 1769083200123);
  EXPECT_EQ(unix_ms("2026-01-22T12:00:00.123999999+00:00"), 1769083200123);
  EXPECT_EQ(unix_ms("2026-01-22T12:00:00.1-00:00"), 1769083200100);
  EXPECT_EQ(unix_ms("2026-01-22T12:00:00+23:59"), 1769083200000 - (23 * 60 + 59) * 60'000);
  EXPECT_EQ(unix_ms("1969-12-31T23:59:59.999Z"), -1);
}

// Goal:   the calendar's rules hold.
// Method: the last days of months, leap years by four, hundred and four hundred.
TEST(Rfc3339, KnowsTheCalendar) {
  for (const auto* day : {"2024-02-29", "2000-02-29", "2026-12-31", "2026-04-30", "0001-01-01", "9999-12-31"})
    EXPECT_TRUE(parse_rfc3339(std::string(day) + "T00:00:00Z").has_value()) << day;
  for (const auto* day : {"2026-02-29", "1900-02-29", "2100-02-29", "2026-04-31", "2026-01-32", "2026-13-01", "2026-00-10",
                          "2026-01-00", "0000-01-01"})
    EXPECT_FALSE(parse_rfc3339(std::string(day) + "T00:00:00Z").has_value()) << day;
}

// Goal:   all other texts are refused, none is guessed at.
// Method: one text per rule of the grammar, and instants that the offset or a leap second carries beyond the years.
TEST(Rfc3339, RefusesOtherTexts) {
  for (const auto* text : {"",
                           "now",
                           "2026-01-22",
                           "2026-01-22T12:00:00",
                           "2026-01-22 12:00:00Z",
                           "2026-01-22T12:00Z",
                           "2026-01-22T24:00:00Z",
                           "2026-01-22T12:60:00Z",
                           "2026-01-22T12:00:61Z",
                           "2026-01-22T12:00:00.Z",
                           "2026-01-22T12:00:00,5Z",
                           "2026-01-22T12:00:00+0100",
                           "2026-01-22T12:00:00+01",
                           "2026-01-22T12:00:00+24:00",
                           "2026-01-22T12:00:00+01:60",
                           "2026-01-22T12:00:00ZZ",
                           "2026-01-22T12:00:00Z ",
                           " 2026-01-22T12:00:00Z",
                           "2026-1-22T12:00:00Z",
                           "+026-01-22T12:00:00Z",
                           "-026-01-22T12:00:00Z",
                           "2026/01/22T12:00:00Z",
                           "2026-01-22T12-00-00Z",
                           "2026-01-22T1x:00:00Z",
                           "2026-01-22T12:00:00.123456789012345678901234Z",
                           "0001-01-01T00:00:00+00:01",
                           "9999-12-31T23:59:00-00:01",
                           "9999-12-31T23:59:60Z"}) {
    const auto time = parse_rfc3339(text);
    ASSERT_FALSE(time.has_value()) << text;
    EXPECT_EQ(time.error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(time.error().reason, "time");
  }
}

// Goal:   times are written in UTC with all their milliseconds.
// Method: the epoch, an instant before it, and both ends of the years.
TEST(Rfc3339, WritesUtcWithMilliseconds) {
  EXPECT_EQ(format_rfc3339(Timestamp{milliseconds{0}}), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(format_rfc3339(Timestamp{milliseconds{-1}}), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(format_rfc3339(Timestamp{milliseconds{1769083200123}}), "2026-01-22T12:00:00.123Z");
  EXPECT_EQ(format_rfc3339(*parse_rfc3339("0001-01-01T00:00:00Z")), "0001-01-01T00:00:00.000Z");
  EXPECT_EQ(format_rfc3339(*parse_rfc3339("9999-12-31T23:59:59.999Z")), "9999-12-31T23:59:59.999Z");
}

// Goal:   writing and reading are inverse over all the years.
// Method: random instants from the first to the last.
RC_GTEST_PROP(Rfc3339, RoundTrips, ()) {
  const auto first = *parse_rfc3339("0001-01-01T00:00:00Z"), last = *parse_rfc3339("9999-12-31T23:59:59.999Z");
  const Timestamp time{milliseconds{*rc::gen::inRange(first.time_since_epoch().count(), last.time_since_epoch().count() + 1)}};
  const auto again = parse_rfc3339(format_rfc3339(time));
  RC_ASSERT(again.has_value());
  RC_ASSERT(*again == time);
}

// Goal:   a manual clock stands until it is moved, and then both readings move alike.
// Method: read, move, read.
TEST(ManualClock, MovesOnlyWhenAdvanced) {
  const Timestamp start{seconds{1'000}};
  ManualClock clock{start};
  const auto steady = clock.steady();
  EXPECT_EQ(clock.now(), start);
  EXPECT_EQ(clock.now(), start);
  clock.advance(milliseconds{1'500});
  EXPECT_EQ(clock.now(), start + milliseconds{1'500});
  EXPECT_EQ(clock.steady() - steady, milliseconds{1'500});
}

// Goal:   the system's clock is the wall's and its steady reading does not go back.
// Method: against the standard library's clock around the call.
TEST(SystemClock, AgreesWithTheStandardLibrary) {
  const auto before = std::chrono::floor<milliseconds>(std::chrono::system_clock::now());
  const auto now = system_clock().now();
  const auto after = std::chrono::ceil<milliseconds>(std::chrono::system_clock::now());
  EXPECT_LE(before, now);
  EXPECT_LE(now, after);
  const auto first = system_clock().steady();
  EXPECT_LE(first, system_clock().steady());
}

}  // namespace
}  // namespace gstd

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <gstd/base.hpp>

namespace gstd {
namespace {

std::int64_t nano_of(std::string_view text) {
  const auto amount = parse_amount(text);
  EXPECT_TRUE(amount.has_value()) << text << ": " << amount.error().message;
  return amount ? amount->nano : -1;
}

// Goal:   every spelling of a decimal number means exactly its value.
// Method: spellings beside their value in nano, worked out by hand.
TEST(Amount, ParsesExactly) {
  EXPECT_EQ(nano_of("0"), 0);
  EXPECT_EQ(nano_of("10.5"), 10'500'000'000);
  EXPECT_EQ(nano_of("0.1"), 100'000'000);
  EXPECT_EQ(nano_of("0.000000001"), 1);
  EXPECT_EQ(nano_of("1e-3"), 1'000'000);
  EXPECT_EQ(nano_of("1E-9"), 1);
  EXPECT_EQ(nano_of("2.5e2"), 250'000'000'000);
  EXPECT_EQ(nano_of("2.5e+2"), 250'000'000'000);
  EXPECT_EQ(nano_of("1.000000000000"), 1'000'000'000);
  EXPECT_EQ(nano_of("10e-10"), 1);
  EXPECT_EQ(nano_of("0e100"), 0);
  EXPECT_EQ(nano_of("0.0e-100"), 0);
}

// Goal:   the bound is inclusive, and nothing beyond it wraps around.
// Method: the largest amount and its neighbours, plain and by exponent.
TEST(Amount, AcceptsUpToTenMillion) {
  EXPECT_EQ(nano_of("10000000"), kAmountMax.nano);
  EXPECT_EQ(nano_of("1e7"), kAmountMax.nano);
  EXPECT_EQ(nano_of("9999999.999999999"), kAmountMax.nano - 1);
  for (const auto* text : {"10000000.000000001", "10000001", "1e8", "1e10", "1e100", "9223372036854775807", "18446744073709551616",
                           "99999999999999999999999999999999"})
    EXPECT_FALSE(parse_amount(text).has_value()) << text;
}

// Goal:   what is not exactly a number of GSTD is refused by code and reason, never rounded.
// Method: one text per rule.
TEST(Amount, RefusesWhatIsNotAnAmount) {
  for (const auto* text :
       {"",     "-1",    "-0",           "+1",    ".5",          "5.",    "1,5",   "1.5 ",   " 1.5",          "abc",
        "0x10", "1e",    "1e+",          "1e-",   "1e+-3",       "1e++3", "1e101", "1e-101", "1e99999999999", "nan",
        "inf",  "1.2.3", "0.0000000001", "1e-10", "1.0000000001"}) {
    const auto amount = parse_amount(text);
    ASSERT_FALSE(amount.has_value()) << text;
    EXPECT_EQ(amount.error().code, ErrorCode::invalid_argument) << text;
    EXPECT_EQ(amount.error().reason, "amount") << text;
  }
  EXPECT_FALSE(parse_amount(std::string(65, '0')).has_value());
  EXPECT_FALSE(parse_amount(std::string_view("1\0", 2)).has_value());
}

// Goal:   the shortest text is written, for every value that an Amount can hold.
// Method: values around the unit and both ends of the integer.
TEST(Amount, FormatsShortestText) {
  EXPECT_EQ(format_amount({0}), "0");
  EXPECT_EQ(format_amount({1}), "0.000000001");
  EXPECT_EQ(format_amount({10'500'000'000}), "10.5");
  EXPECT_EQ(format_amount({-1'500'000'000}), "-1.5");
  EXPECT_EQ(format_amount({-1}), "-0.000000001");
  EXPECT_EQ(format_amount(kAmountMax), "10000000");
  EXPECT_EQ(format_amount({std::numeric_limits<std::int64_t>::min()}), "-9223372036.854775808");
}

// Goal:   writing and reading are inverse over the whole range of amounts from outside.
// Method: random amounts of every magnitude.
RC_GTEST_PROP(Amount, RoundTrips, ()) {
  const auto nano =
      *rc::gen::oneOf(rc::gen::inRange<std::int64_t>(0, kAmountMax.nano + 1), rc::gen::inRange<std::int64_t>(0, 5'000'000'000));
  const auto again = parse_amount(format_amount({nano}));
  RC_ASSERT(again.has_value());
  RC_ASSERT(again->nano == nano);
}

// Goal:   no text brings the parser to read outside it or to answer beyond the bounds.
// Method: random texts over the characters of numbers.
RC_GTEST_PROP(Amount, AnswersWithinBoundsForAnyText, ()) {
  const auto text = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("0123456789.eE+-")));
  if (const auto amount = parse_amount(text)) {
    RC_ASSERT(amount->nano >= 0);
    RC_ASSERT(*amount <= kAmountMax);
  }
}

}  // namespace
}  // namespace gstd

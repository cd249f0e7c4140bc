#include <gtest/gtest.h>
#include <gstd/base.hpp>

#include <memory>

namespace gstd {
namespace {

const Error kFailure{ErrorCode::not_found, "no such task", "task"};

// Goal:   a Result holds the value or the error, and says which.
// Method: both sides, read by every member.
TEST(Result, HoldsAValueOrAnError) {
  Result<std::string> good = std::string("text");
  EXPECT_TRUE(good.has_value());
  EXPECT_TRUE(static_cast<bool>(good));
  EXPECT_EQ(*good, "text");
  EXPECT_EQ(good->size(), 4u);
  EXPECT_EQ(std::move(good).value_or("other"), "text");

  Result<std::string> bad = kFailure;
  EXPECT_FALSE(bad.has_value());
  EXPECT_EQ(bad.error(), kFailure);
  EXPECT_EQ(std::move(bad).value_or("other"), "other");
}

// Goal:   values that only move can be carried in and out.
// Method: a unique_ptr.
TEST(Result, MovesItsValueOut) {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(7);
  const std::unique_ptr<int> taken = *std::move(result);
  EXPECT_EQ(*taken, 7);
}

// Goal:   an Error travels up through functions with other value types.
// Method: one Result's error returned as another's.
TEST(Result, PassesItsErrorOn) {
  const auto inner = []() -> Result<int> { return kFailure; };
  const auto outer = [&]() -> Result<void> {
    auto result = inner();
    if (!result) return std::move(result).error();
    return {};
  };
  EXPECT_EQ(outer().error(), kFailure);
  EXPECT_TRUE(Result<void>{}.has_value());
}

#ifndef NDEBUG
// Goal:   reading the side that is not there stops a debug build at the place, instead of reading what is not there.
// Method: death tests of every accessor.
TEST(ResultDeathTest, StopsWhenTheWrongSideIsRead) {
  const Result<int> good = 1;
  Result<std::string> bad = kFailure;
  const Result<void> done;
  EXPECT_DEATH(static_cast<void>(good.error()), "base.hpp:[0-9]+: assertion failed: !has_value");
  EXPECT_DEATH(static_cast<void>(*bad), "base.hpp:[0-9]+: assertion failed: has_value");
  EXPECT_DEATH(static_cast<void>(bad->size()), "base.hpp:[0-9]+: assertion failed: has_value");
  EXPECT_DEATH(static_cast<void>(std::string(*std::move(bad))), "base.hpp:[0-9]+: assertion failed: has_value");
  EXPECT_DEATH(static_cast<void>(done.error()), "base.hpp:[0-9]+: assertion failed: !has_value");
}

// Goal:   GSTD_ASSERT names the condition and the place, and costs nothing where the condition holds.
// Method: one that fails and one that holds.
TEST(AssertDeathTest, NamesConditionAndPlace) {
  const int lanes = 3;
  GSTD_ASSERT(lanes == 3);
  EXPECT_DEATH(GSTD_ASSERT(lanes == 4), "result_test.cpp:[0-9]+: assertion failed: lanes == 4");
}
#endif

// Goal:   every code has its name on the wire, and back; the numbers are those of gRPC.
// Method: all sixteen, and names that are none.
TEST(ErrorCode, NamesRoundTrip) {
  const std::string_view names[] = {"cancelled",      "unknown",           "invalid_argument",   "deadline_exceeded",   "not_found",
                                    "already_exists", "permission_denied", "resource_exhausted", "failed_precondition", "aborted",
                                    "out_of_range",   "unimplemented",     "internal",           "unavailable",         "data_loss",
                                    "unauthenticated"};
  std::int32_t number = 1;
  for (const auto name : names) {
    const auto code = static_cast<ErrorCode>(number++);
    EXPECT_EQ(to_string(code), name);
    EXPECT_EQ(parse_error_code(name), code);
  }
  EXPECT_EQ(number, 17);
  EXPECT_EQ(to_string(static_cast<ErrorCode>(0)), "unknown");
  EXPECT_EQ(to_string(static_cast<ErrorCode>(17)), "unknown");
  for (const auto* name : {"", "ok", "Cancelled", "not found", "internal "}) EXPECT_EQ(parse_error_code(name), std::nullopt);
}

// Goal:   levels have names, and a number from outside is not a name's reading beyond the table.
// Method: all four and one beyond.
TEST(LogLevel, HasNames) {
  EXPECT_EQ(to_string(LogLevel::debug), "debug");
  EXPECT_EQ(to_string(LogLevel::info), "info");
  EXPECT_EQ(to_string(LogLevel::warning), "warning");
  EXPECT_EQ(to_string(LogLevel::error), "error");
  EXPECT_EQ(to_string(static_cast<LogLevel>(4)), "unknown");
}

}  // namespace
}  // namespace gstd

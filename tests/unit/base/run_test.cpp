#include <gtest/gtest.h>
#include <gstd/base.hpp>

namespace gstd {
namespace {

// Goal:   each limit is held at both ends, and the message names the one that is out.
// Method: from the defaults, one limit at a time: just inside, just outside.
TEST(RunLimits, AreBoundedAtBothEnds) {
  EXPECT_TRUE(check_limits({}).has_value());
  const auto expect = [](auto set, bool accepted, std::string_view name) {
    RunLimits limits;
    set(limits);
    const auto checked = check_limits(limits);
    EXPECT_EQ(checked.has_value(), accepted) << name;
    if (!checked) {
      EXPECT_EQ(checked.error().code, ErrorCode::invalid_argument);
      EXPECT_EQ(checked.error().reason, "limits");
      EXPECT_NE(checked.error().message.find(name), std::string::npos) << checked.error().message;
    }
  };
  using std::chrono::milliseconds;
  expect([](RunLimits& l) { l.fuel = 1; }, true, "fuel");
  expect([](RunLimits& l) { l.fuel = kFuelMax; }, true, "fuel");
  expect([](RunLimits& l) { l.fuel = 0; }, false, "fuel");
  expect([](RunLimits& l) { l.fuel = kFuelMax + 1; }, false, "fuel");
  expect([](RunLimits& l) { l.memory_bytes_max = kMemoryBytesMax; }, true, "memory_bytes_max");
  expect([](RunLimits& l) { l.memory_bytes_max = 0; }, false, "memory_bytes_max");
  expect([](RunLimits& l) { l.memory_bytes_max = kMemoryBytesMax + 1; }, false, "memory_bytes_max");
  expect([](RunLimits& l) { l.wall_time = milliseconds{1}; }, true, "wall_ms");
  expect([](RunLimits& l) { l.wall_time = kWallTimeMax; }, true, "wall_ms");
  expect([](RunLimits& l) { l.wall_time = milliseconds{0}; }, false, "wall_ms");
  expect([](RunLimits& l) { l.wall_time = milliseconds{-1}; }, false, "wall_ms");
  expect([](RunLimits& l) { l.wall_time = kWallTimeMax + milliseconds{1}; }, false, "wall_ms");
  expect([](RunLimits& l) { l.output_bytes_max = kOutputBytesMax; }, true, "output_bytes_max");
  expect([](RunLimits& l) { l.output_bytes_max = 0; }, false, "output_bytes_max");
  expect([](RunLimits& l) { l.output_bytes_max = kOutputBytesMax + 1; }, false, "output_bytes_max");
  expect([](RunLimits& l) { l.log_bytes_max = 0; }, true, "log_bytes_max");
  expect([](RunLimits& l) { l.log_bytes_max = kLogBytesMax; }, true, "log_bytes_max");
  expect([](RunLimits& l) { l.log_bytes_max = kLogBytesMax + 1; }, false, "log_bytes_max");
}

// Goal:   names and numbers of outcomes, which are signed and sent, stay what they are; and only outcomes that every honest
//         worker reaches may be compared.
// Method: the whole table once more, by hand.
TEST(OutcomeKind, NamesNumbersAndComparability) {
  struct Row {
    std::int32_t number;
    std::string_view name;
    bool comparable;
  };
  constexpr Row rows[] = {{0, "completed", true},        {1, "exited", true},         {2, "trapped", true},
                          {3, "fuel_exhausted", true},   {4, "memory_limit", true},   {5, "output_limit", true},
                          {6, "timed_out", false},       {7, "cancelled", false},     {8, "host_failure", false},
                          {9, "stack_exhausted", false}, {10, "invalid_module", true}};
  for (const auto& row : rows) {
    const auto kind = static_cast<OutcomeKind>(row.number);
    EXPECT_EQ(to_string(kind), row.name);
    EXPECT_EQ(parse_outcome_kind(row.name), kind);
    EXPECT_EQ(is_comparable(kind), row.comparable) << row.name;
  }
  const auto beyond = static_cast<OutcomeKind>(11);
  EXPECT_EQ(to_string(beyond), "unknown");
  EXPECT_FALSE(is_comparable(beyond));
  EXPECT_EQ(parse_outcome_kind("unknown"), std::nullopt);
  EXPECT_EQ(parse_outcome_kind(""), std::nullopt);
}

// Goal:   the names of conventions stand in tasks and on the wire; each reads back as what was written.
// Method: all three by their fixed names, and some that are none.
TEST(GuestConvention, NamesAreStableAndReadBack) {
  EXPECT_EQ(to_string(GuestConvention::wasi), "wasi");
  EXPECT_EQ(to_string(GuestConvention::env), "gstd:env");
  EXPECT_EQ(to_string(GuestConvention::reactor), "reactor");
  for (auto convention : {GuestConvention::wasi, GuestConvention::env, GuestConvention::reactor})
    EXPECT_EQ(parse_guest_convention(to_string(convention)), convention);
  for (auto name : {"", "env", "WASI", "unknown"}) EXPECT_EQ(parse_guest_convention(name), std::nullopt);
}

}  // namespace
}  // namespace gstd

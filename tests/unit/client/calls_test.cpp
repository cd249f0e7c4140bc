#include "client/calls.hpp"

#include <gtest/gtest.h>

namespace gstd::client {
namespace {

// Goal:   an id cannot leave its place in a path or query, whatever it holds.
// Method: every character that ids may have, and some that they may not.
TEST(Calls, EscapeWhatIsNotUnreserved) {
  EXPECT_EQ(percent_encode("AZaz09._-~"), "AZaz09._-~");
  EXPECT_EQ(percent_encode(":@+=/"), "%3A%40%2B%3D%2F");
  EXPECT_EQ(percent_encode("a?b&c#d%e f\xff"), "a%3Fb%26c%23d%25e%20f%FF");
}

// Goal:   parameters go where the route's template says.
// Method: a path with a parameter at its end, one with it in the middle, and a query of two.
TEST(Calls, FillPathAndQuery) {
  EXPECT_EQ(Call(Endpoint::task, "a/b").target, "/api/v1/tasks/a%2Fb");
  EXPECT_EQ(Call(Endpoint::task_result, "x").target, "/api/v1/tasks/x/result");
  const auto call = Call(Endpoint::next_task).with("wallet", "EQ+a").with("wait_ms", 20u);
  EXPECT_EQ(call.target, "/api/v1/orchestrator/next-task?wallet=EQ%2Ba&wait_ms=20");
}

}  // namespace
}  // namespace gstd::client

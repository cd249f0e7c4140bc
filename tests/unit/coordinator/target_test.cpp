#include "coordinator/target.hpp"

#include "support/lab.hpp"

namespace gstd::coordinator {
namespace {

using test::must;
using test::refused;

// Goal:   a target comes apart as RFC 3986 says, also with ids that need escapes.
// Method: paths and queries with escapes, empty parts and a slash at the end.
TEST(Target, ComesApart) {
  const Target target = must(parse_target("/api/v1/tasks/a%2Fb%3D/result?wallet=0:ab&empty=&flag&x=1=2"));
  EXPECT_EQ(target.path, "/api/v1/tasks/a%2Fb%3D/result");
  EXPECT_EQ(must(percent_decode("a%2Fb%3D")), "a/b=");
  ASSERT_TRUE(target.parameter("wallet"));
  EXPECT_EQ(*target.parameter("wallet"), "0:ab");
  EXPECT_EQ(*target.parameter("empty"), "");
  EXPECT_EQ(*target.parameter("flag"), "");
  EXPECT_EQ(*target.parameter("x"), "1=2");
  EXPECT_FALSE(target.parameter("absent"));
}

// Goal:   whatever stands on the request line is bounded and read in one way only.
// Method: broken escapes, double parameters, too much of everything.
TEST(Target, RefusesTheRest) {
  std::string many = "/?";
  for (std::size_t i = 0; i <= kQueryParametersMax; ++i) many += "p" + std::to_string(i) + "=1&";
  for (const std::string& text : {std::string("/?a=%"), std::string("/?a=%2"), std::string("/?%2x=a"), std::string("*"),
                                  std::string(), std::string("/?a=1&a=1"), many, "/" + std::string(kTargetCharsMax, 'a')})
    EXPECT_TRUE(refused(parse_target(text), ErrorCode::invalid_argument, "target")) << text;
}

// Goal:   numbers are numbers.
// Method: what strtoull would let pass.
TEST(Target, ReadsNumbers) {
  const Target target = must(parse_target("/?a=18446744073709551615&b=18446744073709551616&c=-1&d=+1&e=1x&f=&g=%201"));
  EXPECT_EQ(must(number_parameter(target, "a", 0)), 18446744073709551615u);
  EXPECT_EQ(must(number_parameter(target, "absent", 7)), 7u);
  for (const char* name : {"b", "c", "d", "e", "f", "g"})
    EXPECT_TRUE(refused(number_parameter(target, name, 0), ErrorCode::invalid_argument, "field")) << name;
}

}  // namespace
}  // namespace gstd::coordinator

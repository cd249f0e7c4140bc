#include <gtest/gtest.h>
#include <gstd/net.hpp>

#include "net/field.hpp"

namespace gstd::net {
namespace {

// Goal:   names compare without case; order and repetition are kept by add(), ended by set().
// Method: two fields of one name in different spelling.
TEST(Headers, ComparesNamesWithoutCase) {
  Headers headers;
  headers.add("X-One", "1");
  headers.add("Other", "o");
  headers.add("x-one", "2");
  EXPECT_EQ(headers.count("X-ONE"), 2u);
  EXPECT_EQ(headers.find("x-ONE"), "1");
  EXPECT_EQ(headers.find("missing"), std::nullopt);
  headers.set("X-one", "3");
  EXPECT_EQ(headers.count("X-One"), 1u);
  EXPECT_EQ(headers.find("X-One"), "3");
  EXPECT_EQ(headers.begin()->name, "Other");
}

// Goal:   nothing that could end a line or a name passes as a token or a value.
// Method: the separators and controls of RFC 9110 sections 5.5 and 5.6.2.
TEST(Field, RefusesWhatWouldBreakTheLine) {
  EXPECT_TRUE(is_token("Content-Type"));
  for (const std::string_view bad : {"", "a b", "a:b", "a\r", "a\n", "\x7f", "a(b", "\xc3\xa4"}) EXPECT_FALSE(is_token(bad)) << bad;
  EXPECT_TRUE(is_field_value("text/html; q=0.5\t\xc3\xa4"));
  for (const std::string_view bad :
       {std::string_view("a\r\nb"), std::string_view("a\nb"), std::string_view("a\0b", 3), std::string_view("\x7f")})
    EXPECT_FALSE(is_field_value(bad));
  EXPECT_EQ(trim(" \ta b\t "), "a b");
  EXPECT_EQ(trim(" \t "), "");
}

}  // namespace
}  // namespace gstd::net

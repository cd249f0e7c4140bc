#include <gtest/gtest.h>
#include <gstd/net.hpp>

#include <cstdlib>

namespace gstd::net {
namespace {

void use_libcurl() {
  const auto client = HttpClient::create();
  Request request;
  request.target = "http://127.0.0.1:1/";  // whether somebody answers does not matter
  static_cast<void>(client->send(request));
}

// Each in a process of its own: what is tested is which comes first in one.
class HttpMemoryDeathTest : public ::testing::Test {
 protected:
  void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

// Goal:   who asks first of all is heard, and may ask again; calls then work as ever.
TEST_F(HttpMemoryDeathTest, IsWipedForWhoAsksFirst) {
  const auto run = [] {
    bool heard = wipe_http_memory().has_value();
    use_libcurl();
    heard = heard && wipe_http_memory().has_value();
    std::exit(heard ? 0 : 1);
  };
  EXPECT_EXIT(run(), ::testing::ExitedWithCode(0), "");
}

// Goal:   who asks too late is told so, since a promise that is not kept would be worse than none.
TEST_F(HttpMemoryDeathTest, SaysWhenItIsTooLate) {
  const auto run = [] {
    use_libcurl();
    const auto asked = wipe_http_memory();
    std::exit(!asked && asked.error().code == ErrorCode::failed_precondition && asked.error().reason == "http_memory" ? 0 : 1);
  };
  EXPECT_EXIT(run(), ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace gstd::net

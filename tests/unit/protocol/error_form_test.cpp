// Errors on the wire, from our own servers and from any other.
#include <gtest/gtest.h>

#include <gstd/protocol.hpp>

namespace gstd::protocol {
namespace {

constexpr int kErrorCodeLast = 16;

// Goal:   an error survives the wire whole, whatever the HTTP status.
// Method: every code there and back.
TEST(ErrorForm, SurvivesARoundTrip) {
  for (int number = 1; number <= kErrorCodeLast; ++number) {
    const Error error{static_cast<ErrorCode>(number), "a \"quoted\" sentence with é", "some_word"};
    EXPECT_EQ(read_error(http_status(error.code), write_error(error)), error);
    EXPECT_GE(http_status(error.code), 400);
    EXPECT_LE(http_status(error.code), 599);
  }
  EXPECT_EQ(write_error({ErrorCode::aborted, "late", "lease_stale"}),
            R"({"error":"late","code":"aborted","reason":"lease_stale"})");
}

// Goal:   the platform's form gets a code by its status.
// Method: its bodies for each status that it uses; its "reason" is a sentence and not taken for a word.
TEST(ErrorForm, ReadsThePlatforms) {
  const std::string body = R"({"error":"cannot delete task","reason":"task is already X","valid":false,"details":[1]})";
  const Error expected{ErrorCode::invalid_argument, "cannot delete task", ""};
  EXPECT_EQ(read_error(400, body), expected);
  EXPECT_EQ(read_error(401, body).code, ErrorCode::unauthenticated);
  EXPECT_EQ(read_error(403, body).code, ErrorCode::permission_denied);
  EXPECT_EQ(read_error(404, body).code, ErrorCode::not_found);
  EXPECT_EQ(read_error(429, body).code, ErrorCode::resource_exhausted);
  EXPECT_EQ(read_error(500, body).code, ErrorCode::internal);
  for (const int repeated : {408, 502, 503, 504}) EXPECT_EQ(read_error(repeated, body).code, ErrorCode::unavailable);
}

// Goal:   any body at all becomes one error with a code and a sentence.
// Method: bodies of proxies, of nobody, and of somebody who means harm.
TEST(ErrorForm, SurvivesForeignBodies) {
  for (const std::string& body : {std::string(), std::string("404 page not found"), std::string("<html>"), std::string("{"),
                                  std::string("[]"), std::string(R"({"error":7})"), std::string(R"({"error":""})"),
                                  std::string("\x1b[31m\xff\0", 7), std::string(1'000'000, 'x'), std::string(100'000, '[')}) {
    const auto error = read_error(404, body);
    EXPECT_EQ(error.code, ErrorCode::not_found);
    EXPECT_TRUE(error.reason.empty());
    EXPECT_LT(error.message.size(), 300u);
    for (const char c : error.message) EXPECT_TRUE(c >= ' ' && c <= '~');
  }
  EXPECT_NE(read_error(404, "404 page not found").message.find("404 page not found"), std::string::npos);
  EXPECT_EQ(read_error(503, R"({"error":"x","code":"no_such_code","reason":"Not A Word"})"),
            (Error{ErrorCode::unavailable, "x", ""}));
  EXPECT_EQ(read_error(0, "").code, ErrorCode::unknown);
}

// Goal:   each class of HTTP status has a code.
// Method: all statuses from 400 on.
TEST(ErrorForm, KnowsACodeForEveryStatus) {
  for (int status = 400; status < 500; ++status) EXPECT_NE(error_code(status), ErrorCode::unknown) << status;
  for (int status = 500; status < 600; ++status)
    EXPECT_TRUE(error_code(status) == ErrorCode::internal || error_code(status) == ErrorCode::unavailable ||
                error_code(status) == ErrorCode::unimplemented)
        << status;
}

// Goal:   a refusal can say when to come back, which readers that do not know of it are not disturbed by; nonsense says nothing.
// Method: the form there and back; other types, signs and sizes in its place.
TEST(ErrorForm, SaysWhenToComeBack) {
  const Error error{ErrorCode::resource_exhausted, "too many", "rate_limit"};
  const std::string body = write_error(error, std::chrono::milliseconds{1'234});
  EXPECT_EQ(body, R"({"error":"too many","code":"resource_exhausted","reason":"rate_limit","retry_after_ms":1234})");
  EXPECT_EQ(read_error(429, body), error);
  EXPECT_EQ(read_retry_after(body), std::chrono::milliseconds{1'234});
  EXPECT_EQ(read_retry_after(R"({"retry_after_ms":0})"), std::chrono::milliseconds{0});
  for (const char* const other :
       {"", "{}", "[1]", "busy", R"({"retry_after_ms":"5"})", R"({"retry_after_ms":-1})", R"({"retry_after_ms":1.5})",
        R"({"retry_after_ms":null})", R"({"retry_after_ms":99999999999999999999})", R"({"retry_after_ms":86400001})",
        R"({"retry_after_ms":5)", R"({"x":{"retry_after_ms":5}})"})
    EXPECT_EQ(read_retry_after(other), std::nullopt) << other;
}

}  // namespace
}  // namespace gstd::protocol

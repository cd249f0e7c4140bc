#include "client/base_url.hpp"

#include <gtest/gtest.h>

namespace gstd::client {
namespace {

struct Good {
  std::string_view url;
  std::string_view origin;
  std::string_view authority;
};

// Goal:   whatever spelling of a URL is taken, the authority is the Host header that libcurl sends for the origin.
// Method: a table; the spellings on the right are those of libcurl 7.88 (lower-case host, default port left out, RFC 5952 for
// IPv6).
TEST(BaseUrl, SpellsUrlsAsLibcurlDoes) {
  const Good good[] = {
      {"http://127.0.0.1:8080", "http://127.0.0.1:8080", "127.0.0.1:8080"},
      {"http://127.0.0.1:8080/", "http://127.0.0.1:8080", "127.0.0.1:8080"},
      {"http://127.9.9.9", "http://127.9.9.9", "127.9.9.9"},
      {"http://localhost:80", "http://localhost", "localhost"},
      {"HTTP://LocalHost:081", "http://localhost:81", "localhost:81"},
      {"http://[::1]:8080", "http://[::1]:8080", "[::1]:8080"},
      {"http://[0:0:0:0:0:0:0:1]", "http://[::1]", "[::1]"},
      {"https://app.example.com/api/v1", "https://app.example.com", "app.example.com"},
      {"https://APP.Example.com:443/api/v1/", "https://app.example.com", "app.example.com"},
      {"https://app.example.com:80", "https://app.example.com:80", "app.example.com:80"},
      {"https://[2001:DB8::0:1]:8443", "https://[2001:db8::1]:8443", "[2001:db8::1]:8443"},
      {"https://10.0.0.1", "https://10.0.0.1", "10.0.0.1"},
  };
  for (const Good& row : good) {
    const auto base_url = parse_base_url(row.url, false);
    ASSERT_TRUE(base_url) << row.url << ": " << base_url.error().message;
    EXPECT_EQ(base_url->origin, row.origin);
    EXPECT_EQ(base_url->authority, row.authority);
  }
}

// Goal:   money and keys never travel in the clear by accident.
// Method: hosts that are not loopback, among them some that look like it; each passes only when that was asked for.
TEST(BaseUrl, PlainHttpGoesToLoopbackOnlyUnlessAllowed) {
  for (const auto url : {"http://10.0.0.1", "http://app.example.com:8080", "http://[2001:db8::1]", "http://localhost.example.com",
                         "http://128.0.0.1", "http://[::ffff:127.0.0.1]"}) {
    const auto refused = parse_base_url(url, false);
    ASSERT_FALSE(refused) << url;
    EXPECT_EQ(refused.error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(refused.error().reason, "url");
    EXPECT_TRUE(parse_base_url(url, true)) << url;
  }
}

// Goal:   what would be sent under another name than the one that is signed, or is no coordinator's root, is refused at once.
// Method: one URL per kind of mistake.
TEST(BaseUrl, RefusesEverythingElse) {
  const std::string long_url = "https://" + std::string(kUrlCharsMax, 'a');
  const std::string long_host = "https://" + std::string(254, 'a');
  for (const std::string_view url : std::initializer_list<std::string_view>{"",
                                                                            "127.0.0.1:8080",
                                                                            "ftp://127.0.0.1",
                                                                            "http://",
                                                                            "https://:8080",
                                                                            "https://example.com:",
                                                                            "https://example.com:0",
                                                                            "https://example.com:65536",
                                                                            "https://example.com:8x",
                                                                            "https://example.com:-1",
                                                                            "https://user@example.com",
                                                                            "https://user:secret@example.com",
                                                                            "https://example.com/other",
                                                                            "https://example.com?x=1",
                                                                            "https://example.com#x",
                                                                            "https://example..com",
                                                                            "https://example.com.",
                                                                            "https://.example.com",
                                                                            "https://exa mple.com",
                                                                            "https://ex\xc3\xa4mple.com",
                                                                            "https://127.1",
                                                                            "https://0x7f.0.0.1",
                                                                            "https://127.0.0.256",
                                                                            "https://2130706433",
                                                                            "https://[::1",
                                                                            "https://[::1%25eth0]",
                                                                            "https://::1",
                                                                            "https://example.com\n",
                                                                            std::string_view(long_url),
                                                                            std::string_view(long_host)}) {
    const auto refused = parse_base_url(url, true);
    ASSERT_FALSE(refused) << url;
    EXPECT_EQ(refused.error().code, ErrorCode::invalid_argument) << url;
  }
}

}  // namespace
}  // namespace gstd::client

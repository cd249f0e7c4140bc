#include "coordinator/address_limit.hpp"

#include <gtest/gtest.h>

namespace gstd::coordinator {
namespace {

std::string describe(const Result<void>& taken) { return taken ? "ok" : taken.error().reason; }

// Goal:   an address is what stands before the port, whatever its family.
// Method: both, and what has neither brackets nor port.
TEST(AddressLimit, FindsTheAddressOfAPeer) {
  EXPECT_EQ(address_of("127.0.0.1:41873"), "127.0.0.1");
  EXPECT_EQ(address_of("[::1]:41873"), "::1");
  EXPECT_EQ(address_of("[fe80::1%eth0]:1"), "fe80::1%eth0");
  EXPECT_EQ(address_of("nothing"), "nothing");
  EXPECT_EQ(address_of(""), "");
}

// Goal:   each address has its own count, which its ports share and which begins anew after a minute.
// Method: two addresses under a bound of two, up to and beyond the window's end.
TEST(AddressLimit, CountsEachAddressForAMinute) {
  ManualClock clock;
  AddressLimit limit(clock, 2);
  clock.advance(std::chrono::hours{1});
  EXPECT_EQ(describe(limit.take("192.0.2.1:1")), "ok");
  EXPECT_EQ(describe(limit.take("192.0.2.1:2")), "ok");
  EXPECT_EQ(describe(limit.take("192.0.2.1:3")), "challenges_address");
  EXPECT_EQ(describe(limit.take("192.0.2.2:1")), "ok");
  clock.advance(AddressLimit::kWindow - std::chrono::milliseconds{1});
  EXPECT_EQ(describe(limit.take("192.0.2.1:1")), "challenges_address");
  clock.advance(std::chrono::milliseconds{1});
  EXPECT_EQ(describe(limit.take("192.0.2.1:1")), "ok");
}

// Goal:   who has a whole IPv6 network has one count, and IPv4 in IPv6's form is IPv4.
// Method: addresses of one /64 and of the next; both spellings of an IPv4 address.
TEST(AddressLimit, CountsIpv6ByNetwork) {
  ManualClock clock;
  AddressLimit limit(clock, 1);
  EXPECT_EQ(describe(limit.take("[2001:db8:0:1::1]:1")), "ok");
  EXPECT_EQ(describe(limit.take("[2001:db8:0:1:ffff:ffff:ffff:ffff]:1")), "challenges_address");
  EXPECT_EQ(describe(limit.take("[2001:db8:0:2::1]:1")), "ok");
  EXPECT_EQ(describe(limit.take("[::ffff:192.0.2.1]:1")), "ok");
  EXPECT_EQ(describe(limit.take("192.0.2.1:1")), "challenges_address");
  EXPECT_EQ(describe(limit.take("[::ffff:192.0.2.2]:1")), "ok");
}

// Goal:   no number of addresses takes more than a bounded memory, and those that are counted stay so.
// Method: as many as have counts of their own, then others, which share one.
TEST(AddressLimit, CountsABoundedNumberOfAddresses) {
  ManualClock clock;
  AddressLimit limit(clock, 1);
  for (std::size_t i = 0; i < AddressLimit::kAddressesMax; ++i)
    ASSERT_EQ(describe(limit.take("10.0." + std::to_string(i / 256) + "." + std::to_string(i % 256) + ":1")), "ok");
  EXPECT_EQ(describe(limit.take("192.0.2.1:1")), "ok");
  EXPECT_EQ(describe(limit.take("192.0.2.2:1")), "challenges_address");
  EXPECT_EQ(describe(limit.take("10.0.0.0:1")), "challenges_address");
}

// Goal:   a bound of 0 is none.
// Method: it is asked more often than any small bound would allow.
TEST(AddressLimit, CanBeOff) {
  ManualClock clock;
  AddressLimit limit(clock, 0);
  for (int i = 0; i < 1'000; ++i) ASSERT_EQ(describe(limit.take("192.0.2.1:1")), "ok");
}

}  // namespace
}  // namespace gstd::coordinator

#include "coordinator/peer_address.hpp"

#include <gtest/gtest.h>

namespace gstd::coordinator {
namespace {

// Goal:   an address is what stands before the port, whatever its family.
// Method: both, and what has neither brackets nor port.
TEST(PeerAddress, FindsTheAddressOfAPeer) {
  EXPECT_EQ(address_of("127.0.0.1:41873"), "127.0.0.1");
  EXPECT_EQ(address_of("[::1]:41873"), "::1");
  EXPECT_EQ(address_of("[fe80::1%eth0]:1"), "fe80::1%eth0");
  EXPECT_EQ(address_of("nothing"), "nothing");
  EXPECT_EQ(address_of(""), "");
}

// Goal:   who has a whole IPv6 network counts once, and IPv4 in IPv6's form is IPv4.
// Method: addresses of one /64 and of the next; both spellings of an IPv4 address.
TEST(PeerAddress, CountsIpv6ByNetwork) {
  EXPECT_EQ(network_of("2001:db8:0:1::1"), network_of("2001:db8:0:1:ffff:ffff:ffff:ffff"));
  EXPECT_NE(network_of("2001:db8:0:1::1"), network_of("2001:db8:0:2::1"));
  EXPECT_EQ(network_of("::ffff:192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(network_of("192.0.2.1"), "192.0.2.1");
  EXPECT_NE(network_of("192.0.2.1"), network_of("192.0.2.2"));
}

// Goal:   ranges contain what their first bits say, across both spellings of IPv4, and nothing of the other family.
// Method: the edges of each range; texts that are none.
TEST(PeerAddress, KnowsRanges) {
  const auto contains = [](const std::string& range, const std::string& address) {
    const auto parsed = AddressRange::parse(range);
    return parsed && parsed->contains(address);
  };
  EXPECT_TRUE(contains("10.0.0.0/8", "10.255.255.255"));
  EXPECT_TRUE(contains("10.0.0.0/8", "::ffff:10.1.2.3"));
  EXPECT_FALSE(contains("10.0.0.0/8", "11.0.0.0"));
  EXPECT_TRUE(contains("10.0.0.0/9", "10.127.0.1"));
  EXPECT_FALSE(contains("10.0.0.0/9", "10.128.0.1"));
  EXPECT_TRUE(contains("192.0.2.1", "192.0.2.1"));
  EXPECT_FALSE(contains("192.0.2.1", "192.0.2.0"));
  EXPECT_TRUE(contains("0.0.0.0/0", "255.255.255.255"));
  EXPECT_FALSE(contains("0.0.0.0/0", "2001:db8::1"));
  EXPECT_TRUE(contains("2001:db8::/32", "2001:db8:ffff::1"));
  EXPECT_FALSE(contains("2001:db8::/32", "2001:db9::1"));
  EXPECT_TRUE(contains("::/0", "10.0.0.1"));
  EXPECT_FALSE(contains("10.0.0.0/8", "somewhere"));
  for (const char* const text :
       {"", "proxy.example", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/8x", "10.0.0.0/-1", "/8", "10.0.0/8"})
    EXPECT_FALSE(AddressRange::parse(text)) << text;
}

class PeerAddressesTest : public testing::Test {
 protected:
  static net::Request request(const std::string& peer, std::vector<net::Headers::Field> headers) {
    net::Request request;
    request.peer = peer;
    for (auto& field : headers) request.headers.add(field.name, field.value);
    return request;
  }
  static PeerAddresses peers(TrustedProxies options) { return *PeerAddresses::create(options); }
};

// Goal:   nobody is believed by default, and only trusted proxies otherwise.
// Method: the same header from a proxy and from a stranger; a certificate, asked for and not.
TEST_F(PeerAddressesTest, BelieveTrustedProxiesAlone) {
  const std::string proxy = "10.0.0.1:5";
  const std::vector<net::Headers::Field> says{{"X-Forwarded-For", "192.0.2.7"}};
  EXPECT_EQ(peers({}).address(request(proxy, says)), "10.0.0.1");
  const PeerAddresses trusting = peers({.addresses = {"10.0.0.0/24"}});
  EXPECT_EQ(trusting.address(request(proxy, says)), "192.0.2.7");
  EXPECT_EQ(trusting.address(request("10.0.1.1:5", says)), "10.0.1.1");
  net::Request certified = request("203.0.113.9:1", says);
  certified.has_client_certificate = true;
  EXPECT_EQ(trusting.address(certified), "203.0.113.9");
  const PeerAddresses by_certificate = peers({.with_client_certificate = true});
  EXPECT_EQ(by_certificate.address(certified), "192.0.2.7");
  EXPECT_EQ(by_certificate.address(request("203.0.113.9:1", says)), "203.0.113.9");
  EXPECT_FALSE(PeerAddresses::create({.addresses = {"proxy.example"}}));
}

// Goal:   the last hop counts: what the client wrote before it is hearsay; what is no address leaves the proxy's own.
// Method: lists, several fields, ports, brackets, nonsense.
TEST_F(PeerAddressesTest, TakeTheLastHop) {
  const PeerAddresses trusting = peers({.addresses = {"10.0.0.1"}});
  const auto address = [&](std::vector<net::Headers::Field> headers) {
    return trusting.address(request("10.0.0.1:5", std::move(headers)));
  };
  EXPECT_EQ(address({{"X-Forwarded-For", "1.1.1.1, 192.0.2.7"}}), "192.0.2.7");
  EXPECT_EQ(address({{"x-forwarded-for", "1.1.1.1"}, {"X-Forwarded-For", "192.0.2.7"}}), "192.0.2.7");
  EXPECT_EQ(address({{"X-Forwarded-For", " 192.0.2.7:4711 "}}), "192.0.2.7");
  EXPECT_EQ(address({{"X-Forwarded-For", "[2001:db8::1]:4711"}}), "2001:db8::1");
  EXPECT_EQ(address({{"X-Forwarded-For", "[2001:db8::1]"}}), "2001:db8::1");
  EXPECT_EQ(address({{"X-Forwarded-For", "2001:db8::1"}}), "2001:db8::1");
  for (const char* const nonsense : {"", "unknown", "1.1.1.1,", "192.0.2.7:x:y", "999.1.1.1", "_hidden", "for=192.0.2.7"})
    EXPECT_EQ(address({{"X-Forwarded-For", nonsense}}), "10.0.0.1") << nonsense;
  EXPECT_EQ(address({}), "10.0.0.1");
  // The other header passed through the proxy, from the client.
  EXPECT_EQ(address({{"Forwarded", "for=192.0.2.7"}}), "10.0.0.1");
}

// Goal:   RFC 7239's own forms are read, and nothing else of the two headers.
// Method: the examples of its sections 4 and 6 with addresses, and nodes without one.
TEST_F(PeerAddressesTest, ReadForwarded) {
  const PeerAddresses trusting = peers({.addresses = {"10.0.0.1"}, .header = ProxyHeader::forwarded});
  const auto address = [&](const char* name, const char* value) {
    return trusting.address(request("10.0.0.1:5", {{name, value}}));
  };
  EXPECT_EQ(address("Forwarded", "For=\"[2001:db8:cafe::17]:4711\""), "2001:db8:cafe::17");
  EXPECT_EQ(address("Forwarded", "for=192.0.2.60;proto=http;by=203.0.113.43"), "192.0.2.60");
  EXPECT_EQ(address("Forwarded", "proto=https; for=\"192.0.2.60:4711\""), "192.0.2.60");
  EXPECT_EQ(address("Forwarded", "for=192.0.2.43, for=198.51.100.17"), "198.51.100.17");
  EXPECT_EQ(address("Forwarded", "for=192.0.2.43, for=\"_gazonk\""), "10.0.0.1");
  EXPECT_EQ(address("Forwarded", "for=unknown"), "10.0.0.1");
  EXPECT_EQ(address("Forwarded", "by=192.0.2.60"), "10.0.0.1");
  EXPECT_EQ(address("X-Forwarded-For", "192.0.2.60"), "10.0.0.1");
}

}  // namespace
}  // namespace gstd::coordinator

// Goal:   what a proxy, or who stands behind it, writes about addresses is read without harm: what comes out is an address or the
//         proxy's own, and a range that is taken contains what it begins with.
// Method: the input as either header's value, as a range and as an address.
#include <arpa/inet.h>

#include <array>

#include "check.hpp"
#include "coordinator/peer_address.hpp"

namespace {

constexpr const char* kProxy = "192.0.2.1";

bool is_address(const std::string& text) {
  std::array<std::uint8_t, 16> bytes{};
  return inet_pton(AF_INET, text.c_str(), bytes.data()) == 1 || inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gstd::coordinator;
  const std::string text(gstd::as_text({data, size}));
  for (const auto header : {gstd::ProxyHeader::x_forwarded_for, gstd::ProxyHeader::forwarded}) {
    const auto peers = PeerAddresses::create({.addresses = {kProxy}, .header = header});
    gstd::net::Request request;
    request.peer = std::string(kProxy) + ":4711";
    request.headers.add(header == gstd::ProxyHeader::forwarded ? "Forwarded" : "X-Forwarded-For", text);
    gstd::fuzz::require(is_address(peers->address(request)));
  }
  if (const auto range = AddressRange::parse(text)) gstd::fuzz::require(range->contains(text.substr(0, text.find('/'))));
  const std::string network = network_of(text);
  gstd::fuzz::require(is_address(text) || network == text);
  return 0;
}

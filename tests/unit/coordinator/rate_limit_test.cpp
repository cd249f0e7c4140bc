// Token buckets on the whole way: over HTTP, for every endpoint.
#include "coordinator/rate_limits.hpp"
#include "support/lab.hpp"

namespace gstd::test {
namespace {

using coordinator::cost_of;

Lab lab_with(const std::function<void(CoordinatorOptions&)>& tune) { return Lab{LabOptions{store::open_memory(), 0, tune, 1}}; }

// A request to the endpoint that is well enough to be routed; nothing else of it matters where it is refused before that.
Ask ask_of(const protocol::Route& route, const Party* by) {
  std::string path = protocol::route_path(route.endpoint, "x");
  path.erase(0, protocol::kApiPrefix.size());
  return {std::string(route.method), path, route.method == "POST" ? "{}" : "", by, {}, {}, {}};
}

void expect_limited(const net::Response& response, std::int64_t milliseconds) {
  EXPECT_EQ(response.status, 429) << response.body;
  const Error error = Lab::error_of(response);
  EXPECT_EQ(error.code, ErrorCode::resource_exhausted);
  EXPECT_EQ(error.reason, "rate_limit");
  EXPECT_EQ(response.headers.find("Retry-After"), std::to_string((milliseconds + 999) / 1000)) << response.body;
  EXPECT_EQ(protocol::read_retry_after(response.body), std::chrono::milliseconds{milliseconds}) << response.body;
}

// Goal:   where an address has no tokens left, every endpoint says 429 and when to come back, signed or not, before it looks at a
//         signature; so do paths that lead nowhere. When the time has come it is served again, and no earlier.
// Method: a token a second and a clock that stands; each route's own cost, with a signature that is none.
TEST(RateLimit, HoldsForEveryEndpointByAddress) {
  Lab lab = lab_with([](CoordinatorOptions& o) { o.rate_limits.address = {1, 20}; });
  for (int i = 0; i < 20; ++i) EXPECT_EQ(lab.send(Ask{"GET", "/version", {}}).status, 200);
  for (const auto& route : protocol::routes()) {
    Ask ask = ask_of(route, nullptr);
    ask.headers = {{"Signature", "garbage"}};
    expect_limited(lab.send(ask), 1'000 * static_cast<std::int64_t>(cost_of(route.endpoint)));
  }
  expect_limited(lab.send(Ask{"GET", "/nowhere", {}}), 1'000);
  expect_limited(lab.send(Ask{"DELETE", "/version", {}}), 1'000);
  lab.clock.advance(std::chrono::milliseconds{999});
  expect_limited(lab.send(Ask{"GET", "/version", {}}), 1);
  lab.clock.advance(std::chrono::milliseconds{1});
  EXPECT_EQ(lab.send(Ask{"GET", "/version", {}}).status, 200);
  expect_limited(lab.send(Ask{"GET", "/version", {}}), 1'000);
}

// Goal:   where a key has no tokens left, every signed endpoint says so to it, and to nobody else; public calls go on.
// Method: a registration takes a whole burst; another key beside it, from the same address.
TEST(RateLimit, HoldsForEverySignedEndpointByKey) {
  Lab lab = lab_with([](CoordinatorOptions& o) { o.rate_limits.identity = {1, 20}; });
  const Party busy = lab.worker("busy");
  for (const auto& route : protocol::routes()) {
    if (route.access == protocol::Access::anybody || route.access == protocol::Access::session) continue;
    expect_limited(lab.send(ask_of(route, &busy)), 1'000 * static_cast<std::int64_t>(cost_of(route.endpoint)));
  }
  EXPECT_EQ(lab.send(Ask{"GET", "/version", {}}).status, 200);
  const Party other = lab.worker("other");
  lab.clock.advance(std::chrono::seconds{2});
  EXPECT_EQ(lab.balance(busy), Amount{});
  EXPECT_EQ(lab.balance(other), Amount{});
}

// Goal:   the keys of a wallet share its bucket, and what it refuses does not take from the key's own.
// Method: by the limiter itself: two keys, one wallet, a burst for one call.
TEST(RateLimit, CountsTheKeysOfAWalletTogether) {
  ManualClock clock;
  SeededRandom random{1};
  coordinator::RateLimiter limiter({.address = {1, 20}, .identity = {1, 20}, .wallet = {1, 20}}, random, clock);
  const WalletId wallet = must(WalletId::parse("wallet"));
  const WalletId other = must(WalletId::parse("other"));
  const std::string one = "one", two = "two";
  const auto expensive = coordinator::CallCost::expensive;
  EXPECT_FALSE(limiter.take_identity(as_bytes(one), wallet, expensive));
  EXPECT_EQ(limiter.take_identity(as_bytes(two), wallet, expensive), std::chrono::seconds{20});
  EXPECT_FALSE(limiter.take_identity(as_bytes(two), other, expensive)) << "its own tokens are still there";
  limiter.give_back_identity(as_bytes(one), wallet, expensive);
  EXPECT_FALSE(limiter.take_identity(as_bytes(one), wallet, expensive));
}

// Goal:   a stranger cannot use up somebody else's tokens.
// Method: many requests that name the victim's key with a wrong signature, its wallet under another key, and copies of a request
//         that the victim has sent; then the victim's own calls, which need all that its bucket holds.
TEST(RateLimit, StrangersPayForThemselves) {
  Lab lab = lab_with([](CoordinatorOptions& o) {
    o.rate_limits.identity = {1, 24};
    o.rate_limits.wallet = {1, 24};
  });
  const Party victim = lab.worker("victim");  // 4 are left
  const net::Request seen = lab.request_of({"GET", "/wallet/balance", {}, &victim});
  EXPECT_EQ(lab.send(seen).status, 200);  // 2
  net::Request forged = lab.request_of({"GET", "/wallet/balance", {}, &victim});
  forged.target += "?wallet=" + victim.wallet.str();
  for (int i = 0; i < 30; ++i) {
    EXPECT_EQ(Lab::error_of(lab.send(seen)).reason, "nonce_replayed");
    EXPECT_EQ(Lab::error_of(lab.send(forged)).reason, "signature_invalid");
    const Party stranger("stranger" + std::to_string(i));
    EXPECT_EQ(Lab::error_of(lab.send(Ask{"GET", "/wallet/balance?wallet=" + victim.wallet.str(), {}, &stranger})).reason,
              "key_unknown");
  }
  EXPECT_EQ(lab.balance(victim), Amount{});
  expect_limited(lab.send(Ask{"GET", "/wallet/balance", {}, &victim}), 2'000);
}

// Goal:   behind a trusted proxy each of its clients has a bucket, and the log of proofs names them; without trust all share the
//         proxy's, whatever they write.
// Method: the same calls to two coordinators.
TEST(RateLimit, CountsClientsBehindATrustedProxy) {
  const auto says = [](const char* address) { return Ask{"GET", "/version", {}, nullptr, {{"X-Forwarded-For", address}}, {}, {}}; };
  const auto limit = [](CoordinatorOptions& o) { o.rate_limits.address = {1, 20}; };
  Lab trusting = lab_with([&](CoordinatorOptions& o) {
    limit(o);
    o.trusted_proxies.addresses = {"127.0.0.0/8"};
  });
  for (int i = 0; i < 20; ++i) EXPECT_EQ(trusting.send(says("192.0.2.1")).status, 200);
  expect_limited(trusting.send(says("192.0.2.1")), 1'000);
  expect_limited(trusting.send(says("192.0.2.9, 192.0.2.1")), 1'000);
  EXPECT_EQ(trusting.send(says("192.0.2.2")).status, 200);
  EXPECT_EQ(trusting.send(Ask{"GET", "/version", {}}).status, 200);

  Lab wary = lab_with(limit);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(wary.send(says(("192.0.2." + std::to_string(i)).c_str())).status, 200);
  expect_limited(wary.send(says("192.0.2.200")), 1'000);
}

// Goal:   limits that would refuse some call for ever, numbers out of range, and proxies that are no addresses keep a coordinator
//         from starting.
// Method: one of each.
TEST(RateLimit, ChecksItsOptions) {
  const auto refused_with = [](const std::function<void(CoordinatorOptions&)>& tune) {
    CoordinatorOptions options;
    options.store = store::open_memory();
    tune(options);
    const auto started = Coordinator::start(std::move(options));
    return started ? std::string() : started.error().reason;
  };
  EXPECT_EQ(refused_with([](auto& o) { o.rate_limits.wallet = {1, 19}; }), "options");
  EXPECT_EQ(refused_with([](auto& o) { o.rate_limits.identity = {kRateMax + 1, 20}; }), "options");
  EXPECT_EQ(refused_with([](auto& o) { o.rate_limits.address = {1, kRateMax + 1}; }), "options");
  EXPECT_EQ(refused_with([](auto& o) { o.trusted_proxies.addresses = {"proxy.example"}; }), "options");
  EXPECT_EQ(refused_with([](auto& o) { o.rate_limits.address = o.rate_limits.identity = o.rate_limits.wallet = {0, 0}; }), "");
}

}  // namespace
}  // namespace gstd::test

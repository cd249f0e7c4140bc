// GET /events/live: who gets in, what they are told, and when it ends.
#include "support/live_feed.hpp"
#include "support/ton_wallet.hpp"

namespace gstd::test {
namespace {

using Events = std::vector<protocol::EventView>;

// All of them, as the long poll tells them.
Events all_events(Lab& lab, const Party& party) {
  Events events;
  for (std::uint64_t since = 0;;) {
    const auto page = must(lab.get<protocol::EventPage>(party, "/events?since=" + std::to_string(since)));
    if (page.events.empty()) return events;
    events.insert(events.end(), page.events.begin(), page.events.end());
    since = page.next;
  }
}

// Reads until the event of that number has come.
void read_until(WebSocketPeer& feed, std::uint64_t sequence, Events& into) {
  while (into.empty() || into.back().sequence < sequence) {
    const auto page = next_page(feed);
    ASSERT_FALSE(page.events.empty());
    EXPECT_EQ(page.next, page.events.back().sequence);
    into.insert(into.end(), page.events.begin(), page.events.end());
  }
}

std::vector<std::uint64_t> numbers_of(const Events& events) {
  std::vector<std::uint64_t> numbers;
  for (const auto& event : events) numbers.push_back(event.sequence);
  return numbers;
}

// Goal:   all events come, once and in order, over any number of connections.
// Method: more than a page's before the first connection, some while it stands, some between it and the next, which goes on where
//         the first has ended. The long poll tells what there is.
TEST(LiveFeed, TellsAllInOrderOverReconnects) {
  Lab lab;
  const Party requester = lab.requester();
  lab.pay_in(requester, gstd(200));
  const auto create_and_cancel = [&](int times) {
    for (int i = 0; i < times; ++i) {
      const TaskId id = lab.create(requester);
      must(lab.call<protocol::TaskCancelled>({"DELETE", "/tasks/" + id.str(), {}, &requester}));
    }
    return all_events(lab, requester).back().sequence;
  };
  std::uint64_t last = create_and_cancel(130);
  Events seen;
  {
    WebSocketPeer first = open_feed(lab, feed_of(requester));
    ASSERT_TRUE(first.is_open()) << first.answer().body;
    read_until(first, last, seen);
    last = create_and_cancel(5);
    read_until(first, last, seen);
    first.close();
  }
  create_and_cancel(5);
  WebSocketPeer second = open_feed(lab, feed_of(requester, last));
  last = create_and_cancel(5);
  read_until(second, last, seen);
  EXPECT_GT(seen.size(), 256u);
  EXPECT_EQ(numbers_of(seen), numbers_of(all_events(lab, requester)));
}

// Goal:   who only wants what happens from now on is told where that is, and the rest.
// Method: a feed without `since` after some events.
TEST(LiveFeed, MayBeginNow) {
  Lab lab;
  const Party requester = lab.requester();
  lab.create(requester);
  const std::uint64_t before = all_events(lab, requester).back().sequence;
  WebSocketPeer feed = open_feed(lab, feed_of(requester, std::nullopt));
  const auto first = next_page(feed);
  EXPECT_TRUE(first.events.empty());
  EXPECT_EQ(first.next, before);
  const TaskId id = lab.create(requester);
  EXPECT_EQ(next_page(feed).events.at(0).task_id, id);
}

// Goal:   nobody sees another wallet's events.
// Method: a stranger's feed while a requester works; the first that it tells is the stranger's own.
TEST(LiveFeed, TellsOnlyOnesOwn) {
  Lab lab;
  const Party requester = lab.requester();
  const Party stranger = lab.requester("stranger");
  WebSocketPeer feed = open_feed(lab, feed_of(stranger));
  WebSocketPeer own = open_feed(lab, feed_of(requester));
  const TaskId id = lab.create(requester);
  EXPECT_EQ(next_page(own).events.at(0).task_id, id);
  const TaskId strangers = lab.create(stranger);
  EXPECT_EQ(next_page(feed).events.at(0).task_id, strangers);
}

// Goal:   the handshake is refused as any other request would be, by HTTP and before there is a WebSocket.
// Method: no credentials; an unknown key; a signature that is used again, is for other words, and is old; a bad parameter; too many
//         calls. The same of the long poll next to it.
TEST(LiveFeed, RefusesByHttp) {
  Lab lab;
  const Party requester = lab.requester();
  const Party unknown("unknown");
  const auto expect_refused = [&](const Ask& ask, int status, std::string_view reason) {
    SCOPED_TRACE(reason);
    WebSocketPeer feed = open_feed(lab, ask);
    EXPECT_EQ(feed.answer().status, status);
    EXPECT_EQ(Lab::error_of(feed.answer()).reason, reason);
    EXPECT_EQ(feed.answer().headers.find("X-API-Version").value_or(""), "v1");
  };
  expect_refused({"GET", "/events/live?since=0"}, 401, "signature_missing");
  expect_refused({"GET", "/events/live?since=0", {}, nullptr, {{"X-Session-Token", std::string(64, '0')}}}, 401, "session_invalid");
  expect_refused({"GET", "/events/live?session=" + std::string(64, '0')}, 401, "signature_missing");
  expect_refused(feed_of(unknown), 401, "key_unknown");
  Ask once = feed_of(requester);
  once.nonce = "nonce-that-is-used-twice";
  EXPECT_TRUE(open_feed(lab, once).is_open());
  expect_refused(once, 401, "nonce_replayed");
  Ask old = feed_of(requester);
  old.created = lab.clock.now() - std::chrono::minutes{6};
  expect_refused(old, 401, "signature_expired");
  Ask odd = feed_of(requester);
  odd.path = "/events/live?since=x";
  expect_refused(odd, 400, "field");

  const net::Request signed_request = lab.request_of(feed_of(requester, 7));
  const std::string& url = lab.coordinator->url();
  const auto port = static_cast<std::uint16_t>(std::stoul(url.substr(url.rfind(':') + 1)));
  WebSocketPeer changed(port, "/api/v1/events/live?since=0", signed_request.headers);
  EXPECT_EQ(changed.answer().status, 401);
  EXPECT_EQ(Lab::error_of(changed.answer()).reason, "signature_invalid");
}

// Goal:   a request that asks for no WebSocket is told what the path is.
// Method: a plain signed GET.
TEST(LiveFeed, SaysThatItIsAWebSocket) {
  Lab lab;
  const Party requester = lab.requester();
  const net::Response response = lab.send(feed_of(requester));
  EXPECT_EQ(response.status, 426);
  EXPECT_EQ(Lab::error_of(response).reason, "web_socket");
  EXPECT_EQ(response.headers.find("Upgrade"), "websocket");
  EXPECT_EQ(response.headers.find("Connection"), "Upgrade");
  EXPECT_EQ(response.headers.find("Sec-WebSocket-Version"), "13");
}

// Goal:   a key's feed ends at once when the key does; another device's of the same wallet goes on.
// Method: two devices of a wallet; the owner's revokes the other, then its own key is rotated.
TEST(LiveFeed, EndsWithTheKey) {
  Lab lab;
  const TonWallet wallet("owner");
  const std::string token = token_of(must(log_in(lab, wallet)));
  Party laptop("laptop");
  Party phone("phone");
  for (Party* party : {&laptop, &phone}) {
    party->wallet = wallet.name();
    const protocol::RegisterDevice body{party->device, party->wallet, "desktop", party->key.public_key()};
    must(lab.call<protocol::Message>({"POST", "/devices/register", protocol::write(body), party, {{"X-Session-Token", token}}}));
  }
  lab.pay_in(laptop, gstd(10));
  lab.module = lab.upload(laptop);
  WebSocketPeer on_laptop = open_feed(lab, feed_of(laptop));
  WebSocketPeer on_phone = open_feed(lab, feed_of(phone));
  const TaskId first = lab.create(laptop);
  EXPECT_EQ(next_page(on_laptop).events.at(0).task_id, first);
  EXPECT_EQ(next_page(on_phone).events.at(0).task_id, first);

  must(lab.call<protocol::Message>({"DELETE", "/devices/" + phone.device.str(), {}, &phone}));
  const TaskId second = lab.create(laptop);
  EXPECT_FALSE(on_phone.read()) << "nothing that came after the revocation";
  EXPECT_EQ(on_phone.close_code(), 1008);
  EXPECT_EQ(on_phone.close_reason(), "key_revoked");
  EXPECT_EQ(open_feed(lab, feed_of(phone)).answer().status, 401);
  EXPECT_EQ(next_page(on_laptop).events.at(0).task_id, second);

  const Party fresh("fresh");
  const protocol::DeviceBinding binding{laptop.wallet, laptop.device, fresh.key.public_key(), {}, lab.clock.now()};
  must(lab.post<protocol::Message>(
      laptop, "/devices/" + laptop.device.str() + "/rotate",
      protocol::RotateDeviceKey{binding.key, {}, binding.issued_at, fresh.key.sign(protocol::encode_device_binding(binding)), {}}));
  EXPECT_EQ(on_laptop.close_code(), 1008);
  EXPECT_EQ(on_laptop.close_reason(), "key_revoked");
}

// Goal:   a session's feed ends with it, however it ends; a session that is refreshed goes on.
// Method: four sessions of a wallet: one is ended, one runs out, one is refreshed in time, one is sent as a bearer's and ended with
//         all others.
TEST(LiveFeed, EndsWithTheSession) {
  Lab lab;
  const TonWallet wallet("owner");
  const auto feed_with = [&](net::Headers::Field credentials) {
    return open_feed(lab, {"GET", "/events/live?since=0", {}, nullptr, {std::move(credentials)}});
  };
  const auto token = [&] { return token_of(must(log_in(lab, wallet))); };
  const std::string ended = token(), expiring = token(), refreshed = token(), bearer = token();
  WebSocketPeer of_ended = feed_with({"X-Session-Token", ended});
  WebSocketPeer of_expiring = feed_with({"X-Session-Token", expiring});
  WebSocketPeer of_refreshed = feed_with({"X-Session-Token", refreshed});
  ASSERT_TRUE(of_ended.is_open() && of_expiring.is_open() && of_refreshed.is_open());

  must(lab.call<protocol::Message>(with_session("DELETE", "/users/session", ended)));
  EXPECT_EQ(of_ended.close_code(), 1008);
  EXPECT_EQ(of_ended.close_reason(), "session_invalid");

  lab.clock.advance(std::chrono::minutes{50});
  must(lab.call<protocol::SessionView>(with_session("POST", "/users/session/refresh", refreshed)));
  must(lab.call<protocol::SessionView>(with_session("POST", "/users/session/refresh", bearer)));
  lab.clock.advance(std::chrono::minutes{10});
  EXPECT_EQ(of_expiring.close_code(), 1008);
  EXPECT_EQ(of_expiring.close_reason(), "session_invalid");

  WebSocketPeer of_bearer = feed_with({"Authorization", "Bearer " + bearer});
  ASSERT_TRUE(of_bearer.is_open()) << of_bearer.answer().body;
  Party owner("owner");
  owner.wallet = wallet.name();
  lab.pay_in(owner, gstd(1));
  lab.module = must(lab.call<protocol::ModuleMetadata>(
                        {"POST", "/wasm/upload", std::string(as_text(empty_program())), nullptr, {{"X-Session-Token", refreshed}}}))
                   .sha256;
  const auto created = must(lab.call<protocol::TaskCreated>(
      {"POST", "/tasks/create", protocol::write(lab.order()), nullptr, {{"X-Session-Token", refreshed}}}));
  EXPECT_EQ(next_page(of_refreshed).events.at(0).task_id, created.task_id);
  EXPECT_EQ(next_page(of_bearer).events.at(0).task_id, created.task_id);

  must(lab.call<protocol::Message>(with_session("DELETE", "/users/session?all=true", refreshed)));
  EXPECT_EQ(of_refreshed.close_code(), 1008);
  EXPECT_EQ(of_bearer.close_code(), 1008);
}

// Goal:   what another coordinator over the same store does is noticed, too, if a little later.
// Method: two of them; the feed is at one, the task and the revocation come about at the other; the clock moves on.
TEST(LiveFeed, SeesWhatAnotherCoordinatorDoes) {
  const std::shared_ptr<store::Store> store = store::open_memory();
  LabOptions options;
  options.store = store;
  Lab here(options);
  options.seed = 2;
  Lab there(options);
  const Party requester = there.requester();
  WebSocketPeer feed = open_feed(here, feed_of(requester, std::nullopt));
  next_page(feed);
  const TaskId id = there.create(requester);
  here.clock.advance(std::chrono::seconds{5});
  EXPECT_EQ(next_page(feed).events.at(0).task_id, id);
  must(there.call<protocol::Message>({"DELETE", "/devices/" + requester.device.str(), {}, &requester}));
  here.clock.advance(std::chrono::seconds{5});
  EXPECT_EQ(feed.close_code(), 1008);
}

// Goal:   who does not read holds up nobody else, and misses nothing.
// Method: a feed that is not read while another one takes pages of its own; then it is.
TEST(LiveFeed, SlowReadersHoldUpNobody) {
  Lab lab;
  const Party requester = lab.requester();
  lab.pay_in(requester, gstd(100));
  WebSocketPeer slow = open_feed(lab, feed_of(requester));
  WebSocketPeer quick = open_feed(lab, feed_of(requester));
  Events by_quick;
  for (int i = 0; i < 50; ++i) {
    lab.create(requester);
    read_until(quick, all_events(lab, requester).back().sequence, by_quick);
  }
  Events by_slow;
  read_until(slow, by_quick.back().sequence, by_slow);
  EXPECT_EQ(numbers_of(by_slow), numbers_of(by_quick));
}

// Goal:   one wallet cannot take all connections, and the place of one that went is free again.
// Method: as many feeds as it may have, one more, and one in the place of another.
TEST(LiveFeed, BoundsAWalletsShare) {
  constexpr std::size_t kFeedsMax = 64;
  Lab lab;
  const Party requester = lab.requester();
  const Party other = lab.requester("other");
  const auto open = [&](const Party& by) { return std::unique_ptr<WebSocketPeer>(new WebSocketPeer(open_feed(lab, feed_of(by)))); };
  std::vector<std::unique_ptr<WebSocketPeer>> opened;
  for (std::size_t i = 0; i < kFeedsMax; ++i) {
    opened.push_back(open(requester));
    ASSERT_TRUE(opened.back()->is_open()) << opened.back()->answer().body;
  }
  const auto beyond = open(requester);
  EXPECT_EQ(beyond->answer().status, 429);
  EXPECT_EQ(Lab::error_of(beyond->answer()).reason, "waits");
  EXPECT_TRUE(open(other)->is_open());
  opened.front()->close();
  // The server hears of the end after the peer.
  bool is_open = false;
  for (int looks = 0; looks < 2'000 && !is_open; ++looks) is_open = open(requester)->is_open();
  EXPECT_TRUE(is_open);
}

// Goal:   a handshake costs its caller, and a page what a call for it would; a page that cannot be paid waits and is not lost.
// Method: a key's tokens are used up to the last; an event; the clock gives two tokens back; none are left after the page.
TEST(LiveFeed, CostsWhatAskingWould) {
  LabOptions options;
  options.tune = [](CoordinatorOptions& tuned) { tuned.rate_limits.identity = {1, 20}; };
  Lab lab(options);
  const Party requester("requester");
  const auto refill = [&] { lab.clock.advance(std::chrono::seconds{20}); };
  must(lab.join(requester));
  refill();
  lab.module = lab.upload(requester);
  refill();
  lab.create(requester);                                                  // 5; it awaits its money
  WebSocketPeer feed = open_feed(lab, feed_of(requester, std::nullopt));  // 5
  EXPECT_TRUE(next_page(feed).events.empty());                            // 2
  for (int i = 0; i < 4; ++i) lab.balance(requester);                     // 8
  EXPECT_EQ(open_feed(lab, feed_of(requester)).answer().status, 429);
  lab.pay_in(requester, gstd(1));
  lab.clock.advance(std::chrono::seconds{2});
  EXPECT_EQ(next_page(feed).events.size(), 1u);
  EXPECT_EQ(lab.send({"GET", "/wallet/balance", {}, &requester}).status, 429);
}

// Goal:   a client that talks is told that nobody listens, and harms no other.
// Method: a short message and one that is far too long, beside a feed that goes on.
TEST(LiveFeed, TakesNoMessages) {
  Lab lab;
  const Party requester = lab.requester();
  WebSocketPeer quiet = open_feed(lab, feed_of(requester));
  WebSocketPeer talker = open_feed(lab, feed_of(requester));
  WebSocketPeer babbler = open_feed(lab, feed_of(requester));
  EXPECT_TRUE(talker.send("hello"));
  EXPECT_EQ(talker.close_code(), 1003);
  babbler.send(std::string(4u << 20, 'x'));
  EXPECT_EQ(babbler.close_code(), 1009);
  const TaskId id = lab.create(requester);
  EXPECT_EQ(next_page(quiet).events.at(0).task_id, id);
}

// Goal:   feeds end with the coordinator, and are told so.
// Method: stop() while two stand, of which one is never read.
TEST(LiveFeed, EndsWithTheCoordinator) {
  Lab lab;
  const Party requester = lab.requester();
  WebSocketPeer feed = open_feed(lab, feed_of(requester));
  const WebSocketPeer unread = open_feed(lab, feed_of(requester));
  lab.create(requester);
  next_page(feed);
  std::thread stopper([&] { lab.coordinator->stop(); });
  EXPECT_EQ(feed.close_code(), 1001);
  stopper.join();
}

}  // namespace
}  // namespace gstd::test

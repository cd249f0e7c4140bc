#include "coordinator/identity.hpp"
#include "support/lab.hpp"

namespace gstd::test {
namespace {

// Goal:   nobody acts without a valid signature of a registered key.
// Method: one good request, spoilt in one way at a time.
TEST(Identity, RefusesWhatIsNotSigned) {
  Lab lab;
  const Party requester = lab.requester();
  const std::string body = protocol::write(lab.order());
  const auto refuse = [&](const net::Request& request, ErrorCode code, std::string_view reason) {
    const net::Response response = lab.send(request);
    const Error error = Lab::error_of(response);
    EXPECT_EQ(response.status, protocol::http_status(code)) << response.body;
    EXPECT_EQ(error.code, code) << response.body;
    EXPECT_EQ(error.reason, reason) << response.body;
  };
  const Ask good{"POST", "/tasks/create", body, &requester, {}, {}, {}};

  Ask unsigned_ask = good;
  unsigned_ask.by = nullptr;
  refuse(lab.request_of(unsigned_ask), ErrorCode::unauthenticated, "signature_missing");

  net::Request other_body = lab.request_of(good);
  other_body.body = protocol::write(lab.order("other", gstd(5)));
  refuse(other_body, ErrorCode::unauthenticated, "digest_mismatch");

  net::Request other_path = lab.request_of(good);
  other_path.target = lab.coordinator->url() + "/api/v1/pow/challenge";
  refuse(other_path, ErrorCode::unauthenticated, "signature_invalid");

  net::Request garbage = lab.request_of(good);
  garbage.headers.set("Signature-Input", "not a structured field");
  refuse(garbage, ErrorCode::unauthenticated, "signature_malformed");

  net::Request twice = lab.request_of(good);
  twice.headers.add("Signature", std::string(*twice.headers.find("Signature")));
  refuse(twice, ErrorCode::unauthenticated, "signature_malformed");

  const Party stranger("stranger");
  Ask by_stranger = good;
  by_stranger.by = &stranger;
  refuse(lab.request_of(by_stranger), ErrorCode::unauthenticated, "key_unknown");

  Ask late = good;
  late.created = lab.clock.now() - protocol::kSignatureAgeMax - std::chrono::seconds{1};
  refuse(lab.request_of(late), ErrorCode::unauthenticated, "signature_expired");

  Ask early = good;
  early.created = lab.clock.now() + protocol::kSignatureSkewMax + std::chrono::seconds{2};
  refuse(lab.request_of(early), ErrorCode::unauthenticated, "signature_expired");

  EXPECT_EQ(lab.balance(requester), gstd(10)) << "none of them has created anything";
  EXPECT_EQ(lab.send(good).status, 200) << "and the server still serves";
}

// Goal:   a captured request is worth nothing.
// Method: the same bytes again: of a granted write, of a read, and of a refused write that would be granted by now.
TEST(Identity, RefusesAReplayedNonce) {
  Lab lab;
  const Party requester = lab.requester();
  const net::Request create = lab.request_of({"POST", "/tasks/create", protocol::write(lab.order()), &requester, {}, {}, {}});
  EXPECT_EQ(lab.send(create).status, 200);
  const net::Response replayed = lab.send(create);
  EXPECT_EQ(replayed.status, 401);
  EXPECT_EQ(Lab::error_of(replayed).reason, "nonce_replayed");

  const net::Request read = lab.request_of({"GET", "/wallet/balance", {}, &requester, {}, {}, {}});
  EXPECT_EQ(lab.send(read).status, 200);
  EXPECT_EQ(Lab::error_of(lab.send(read)).reason, "nonce_replayed");

  const Bytes module{0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00};
  protocol::CreateTask order = lab.order();
  order.module_sha256 = sha256(module);
  const net::Request refused = lab.request_of({"POST", "/tasks/create", protocol::write(order), &requester, {}, {}, {}});
  EXPECT_EQ(Lab::error_of(lab.send(refused)).reason, "module_unknown");
  EXPECT_EQ(Lab::error_of(lab.send(refused)).reason, "nonce_replayed");
  EXPECT_EQ(lab.balance(requester), gstd(9));
}

net::Request balance_request(const Lab& lab, const Party& by, const std::string& host, const std::string& nonce) {
  const std::string target = "/api/v1/wallet/balance";
  const auto signed_headers = protocol::sign_request({"GET", host, target, {}}, by.key, lab.clock.now(), as_bytes(nonce));
  net::Request request;
  request.method = "GET";
  request.target = lab.coordinator->url() + target;
  request.headers.set("Host", host);
  request.headers.set("Content-Digest", signed_headers.content_digest);
  request.headers.set("Signature-Input", signed_headers.signature_input);
  request.headers.set("Signature", signed_headers.signature);
  return request;
}

// Goal:   what was signed for one coordinator is worth nothing at another.
// Method: the same party at two; a request for the first, as it is, goes to the second.
TEST(Identity, RefusesWhatIsSignedForAnotherCoordinator) {
  Lab first;
  Lab second;
  const Party alice = first.requester("alice");
  must(second.join(alice));
  const auto authority_of = [](const Lab& lab) { return lab.coordinator->url().substr(std::string("http://").size()); };
  net::Request sent = balance_request(first, alice, authority_of(first), "the nonce of the first");
  sent.target = second.coordinator->url() + "/api/v1/wallet/balance";
  const net::Response replayed = second.send(sent);
  EXPECT_EQ(replayed.status, 401);
  EXPECT_EQ(Lab::error_of(replayed).code, ErrorCode::unauthenticated);
  EXPECT_EQ(Lab::error_of(replayed).reason, "authority");
  EXPECT_EQ(first.send(balance_request(first, alice, authority_of(first), "the nonce of the second")).status, 200);
}

// Goal:   a coordinator answers under its own names: those that it was given, or else its URL's and localhost.
// Method: one of each kind, names in capitals, and others that are close.
TEST(Identity, KnowsItsOwnAuthorities) {
  Lab plain;
  const Party alice = plain.requester("alice");
  const std::string port = plain.coordinator->url().substr(plain.coordinator->url().rfind(':'));
  int sent = 0;
  const auto status_under = [&](Lab& lab, const std::string& host) {
    return lab.send(balance_request(lab, alice, host, "nonce of request " + std::to_string(sent++))).status;
  };
  for (const std::string& own : {"127.0.0.1" + port, "localhost" + port, "LocalHost" + port})
    EXPECT_EQ(status_under(plain, own), 200) << own;
  for (const std::string& other :
       {std::string("localhost"), std::string("127.0.0.1"), "127.0.0.2" + port, "gstd.example" + port, "localhost.example" + port})
    EXPECT_EQ(status_under(plain, other), 401) << other;

  // Registers before the names are given: the requests of the lab go by the URL.
  const auto store = store::open_memory();
  must(Lab{LabOptions{store, 0, {}, 1}}.join(alice));
  Lab named{LabOptions{store, 0, [](CoordinatorOptions& o) { o.authorities = {"GSTD.example", "other.example:8443"}; }, 2}};
  for (const char* own : {"gstd.example", "GSTD.example", "other.example:8443"}) EXPECT_EQ(status_under(named, own), 200) << own;
  const std::string url = named.coordinator->url().substr(std::string("http://").size());
  for (const std::string& other : {std::string("gstd.example:8443"), std::string("other.example"), url})
    EXPECT_EQ(status_under(named, other), 401) << other;
}

// Goal:   whoever sees a signed request cannot make its Idempotency-Key another.
// Method: the header changed, dropped, doubled and added on its way.
TEST(Identity, SignsTheIdempotencyKey) {
  Lab lab;
  const Party requester = lab.requester();
  const Ask keyed{"POST", "/tasks/create", protocol::write(lab.order()), &requester, {{"Idempotency-Key", "key-1"}}, {}, {}};
  net::Request changed = lab.request_of(keyed);
  changed.headers.set("Idempotency-Key", "key-2");
  EXPECT_EQ(Lab::error_of(lab.send(changed)).reason, "signature_invalid");
  net::Request doubled = lab.request_of(keyed);
  doubled.headers.add("Idempotency-Key", "key-2");
  EXPECT_EQ(Lab::error_of(lab.send(doubled)).reason, "signature_malformed");

  Ask keyless = keyed;
  keyless.headers.clear();
  net::Request dropped = lab.request_of(keyless);
  const net::Request original = lab.request_of(keyed);
  for (const char* name : {"Content-Digest", "Signature-Input", "Signature"})
    dropped.headers.set(name, std::string(*original.headers.find(name)));
  EXPECT_EQ(Lab::error_of(lab.send(dropped)).reason, "signature_coverage");
  net::Request added = lab.request_of(keyless);
  added.headers.set("Idempotency-Key", "key-1");
  EXPECT_EQ(Lab::error_of(lab.send(added)).reason, "signature_coverage");

  EXPECT_EQ(lab.balance(requester), gstd(10)) << "none of them has created anything";
  EXPECT_EQ(lab.send(original).status, 200);
}

// A store whose writers wait for their turn, by the lab's clock, for longer than a signature is good.
class BusyStore final : public store::Store {
 public:
  std::atomic<ManualClock*> clock{nullptr};  ///< Null: nobody waits.

  Result<void> write(const Work& work) override {
    if (ManualClock* const waiting = clock.exchange(nullptr))
      waiting->advance(protocol::kSignatureAgeMax + std::chrono::seconds{1});
    return inner_->write(work);
  }
  Result<void> read(const Work& work) override { return inner_->read(work); }

 private:
  std::shared_ptr<store::Store> inner_ = store::open_memory();
};

// Goal:   a signature that expires while its request waits to write changes nothing.
// Method: a good request to a store that is busy for longer than that; signed anew it is granted.
TEST(Identity, RefusesASignatureThatExpiresInTheQueue) {
  const auto store = std::make_shared<BusyStore>();
  Lab lab{LabOptions{store, 0, {}, 1}};
  const Party requester = lab.requester();
  const Ask create{"POST", "/tasks/create", protocol::write(lab.order()), &requester, {}, {}, {}};
  const net::Request waiting = lab.request_of(create);
  store->clock = &lab.clock;
  const Error error = Lab::error_of(lab.send(waiting));
  EXPECT_EQ(error.code, ErrorCode::unauthenticated);
  EXPECT_EQ(error.reason, "signature_expired");
  EXPECT_EQ(lab.balance(requester), gstd(10));
  EXPECT_EQ(lab.send(create).status, 200);
}

// Goal:   a used nonce outlives its signature by the margin.
// Method: expired records are dropped at the margin's last moment and at its end; a clock that was set back repeats the request.
TEST(Identity, RemembersNoncesForTheMargin) {
  const auto store = store::open_memory();
  const ManualClock clock;
  const protocol::SignedBy by{Party("alice").key.public_key(), "nonce of sixteen or more", clock.now()};
  const auto use = [&](Timestamp now) {
    return store->write([&](store::Transaction& records) { return coordinator::use_nonce(records, by, now); });
  };
  const auto drop = [&](Timestamp now) {
    must(store->write([&](store::Transaction& records) { return records.drop_expired(now); }));
  };
  const Timestamp last_good = by.created + protocol::kSignatureAgeMax;
  must(use(last_good));
  const Timestamp forgotten = last_good + coordinator::kNonceMargin;
  drop(forgotten - std::chrono::milliseconds{1});
  EXPECT_TRUE(refused(use(last_good), ErrorCode::unauthenticated, "nonce_replayed"));
  drop(forgotten);
  EXPECT_TRUE(refused(use(last_good + std::chrono::milliseconds{1}), ErrorCode::unauthenticated, "signature_expired"));
  must(use(last_good));
}

// Goal:   the first registration binds device, wallet and key.
// Method: the same three again, then each of them with another partner.
TEST(Identity, BindsDeviceWalletAndKey) {
  Lab lab;
  const Party alice("alice");
  const Party mallory("mallory");
  must(lab.join(alice));
  must(lab.join(alice));
  const auto join_as = [&](const Party& by, const DeviceId& device, const WalletId& wallet, const PublicKey& key) {
    return lab.post<protocol::Message>(by, "/devices/register", protocol::RegisterDevice{device, wallet, "desktop", key});
  };
  EXPECT_TRUE(refused(join_as(mallory, mallory.device, alice.wallet, mallory.key.public_key()), ErrorCode::permission_denied,
                      "wallet_bound"));
  EXPECT_TRUE(refused(join_as(mallory, alice.device, mallory.wallet, mallory.key.public_key()), ErrorCode::permission_denied,
                      "device_bound"));
  EXPECT_TRUE(refused(join_as(alice, must(DeviceId::parse("second")), mallory.wallet, alice.key.public_key()),
                      ErrorCode::permission_denied, "key_bound"));
  EXPECT_TRUE(
      refused(join_as(mallory, mallory.device, mallory.wallet, alice.key.public_key()), ErrorCode::permission_denied, "not_yours"));
  must(join_as(alice, must(DeviceId::parse("second")), alice.wallet, alice.key.public_key()));
  must(lab.join(mallory));
}

// Goal:   a wallet that is named after a key is that key's alone, also where nobody has registered it yet.
// Method: a stranger comes first; then the key itself.
TEST(Identity, KeepsKeyWalletsForTheirKeys) {
  Lab lab;
  const Party alice("alice");
  const Party mallory("mallory");
  const WalletId wallet = must(WalletId::parse("ed25519:" + alice.key.public_key().hex()));
  EXPECT_EQ(protocol::wallet_named_after(alice.key.public_key()), wallet);
  const auto join_as = [&](const Party& by) {
    return lab.post<protocol::Message>(by, "/devices/register",
                                       protocol::RegisterDevice{by.device, wallet, "desktop", by.key.public_key()});
  };
  EXPECT_TRUE(refused(join_as(mallory), ErrorCode::permission_denied, "wallet_bound"));
  must(join_as(alice));
}

// Goal:   a request that names somebody else's wallet, device or task is refused, wherever it names it.
// Method: one party with every right over its own things asks for another's.
TEST(Identity, RefusesWhatIsNotYours) {
  Lab lab;
  const Party alice = lab.requester("alice");
  const Party mallory = lab.worker("mallory");
  const TaskId id = lab.create(alice);
  const auto not_yours = [](const auto& result) { return refused(result, ErrorCode::permission_denied, "not_yours"); };
  EXPECT_TRUE(not_yours(lab.get<protocol::WalletBalance>(mallory, "/wallet/balance?wallet=" + alice.wallet.str())));
  EXPECT_TRUE(not_yours(lab.get<protocol::ClientStats>(mallory, "/client/stats?wallet=" + alice.wallet.str())));
  EXPECT_TRUE(not_yours(lab.get<protocol::EscrowPage>(mallory, "/client/escrows?wallet=" + alice.wallet.str())));
  EXPECT_TRUE(
      not_yours(lab.post<protocol::TaskCreated>(mallory, "/tasks/create?wallet_address=" + alice.wallet.str(), lab.order())));
  EXPECT_TRUE(not_yours(lab.post<protocol::PowChallenge>(mallory, "/pow/challenge", protocol::PowRequest{id, alice.wallet})));
  EXPECT_TRUE(not_yours(lab.post<protocol::PowVerdict>(mallory, "/pow/verify", protocol::PowAnswer{id, alice.wallet, "1"})));
  must(lab.challenge(mallory, id));
  EXPECT_TRUE(not_yours(
      lab.post<protocol::Claim>(mallory, "/orchestrator/claim", protocol::ClaimRequest{id, mallory.wallet, alice.device, "1"})));
  EXPECT_TRUE(not_yours(
      lab.post<protocol::Claim>(mallory, "/orchestrator/claim", protocol::ClaimRequest{id, alice.wallet, mallory.device, "1"})));
  EXPECT_TRUE(
      not_yours(lab.post<protocol::LeaseView>(mallory, "/orchestrator/heartbeat", protocol::Heartbeat{id, alice.device, 1})));
  EXPECT_TRUE(not_yours(lab.call<protocol::TaskCancelled>({"DELETE", "/tasks/" + id.str(), {}, &mallory, {}, {}, {}})));
  EXPECT_TRUE(not_yours(lab.result(mallory, id)));
  EXPECT_EQ(must(lab.task(alice, id)).status, TaskState::pending);
}

}  // namespace
}  // namespace gstd::test

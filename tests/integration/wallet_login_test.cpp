// Wallets that log in over real HTTP: what a session may do, how it ends, and what does not become one.
#include <gstd/client.hpp>

#include "support/stores.hpp"
#include "support/ton_wallet.hpp"

namespace gstd::test {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

testing::AssertionResult was_refused(const net::Response& response, ErrorCode code, std::string_view reason) {
  const Error error = Lab::error_of(response);
  if (response.status == protocol::http_status(code) && error.code == code && error.reason == reason)
    return testing::AssertionSuccess();
  return testing::AssertionFailure() << response.status << " " << response.body;
}

testing::AssertionResult is_live(Lab& lab, const std::string& token) {
  const net::Response response = lab.send(with_session("GET", "/wallet/balance", token));
  if (response.status == 200) return testing::AssertionSuccess();
  return testing::AssertionFailure() << response.body;
}

class WalletLogin : public testing::TestWithParam<std::string> {
 protected:
  TempDir folder_;
};

// Goal:   a wallet logs in with what it signs, acts for a while without a key, and ends that.
// Method: the key and the StateInit of the vectors; the whole way over HTTP, with every store.
TEST_P(WalletLogin, LastsUntilItIsEnded) {
  LabOptions options;
  options.store = open_store(GetParam(), folder_);
  Lab lab(std::move(options));
  const TonWallet wallet = TonWallet::first();
  must(lab.coordinator->deposit("money", wallet.name(), gstd(3)));

  const auto issued = ask_for_payload(lab);
  EXPECT_EQ(issued.network, "-239");
  EXPECT_EQ(issued.server_time, lab.clock.now());
  EXPECT_GT(issued.expires_at, lab.clock.now());
  const auto begun = must(log_in(lab, wallet.prove(issued.payload, issued.domains.at(0), lab.clock.now())));
  EXPECT_EQ(begun.wallet_address, wallet.name());
  EXPECT_EQ(begun.balance, gstd(3));
  EXPECT_EQ(begun.session_token.reveal().size(), 64u);
  EXPECT_EQ(begun.expires_in, 3'600);
  EXPECT_EQ(begun.renewable_until, lab.clock.now() + hours{24});
  const std::string token = token_of(begun);

  const auto balance = must(lab.call<protocol::WalletBalance>(with_session("GET", "/wallet/balance", token)));
  EXPECT_EQ(balance.gstd_balance, gstd(3));
  EXPECT_EQ(lab.send({"GET", "/wallet/balance", {}, nullptr, {{"Authorization", "Bearer " + token}}, {}, {}}).status, 200);
  lab.module =
      must(lab.call<protocol::ModuleMetadata>(with_session("POST", "/wasm/upload", token, std::string(as_text(empty_program())))))
          .sha256;
  const auto created =
      must(lab.call<protocol::TaskCreated>(with_session("POST", "/tasks/create", token, protocol::write(lab.order()))));
  must(lab.call<protocol::TaskCancelled>(with_session("DELETE", "/tasks/" + created.task_id.str(), token)));
  for (const auto* path : {"/client/stats", "/client/escrows", "/events?since=0"})
    EXPECT_EQ(lab.send(with_session("GET", path, token)).status, 200) << path;

  const auto ended = must(lab.call<protocol::Message>(with_session("DELETE", "/users/session", token)));
  EXPECT_FALSE(ended.message.empty());
  EXPECT_TRUE(was_refused(lab.send(with_session("GET", "/wallet/balance", token)), ErrorCode::unauthenticated, "session_invalid"));
  must(lab.coordinator->check_ledger());
}

// Goal:   a session does what its wallet's owner does in a browser, and nothing that a device's key is for, nor for other wallets.
// Method: each call of a worker, registration without a signature, other wallets' names, and somebody else's task.
TEST_P(WalletLogin, IsLimitedInScope) {
  LabOptions options;
  options.store = open_store(GetParam(), folder_);
  Lab lab(std::move(options));
  const Party requester = lab.requester();
  const TaskId task = lab.create(requester);
  const std::string token = token_of(must(log_in(lab, TonWallet("owner"))));
  for (const auto* path : {"/pow/challenge", "/pow/verify", "/orchestrator/claim", "/orchestrator/complete",
                           "/orchestrator/heartbeat", "/orchestrator/fail", "/devices/register"})
    EXPECT_TRUE(was_refused(lab.send(with_session("POST", path, token, "{}")), ErrorCode::unauthenticated, "signature_missing"))
        << path;
  EXPECT_TRUE(was_refused(lab.send(with_session("GET", "/orchestrator/next-task", token)), ErrorCode::unauthenticated,
                          "signature_missing"));
  EXPECT_TRUE(was_refused(lab.send(with_session("GET", "/wallet/balance?wallet=" + requester.wallet.str(), token)),
                          ErrorCode::permission_denied, "not_yours"));
  Ask named = with_session("GET", "/wallet/balance", token);
  named.headers.push_back({"X-Wallet-Address", TonWallet("another").address.friendly()});
  EXPECT_TRUE(was_refused(lab.send(named), ErrorCode::permission_denied, "not_yours"));
  named.headers.back().value = TonWallet("owner").address.friendly();
  EXPECT_EQ(lab.send(named).status, 200) << "its own, however spelled";
  EXPECT_TRUE(
      was_refused(lab.send(with_session("DELETE", "/tasks/" + task.str(), token)), ErrorCode::permission_denied, "not_yours"));
  EXPECT_TRUE(
      was_refused(lab.send(Ask{"GET", "/wallet/balance?session_token=" + token}), ErrorCode::unauthenticated, "signature_missing"))
      << "never in the query";
}

// Goal:   a session ends by itself, is given more time while it lives, and not beyond its greatest age.
// Method: the clock moved to both sides of each end.
TEST_P(WalletLogin, EndsInTime) {
  LabOptions options;
  options.store = open_store(GetParam(), folder_);
  Lab lab(std::move(options));
  const std::string unattended = token_of(must(log_in(lab, TonWallet("owner"))));
  const std::string token = token_of(must(log_in(lab, TonWallet("owner"))));
  const auto refresh = [&] { return lab.call<protocol::SessionView>(with_session("POST", "/users/session/refresh", token)); };
  lab.clock.advance(hours{1} - milliseconds{1});
  EXPECT_TRUE(is_live(lab, unattended));
  EXPECT_EQ(must(refresh()).expires_in, 3'600);
  lab.clock.advance(milliseconds{1});
  EXPECT_FALSE(is_live(lab, unattended));
  EXPECT_TRUE(is_live(lab, token));
  for (int i = 0; i < 24; ++i) {
    lab.clock.advance(minutes{57});
    must(refresh());
  }
  const auto last = must(refresh());
  EXPECT_EQ(last.expires_at, last.renewable_until);
  lab.clock.advance(last.expires_at - lab.clock.now());
  EXPECT_TRUE(refused(refresh(), ErrorCode::unauthenticated, "session_invalid"));
  EXPECT_FALSE(is_live(lab, token));
}

INSTANTIATE_TEST_SUITE_P(Every, WalletLogin, testing::Values("memory", "sqlite"), [](const auto& param) { return param.param; });

// Goal:   what is tried with a payload is all that is ever tried with it.
// Method: a good proof after each kind of bad one, and after itself; payloads that were never issued, or whose time is over.
TEST(WalletLoginRefusals, PayloadsCountOnce) {
  Lab lab;
  const TonWallet wallet = TonWallet::first();
  const TonWallet other("other");
  const auto after = [&](auto&& spoil) {
    const auto issued = ask_for_payload(lab);
    const auto good = wallet.prove(issued.payload, issued.domains.at(0), lab.clock.now());
    auto bad = good;
    spoil(bad);
    const auto refusal = log_in(lab, bad);
    EXPECT_FALSE(refusal);
    EXPECT_TRUE(refused(log_in(lab, good), ErrorCode::unauthenticated, "login_payload"));
    return refusal ? std::string("granted") : std::string(to_string(refusal.error().code)) + "/" + refusal.error().reason;
  };
  EXPECT_EQ(after([](protocol::Login& p) { p.signature[5] ^= 1; }), "unauthenticated/ton_proof");
  EXPECT_EQ(after([](protocol::Login& p) { p.domain = "evil.example", p.domain_bytes = p.domain.size(); }),
            "unauthenticated/ton_proof_domain");
  EXPECT_EQ(after([](protocol::Login& p) { p.timestamp -= 16 * 60; }), "unauthenticated/ton_proof_expired");
  EXPECT_EQ(after([](protocol::Login& p) { p.network = "-3"; }), "unauthenticated/ton_proof_network");
  EXPECT_EQ(after([](protocol::Login& p) { p.address = "0:a45c"; }), "invalid_argument/wallet_address");
  EXPECT_EQ(after([&](protocol::Login& p) { p.public_key = other.key.public_key(); }), "unauthenticated/ton_proof");
  // The StateInit of the first wallet, at and signed for the address of another key.
  EXPECT_EQ(after([&](protocol::Login& p) {
              p = other.prove(p.payload, p.domain, lab.clock.now());
              p.state_init = wallet.state_init;
              p.public_key.reset();
            }),
            "unauthenticated/ton_proof");

  const auto issued = ask_for_payload(lab);
  const auto good = wallet.prove(issued.payload, issued.domains.at(0), lab.clock.now());
  must(log_in(lab, good));
  EXPECT_TRUE(refused(log_in(lab, good), ErrorCode::unauthenticated, "login_payload"));

  EXPECT_TRUE(
      refused(log_in(lab, wallet.prove("gstd-login:0123456789abcdef0123456789abcdef", issued.domains.at(0), lab.clock.now())),
              ErrorCode::unauthenticated, "login_payload"));
  const auto late = ask_for_payload(lab);
  lab.clock.advance(late.expires_at - lab.clock.now());
  EXPECT_TRUE(refused(log_in(lab, wallet.prove(late.payload, late.domains.at(0), lab.clock.now())), ErrorCode::unauthenticated,
                      "login_payload"));
}

// Goal:   what is no token of a live session is refused by one answer, and twice is not once.
// Method: tokens spoilt in every way; no token where only a session will do.
TEST(WalletLoginRefusals, TokensAreAllOrNothing) {
  Lab lab;
  const std::string token = token_of(must(log_in(lab, TonWallet("owner"))));
  std::string upper = token;
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  std::string other = token;
  other.back() = other.back() == '0' ? '1' : '0';
  for (const std::string& bad : {std::string("x"), token + "0", token.substr(1), other, upper, std::string(64, '0')})
    EXPECT_TRUE(was_refused(lab.send(with_session("GET", "/wallet/balance", bad)), ErrorCode::unauthenticated, "session_invalid"))
        << bad;
  Ask twice = with_session("GET", "/wallet/balance", token);
  twice.headers.push_back({"Authorization", "Bearer " + token});
  EXPECT_TRUE(was_refused(lab.send(twice), ErrorCode::unauthenticated, "session_invalid"));
  EXPECT_TRUE(was_refused(lab.send({"GET", "/wallet/balance", {}, nullptr, {{"Authorization", "Basic " + token}}, {}, {}}),
                          ErrorCode::unauthenticated, "signature_missing"));
  EXPECT_TRUE(was_refused(lab.send(Ask{"POST", "/users/session/refresh"}), ErrorCode::unauthenticated, "session_missing"));
  const Party party = lab.requester();
  EXPECT_TRUE(
      was_refused(lab.send({"DELETE", "/users/session", {}, &party, {}, {}, {}}), ErrorCode::unauthenticated, "session_missing"));
  EXPECT_TRUE(was_refused(lab.send(with_session("DELETE", "/users/session?all=yes", token)), ErrorCode::invalid_argument, "field"));
  EXPECT_TRUE(is_live(lab, token));
}

// Goal:   an owner has many sessions, but not without end, and can end them all at once; others keep theirs.
// Method: one more than the bound; all of them revoked.
TEST(WalletLoginSessions, AreBoundedAndEndTogether) {
  constexpr int kPerWallet = 32;
  Lab lab;
  const TonWallet owner("owner");
  const std::string others = token_of(must(log_in(lab, TonWallet("another"))));
  std::vector<std::string> tokens;
  for (int i = 0; i <= kPerWallet; ++i) tokens.push_back(token_of(must(log_in(lab, owner))));
  EXPECT_FALSE(is_live(lab, tokens.front()));
  for (std::size_t i = 1; i < tokens.size(); ++i) EXPECT_TRUE(is_live(lab, tokens[i])) << i;
  must(lab.call<protocol::Message>(with_session("DELETE", "/users/session?all=true", tokens.back())));
  for (const std::string& token : tokens) EXPECT_FALSE(is_live(lab, token));
  EXPECT_TRUE(is_live(lab, others));
}

// Goal:   coordinators that share a store share logins: a session is one at each of them, a payload counts at one.
// Method: two over one store.
TEST(WalletLoginSessions, AreSharedByCoordinators) {
  const auto store = store::open_memory();
  const auto tune = [](CoordinatorOptions& options) { options.login.domains = {"gstd.example"}; };
  Lab first({store, 0, tune, 1});
  Lab second({store, 0, tune, 2});
  const TonWallet wallet("owner");
  const auto issued = ask_for_payload(first);
  EXPECT_EQ(issued.domains, std::vector<std::string>{"gstd.example"});
  const auto proof = wallet.prove(issued.payload, "gstd.example", second.clock.now());
  const std::string token = token_of(must(log_in(second, proof)));
  EXPECT_TRUE(refused(log_in(first, proof), ErrorCode::unauthenticated, "login_payload"));
  EXPECT_TRUE(is_live(first, token));
  must(first.call<protocol::Message>(with_session("DELETE", "/users/session", token)));
  EXPECT_FALSE(is_live(second, token));
}

Ask registration(const Party& party, const WalletId& wallet, const std::string& token = {}) {
  Ask ask{"POST",
          "/devices/register",
          protocol::write(protocol::RegisterDevice{party.device, wallet, "desktop", party.key.public_key()}),
          &party,
          {},
          {},
          {}};
  if (!token.empty()) ask.headers.push_back({"X-Session-Token", token});
  return ask;
}

WalletId wallet_id(std::string_view text) { return must(WalletId::parse(text)); }

// Goal:   nobody has a wallet of TON registered but its owner; a mistyped address is nobody's.
// Method: without a session, with another wallet's, with one that has ended, and with its own; then the same wallet by another
// name.
TEST(WalletOfTon, IsRegisteredByItsOwnerAlone) {
  Lab lab;
  const TonWallet wallet("owner");
  const Party device("device");
  EXPECT_TRUE(was_refused(lab.send(registration(device, wallet.name())), ErrorCode::permission_denied, "wallet_proof"));
  EXPECT_TRUE(was_refused(lab.send(registration(device, wallet_id(wallet.address.friendly()))), ErrorCode::permission_denied,
                          "wallet_proof"));
  const std::string others = token_of(must(log_in(lab, TonWallet("another"))));
  EXPECT_TRUE(was_refused(lab.send(registration(device, wallet.name(), others)), ErrorCode::permission_denied, "wallet_proof"));
  const std::string token = token_of(must(log_in(lab, wallet)));
  EXPECT_TRUE(was_refused(lab.send(registration(device, wallet.name(), token.substr(1) + "0")), ErrorCode::unauthenticated,
                          "session_invalid"));
  std::string mistyped = wallet.address.friendly();
  mistyped[20] = mistyped[20] == 'A' ? 'B' : 'A';
  for (const std::string& text : {mistyped, std::string("0:a45c"), wallet.address.friendly({true, true})})
    EXPECT_TRUE(was_refused(lab.send(registration(device, wallet_id(text), token)), ErrorCode::invalid_argument, "wallet_address"));

  EXPECT_EQ(lab.send(registration(device, wallet_id(wallet.address.friendly()), token)).status, 200);
  EXPECT_EQ(lab.send(registration(device, wallet.name(), token)).status, 200) << "the same again";
  must(lab.coordinator->deposit("money", wallet_id(wallet.address.friendly({false, false})), gstd(2)));
  const auto balance = must(lab.get<protocol::WalletBalance>(device, "/wallet/balance?wallet=" + wallet.address.friendly()));
  EXPECT_EQ(balance.gstd_balance, gstd(2));
}

// Goal:   a session of a wallet is its owner's word about devices: it admits further keys, lists and revokes.
// Method: two devices; the second without the session, with it, and again without, since it was admitted; another wallet's session.
TEST(WalletOfTon, SessionAdmitsAndRevokesDevices) {
  Lab lab;
  const TonWallet wallet("owner");
  const Party first("first");
  const Party second("second");
  const std::string token = token_of(must(log_in(lab, wallet)));
  const std::string others = token_of(must(log_in(lab, TonWallet("another"))));
  EXPECT_EQ(lab.send(registration(first, wallet.name(), token)).status, 200);
  EXPECT_TRUE(was_refused(lab.send(registration(second, wallet.name())), ErrorCode::permission_denied, "wallet_proof"));
  EXPECT_EQ(lab.send(registration(second, wallet.name(), token)).status, 200);
  EXPECT_EQ(lab.send(registration(second, wallet.name())).status, 200) << "it was admitted";
  EXPECT_EQ(must(lab.call<protocol::DevicePage>(with_session("GET", "/devices/my", token))).devices.size(), 2u);
  EXPECT_EQ(must(lab.call<protocol::DevicePage>(with_session("GET", "/devices/my", others))).devices.size(), 0u);
  const std::string path = "/devices/" + second.device.str();
  EXPECT_TRUE(was_refused(lab.send(with_session("DELETE", path, others)), ErrorCode::permission_denied, "not_yours"));
  must(lab.call<protocol::Message>(with_session("DELETE", path, token)));
  EXPECT_TRUE(was_refused(lab.send(registration(second, wallet.name(), token)), ErrorCode::unauthenticated, "key_revoked"));
  EXPECT_EQ(must(lab.get<protocol::DevicePage>(first, "/devices/my")).devices.size(), 2u);
}

// Goal:   a worker may spell its wallet as it likes, in all that it sends and hashes, and is paid once, to one account.
// Method: the main job with the friendly form in both versions of the proof of work, each with real zero bits.
TEST(WalletOfTon, WorksUnderEverySpelling) {
  LabOptions options;
  options.difficulty_bits = 6;
  Lab lab(std::move(options));
  const Party requester = lab.requester();
  const TonWallet wallet("owner");
  Party worker("worker");
  worker.wallet = wallet.name();
  ASSERT_EQ(lab.send(registration(worker, worker.wallet, token_of(must(log_in(lab, wallet))))).status, 200);
  const std::array<std::pair<std::string, std::uint32_t>, 3> spellings{
      {{wallet.address.friendly(), 1}, {wallet.address.friendly({false, false}), 2}, {wallet.address.raw(), 2}}};
  for (const auto& [spelling, version] : spellings) {
    worker.wallet = wallet_id(spelling);
    const TaskId task = lab.create(requester, spelling);
    const auto challenge = must(lab.challenge(worker, task, {version}));
    EXPECT_EQ(challenge.worker_wallet, worker.wallet) << "what is hashed is what was asked with";
    const auto claim = must(lab.claim(worker, task, Lab::solve(challenge)));
    must(lab.post<protocol::Completed>(worker, "/orchestrator/complete", Lab::completion_of(worker, claim)));
    const auto result = must(lab.get<protocol::TaskResult>(requester, "/tasks/" + task.str() + "/result"));
    EXPECT_EQ(result.worker_wallet, wallet.name());
    must(verify_result(result, claim.module_sha256, claim.input_sha256));
  }
  EXPECT_EQ(lab.balance(worker).nano, 3 * reward_of(gstd(1)).nano);
  must(lab.coordinator->check_ledger());
}

// The platform's login, as its Python client sends it.
struct PlatformLogin {
  explicit PlatformLogin(std::string text) : payload(std::move(text)) {}
  TonWallet wallet = TonWallet::first();
  std::string payload;
  std::string signature() const { return encode_base64(wallet.key.sign(sha256(as_bytes(payload)).view()).view()); }
  protocol::PlatformLogin flat() const {
    protocol::PlatformLogin login;
    login.wallet_address = wallet.address.friendly();
    login.signature = signature();
    login.payload = payload;
    login.public_key = wallet.key.public_key();
    return login;
  }
};

// Goal:   the platform's clients log in where the operator lets them, once with each payload, and never without a signature.
// Method: flat, nested and with the signature in an object, under `compat` and not; its bypass; a payload again.
TEST(WalletLoginCompat, TakesThePlatformsLoginUnderCompatAlone) {
  Lab strict;
  LabOptions options;
  options.tune = [](CoordinatorOptions& o) { o.compat = true; };
  Lab lab(std::move(options));
  const std::string seconds_now = std::to_string(std::chrono::floor<seconds>(lab.clock.now()).time_since_epoch().count());
  const auto ask = [](std::string body) { return Ask{"POST", "/users/login", std::move(body)}; };

  const PlatformLogin colon("first:" + seconds_now);
  const auto off = strict.send(ask(protocol::write(colon.flat())));
  EXPECT_TRUE(was_refused(off, ErrorCode::failed_precondition, "compat_off"));
  EXPECT_NE(off.body.find("compat"), std::string::npos) << off.body;
  EXPECT_TRUE(was_refused(strict.send(ask("{}")), ErrorCode::invalid_argument, "field")) << "no login of either kind";
  const auto begun = must(lab.call<protocol::LoggedIn>(ask(protocol::write(colon.flat()))));
  EXPECT_EQ(begun.wallet_address, colon.wallet.name());
  EXPECT_TRUE(is_live(lab, token_of(begun)));
  EXPECT_TRUE(was_refused(lab.send(ask(protocol::write(colon.flat()))), ErrorCode::unauthenticated, "login_payload")) << "again";

  const PlatformLogin nested(R"({"nonce":"second","timestamp":)" + seconds_now + "}");
  const auto flat = nested.flat();
  const std::string quoted_payload = R"({\"nonce\":\"second\",\"timestamp\":)" + seconds_now + "}";
  EXPECT_EQ(lab.send(ask(R"({"connect_payload":{"wallet_address":")" + *flat.wallet_address + R"(","signature":{"signature":")" +
                         *flat.signature + R"(","type":"ton_proof"},"payload":")" + quoted_payload + R"(","public_key":")" +
                         flat.public_key->hex() + R"("}})"))
                .status,
            200);
  EXPECT_TRUE(was_refused(strict.send(ask(R"({"connect_payload":)" + protocol::write(nested.flat()) + "}")),
                          ErrorCode::failed_precondition, "compat_off"));

  auto bypass = PlatformLogin("third:" + seconds_now).flat();
  bypass.signature = "simple_connect";
  EXPECT_TRUE(was_refused(lab.send(ask(protocol::write(bypass))), ErrorCode::unauthenticated, "login_signature"));
  bypass.payload = "gstd_simple:" + seconds_now + "000";
  EXPECT_TRUE(was_refused(lab.send(ask(protocol::write(bypass))), ErrorCode::unauthenticated, "login_expired"));
  auto keyless = PlatformLogin("fourth:" + seconds_now).flat();
  keyless.public_key.reset();
  EXPECT_TRUE(was_refused(lab.send(ask(protocol::write(keyless))), ErrorCode::invalid_argument, "field"));
  EXPECT_TRUE(was_refused(lab.send(ask(R"({"wallet_address":"x"})")), ErrorCode::invalid_argument, "field"));
  must(log_in(lab, TonWallet("owner")));
}

// Goal:   under `compat` names that look like addresses are names, and addresses need no proof, as the platform has it.
// Method: registrations that are refused otherwise.
TEST(WalletLoginCompat, TakesAnyWalletName) {
  LabOptions options;
  options.tune = [](CoordinatorOptions& o) { o.compat = true; };
  Lab lab(std::move(options));
  const Party first("first");
  EXPECT_EQ(lab.send(registration(first, wallet_id("0:a45c"))).status, 200);
  const Party second("second");
  EXPECT_EQ(lab.send(registration(second, wallet_id(TonWallet("owner").address.friendly()))).status, 200);
}

// Goal:   logins that no clock or operator can mean are refused at the start.
// Method: each bound of the options from the outside.
TEST(WalletLoginOptions, AreChecked) {
  const auto start = [](auto&& tune) {
    CoordinatorOptions options;
    options.store = store::open_memory();
    tune(options.login);
    return Coordinator::start(std::move(options));
  };
  EXPECT_TRUE(refused(start([](LoginOptions& o) { o.session_time = seconds{59}; }), ErrorCode::invalid_argument, "options"));
  EXPECT_TRUE(refused(start([](LoginOptions& o) { o.session_time = hours{25}; }), ErrorCode::invalid_argument, "options"));
  EXPECT_TRUE(refused(start([](LoginOptions& o) { o.session_age_max = minutes{59}; }), ErrorCode::invalid_argument, "options"));
  EXPECT_TRUE(refused(start([](LoginOptions& o) { o.session_age_max = hours{24 * 31}; }), ErrorCode::invalid_argument, "options"));
  EXPECT_TRUE(refused(start([](LoginOptions& o) { o.domains = {""}; }), ErrorCode::invalid_argument, "options"));
}

// Goal:   our own client logs in, uses, refreshes and ends a session, keeps it apart from its key, and registers a wallet with
// both. Method: a client without key or wallet; then one with a key that takes over the session.
TEST(WalletLoginClient, GoesTheWholeWay) {
  Lab lab;
  const TonWallet wallet("owner");
  ClientOptions options;
  options.url = lab.coordinator->url();
  options.clock = &lab.clock;
  const auto client = must(Client::create(options));
  EXPECT_TRUE(refused(client.balance(), ErrorCode::failed_precondition, "wallet_missing"));
  EXPECT_TRUE(refused(client.newest_event(), ErrorCode::unauthenticated, "key_missing"));
  EXPECT_TRUE(refused(client.refresh_session(), ErrorCode::unauthenticated, "session_missing"));
  const auto issued = must(client.login_payload());
  const auto session = must(client.login(wallet.prove(issued.payload, issued.domains.at(0), lab.clock.now())));
  EXPECT_EQ(session.wallet, wallet.name());
  EXPECT_EQ(session.token.reveal().size(), 64u);
  EXPECT_EQ(must(client.balance()).gstd_balance, Amount{});
  must(client.newest_event());
  EXPECT_EQ(must(client.refresh_session()).wallet_address, wallet.name());
  EXPECT_TRUE(refused(client.next_task(milliseconds{0}), ErrorCode::failed_precondition, "wallet_missing"));

  options.key = SigningKey::generate(lab.random);
  options.wallet = wallet.name();
  options.session = session.token;
  const auto device = must(Client::create(options));
  must(device.register_device());
  EXPECT_EQ(must(device.balance()).gstd_balance, Amount{});
  must(device.logout());
  EXPECT_EQ(must(device.balance()).gstd_balance, Amount{}) << "its key goes on";
  EXPECT_TRUE(refused(client.newest_event(), ErrorCode::unauthenticated, "session_invalid"));
  must(client.logout());
  EXPECT_TRUE(refused(client.logout(), ErrorCode::unauthenticated, "session_missing"));
  EXPECT_FALSE(SessionToken::parse("0123"));
  EXPECT_FALSE(SessionToken::parse(std::string(64, 'G')));
}

}  // namespace
}  // namespace gstd::test

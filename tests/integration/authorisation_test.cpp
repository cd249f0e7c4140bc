// Who may do what to which task: every endpoint of the API, asked as everybody.
#include "protocol/routes.hpp"
#include "support/live_feed.hpp"
#include "support/ton_wallet.hpp"

namespace gstd::test {
namespace {

using protocol::Access;
using protocol::Endpoint;

enum class Role {
  nobody,
  unknown_key,
  revoked_key,
  stranger_key,
  stranger_session,
  expired_session,
  ended_session,
  requester_key,
  requester_session,
  holder_key,
};

constexpr std::array kRoles{
    Role::nobody,          Role::unknown_key,   Role::revoked_key,   Role::stranger_key,      Role::stranger_session,
    Role::expired_session, Role::ended_session, Role::requester_key, Role::requester_session, Role::holder_key};

std::string_view name_of(Role role) {
  constexpr std::array<std::string_view, kRoles.size()> kNames{
      "nobody",          "unknown_key",   "revoked_key",   "stranger_key",      "stranger_session",
      "expired_session", "ended_session", "requester_key", "requester_session", "holder_key"};
  return kNames.at(static_cast<std::size_t>(role));
}

bool is_key(Role role) {
  return role == Role::stranger_key || role == Role::requester_key || role == Role::holder_key;  // registered
}
bool is_session(Role role) { return role == Role::stranger_session || role == Role::requester_session; }
bool is_requester(Role role) { return role == Role::requester_key || role == Role::requester_session; }

// What the table of endpoints says.
bool is_allowed(Access access, Role role) {
  switch (access) {
    case Access::anybody:
      return true;
    case Access::key:
      return is_key(role);
    case Access::key_or_session:
      return is_key(role) || is_session(role);
    case Access::requester:
      return is_requester(role);
    case Access::requester_key:
      return role == Role::requester_key;
    case Access::holder:
      return role == Role::holder_key;
    case Access::session:
      return is_session(role);
    case Access::registration:
      return is_key(role) || role == Role::unknown_key;
  }
  return false;
}

// Whether a reply refuses for want of rights; what else it says is the request's affair.
bool refuses_rights(const Error& error) {
  return error.code == ErrorCode::unauthenticated || error.code == ErrorCode::permission_denied || error.code == ErrorCode::aborted;
}

// A requester and a stranger whose wallets are addresses of TON, so that they have sessions beside their devices; a worker who
// holds a lease of the requester's task.
struct Scene {
  Scene() {
    const std::string expired = token_of(must(log_in(lab, owner)));
    lab.clock.advance(std::chrono::hours{1});
    tokens[Role::expired_session] = expired;
    tokens[Role::requester_session] = token_of(must(log_in(lab, owner)));
    tokens[Role::stranger_session] = token_of(must(log_in(lab, other)));
    tokens[Role::ended_session] = token_of(must(log_in(lab, owner)));
    must(lab.call<protocol::Message>(with_session("DELETE", "/users/session", tokens[Role::ended_session])));

    requester.wallet = owner.name();
    stranger.wallet = other.name();
    must(lab.call<protocol::Message>(registration_of(requester)));
    // Once a device of the same wallet.
    revoked.wallet = owner.name();
    must(lab.call<protocol::Message>(registration_of(revoked)));
    must(lab.call<protocol::Message>({"DELETE", "/devices/" + revoked.device.str(), {}, &revoked}));
    must(lab.join(holder));
    must(lab.call<protocol::Message>(registration_of(stranger)));
    lab.pay_in(requester, gstd(10));
    lab.module = lab.upload(requester);
    held = lab.create(requester);
    claim = must(lab.take(holder, held));
    open = lab.create(requester);
  }

  Ask registration_of(const Party& party) {
    const protocol::RegisterDevice body{party.device, party.wallet, "desktop", party.key.public_key()};
    Ask ask{"POST", "/devices/register", protocol::write(body), &party};
    if (party.wallet == owner.name()) ask.headers.push_back({"X-Session-Token", tokens[Role::requester_session]});
    if (party.wallet == other.name()) ask.headers.push_back({"X-Session-Token", tokens[Role::stranger_session]});
    return ask;
  }

  /// Whose name stands in a body that `role` sends of itself.
  const Party& party_of(Role role) const {
    if (is_requester(role)) return requester;
    if (role == Role::holder_key) return holder;
    if (role == Role::revoked_key) return revoked;
    return role == Role::unknown_key ? unknown : stranger;
  }

  Ask as(Role role, Ask ask) const {
    if (is_key(role) || role == Role::unknown_key || role == Role::revoked_key) ask.by = &party_of(role);
    if (const auto token = tokens.find(role); token != tokens.end()) ask.headers.push_back({"X-Session-Token", token->second});
    return ask;
  }

  /// An honest request of `self`'s, but that it names the device `device`.
  Ask ask_of(Endpoint endpoint, const Party& self, const DeviceId& device) {
    const std::string task = "/tasks/" + held.str();
    const std::string module = "/wasm/" + lab.module.hex();
    Party named = self;
    named.device = device;
    const auto post = [](std::string path, const auto& body) { return Ask{"POST", std::move(path), protocol::write(body)}; };
    switch (endpoint) {
      case Endpoint::health:
        return {"GET", "/health"};
      case Endpoint::version:
        return {"GET", "/version"};
      case Endpoint::openapi:
        return {"GET", "/openapi.json"};
      case Endpoint::create_task:
        return post("/tasks/create", lab.order());
      case Endpoint::task:
        return {"GET", task};
      case Endpoint::task_result:
        return {"GET", task + "/result"};
      case Endpoint::cancel_task:
        return {"DELETE", "/tasks/" + open.str()};
      case Endpoint::upload_module:
        return {"POST", "/wasm/upload", std::string(as_text(empty_program()))};
      case Endpoint::module_metadata:
        return {"GET", module + "/metadata"};
      case Endpoint::download_module:
        return {"GET", module};
      case Endpoint::execute_module: {
        protocol::ExecuteModule order;
        order.reward_gstd = gstd(1);
        return post(module + "/execute", order);
      }
      case Endpoint::register_device: {
        Ask ask = registration_of(self);
        ask.by = nullptr;  // as() says who asks
        return ask;
      }
      case Endpoint::pow_challenge:
        return post("/pow/challenge", protocol::PowRequest{open, self.wallet, {1}});
      case Endpoint::pow_verify:
        return post("/pow/verify", protocol::PowAnswer{open, self.wallet, "0"});
      case Endpoint::pow_status:
        return {"GET", "/pow/status?task_id=" + held.str() + "&wallet=" + holder.wallet.str()};
      case Endpoint::next_task:
        return {"GET", "/orchestrator/next-task"};
      case Endpoint::claim_task:
        return post("/orchestrator/claim", protocol::ClaimRequest{open, self.wallet, self.device, "0"});
      case Endpoint::complete_task:
        return post("/orchestrator/complete", Lab::completion_of(named, claim));
      case Endpoint::heartbeat:
        return post("/orchestrator/heartbeat", protocol::Heartbeat{held, device, claim.attempt});
      case Endpoint::fail_task:
        return post("/orchestrator/fail", protocol::AttemptFailed{held, device, claim.attempt, "why", false});
      case Endpoint::queue_stats:
        return {"GET", "/orchestrator/queue/stats"};
      case Endpoint::wallet_balance:
        return {"GET", "/wallet/balance"};
      case Endpoint::client_stats:
        return {"GET", "/client/stats"};
      case Endpoint::client_escrows:
        return {"GET", "/client/escrows"};
      case Endpoint::events:
        return {"GET", "/events?since=0"};
      case Endpoint::login_payload:
        return {"POST", "/users/payload"};
      case Endpoint::login: {
        const auto issued = ask_for_payload(lab);
        return post("/users/login", owner.prove(issued.payload, issued.domains.at(0), lab.clock.now()));
      }
      case Endpoint::refresh_session:
        return {"POST", "/users/session/refresh"};
      case Endpoint::end_session:
        return {"DELETE", "/users/session"};
      case Endpoint::log_head:
        return {"GET", "/log/head"};
      case Endpoint::log_inclusion:
        return {"GET", "/log/inclusion?task_id=" + held.str() + "&attempt=1"};
      case Endpoint::log_consistency:
        return {"GET", "/log/consistency?first=0&second=0"};
      case Endpoint::log_entries:
        return {"GET", "/log/entries?start=0"};
      case Endpoint::keys_wanted:
        return {"GET", "/tasks/keys/wanted"};
      case Endpoint::grant_key: {
        protocol::TaskKey key;
        key.task_id = held;
        key.attempt = claim.attempt;
        return post(task + "/key", key);
      }
      case Endpoint::task_key:
        return {"GET", task + "/key?attempt=" + std::to_string(claim.attempt)};
      case Endpoint::my_devices:
        return {"GET", "/devices/my"};
      case Endpoint::rotate_device_key: {
        const Party next("next");
        protocol::RotateDeviceKey change;
        change.public_key = next.key.public_key();
        change.issued_at = lab.clock.now();
        change.device_signature =
            next.key.sign(protocol::encode_device_binding({self.wallet, device, change.public_key, {}, change.issued_at}));
        return post("/devices/" + device.str() + "/rotate", change);
      }
      case Endpoint::revoke_device:
        return {"DELETE", "/devices/" + device.str()};
      case Endpoint::live_events:
        return {"GET", "/events/live?since=0"};
    }
    throw std::logic_error("an endpoint that this test does not know");
  }
  Ask ask_of(Endpoint endpoint, Role role) {
    const Party& self = party_of(role);
    return as(role, ask_of(endpoint, self, self.device));
  }

  /// What comes back; of a WebSocket the answer to its handshake.
  net::Response send(Endpoint endpoint, Role role) {
    const Ask ask = ask_of(endpoint, role);
    return protocol::route(endpoint).is_web_socket ? open_feed(lab, ask).answer() : lab.send(ask);
  }

  Lab lab;
  TonWallet owner{"owner"};
  TonWallet other{"other"};
  Party requester{"requester"};
  Party holder{"holder"};
  Party stranger{"stranger"};
  Party unknown{"unknown"};
  Party revoked{"revoked"};
  std::map<Role, std::string> tokens;
  TaskId held;  ///< Under a lease of the holder's.
  TaskId open;  ///< To be had.
  protocol::Claim claim;
};

// Goal:   each endpoint serves whom the table of endpoints says, and nobody else.
// Method: every endpoint in every role, each with a coordinator of its own; a refusal for want of rights tells the two apart. Who
//         has proved nothing, or no longer, is told so (401), but never what there is.
TEST(Authorisation, IsWhatTheTableSays) {
  for (const protocol::Route& route : protocol::routes())
    for (const Role role : kRoles) {
      SCOPED_TRACE(std::string(route.name) + " as " + std::string(name_of(role)));
      Scene scene;
      const net::Response response = scene.send(route.endpoint, role);
      const bool is_refused = response.status >= 400 && refuses_rights(Lab::error_of(response));
      EXPECT_EQ(!is_refused, is_allowed(route.access, role)) << response.status << " " << response.body;
      if (is_refused && !is_key(role) && !is_session(role)) {
        EXPECT_EQ(response.status, 401) << response.body;
      }
    }
}

// Goal:   what somebody is entitled to is granted, not merely refused for another reason.
// Method: each endpoint as one whom it is for, with a request that it can serve. A result, a proof, a claim and the keys of an
//         encrypted task are only there after work of their own: these have tests of their own.
TEST(Authorisation, GrantsWhatItAllows) {
  const auto best = [](Access access) {
    return access == Access::key || access == Access::holder ? Role::holder_key
           : access == Access::registration                  ? Role::unknown_key
           : access == Access::anybody                       ? Role::nobody
                                                             : Role::requester_session;
  };
  for (const protocol::Route& route : protocol::routes()) {
    if (route.endpoint == Endpoint::task_result || route.endpoint == Endpoint::log_inclusion ||
        route.endpoint == Endpoint::claim_task || route.endpoint == Endpoint::pow_verify || route.endpoint == Endpoint::grant_key ||
        route.endpoint == Endpoint::task_key)
      continue;
    SCOPED_TRACE(route.name);
    Scene scene;
    const net::Response response = scene.send(route.endpoint, best(route.access));
    EXPECT_TRUE(route.is_web_socket ? response.status == 101 : response.status == 200 || response.status == 204)
        << response.status << " " << response.body;
  }
}

// Goal:   a lease is its device's: others can neither use it under its name nor under their own.
// Method: the holder's calls, signed by a stranger and by the requester, naming the holder's device and their own.
TEST(Authorisation, LeasesAreTheirDevices) {
  for (const Endpoint endpoint : {Endpoint::complete_task, Endpoint::heartbeat, Endpoint::fail_task})
    for (const Role role : {Role::stranger_key, Role::requester_key}) {
      SCOPED_TRACE(std::string(protocol::route(endpoint).name) + " as " + std::string(name_of(role)));
      Scene scene;
      const Party& self = scene.party_of(role);
      EXPECT_TRUE(refused(scene.lab.call<protocol::Message>(scene.as(role, scene.ask_of(endpoint, self, scene.holder.device))),
                          ErrorCode::permission_denied, "not_yours"));
      EXPECT_EQ(Lab::error_of(scene.lab.send(scene.ask_of(endpoint, role))).code, ErrorCode::aborted);
    }
}

// Goal:   a device's key is exchanged by itself, and revoked by itself or its wallet's owner.
// Method: both, of the holder's device, by a stranger with a key and one with a session.
TEST(Authorisation, DevicesAreTheirOwners) {
  for (const Endpoint endpoint : {Endpoint::rotate_device_key, Endpoint::revoke_device})
    for (const Role role : {Role::stranger_key, Role::stranger_session}) {
      if (role == Role::stranger_session && !protocol::takes_session(protocol::route(endpoint).access)) continue;
      SCOPED_TRACE(std::string(protocol::route(endpoint).name) + " as " + std::string(name_of(role)));
      Scene scene;
      const Ask ask = scene.as(role, scene.ask_of(endpoint, scene.party_of(role), scene.holder.device));
      EXPECT_TRUE(refused(scene.lab.call<protocol::Message>(ask), ErrorCode::permission_denied, "not_yours"));
    }
}

// Goal:   nobody acts in another wallet's name, wherever a request can name one.
// Method: every endpoint that knows who asks, with the requester's wallet in a header and in the query; the bodies that name one.
TEST(Authorisation, WalletsAreTheirOwners) {
  Scene scene;
  for (const protocol::Route& route : protocol::routes()) {
    if (route.access == Access::anybody || route.access == Access::registration) continue;
    SCOPED_TRACE(route.name);
    const Role role = protocol::takes_key(route.access) ? Role::stranger_key : Role::stranger_session;
    Ask ask = scene.ask_of(route.endpoint, role);
    Ask by_query = ask;
    ask.headers.push_back({"X-Wallet-Address", scene.requester.wallet.str()});
    EXPECT_TRUE(refused(scene.lab.call<protocol::Message>(ask), ErrorCode::permission_denied, "not_yours"));
    by_query.path +=
        (by_query.path.find('?') == std::string::npos ? "?" : "&") + std::string("wallet_address=") + scene.requester.wallet.str();
    EXPECT_TRUE(refused(scene.lab.call<protocol::Message>(by_query), ErrorCode::permission_denied, "not_yours"));
  }
  Party forger = scene.stranger;
  forger.wallet = scene.requester.wallet;
  for (const Endpoint endpoint : {Endpoint::pow_challenge, Endpoint::pow_verify, Endpoint::claim_task, Endpoint::complete_task}) {
    SCOPED_TRACE(protocol::route(endpoint).name);
    EXPECT_TRUE(
        refused(scene.lab.call<protocol::Message>(scene.as(Role::stranger_key, scene.ask_of(endpoint, forger, forger.device))),
                ErrorCode::permission_denied, "not_yours"));
  }
}

}  // namespace
}  // namespace gstd::test

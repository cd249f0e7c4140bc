#include "coordinator/router.hpp"

#include "coordinator/find.hpp"
#include "coordinator/handlers.hpp"
#include "coordinator/sessions.hpp"
#include "protocol/routes.hpp"

namespace gstd::coordinator {
namespace {

Handler handler_of(protocol::Endpoint endpoint) noexcept {
  using protocol::Endpoint;
  switch (endpoint) {
    case Endpoint::health:
      return get_health;
    case Endpoint::version:
      return get_version;
    case Endpoint::openapi:
      return get_openapi;
    case Endpoint::create_task:
      return create_task;
    case Endpoint::task:
      return get_task;
    case Endpoint::task_result:
      return get_task_result;
    case Endpoint::cancel_task:
      return cancel_task;
    case Endpoint::upload_module:
      return upload_module;
    case Endpoint::module_metadata:
      return get_module_metadata;
    case Endpoint::download_module:
      return download_module;
    case Endpoint::execute_module:
      return execute_module;
    case Endpoint::register_device:
      return register_device;
    case Endpoint::pow_challenge:
      return request_challenge;
    case Endpoint::pow_verify:
      return verify_proof;
    case Endpoint::pow_status:
      return get_proof_status;
    case Endpoint::next_task:
      return next_task;
    case Endpoint::claim_task:
      return claim_task;
    case Endpoint::complete_task:
      return complete_task;
    case Endpoint::heartbeat:
      return extend_lease;
    case Endpoint::fail_task:
      return fail_task;
    case Endpoint::queue_stats:
      return get_queue_stats;
    case Endpoint::wallet_balance:
      return get_wallet_balance;
    case Endpoint::client_stats:
      return get_client_stats;
    case Endpoint::client_escrows:
      return get_client_escrows;
    case Endpoint::events:
      return get_events;
    case Endpoint::login_payload:
      return issue_login_payload;
    case Endpoint::login:
      return log_in;
    case Endpoint::refresh_session:
      return refresh_session;
    case Endpoint::end_session:
      return end_session;
    case Endpoint::log_head:
      return get_log_head;
    case Endpoint::log_inclusion:
      return get_log_inclusion;
    case Endpoint::log_consistency:
      return get_log_consistency;
    case Endpoint::log_entries:
      return get_log_entries;
    case Endpoint::keys_wanted:
      return get_keys_wanted;
    case Endpoint::grant_key:
      return grant_key;
    case Endpoint::task_key:
      return get_task_key;
    case Endpoint::my_devices:
      return get_my_devices;
    case Endpoint::rotate_device_key:
      return rotate_device_key;
    case Endpoint::revoke_device:
      return revoke_device;
    case Endpoint::live_events:
      return follow_events;
  }
  return nullptr;  // never: the compiler warns of an endpoint that is not listed
}

std::string allowed_methods(std::string_view path) {
  std::string allowed;
  for (const protocol::Route& route : protocol::routes())
    if (protocol::match_route(route.method, path).route == &route)
      allowed += (allowed.empty() ? "" : ", ") + std::string(route.method);
  return allowed;
}

Reply method_not_allowed(std::string allowed) {
  const Error error{ErrorCode::unimplemented, "this path takes " + allowed, "method"};
  Reply reply{405, kJsonType, protocol::write_error(error), false, {}};
  reply.allow = std::move(allowed);
  return reply;
}

// Every request of somebody's may name its wallet, in the ways in which the platform's clients do, but only its own.
Result<void> check_named_wallet(const Call& call) {
  const auto header = call.request().headers.find("X-Wallet-Address");
  const std::string* const query = call.target.parameter("wallet");
  const std::string* const long_query = call.target.parameter("wallet_address");
  const auto is_own = [&](std::string_view name) {
    auto named = WalletId::parse(name);
    return named && own_wallet(*call.identity, *named).has_value();
  };
  if ((!header || is_own(*header)) && (!query || is_own(*query)) && (!long_query || is_own(*long_query))) return {};
  WalletId nobodys;
  return own_wallet(*call.identity, nobodys);
}

Result<protocol::SignedBy> signer_of(Call& call) {
  return verify_signature_of(call.request(), call.services().authorities(), call.services().clock().now());
}

Result<Identity> identify_by_key(Call& call) {
  auto signed_by = signer_of(call);
  if (!signed_by) return std::move(signed_by).error();
  Identity identity{*std::move(signed_by), {}, {}};
  auto read = call.services().read([&](store::Transaction& records) -> Result<void> {
    auto wallet = wallet_of_key(records, identity.key());
    if (!wallet) return std::move(wallet).error();
    identity.wallet = *std::move(wallet);
    return {};
  });
  if (!read) return std::move(read).error();
  return identity;
}

Result<Identity> identify_by_session(Call& call) {
  auto session = session_of(call.services(), call.request());
  if (!session) return std::move(session).error();
  Identity identity{{}, *session, session->wallet};
  return identity;
}

// A key that registers; a session beside its signature says whose wallet it speaks for.
Result<Identity> identify_registering(Call& call) {
  auto signed_by = signer_of(call);
  if (!signed_by) return std::move(signed_by).error();
  Identity identity{*std::move(signed_by), {}, {}};
  if (has_session_token(call.request())) {
    auto session = session_of(call.services(), call.request());
    if (!session) return std::move(session).error();
    identity.session = *std::move(session);
  }
  return identity;
}

Result<Identity> identify(Call& call, protocol::Access access) {
  using protocol::Access;
  if (access == Access::registration) return identify_registering(call);
  // Who signs needs no session; what refuses a request without either asks for a signature, where one would do.
  const bool is_signed = call.request().headers.find("Signature").has_value();
  const bool by_session = takes_session(access) && (!takes_key(access) || (!is_signed && has_session_token(call.request())));
  return by_session ? identify_by_session(call) : identify_by_key(call);
}

// A task keeps its requester for good, so it may be looked at before the handler's own transaction.
Result<void> check_requester(Call& call) {
  return call.services().read([&](store::Transaction& records) -> Result<void> {
    auto task = find_task(records, call.path_argument);
    if (!task) return std::move(task).error();
    if (task->requester == call.identity->wallet) return {};
    return Error{ErrorCode::permission_denied, "the task is another wallet's", "not_yours"};
  });
}

// What of Route::access can be told before the handler runs. The rest is `holder`: a lease may end at any time, so it is looked at
// in the transaction that makes use of it (own_device(), and the attempt number in task/lease_changes.cpp).
Result<void> check_rights(Call& call, protocol::Access access) {
  using protocol::Access;
  if (access == Access::registration) return {};
  if (auto own = check_named_wallet(call); !own) return own;
  return access == Access::requester || access == Access::requester_key ? check_requester(call) : Result<void>{};
}

Result<Reply> handle_paid(Call& call, const protocol::Route& route) {
  // What only reads has no transaction of its own to use the nonce in, and must not answer a repeat.
  if (route.method == "GET")
    if (auto spent = call.spend_nonce(); !spent) return std::move(spent).error();
  auto allowed = check_rights(call, route.access);
  auto reply = allowed ? handler_of(route.endpoint)(call) : Result<Reply>{std::move(allowed).error()};
  // A refusal has undone its transaction, and the nonce's use with it. Used up it is nevertheless: what was refused today must not
  // be sent again by somebody else tomorrow, when it would be granted. While that cannot be kept, the refusal is not final either.
  if (auto spent = call.spend_nonce(); !spent) return std::move(spent).error();
  return reply;
}

Result<Reply> handle_identified(Call& call, const protocol::Route& route) {
  auto identity = identify(call, route.access);
  if (!identity) return std::move(identity).error();
  call.identity = *std::move(identity);
  RateLimiter& limiter = call.services().rate_limiter();
  const CallCost cost = cost_of(route.endpoint);
  // A copy, since a registration fills in the wallet.
  const Identity caller = *call.identity;
  if (const auto wait = limiter.take_identity(payer_of(caller), caller.wallet, cost))
    return rate_limited("your key, session or wallet", *wait);
  auto reply = handle_paid(call, route);
  // Somebody else who has seen a request could send it again and again: the signature is good, but it is not the signer who calls.
  if (!reply && reply.error().reason == "nonce_replayed") limiter.give_back_identity(payer_of(caller), caller.wallet, cost);
  return reply;
}

}  // namespace

Result<Reply> Router::dispatch(const net::Request& request, const net::Responder& responder) {
  Call call{services_, request, responder};
  call.address = services_.peers().address(request);
  const auto target = parse_target(request.target);
  if (target) call.target = *target;
  const auto match = target ? protocol::match_route(request.method, call.target.path) : protocol::RouteMatch{};
  // Before anything else is done for the request, also where it leads nowhere.
  const CallCost cost = match.route ? cost_of(match.route->endpoint) : CallCost::read;
  if (const auto wait = services_.rate_limiter().take_address(call.address, cost)) return rate_limited("your address", *wait);
  if (!target) return target.error();
  if (match.is_other_method) return method_not_allowed(allowed_methods(call.target.path));
  if (!match.route) return Error{ErrorCode::not_found, "there is no such path; see /api/v1/openapi.json", "route"};
  auto argument = percent_decode(match.argument);
  if (!argument) return std::move(argument).error();
  call.path_argument = *std::move(argument);
  if (match.route->access == protocol::Access::anybody) return handler_of(match.route->endpoint)(call);
  return handle_identified(call, *match.route);
}

void Router::handle(const net::Request& request, const net::Responder& responder) {
  Result<Reply> reply = Error{ErrorCode::internal, "the request could not be handled", {}};
  try {
    reply = dispatch(request, responder);
  } catch (const std::exception& exception) {
    // Out of memory, as far as our own code goes; the request is over, the server is not.
    services_.log(LogLevel::error, request.method + " " + request.target + ": " + exception.what());
  }
  if (!reply) {
    if (protocol::http_status(reply.error().code) >= 500)
      services_.log(LogLevel::error, request.method + " " + request.target + ": " + reply.error().message);
    return responder.send(to_response(reply.error()));
  }
  if (!reply->is_later) responder.send(to_response(*std::move(reply)));
}

}  // namespace gstd::coordinator

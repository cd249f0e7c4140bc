#include "coordinator/router.hpp"

#include "coordinator/handlers.hpp"
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
    case Endpoint::my_devices:
      return get_my_devices;
    case Endpoint::rotate_device_key:
      return rotate_device_key;
    case Endpoint::revoke_device:
      return revoke_device;
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

// Every signed request may name its wallet, in the ways in which the platform's clients do, but only its own.
Result<void> check_named_wallet(const Call& call) {
  const auto header = call.request().headers.find("X-Wallet-Address");
  const std::string* const query = call.target.parameter("wallet");
  const std::string* const long_query = call.target.parameter("wallet_address");
  const std::string& own = call.identity->wallet.str();
  if ((!header || *header == own) && (!query || *query == own) && (!long_query || *long_query == own)) return {};
  return own_wallet(*call.identity, WalletId{});
}

Result<void> identify(Call& call, bool is_registration) {
  auto signed_by = verify_signature_of(call.request(), call.services().authorities(), call.services().clock().now());
  if (!signed_by) return std::move(signed_by).error();
  Identity identity{*std::move(signed_by), {}};
  if (!is_registration) {
    auto read = call.services().read([&](store::Transaction& records) -> Result<void> {
      auto wallet = wallet_of_key(records, identity.key());
      if (!wallet) return std::move(wallet).error();
      identity.wallet = *std::move(wallet);
      return {};
    });
    if (!read) return read;
  }
  call.identity = std::move(identity);
  return is_registration ? Result<void>{} : check_named_wallet(call);
}

Result<Reply> handle_signed(Call& call, const protocol::Route& route) {
  if (auto known = identify(call, route.endpoint == protocol::Endpoint::register_device); !known) return std::move(known).error();
  // What only reads has no transaction of its own to use the nonce in, and must not answer a repeat.
  if (route.method == "GET")
    if (auto spent = call.spend_nonce(); !spent) return std::move(spent).error();
  auto reply = handler_of(route.endpoint)(call);
  // A refusal has undone its transaction, and the nonce's use with it. Used up it is nevertheless: what was refused today must not
  // be sent again by somebody else tomorrow, when it would be granted. While that cannot be kept, the refusal is not final either.
  if (auto spent = call.spend_nonce(); !spent) return std::move(spent).error();
  return reply;
}

}  // namespace

Result<Reply> Router::dispatch(const net::Request& request, const net::Responder& responder) {
  Call call{services_, request, responder};
  auto target = parse_target(request.target);
  if (!target) return std::move(target).error();
  call.target = *std::move(target);
  const protocol::RouteMatch match = protocol::match_route(request.method, call.target.path);
  if (match.is_other_method) return method_not_allowed(allowed_methods(call.target.path));
  if (!match.route) return Error{ErrorCode::not_found, "there is no such path; see /api/v1/openapi.json", "route"};
  auto argument = percent_decode(match.argument);
  if (!argument) return std::move(argument).error();
  call.path_argument = *std::move(argument);
  return match.route->is_signed ? handle_signed(call, *match.route) : handler_of(match.route->endpoint)(call);
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

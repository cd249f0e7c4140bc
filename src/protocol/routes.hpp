// The one list of endpoints: the coordinator's router, the OpenAPI description and the tests are made from it.
#pragma once

#include "protocol/messages.hpp"

namespace gstd::protocol {

inline constexpr std::string_view kApiPrefix = "/api/v1";

/// What a body holds: one of the messages by its name, or one of the first three.
enum class BodyKind {
  none,
  module,       ///< The bytes of a WASM module.
  description,  ///< openapi()
#define GSTD_ENUMERATE(M) M,
  GSTD_PROTOCOL_MESSAGES(GSTD_ENUMERATE)
#undef GSTD_ENUMERATE
};

enum class Endpoint {
  health,
  version,
  openapi,
  create_task,
  task,
  task_result,
  cancel_task,
  upload_module,
  module_metadata,
  download_module,
  execute_module,
  register_device,
  pow_challenge,
  pow_verify,
  pow_status,
  next_task,
  claim_task,
  complete_task,
  heartbeat,
  fail_task,
  queue_stats,
  wallet_balance,
  client_stats,
  client_escrows,
  events,
  login_payload,
  login,
  refresh_session,
  end_session,
  log_head,
  log_inclusion,
  log_consistency,
  log_entries,
  keys_wanted,
  grant_key,
  task_key,
  my_devices,
  rotate_device_key,
  revoke_device,
  live_events,
};

/// Who may call, and for what. The coordinator's router asks nobody else; tests/integration/authorisation_test.cpp walks every
/// endpoint as everybody. Where it says no more, callers act for their own wallet and devices, and can name no others.
enum class Access {
  anybody,
  key,             ///< A signature by the key of a registered device.
  key_or_session,  ///< That, or the session of a wallet.
  requester,       ///< Either, of the wallet that created the task in the path.
  requester_key,   ///< A key of that wallet.
  holder,          ///< The key of the device that holds the lease of the task that the request names, under the attempt there.
  session,         ///< A session.
  registration,    ///< A signature by a key that need not be registered; a session beside it shows whose wallet it is.
};

/// Whether an access can be had with a signature, and whether with a session.
constexpr bool takes_key(Access access) noexcept { return access != Access::anybody && access != Access::session; }
constexpr bool takes_session(Access access) noexcept {
  return access == Access::key_or_session || access == Access::requester || access == Access::session;
}

/// A query parameter or a header field of a request.
struct RouteParameter {
  enum class In { query, header };
  enum class Type { text, integer };
  std::string_view name;
  In in;
  Type type;
  bool is_required;
  std::string_view about;
};

struct Route {
  Endpoint endpoint;
  std::string_view name;    ///< operationId, and the endpoint's label in metrics.
  std::string_view method;  ///< GET, POST or DELETE.
  std::string_view path;    ///< Below kApiPrefix; "{name}" stands for one segment, at most one to a path.
  BodyKind request;
  BodyKind reply;
  Access access;
  std::string_view summary;
  std::span<const RouteParameter> parameters{};
  bool may_be_empty = false;                ///< 204 instead of a reply where there is nothing.
  BodyKind other_request = BodyKind::none;  ///< Another form of the request's body, told apart by Content-Type.
  /// The path is a WebSocket (RFC 6455), and each of the server's messages is a reply; there is none to the request itself.
  bool is_web_socket = false;
};

/// Longest that a call may be asked to wait, in milliseconds.
inline constexpr std::int64_t kWaitMsMax = 30'000;

std::span<const Route> routes() noexcept;
const Route& route(Endpoint endpoint) noexcept;

/// What a request's method and path lead to.
struct RouteMatch {
  const Route* route = nullptr;  ///< Null: no such endpoint.
  std::string_view argument;     ///< What stands for "{name}", as it is in the path; empty where there is none.
  bool is_other_method = false;  ///< No route, but the path exists under another method: 405.
};

/// `path` is the whole path without its query, e.g. "/api/v1/tasks/7".
RouteMatch match_route(std::string_view method, std::string_view path) noexcept;

/// The path of an endpoint with `argument` in place of "{name}"; the argument must not need percent-encoding.
std::string route_path(Endpoint endpoint, std::string_view argument = {});

}  // namespace gstd::protocol

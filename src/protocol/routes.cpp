#include "protocol/routes.hpp"

namespace gstd::protocol {
namespace {

using Parameter = RouteParameter;

constexpr Parameter kWallet{"wallet", Parameter::In::query, Parameter::Type::text, false, "The signer's wallet, and no other."};
constexpr Parameter kWaitMs{"wait_ms", Parameter::In::query, Parameter::Type::integer, false,
                            "How long to wait for something to tell, 0 to 30000; 0 where left out."};

constexpr std::array kOfWallet{kWallet};
constexpr std::array kNextTask{kWallet, kWaitMs,
                               Parameter{"memory_bytes_max", Parameter::In::query, Parameter::Type::integer, false,
                                         "Shows only tasks whose memory limit is at most this; any where left out."},
                               Parameter{"encryption", Parameter::In::query, Parameter::Type::integer, false,
                                         "2: shows encrypted tasks, too, those of that suite; none where left out."}};
constexpr std::array kEvents{
    Parameter{"since", Parameter::In::query, Parameter::Type::integer, false,
              "Sequence number after which to start; left out: no events, and where they are now as `next`."},
    kWaitMs};
constexpr std::array kLiveEvents{
    Parameter{"since", Parameter::In::query, Parameter::Type::integer, false,
              "Sequence number after which to start; left out: from now on, and the first message says where that is."}};
constexpr std::array kWait{kWaitMs};
constexpr std::array kTaskKey{
    Parameter{"attempt", Parameter::In::query, Parameter::Type::integer, true, "The attempt, as the claim named it."}, kWaitMs};
constexpr std::array kPowStatus{
    Parameter{"task_id", Parameter::In::query, Parameter::Type::text, true, "The task."},
    Parameter{"wallet", Parameter::In::query, Parameter::Type::text, true, "The wallet that the challenge was given to."},
};
constexpr std::array kEndSession{
    Parameter{"all", Parameter::In::query, Parameter::Type::text, false, "true: every session of the wallet, not this one alone."},
};
constexpr std::array kLogInclusion{
    Parameter{"task_id", Parameter::In::query, Parameter::Type::text, true, "The task."},
    Parameter{"attempt", Parameter::In::query, Parameter::Type::integer, true, "The attempt that was accepted."},
    Parameter{"size", Parameter::In::query, Parameter::Type::integer, false,
              "Of the list that the proof is to be for; left out: the whole log."}};
constexpr std::array kLogConsistency{
    Parameter{"first", Parameter::In::query, Parameter::Type::integer, true, "Size of the shorter list."},
    Parameter{"second", Parameter::In::query, Parameter::Type::integer, true, "Size of the longer list."}};
constexpr std::array kLogEntries{
    Parameter{"start", Parameter::In::query, Parameter::Type::integer, true, "Number of the first entry, from zero."},
    Parameter{"count", Parameter::In::query, Parameter::Type::integer, false, "How many at most, up to 256; 256 where left out."}};
constexpr std::array kIdempotent{
    Parameter{"Idempotency-Key", Parameter::In::header, Parameter::Type::text, false,
              "The same request under the same key is done once and answered alike; at most 128 characters."},
};

// Shorter than BodyKind::..., which fills the table below.
using enum BodyKind;
using enum Access;

constexpr std::array kRoutes{
    Route{Endpoint::health, "health", "GET", "/health", none, Health, anybody, "Whether the coordinator can work"},
    Route{Endpoint::version, "version", "GET", "/version", none, Version, anybody, "Versions of the API and the software"},
    Route{Endpoint::openapi, "openapi", "GET", "/openapi.json", none, description, anybody, "This description"},
    Route{Endpoint::create_task, "create_task", "POST", "/tasks/create", CreateTask, TaskCreated, key_or_session,
          "Create a task and lock its budget", kIdempotent},
    Route{Endpoint::task, "task", "GET", "/tasks/{id}", none, TaskView, anybody, "A task as it stands"},
    Route{Endpoint::task_result, "task_result", "GET", "/tasks/{id}/result", none, TaskResult, requester,
          "The accepted result with its signed receipt"},
    Route{Endpoint::cancel_task, "cancel_task", "DELETE", "/tasks/{id}", none, TaskCancelled, requester,
          "Give up a task and refund its budget"},
    Route{Endpoint::upload_module,
          "upload_module",
          "POST",
          "/wasm/upload",
          module,
          ModuleMetadata,
          key_or_session,
          "Upload a module: its bytes, or as JSON with Content-Type application/json",
          {},
          false,
          UploadModule},
    Route{Endpoint::module_metadata, "module_metadata", "GET", "/wasm/{sha256}/metadata", none, ModuleMetadata, anybody,
          "What a module wants and offers"},
    Route{Endpoint::download_module, "download_module", "GET", "/wasm/{sha256}", none, module, anybody, "Download a module"},
    Route{Endpoint::execute_module, "execute_module", "POST", "/wasm/{sha256}/execute", ExecuteModule, Execution, key_or_session,
          "Create a task that runs a module", kIdempotent},
    Route{Endpoint::register_device, "register_device", "POST", "/devices/register", RegisterDevice, Message, registration,
          "Bind a device and a wallet to the signing key"},
    Route{Endpoint::pow_challenge, "pow_challenge", "POST", "/pow/challenge", PowRequest, PowChallenge, key,
          "Get a proof-of-work challenge for a claim"},
    Route{Endpoint::pow_verify, "pow_verify", "POST", "/pow/verify", PowAnswer, PowVerdict, key,
          "Check an answer without spending its challenge"},
    Route{Endpoint::pow_status, "pow_status", "GET", "/pow/status", none, PowStatus, anybody, "A challenge as it stands",
          kPowStatus},
    Route{Endpoint::next_task, "next_task", "GET", "/orchestrator/next-task", none, QueueItem, key,
          "The best task open to a worker; reserves nothing", kNextTask, true},
    Route{Endpoint::claim_task, "claim_task", "POST", "/orchestrator/claim", ClaimRequest, Claim, key,
          "Claim a task with a proof of work"},
    Route{Endpoint::complete_task, "complete_task", "POST", "/orchestrator/complete", Completion, Completed, holder,
          "Hand in a result"},
    Route{Endpoint::heartbeat, "heartbeat", "POST", "/orchestrator/heartbeat", Heartbeat, LeaseView, holder, "Extend a lease"},
    Route{Endpoint::fail_task, "fail_task", "POST", "/orchestrator/fail", AttemptFailed, Message, holder,
          "Report an attempt that is only worth a retry, or give the task back"},
    Route{Endpoint::queue_stats, "queue_stats", "GET", "/orchestrator/queue/stats", none, QueueStats, anybody,
          "How many tasks are in which state"},
    Route{Endpoint::wallet_balance, "wallet_balance", "GET", "/wallet/balance", none, WalletBalance, key_or_session,
          "What a wallet holds", kOfWallet},
    Route{Endpoint::client_stats, "client_stats", "GET", "/client/stats", none, ClientStats, key_or_session,
          "What a requester's tasks come to", kOfWallet},
    Route{Endpoint::client_escrows, "client_escrows", "GET", "/client/escrows", none, EscrowPage, key_or_session,
          "A requester's money in escrow", kOfWallet},
    Route{Endpoint::events, "events", "GET", "/events", none, EventPage, key_or_session, "Changes of the signer's own tasks",
          kEvents},
    Route{Endpoint::login_payload, "login_payload", "POST", "/users/payload", none, LoginPayload, anybody,
          "Get a payload for a wallet to sign"},
    Route{Endpoint::login, "login", "POST", "/users/login", Login, LoggedIn, anybody, "Begin a session with a wallet's ton_proof"},
    Route{Endpoint::refresh_session, "refresh_session", "POST", "/users/session/refresh", none, SessionView, session,
          "Give a session more time"},
    Route{Endpoint::end_session, "end_session", "DELETE", "/users/session", none, Message, session, "End a session", kEndSession},
    Route{Endpoint::log_head, "log_head", "GET", "/log/head", none, SignedTreeHead, anybody,
          "The signed head of the log of receipts"},
    Route{Endpoint::log_inclusion, "log_inclusion", "GET", "/log/inclusion", none, InclusionProof, anybody,
          "A proof that the log has an attempt's acceptance", kLogInclusion},
    Route{Endpoint::log_consistency, "log_consistency", "GET", "/log/consistency", none, ConsistencyProof, anybody,
          "A proof that the log only grew", kLogConsistency},
    Route{Endpoint::log_entries, "log_entries", "GET", "/log/entries", none, LogPage, anybody, "Entries of the log", kLogEntries},
    Route{Endpoint::keys_wanted, "keys_wanted", "GET", "/tasks/keys/wanted", none, KeysWanted, key,
          "Attempts that wait for keys of the signer's encrypted tasks", kWait},
    Route{Endpoint::grant_key, "grant_key", "POST", "/tasks/{id}/key", TaskKey, Message, requester_key,
          "Grant an attempt the key of an encrypted task"},
    Route{Endpoint::task_key, "task_key", "GET", "/tasks/{id}/key", none, TaskKey, holder,
          "The key of an encrypted task, for the attempt that it was granted to", kTaskKey, true},
    Route{Endpoint::my_devices, "my_devices", "GET", "/devices/my", none, DevicePage, key_or_session, "The devices of a wallet"},
    Route{Endpoint::rotate_device_key, "rotate_device_key", "POST", "/devices/{id}/rotate", RotateDeviceKey, Message, key,
          "Give a device another key; signed by the old one"},
    Route{Endpoint::revoke_device, "revoke_device", "DELETE", "/devices/{id}", none, Message, key_or_session,
          "Revoke a device's key at once and for good"},
    Route{Endpoint::live_events, "live_events", "GET", "/events/live", none, EventPage, key_or_session,
          "Changes of the signer's own tasks as they happen, over a WebSocket", kLiveEvents, false, none, true},
};

consteval bool is_indexed_by_endpoint() {
  for (std::size_t i = 0; i < kRoutes.size(); ++i)
    if (static_cast<std::size_t>(kRoutes[i].endpoint) != i) return false;
  return true;
}
static_assert(is_indexed_by_endpoint());

// Everything that changes something wants to know who asks, but for the way in.
consteval bool is_every_change_somebodys() {
  for (const auto& entry : kRoutes)
    if (entry.method != "GET" && entry.access == anybody && entry.endpoint != Endpoint::login_payload &&
        entry.endpoint != Endpoint::login)
      return false;
  return true;
}
static_assert(is_every_change_somebodys());

// The path's argument where it fits the template, which may have none.
std::optional<std::string_view> fit(std::string_view path, std::string_view pattern) noexcept {
  const auto open = pattern.find('{');
  if (open == std::string_view::npos) return path == pattern ? std::optional<std::string_view>("") : std::nullopt;
  const auto head = pattern.substr(0, open);
  const auto tail = pattern.substr(pattern.find('}') + 1);
  if (!path.starts_with(head)) return std::nullopt;
  path.remove_prefix(head.size());
  const auto argument = path.substr(0, path.find('/'));
  if (argument.empty() || path.substr(argument.size()) != tail) return std::nullopt;
  return argument;
}

}  // namespace

std::span<const Route> routes() noexcept { return kRoutes; }

const Route& route(Endpoint endpoint) noexcept { return kRoutes[static_cast<std::size_t>(endpoint)]; }

RouteMatch match_route(std::string_view method, std::string_view path) noexcept {
  RouteMatch match;
  if (!path.starts_with(kApiPrefix)) return match;
  path.remove_prefix(kApiPrefix.size());
  for (const auto& entry : kRoutes) {
    const auto argument = fit(path, entry.path);
    if (!argument) continue;
    if (entry.method == method) return {&entry, *argument, false};
    match.is_other_method = true;
  }
  return match;
}

std::string route_path(Endpoint endpoint, std::string_view argument) {
  const std::string_view pattern = route(endpoint).path;
  const auto open = pattern.find('{');
  std::string path(kApiPrefix);
  if (open == std::string_view::npos) return path += pattern;
  path += pattern.substr(0, open);
  path += argument;
  return path += pattern.substr(pattern.find('}') + 1);
}

}  // namespace gstd::protocol

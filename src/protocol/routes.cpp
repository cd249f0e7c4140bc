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
                                         "Shows only tasks whose memory limit is at most this; any where left out."}};
constexpr std::array kEvents{
    Parameter{"since", Parameter::In::query, Parameter::Type::integer, false,
              "Sequence number after which to start; left out: no events, and where they are now as `next`."},
    kWaitMs};
constexpr std::array kPowStatus{
    Parameter{"task_id", Parameter::In::query, Parameter::Type::text, true, "The task."},
    Parameter{"wallet", Parameter::In::query, Parameter::Type::text, true, "The wallet that the challenge was given to."},
};
constexpr std::array kIdempotent{
    Parameter{"Idempotency-Key", Parameter::In::header, Parameter::Type::text, false,
              "The same request under the same key is done once and answered alike; at most 128 characters."},
};

// Shorter than BodyKind::..., which fills the table below.
using enum BodyKind;

constexpr std::array kRoutes{
    Route{Endpoint::health, "health", "GET", "/health", none, Health, false, "Whether the coordinator can work"},
    Route{Endpoint::version, "version", "GET", "/version", none, Version, false, "Versions of the API and the software"},
    Route{Endpoint::openapi, "openapi", "GET", "/openapi.json", none, description, false, "This description"},
    Route{Endpoint::create_task, "create_task", "POST", "/tasks/create", CreateTask, TaskCreated, true,
          "Create a task and lock its budget", kIdempotent},
    Route{Endpoint::task, "task", "GET", "/tasks/{id}", none, TaskView, false, "A task as it stands"},
    Route{Endpoint::task_result, "task_result", "GET", "/tasks/{id}/result", none, TaskResult, true,
          "The accepted result with its signed receipt"},
    Route{Endpoint::cancel_task, "cancel_task", "DELETE", "/tasks/{id}", none, TaskCancelled, true,
          "Give up a task and refund its budget"},
    Route{Endpoint::upload_module,
          "upload_module",
          "POST",
          "/wasm/upload",
          module,
          ModuleMetadata,
          true,
          "Upload a module: its bytes, or as JSON with Content-Type application/json",
          {},
          false,
          UploadModule},
    Route{Endpoint::module_metadata, "module_metadata", "GET", "/wasm/{sha256}/metadata", none, ModuleMetadata, false,
          "What a module wants and offers"},
    Route{Endpoint::download_module, "download_module", "GET", "/wasm/{sha256}", none, module, false, "Download a module"},
    Route{Endpoint::execute_module, "execute_module", "POST", "/wasm/{sha256}/execute", ExecuteModule, Execution, true,
          "Create a task that runs a module", kIdempotent},
    Route{Endpoint::register_device, "register_device", "POST", "/devices/register", RegisterDevice, Message, true,
          "Bind a device and a wallet to the signing key"},
    Route{Endpoint::pow_challenge, "pow_challenge", "POST", "/pow/challenge", PowRequest, PowChallenge, true,
          "Get a proof-of-work challenge for a claim"},
    Route{Endpoint::pow_verify, "pow_verify", "POST", "/pow/verify", PowAnswer, PowVerdict, true,
          "Check an answer without spending its challenge"},
    Route{Endpoint::pow_status, "pow_status", "GET", "/pow/status", none, PowStatus, false, "A challenge as it stands", kPowStatus},
    Route{Endpoint::next_task, "next_task", "GET", "/orchestrator/next-task", none, QueueItem, true,
          "The best task open to a worker; reserves nothing", kNextTask, true},
    Route{Endpoint::claim_task, "claim_task", "POST", "/orchestrator/claim", ClaimRequest, Claim, true,
          "Claim a task with a proof of work"},
    Route{Endpoint::complete_task, "complete_task", "POST", "/orchestrator/complete", Completion, Completed, true,
          "Hand in a result"},
    Route{Endpoint::heartbeat, "heartbeat", "POST", "/orchestrator/heartbeat", Heartbeat, LeaseView, true, "Extend a lease"},
    Route{Endpoint::fail_task, "fail_task", "POST", "/orchestrator/fail", AttemptFailed, Message, true,
          "Report an attempt that is only worth a retry, or give the task back"},
    Route{Endpoint::queue_stats, "queue_stats", "GET", "/orchestrator/queue/stats", none, QueueStats, false,
          "How many tasks are in which state"},
    Route{Endpoint::wallet_balance, "wallet_balance", "GET", "/wallet/balance", none, WalletBalance, true, "What a wallet holds",
          kOfWallet},
    Route{Endpoint::client_stats, "client_stats", "GET", "/client/stats", none, ClientStats, true,
          "What a requester's tasks come to", kOfWallet},
    Route{Endpoint::client_escrows, "client_escrows", "GET", "/client/escrows", none, EscrowPage, true,
          "A requester's money in escrow", kOfWallet},
    Route{Endpoint::events, "events", "GET", "/events", none, EventPage, true, "Changes of the signer's own tasks", kEvents},
    Route{Endpoint::my_devices, "my_devices", "GET", "/devices/my", none, DevicePage, true, "The devices of the signer's wallet"},
    Route{Endpoint::rotate_device_key, "rotate_device_key", "POST", "/devices/{id}/rotate", RotateDeviceKey, Message, true,
          "Give a device another key; signed by the old one"},
    Route{Endpoint::revoke_device, "revoke_device", "DELETE", "/devices/{id}", none, Message, true,
          "Revoke a device's key at once and for good"},
};

consteval bool is_indexed_by_endpoint() {
  for (std::size_t i = 0; i < kRoutes.size(); ++i)
    if (static_cast<std::size_t>(kRoutes[i].endpoint) != i) return false;
  return true;
}
static_assert(is_indexed_by_endpoint());

// Everything that changes something is signed.
consteval bool is_every_change_signed() {
  for (const auto& entry : kRoutes)
    if (entry.method != "GET" && !entry.is_signed) return false;
  return true;
}
static_assert(is_every_change_signed());

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

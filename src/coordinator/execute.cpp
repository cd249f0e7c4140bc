// POST /wasm/{sha256}/execute: a task for an uploaded module, in the words of the platform's task list. What it creates is what
// POST /tasks/create creates.
#include "coordinator/creation.hpp"
#include "coordinator/handlers.hpp"
#include "coordinator/inspection.hpp"

namespace gstd::coordinator {
namespace {

// What a convention calls, by the name under which the platform's clients know it.
constexpr std::array kEntries{std::pair{GuestConvention::wasi, std::string_view{"_start"}},
                              std::pair{GuestConvention::env, std::string_view{"main"}},
                              std::pair{GuestConvention::reactor, std::string_view{"run"}}};

std::string_view entry_of(GuestConvention convention) {
  for (const auto& [known, entry] : kEntries)
    if (known == convention) return entry;
  return {};
}

// By what the caller says, in the order of how clearly; else by what the module is made for.
Result<GuestConvention> convention_of(const protocol::ExecuteModule& request, const wasm::ModuleInfo& module) {
  std::optional<GuestConvention> convention = request.convention;
  if (!convention && request.function)
    for (const auto& [known, entry] : kEntries)
      if (entry == *request.function) convention = known;
  if (!convention) convention = module.convention;
  if (!convention)
    return Error{ErrorCode::failed_precondition,
                 "the module fits no convention; GET its metadata for what is refused, or name the convention", "module_refused"};
  if (request.function && *request.function != entry_of(*convention))
    return Error{ErrorCode::invalid_argument,
                 "function can only be " + std::string(entry_of(*convention)) + ", which the convention " +
                     std::string(to_string(*convention)) + " calls",
                 "function"};
  return *convention;
}

protocol::CreateTask order_of(protocol::ExecuteModule request, const Digest& module, GuestConvention convention) {
  protocol::CreateTask order;
  order.type = "wasm_binary";
  order.operation = "run";
  order.budget = budget_for(request.reward_gstd);
  order.payload = std::move(request.input);
  order.input = std::move(request.input_bytes);
  order.module_sha256 = module;
  order.convention = convention;
  order.priority = request.priority;
  if (request.fuel) order.limits.fuel = *request.fuel;
  // The platform's unit: 16 pages of 64 KiB.
  if (request.memory_limit_mb) order.limits.memory_bytes_max = *request.memory_limit_mb << 20;
  if (request.timeout_ms) order.limits.wall_time = std::chrono::milliseconds{*request.timeout_ms};
  return order;
}

std::string reply_for(const Task& task) {
  protocol::Execution execution;
  execution.task_id = task.id;
  execution.status = task.state == TaskState::awaiting_escrow ? to_string(task.state) : "queued";
  execution.amount = task.spec.budget;
  execution.reward_gstd = reward_of(task.spec.budget);
  execution.convention = task.spec.convention;
  execution.module_sha256 = task.spec.module;
  execution.input_sha256 = task.spec.input;
  return protocol::write(execution);
}

}  // namespace

Result<Reply> execute_module(Call& call) {
  auto digest = module_digest_of(call);
  if (!digest) return std::move(digest).error();
  auto request = call.body<protocol::ExecuteModule>();
  if (!request) return std::move(request).error();
  auto module = stored_module(call, *digest);
  if (!module) return std::move(module).error();
  const auto info = wasm::inspect(module->content);
  if (!info) return Error{ErrorCode::failed_precondition, info.error().message, "module_refused"};
  // A run of it would be paid for and give nothing.
  if (info->refusal) return Error{ErrorCode::failed_precondition, info->refusal->message, "module_refused"};
  const auto convention = convention_of(*request, *info);
  if (!convention) return convention.error();
  return answer_creation(call, order_of(*std::move(request), *digest, *convention), reply_for);
}

}  // namespace gstd::coordinator

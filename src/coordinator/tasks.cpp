#include <gstd/crypto.hpp>
#include <gstd/wasm.hpp>

#include "coordinator/acceptance.hpp"
#include "coordinator/convention.hpp"
#include "coordinator/creation.hpp"
#include "coordinator/find.hpp"
#include "coordinator/handlers.hpp"
#include "coordinator/key_exchange.hpp"
#include "coordinator/script.hpp"
#include "coordinator/settlement.hpp"
#include "coordinator/views.hpp"

#include <algorithm>

namespace gstd::coordinator {
namespace {

constexpr std::size_t kIdempotencyKeyCharsMax = 128;

// The header's value; empty where there is none.
Result<std::string> idempotency_key_of(const net::Headers& headers) {
  const auto value = headers.find("Idempotency-Key");
  if (!value) return std::string{};
  const bool visible = std::all_of(value->begin(), value->end(), [](char c) { return c > ' ' && c <= '~'; });
  if (value->empty() || value->size() > kIdempotencyKeyCharsMax || !visible)
    return Error{ErrorCode::invalid_argument,
                 "Idempotency-Key has 1 to " + std::to_string(kIdempotencyKeyCharsMax) + " visible characters", "idempotency_key"};
  return std::string(*value);
}

// The reply that this key was answered with before, or nothing.
Result<std::optional<std::string>> earlier_reply(store::Transaction& records, const WalletId& wallet, const std::string& key,
                                                 const Digest& request) {
  if (key.empty()) return std::optional<std::string>{};
  auto reply = records.reply(wallet, key);
  if (!reply) {
    if (reply.error().code == ErrorCode::not_found) return std::optional<std::string>{};
    return std::move(reply).error();
  }
  if (reply->request != request)
    return Error{ErrorCode::failed_precondition,
                 "this Idempotency-Key was used for another request; use a new one for each new task", "idempotency_mismatch"};
  return std::optional{std::move(reply->body)};
}

struct NewTask {
  TaskId id;
  TaskSpec spec;
  Bytes input;
  /// The script engine, where the task runs on it and the store does not have it yet.
  std::optional<store::ModuleRecord> engine{};
};

Result<TaskId> id_of(const protocol::CreateTask& request, Random& random) {
  if (!request.task_id) return TaskId::parse(make_uuid(random));
  // Whoever may choose could take names that mean something to others; an input that is bound to its task is the one reason to.
  if (!request.encryption)
    return Error{ErrorCode::invalid_argument, "task_id goes with `encryption` only; leave it out, and one is made", "field"};
  return *request.task_id;
}

Result<NewTask> new_task_of(protocol::CreateTask request, const Identity& identity, Random& random) {
  NewTask made;
  auto id = id_of(request, random);
  if (!id) return std::move(id).error();
  made.id = *std::move(id);
  const BytesView payload = as_bytes(request.payload);
  made.input = request.payload.empty() ? std::move(request.input) : Bytes(payload.begin(), payload.end());
  made.spec.input = sha256(made.input);
  if (request.encryption) {
    auto sealing = check_sealing(identity, request, made.input);
    if (!sealing) return std::move(sealing).error();
    made.spec.sealing = *std::move(sealing);
    made.spec.sealing->sealed_input = std::exchange(made.spec.input, request.encryption->input_commitment);
  }
  if (made.input.size() > (request.encryption ? protocol::kSealedInputBytesMax : protocol::kInputBytesMax))
    return Error{ErrorCode::invalid_argument, "the input is longer than " + std::to_string(protocol::kInputBytesMax) + " bytes",
                 "field"};
  made.spec.type = std::move(request.type);
  made.spec.operation = std::move(request.operation);
  if (!request.module_sha256)
    return Error{ErrorCode::invalid_argument, "module_sha256 is missing; only a script may do without", "field"};
  made.spec.module = *request.module_sha256;
  made.spec.convention = request.convention;
  made.spec.limits = request.limits;
  made.spec.budget = request.budget;
  made.spec.priority = request.priority;
  if (made.spec.budget.nano <= 0) return Error{ErrorCode::invalid_argument, "the budget must be more than zero", "field"};
  if (auto checked = check_spec(made.spec); !checked) return std::move(checked).error();
  return made;
}

// The first script of all brings its engine along; looking into that has no place on the store's writer.
Result<void> bring_engine(Services& services, NewTask& made) {
  if (made.spec.module != script_engine()) return {};
  auto found = services.read([&](store::Transaction& records) -> Result<void> {
    if (auto module = find_module(records, made.spec.module); !module) return std::move(module).error();
    return {};
  });
  if (found || found.error().code != ErrorCode::not_found) return found;
  auto record = script_engine_record();
  if (!record) return std::move(record).error();
  made.engine = *std::move(record);
  return {};
}

Result<void> put_engine(Mutation& mutation, store::ModuleRecord engine, const WalletId& requester) {
  engine.uploader = requester;
  engine.uploaded_at = mutation.now();
  if (auto put = mutation.records().put_blob(engine.sha256, wasm::javascript_engine()); !put) return put;
  return mutation.records().put_module(engine);
}

Result<Task> insert(Mutation& mutation, const NewTask& made, const WalletId& requester) {
  if (made.engine)
    if (auto put = put_engine(mutation, *made.engine, requester); !put) return std::move(put).error();
  auto module = find_module(mutation.records(), made.spec.module);
  if (!module) return std::move(module).error();
  if (auto fits = check_fits(*module, made.spec.convention); !fits) return std::move(fits).error();
  Task task;
  task.id = made.id;
  task.requester = requester;
  task.spec = made.spec;
  task.not_before = mutation.now();
  task.created_at = mutation.now();
  if (auto inserted = mutation.records().insert_task(task); !inserted) {
    if (inserted.error().code != ErrorCode::already_exists) return std::move(inserted).error();
    return Error{ErrorCode::already_exists, "there is a task of this id already; draw another one at random", "task_exists"};
  }
  // Behind those that have waited longer, even where the balance would cover this one alone.
  if (auto funded = fund_awaiting(mutation, requester); !funded) return std::move(funded).error();
  auto stored = mutation.records().task(made.id);
  if (!stored) return stored;
  if (stored->state == TaskState::awaiting_escrow)
    if (auto checked = check_awaiting(mutation, requester); !checked) return std::move(checked).error();
  const Digest& content = made.spec.sealing ? made.spec.sealing->sealed_input : made.spec.input;
  if (auto put = mutation.records().put_blob(content, made.input); !put) return std::move(put).error();
  return stored;
}

std::string reply_for(const Task& task) {
  protocol::TaskCreated created;
  created.task_id = task.id;
  created.status = task.state;
  created.payment_memo = "TASK-" + task.id.str();
  created.amount = task.spec.budget;
  created.reward_gstd = reward_of(task.spec.budget);
  created.module_sha256 = task.spec.module;
  created.input_sha256 = task.spec.input;
  return protocol::write(created);
}

// Why a task in this state has no result to give; nothing where it has.
std::optional<Error> without_result(const Task& task) {
  switch (task.state) {
    case TaskState::completed:
    case TaskState::failed:
      return std::nullopt;
    case TaskState::dead_letter:
    case TaskState::cancelled:
      return Error{ErrorCode::failed_precondition,
                   "the task ended without a result" + (task.last_error.empty() ? std::string{} : ": " + task.last_error),
                   std::string(to_string(task.state))};
    default:
      return Error{ErrorCode::failed_precondition, "the task is still on its way; ask again later", "not_ready"};
  }
}

}  // namespace

Result<Reply> answer_creation(Call& call, protocol::CreateTask order, std::string (*reply_for)(const Task&)) {
  auto key = idempotency_key_of(call.request().headers);
  if (!key) return std::move(key).error();
  if (auto expanded = expand_script(order); !expanded) return std::move(expanded).error();
  auto made = new_task_of(std::move(order), *call.identity, call.services().random());
  if (!made) return std::move(made).error();
  if (auto brought = bring_engine(call.services(), *made); !brought) return std::move(brought).error();

  const WalletId& requester = call.identity->wallet;
  // The path says what is asked for as much as the body does: a module, for instance.
  const Digest digest = Sha256{}.update(as_bytes(call.path_argument)).update(as_bytes(call.request().body)).finish();
  std::string body;
  auto written = call.write([&](Mutation& mutation) -> Result<void> {
    auto earlier = earlier_reply(mutation.records(), requester, *key, digest);
    if (!earlier) return std::move(earlier).error();
    if (*earlier) {
      body = **std::move(earlier);
      return {};
    }
    auto task = insert(mutation, *made, requester);
    if (!task) return std::move(task).error();
    body = reply_for(*task);
    if (key->empty()) return {};
    return mutation.records().put_reply(requester, *key, {digest, body});
  });
  if (!written) return std::move(written).error();
  return Reply{200, kJsonType, std::move(body), false, {}};
}

Result<Reply> create_task(Call& call) {
  auto order = call.body<protocol::CreateTask>();
  if (!order) return std::move(order).error();
  return answer_creation(call, *std::move(order), reply_for);
}

Result<Reply> get_task(Call& call) {
  protocol::TaskView view;
  auto read = call.services().read([&](store::Transaction& records) -> Result<void> {
    auto task = find_task(records, call.path_argument);
    if (!task) return std::move(task).error();
    auto submission = current_submission(records, *task);
    if (!submission) return std::move(submission).error();
    view = view_of(*task, *submission);
    return {};
  });
  if (!read) return std::move(read).error();
  return json_reply(view);
}

Result<Reply> get_task_result(Call& call) {
  protocol::TaskResult result;
  auto read = call.services().read([&](store::Transaction& records) -> Result<void> {
    auto task = find_task(records, call.path_argument);
    if (!task) return std::move(task).error();
    if (auto without = without_result(*task)) return *std::move(without);
    auto submission = records.submission(task->id, task->attempt);
    if (!submission) return std::move(submission).error();
    auto output = find_blob(records, submission->output);
    if (!output) return std::move(output).error();
    auto acceptance = find_acceptance(records, task->id, task->attempt);
    if (!acceptance) return std::move(acceptance).error();
    result = {task->id,
              task->state,
              task->attempt,
              submission->outcome,
              submission->exit_code,
              submission->fuel_used,
              submission->execution_time.count(),
              *std::move(output),
              submission->output,
              submission->worker,
              submission->device,
              submission->key,
              std::move(submission->receipt),
              submission->signature,
              submission->submitted_at,
              *std::move(acceptance),
              encryption_of(task->spec)};
    return {};
  });
  if (!read) return std::move(read).error();
  return json_reply(result);
}

Result<Reply> cancel_task(Call& call) {
  protocol::TaskCancelled cancelled;
  auto written = call.write([&](Mutation& mutation) -> Result<void> {
    auto task = find_task(mutation.records(), call.path_argument);
    if (!task) return std::move(task).error();
    // A repeat whose first answer was lost finds what it wanted.
    if (task->state != TaskState::cancelled) {
      task = cancel_and_refund(mutation, *task);
      if (!task) return std::move(task).error();
    }
    cancelled = {task->id, task->state, "Task cancelled; what its escrow held is refunded"};
    return {};
  });
  if (!written) return std::move(written).error();
  return json_reply(cancelled);
}

}  // namespace gstd::coordinator

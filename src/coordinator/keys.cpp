// Keys of encrypted tasks on their way from requester to worker. The coordinator carries them, and checks what it can: it sees that
// everything is signed, and by whom, and cannot open any of it.
#include <gstd/sealing.hpp>

#include "coordinator/find.hpp"
#include "coordinator/handlers.hpp"
#include "coordinator/key_exchange.hpp"
#include "coordinator/long_poll.hpp"

namespace gstd::coordinator {
namespace {

Error key_refused(std::string message) { return {ErrorCode::invalid_argument, std::move(message), "encryption"}; }

Result<protocol::KeysWanted> wanted_of(Services& services, const WalletId& requester) {
  protocol::KeysWanted wanted;
  auto read = services.read([&](store::Transaction& records) -> Result<void> {
    auto exchanges = records.keys_wanted(requester, protocol::kKeysWantedMax);
    if (!exchanges) return std::move(exchanges).error();
    wanted.wanted.clear();
    for (const auto& exchange : *exchanges) {
      auto request = protocol::read<protocol::KeyWanted>(exchange.request);
      if (!request) return Error{ErrorCode::data_loss, "a key request cannot be read: " + request.error().message, {}};
      wanted.wanted.push_back(*std::move(request));
    }
    return {};
  });
  if (!read) return std::move(read).error();
  return wanted;
}

// The grant, once it is there. Only the device that holds the lease is answered at all.
Result<std::optional<std::string>> grant_for(Services& services, const Identity& identity, const TaskId& id,
                                             std::uint32_t attempt) {
  std::optional<std::string> grant;
  auto read = services.read([&](store::Transaction& records) -> Result<void> {
    auto task = find_task(records, id);
    if (!task) return std::move(task).error();
    if (task->state != TaskState::assigned || task->attempt != attempt || !task->lease || task->lease->key != identity.key())
      return Error{ErrorCode::aborted, "the lease is another's by now, or has run out; ask for another task", "lease_stale"};
    if (!task->spec.sealing) return key_refused("the task is not encrypted; its claim had all that it takes");
    auto exchange = records.key_exchange(id, attempt);
    if (!exchange) return std::move(exchange).error();
    grant = std::move(exchange->grant);
    return {};
  });
  if (!read) return std::move(read).error();
  return grant;
}

Reply granted(std::string grant) { return Reply{200, kJsonType, std::move(grant), false, {}}; }

// Whether the requester signed exactly this wrap for exactly this attempt. The worker looks, too; a grant that does not pass would
// only keep a good one out.
Result<void> check_grant(const Task& task, const protocol::TaskKey& key, const store::KeyExchange& exchange) {
  auto request = protocol::read<protocol::KeyWanted>(exchange.request);
  if (!request) return Error{ErrorCode::data_loss, "a key request cannot be read: " + request.error().message, {}};
  const KeyGrant grant{task.id,        key.attempt, request->device_id, request->device_public_key, request->encryption_key,
                       key.wrapped_key};
  if (verify_signature(task.spec.sealing->sender, encode_key_grant(grant), key.signature)) return {};
  return key_refused("the grant is not signed by the key that sealed the task's input");
}

}  // namespace

std::string wanted_topic(const WalletId& requester) { return "wanted/" + requester.str(); }
std::string key_topic(const TaskId& task) { return "key/" + task.str(); }

Result<Reply> get_keys_wanted(Call& call) {
  auto wait = wait_parameter(call.target);
  if (!wait) return std::move(wait).error();
  Services& services = call.services();
  const WalletId wallet = call.identity->wallet;
  if (services.granting().arrive(wallet, *wait)) services.waits().look_for_work();
  auto wanted = wanted_of(services, wallet);
  if (!wanted) return std::move(wanted).error();
  if (!wanted->wanted.empty() || *wait == std::chrono::milliseconds{0}) return json_reply(*wanted);
  const auto look = [&services, wallet]() -> std::optional<net::Response> {
    auto found = wanted_of(services, wallet);
    if (!found) return to_response(found.error());
    if (found->wanted.empty()) return std::nullopt;
    return to_response(json_reply(*found));
  };
  auto kept = services.key_waits().add({call.responder(), services.clock().steady() + *wait, wallet, wanted_topic(wallet), look,
                                        to_response(json_reply(protocol::KeysWanted{}))});
  if (!kept) return std::move(kept).error();
  if (*kept) return Reply::later();
  return json_reply(*wanted);
}

Result<Reply> grant_key(Call& call) {
  auto key = call.body<protocol::TaskKey>();
  if (!key) return std::move(key).error();
  if (key->task_id.str() != call.path_argument) return key_refused("the path names another task than the grant");
  auto written = call.write([&](Mutation& mutation) -> Result<void> {
    auto task = find_task(mutation.records(), key->task_id);
    if (!task) return std::move(task).error();
    if (task->requester != call.identity->wallet)
      return Error{ErrorCode::permission_denied, "the task is another wallet's", "not_yours"};
    if (!task->spec.sealing) return key_refused("the task is not encrypted; it needs no key");
    if (task->state != TaskState::assigned || task->attempt != key->attempt)
      return Error{ErrorCode::aborted, "this attempt is over; ask which keys are wanted now", "lease_stale"};
    auto exchange = mutation.records().key_exchange(task->id, key->attempt);
    if (!exchange) return std::move(exchange).error();
    if (auto checked = check_grant(*task, *key, *exchange); !checked) return checked;
    return mutation.records().put_key_grant(task->id, key->attempt, protocol::write(*key));
  });
  if (!written) return std::move(written).error();
  call.services().key_waits().announce(key_topic(key->task_id));
  call.services().waits().wake();
  return json_reply(protocol::Message{"Key granted"});
}

Result<Reply> get_task_key(Call& call) {
  auto id = TaskId::parse(call.path_argument);
  if (!id) return Error{ErrorCode::invalid_argument, "the path names no task: " + id.error().message, "field"};
  constexpr std::uint64_t kNoAttempt = 0;
  auto attempt = number_parameter(call.target, "attempt", kNoAttempt);
  if (!attempt) return std::move(attempt).error();
  if (*attempt == kNoAttempt || *attempt > std::numeric_limits<std::uint32_t>::max())
    return Error{ErrorCode::invalid_argument, "attempt is missing or none: give the claim's", "field"};
  auto wait = wait_parameter(call.target);
  if (!wait) return std::move(wait).error();
  Services& services = call.services();
  const auto number = static_cast<std::uint32_t>(*attempt);
  auto grant = grant_for(services, *call.identity, *id, number);
  if (!grant) return std::move(grant).error();
  if (*grant) return granted(**std::move(grant));
  if (*wait > std::chrono::milliseconds{0}) {
    const auto look = [&services, identity = *call.identity, id = *id, number]() -> std::optional<net::Response> {
      auto found = grant_for(services, identity, id, number);
      if (!found) return to_response(found.error());
      if (!*found) return std::nullopt;
      return to_response(granted(**std::move(found)));
    };
    auto kept = services.key_waits().add({call.responder(), services.clock().steady() + *wait, call.identity->wallet,
                                          key_topic(*id), look, to_response(Reply::no_content())});
    if (!kept) return std::move(kept).error();
    if (*kept) return Reply::later();
  }
  return Reply::no_content();
}

}  // namespace gstd::coordinator

// Encrypted tasks, with nothing between requester and worker but a real coordinator, whose store is searched afterwards.
#include <gstd/sealing.hpp>
#include <gstd/wasm.hpp>

#include <fstream>

#include "support/network.hpp"
#include "support/stores.hpp"

namespace gstd::test {
namespace {

using std::chrono::milliseconds;

class Encrypted : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (!wasm::is_available()) GTEST_SKIP() << "built without an engine";
  }
  std::shared_ptr<store::Store> open() { return open_store(GetParam(), folder_); }

  static TaskRequest order(const Digest& module, std::string_view input) {
    TaskRequest request;
    request.module = module;
    request.input = Bytes(input.begin(), input.end());
    request.budget = Network::kBudget;
    request.encrypted = true;
    return request;
  }

  TempDir folder_;
};

INSTANTIATE_TEST_SUITE_P(Stores, Encrypted, ::testing::Values("memory", "sqlite"), [](const auto& param) { return param.param; });

// Goal:   an encrypted task is computed, verified and paid as any other, and the coordinator never has what is in it.
// Method: inputs around a chunk's border go through an echo; outputs are compared, receipts verified with the key, and what the
//         coordinator stores and shows is searched for the plaintext.
TEST_P(Encrypted, ComputesWhatTheCoordinatorCannotRead) {
  const auto store = open();
  Network network{store};
  const auto echo = network.upload("echo");
  auto worker = must(Worker::start(network.worker_options("a", 2)));
  for (const std::size_t size : {std::size_t{0}, std::size_t{40}, kSealedChunkBytes, kSealedChunkBytes + 1}) {
    std::string input(size, 'x');
    if (size >= 40) input.replace(0, 25, "a secret of the requester");
    const auto created = must(network.requester->create_task(order(echo, input), kPatient));
    const auto key = must(network.requester->content_key(created.task_id));
    const auto result = must(network.requester->wait_result(created.task_id, kPatient));
    EXPECT_EQ(as_text(result.output), input);
    EXPECT_EQ(result.outcome, OutcomeKind::completed);
    const auto receipt = must(verify_result(result, echo, sha256(as_bytes(input))));
    EXPECT_EQ(receipt.commitment, CommitmentKind::keyed);
    EXPECT_EQ(receipt.input, keyed_commitment(key, SealingDirection::input, sha256(as_bytes(input))));
    EXPECT_EQ(receipt.output, keyed_commitment(key, SealingDirection::result, sha256(as_bytes(input))));
    must(verify_result(result, echo, *created.input_sha256));
    EXPECT_TRUE(refused(verify_result(result, echo, sha256(as_bytes("other"))), ErrorCode::data_loss, "receipt_invalid"));
    auto without_key = result;
    without_key.content_key.reset();
    EXPECT_TRUE(refused(verify_result(without_key, echo, sha256(as_bytes(input))), ErrorCode::invalid_argument, "sealed"));
    auto changed = result;
    changed.output.push_back('!');
    changed.output_sha256 = sha256(changed.output);
    EXPECT_TRUE(refused(verify_result(changed, echo, sha256(as_bytes(input))), ErrorCode::data_loss, "receipt_invalid"));

    must(store->read([&](store::Transaction& records) -> Result<void> {
      const auto task = records.task(created.task_id);
      if (!task) return task.error();
      for (const Digest& digest : {task->spec.sealing->sealed_input, records.submission(task->id, task->attempt)->output}) {
        const auto blob = records.blob(digest);
        if (!blob) return blob.error();
        EXPECT_EQ(as_text(*blob).find("secret"), std::string_view::npos);
        EXPECT_EQ(blob->size(), sealed_size(size));
      }
      EXPECT_EQ(records.blob(sha256(as_bytes(input))).error().code, ErrorCode::not_found);
      return {};
    }));
  }
  worker.stop();
  EXPECT_EQ(worker.stats().completed, 4u);
  EXPECT_EQ(worker.stats().attempts_failed, 0u);
  must(network.coordinator->check_ledger());
}

// Goal:   a script is for the assigned worker's eyes as much as its input, and gives the same result and receipt as in clear.
// Method: a script with a constant that nobody else may see; the coordinator's blobs are searched for it; and what cannot be right.
TEST_P(Encrypted, ScriptsAreSealedWithTheirInput) {
  if (wasm::javascript_engine().empty()) GTEST_SKIP() << "built without a JavaScript engine";
  const auto store = open();
  Network network{store};
  auto worker = must(Worker::start(network.worker_options("a")));
  const Digest engine = sha256(wasm::javascript_engine());
  TaskRequest request = order(engine, R"([1, 2, "a secret input"])");
  request.script = "const secret = 40; input[1] + secret";
  const auto created = must(network.requester->create_task(request, kPatient));
  EXPECT_EQ(created.module_sha256, engine);
  const auto result = must(network.requester->wait_result(created.task_id, kPatient));
  EXPECT_EQ(as_text(result.output), "42");
  const Bytes framed = must(wasm::javascript_input(request.script, as_text(request.input)));
  const auto receipt = must(verify_result(result, engine, sha256(framed)));
  EXPECT_EQ(receipt.commitment, CommitmentKind::keyed);
  must(store->read([&](store::Transaction& records) -> Result<void> {
    const auto task = records.task(created.task_id);
    if (!task) return task.error();
    EXPECT_EQ(task->spec.type, protocol::kScriptTaskType);
    const auto blob = records.blob(task->spec.sealing->sealed_input);
    if (!blob) return blob.error();
    EXPECT_EQ(as_text(*blob).find("secret"), std::string_view::npos);
    EXPECT_EQ(blob->size(), sealed_size(framed.size()));
    return {};
  }));
  worker.stop();

  const auto refusal = [&](const std::function<void(TaskRequest&)>& change, std::string_view reason) {
    TaskRequest other = request;
    change(other);
    return refused(network.requester->create_task(other, kPatient), ErrorCode::invalid_argument, reason);
  };
  EXPECT_TRUE(refusal([](TaskRequest& other) { other.module = {}; }, "script_engine"));
  EXPECT_TRUE(refusal([](TaskRequest& other) { other.input = {'{'}; }, "script"));
  EXPECT_TRUE(refusal([](TaskRequest& other) { other.convention = GuestConvention::reactor; }, "script"));
  EXPECT_TRUE(refusal(
      [](TaskRequest& other) {
        other.input.assign(protocol::kInputBytesMax, ' ');
        other.input.back() = '1';
      },
      "input_too_large"));
}

// Goal:   a task that is handed to another worker needs a new key and no new input.
// Method: the first worker is stopped in a run that never ends; another, which finds the module cached nowhere, finishes the task
//         under the second attempt. The guest loops only where its input says so, so the input is as it was.
TEST_P(Encrypted, IsWrappedAnewForTheNextWorker) {
  Network network{open()};
  const auto echo = network.upload("echo");
  // Taken by hand, and given back: the key of the first attempt is granted and never used.
  auto options = network.client_options("first");
  options.takes_encrypted_tasks = true;
  const auto first = must(Client::create(options));
  must(first.register_device());
  const auto created = must(network.requester->create_task(order(echo, "again"), kPatient));
  EXPECT_EQ(must(network.requester->grant_keys(milliseconds{0})), 0u);
  const auto item = must(first.next_task(milliseconds{10'000}));
  ASSERT_TRUE(item);
  EXPECT_EQ(item->encryption_suite, 2u);
  const auto proof = must(pow::solve(must(first.request_challenge(item->task_id)), {}));
  const auto recipient = EncryptionKey::generate();
  const auto claim = must(first.claim_encrypted_task(item->task_id, proof.nonce, recipient.public_key()));
  EXPECT_FALSE(must(first.task_key(claim, recipient, milliseconds{0})).has_value());
  EXPECT_EQ(must(network.requester->grant_keys(milliseconds{10'000})), 1u);
  const auto key = must(first.task_key(claim, recipient, milliseconds{10'000}));
  ASSERT_TRUE(key.has_value());
  EXPECT_EQ(as_text(must(open_input(claim, *key))), "again");
  must(first.fail_task(claim.task_id, claim.attempt, "not today", true));

  auto worker = must(Worker::start(network.worker_options("second")));
  const auto result = must(network.requester->wait_result(created.task_id, kPatient));
  EXPECT_EQ(result.attempt, 2u);
  EXPECT_EQ(as_text(result.output), "again");
  EXPECT_EQ(must(network.requester->task(created.task_id)).failures, 0u);
  worker.stop();
}

// Goal:   workers do not pay for tasks whose requester is away: such a task is shown to nobody, and when it comes it is.
// Method: a task whose requester never asked; a plain one is shown, it is not; after the requester asked it is, but not to who
//         cannot open it.
TEST_P(Encrypted, IsShownWhileItsRequesterIsThere) {
  Network network{open()};
  const auto echo = network.upload("echo");
  auto options = network.client_options("a");
  const auto plain = must(Client::create(options));
  options.takes_encrypted_tasks = true;
  const auto able = must(Client::create(options));
  must(able.register_device());
  const auto created = must(network.requester->create_task(order(echo, "x"), kPatient));
  EXPECT_FALSE(must(able.next_task(milliseconds{0})).has_value());
  EXPECT_EQ(must(network.requester->grant_keys(milliseconds{0})), 0u);
  EXPECT_FALSE(must(plain.next_task(milliseconds{0})).has_value());
  const auto item = must(able.next_task(milliseconds{10'000}));
  ASSERT_TRUE(item);
  EXPECT_EQ(item->task_id, created.task_id);
}

// Goal:   a requester that comes back after a restart gets what it asked for without having saved a key.
// Method: another client object of the same key waits for the task that the first one made.
TEST_P(Encrypted, OutlivesARestartOfItsRequester) {
  Network network{open()};
  const auto echo = network.upload("echo");
  const auto created = must(network.requester->create_task(order(echo, "kept in no memory"), kPatient));
  const auto reborn = must(Client::create(network.client_options("requester")));
  auto worker = must(Worker::start(network.worker_options("a")));
  const auto result = must(reborn.wait_result(created.task_id, kPatient));
  EXPECT_EQ(as_text(result.output), "kept in no memory");
  worker.stop();
}

// Goal:   keys go to whom the requester accepts and to nobody else, and only for tasks that it follows.
// Method: a requester that refuses every device grants nothing; one that follows nothing neither; the same one grants once it does.
TEST_P(Encrypted, GrantsWhomItsRequesterAccepts) {
  Network network{open()};
  const auto echo = network.upload("echo");
  const auto created = must(network.requester->create_task(order(echo, "mine"), kPatient));
  auto options = network.client_options("first");
  options.takes_encrypted_tasks = true;
  const auto first = must(Client::create(options));
  must(first.register_device());
  EXPECT_EQ(must(network.requester->grant_keys(milliseconds{0})), 0u);
  const auto proof = must(pow::solve(must(first.request_challenge(created.task_id)), {}));
  const auto recipient = EncryptionKey::generate();
  const auto claim = must(first.claim_encrypted_task(created.task_id, proof.nonce, recipient.public_key()));

  auto choosy_options = network.client_options("requester");
  std::vector<DeviceId> asked;
  choosy_options.grant_to = [&](const protocol::KeyWanted& wanted) {
    asked.push_back(wanted.device_id);
    return false;
  };
  const auto choosy = must(Client::create(choosy_options));
  EXPECT_EQ(must(choosy.grant_keys(milliseconds{0})), 0u);
  EXPECT_TRUE(asked.empty());
  choosy.follow_task(created.task_id);
  EXPECT_EQ(must(choosy.grant_keys(milliseconds{0})), 0u);
  EXPECT_EQ(asked, std::vector{first.device()});
  EXPECT_FALSE(must(first.task_key(claim, recipient, milliseconds{0})).has_value());
  EXPECT_EQ(must(network.requester->grant_keys(milliseconds{0})), 1u);
  EXPECT_TRUE(must(first.task_key(claim, recipient, milliseconds{0})).has_value());
}

// Goal:   nobody but the device that holds the lease is given even the wrapped key.
// Method: another worker asks for it, and the holder under another attempt.
TEST_P(Encrypted, AnswersTheHolderOfTheLeaseAlone) {
  Network network{open()};
  const auto echo = network.upload("echo");
  const auto created = must(network.requester->create_task(order(echo, "mine"), kPatient));
  const auto first = must(Client::create(network.client_options("first")));
  const auto second = must(Client::create(network.client_options("second")));
  must(first.register_device());
  must(second.register_device());
  const auto proof = must(pow::solve(must(first.request_challenge(created.task_id)), {}));
  const auto recipient = EncryptionKey::generate();
  auto claim = must(first.claim_encrypted_task(created.task_id, proof.nonce, recipient.public_key()));
  EXPECT_EQ(must(network.requester->grant_keys(milliseconds{0})), 1u);
  EXPECT_TRUE(refused(second.task_key(claim, recipient, milliseconds{0}), ErrorCode::aborted, "lease_stale"));
  EXPECT_TRUE(must(first.task_key(claim, recipient, milliseconds{0})).has_value());
  EXPECT_TRUE(refused(first.task_key(claim, EncryptionKey::generate(), milliseconds{0}), ErrorCode::data_loss, "sealed"));
  claim.attempt = 2;
  EXPECT_TRUE(refused(first.task_key(claim, recipient, milliseconds{0}), ErrorCode::aborted, "lease_stale"));
}

// Goal:   a worker that a key never reaches gives the task back, and that costs the task no retry.
// Method: a requester that is there and grants nothing; what the task says afterwards. The wait is the worker's own, so the test
//         waits until it is over.
TEST_P(Encrypted, IsGivenBackWithoutAKey) {
  if (GetParam() != "memory") GTEST_SKIP() << "the wait is long, and the store has no part in it";
  Network network{open()};
  const auto echo = network.upload("echo");
  const auto created = must(network.requester->create_task(order(echo, "mine"), kPatient));
  const auto idle = must(Client::create(network.client_options("requester")));
  EXPECT_EQ(must(idle.grant_keys(milliseconds{0})), 0u);
  auto worker = must(Worker::start(network.worker_options("a")));
  ASSERT_TRUE(eventually([&] { return worker.stats().attempts_failed == 1; }));
  const auto view = must(network.requester->task(created.task_id));
  EXPECT_EQ(view.status, TaskState::pending);
  EXPECT_EQ(view.failures, 0u);
  EXPECT_EQ(as_text(must(network.requester->wait_result(created.task_id, kPatient)).output), "mine");
  worker.stop();
}

}  // namespace
}  // namespace gstd::test

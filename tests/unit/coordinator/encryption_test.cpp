// What the coordinator refuses of encrypted tasks, from clients that are not ours.
#include "support/sealed_task.hpp"

namespace gstd::test {
namespace {

using namespace sealed;

Result<protocol::TaskCreated> create(Lab& lab, const Party& by, const protocol::CreateTask& task) {
  return lab.post<protocol::TaskCreated>(by, "/tasks/create", task);
}

Result<protocol::Claim> claim(Lab& lab, const Party& by, const protocol::ClaimRequest& request) {
  return lab.post<protocol::Claim>(by, "/orchestrator/claim", request);
}

// Goal:   an encrypted task is what its requester signed, and has the form that a worker can do something with; an id serves once.
// Method: each part wrong in turn, then the good one, which says what it is, and the same id again.
TEST(Encryption, TakesWhatIsInOrder) {
  Lab lab;
  const Party by = lab.requester();
  const Party other("other");
  must(lab.join(other));
  const auto refusal = [&](const protocol::CreateTask& task, std::string_view reason = "encryption") {
    return refused(create(lab, by, task), ErrorCode::invalid_argument, reason);
  };
  EXPECT_TRUE(refusal(order(lab, by, [](auto& task) { task.encryption->suite = 1; })));
  EXPECT_TRUE(refusal(order(lab, by, [](auto& task) { task.task_id.reset(); })));
  EXPECT_TRUE(refusal(order(lab, by, [](auto& task) { task.input = Bytes(100, 'p'); })));
  EXPECT_TRUE(refusal(order(lab, by, [](auto& task) { task.input.pop_back(), task.input.resize(50); })));
  EXPECT_TRUE(refusal(order(lab, by, [](auto& task) {
    task.type = protocol::kScriptTaskType;
    task.script = "input";
  }))) << "a script in clear";
  EXPECT_TRUE(refusal(order(lab, other)));
  auto unsigned_one = order(lab, by);
  unsigned_one.encryption->input_commitment.bytes[0] ^= 1;
  EXPECT_TRUE(refusal(unsigned_one));
  auto other_convention = order(lab, by);
  other_convention.convention = GuestConvention::reactor;
  EXPECT_TRUE(refusal(other_convention));
  auto named = lab.order();
  named.task_id = kTask;
  EXPECT_TRUE(refusal(named, "field"));

  const auto good = order(lab, by);
  const auto created = must(create(lab, by, good));
  EXPECT_EQ(created.task_id, kTask);
  EXPECT_EQ(created.input_sha256, good.encryption->input_commitment);
  const auto view = must(lab.task(by, kTask));
  ASSERT_TRUE(view.encryption);
  EXPECT_EQ(view.encryption->signature, good.encryption->signature);
  EXPECT_TRUE(refused(create(lab, by, good), ErrorCode::already_exists, "task_exists"));
}

// Goal:   an input may be as long sealed as in clear, and no longer: what the seal adds is no room for more.
// Method: the longest input in clear and sealed, and each a byte longer.
TEST(Encryption, LeavesTheLimitOnInputsAsItIs) {
  Lab lab;
  const Party by = lab.requester();
  auto clear = lab.order(std::string(protocol::kInputBytesMax, 'i'));
  must(create(lab, by, clear));
  clear.input.push_back('i');
  EXPECT_TRUE(refused(create(lab, by, clear), ErrorCode::invalid_argument, "field"));

  const auto sealed = [&](std::size_t size) {
    return order(lab, by, [&](auto& task) {
      task.input = must(seal(content_key(), {kTask, 0, SealingDirection::input, by.key.public_key()}, Bytes(size, 'i')));
    });
  };
  EXPECT_TRUE(refused(create(lab, by, sealed(protocol::kInputBytesMax + 1)), ErrorCode::invalid_argument, "field"));
  must(create(lab, by, sealed(protocol::kInputBytesMax)));
}

// Goal:   a claim without a key that its device signed is refused before its proof is looked at, and costs nothing.
// Method: no key; no signature; another device's; then the good one, whose answer has what the requester signed.
TEST(Encryption, IsClaimedWithAKeyOfTheDevice) {
  Lab lab;
  const Party by = lab.requester(), worker = lab.worker();
  const auto created = order(lab, by);
  must(create(lab, by, created));
  const auto key = EncryptionKey::generate(lab.random);
  const auto good = claim_request(lab, worker, key);
  auto bad = good;
  bad.encryption_key.reset();
  EXPECT_TRUE(refused(claim(lab, worker, bad), ErrorCode::failed_precondition, "encryption_key"));
  bad = good;
  bad.encryption_key_signature.reset();
  EXPECT_TRUE(refused(claim(lab, worker, bad), ErrorCode::failed_precondition, "encryption_key"));
  bad = good;
  bad.encryption_key_signature = by.key.sign(encode_key_request({kTask, worker.device, key.public_key()}));
  EXPECT_TRUE(refused(claim(lab, worker, bad), ErrorCode::failed_precondition, "encryption_key"));
  const auto claimed = must(claim(lab, worker, good));
  ASSERT_TRUE(claimed.encryption);
  EXPECT_EQ(claimed.input, created.input);
  EXPECT_EQ(claimed.input_sha256, created.encryption->input_commitment);
  EXPECT_EQ(claimed.encryption->signature, created.encryption->signature);
}

// Goal:   a grant is the requester's, for the attempt under way, signed for exactly this wrap; who waits for it gets it at once,
// and
//         who does not hold the lease gets nothing.
// Method: strangers, other attempts, changed wraps; then a good one while the worker waits, and another that comes too late.
TEST(Encryption, GrantsAreTheRequesters) {
  Lab lab;
  const Party by = lab.requester(), worker = lab.worker();
  must(create(lab, by, order(lab, by)));
  const auto key = EncryptionKey::generate(lab.random);
  EXPECT_TRUE(must(lab.get<protocol::KeysWanted>(by, "/tasks/keys/wanted")).wanted.empty());
  must(claim(lab, worker, claim_request(lab, worker, key)));
  const auto wanted = must(lab.get<protocol::KeysWanted>(by, "/tasks/keys/wanted?wait_ms=30000")).wanted;
  ASSERT_EQ(wanted.size(), 1u);
  EXPECT_EQ(wanted[0].attempt, 1u);
  EXPECT_EQ(wanted[0].encryption_key, key.public_key());
  EXPECT_TRUE(must(lab.get<protocol::KeysWanted>(worker, "/tasks/keys/wanted")).wanted.empty());

  const auto post = [&](const Party& from, const protocol::TaskKey& message) {
    return lab.post<protocol::Message>(from, key_path(), message);
  };
  EXPECT_TRUE(refused(post(worker, grant(by, worker, key)), ErrorCode::permission_denied, "not_yours"));
  EXPECT_TRUE(refused(post(by, grant(worker, worker, key)), ErrorCode::invalid_argument, "encryption"));
  EXPECT_TRUE(refused(post(by, grant(by, worker, key, 2)), ErrorCode::aborted, "lease_stale"));
  auto changed = grant(by, worker, key);
  changed.wrapped_key.bytes[50] ^= 1;
  EXPECT_TRUE(refused(post(by, changed), ErrorCode::invalid_argument, "encryption"));

  EXPECT_EQ(lab.send({"GET", key_path() + "?attempt=1", {}, &worker, {}, {}, {}}).status, 204);
  EXPECT_TRUE(refused(lab.get<protocol::TaskKey>(by, key_path() + "?attempt=1"), ErrorCode::aborted, "lease_stale"));
  EXPECT_TRUE(refused(lab.get<protocol::TaskKey>(worker, key_path()), ErrorCode::invalid_argument, "field"));
  const auto first = grant(by, worker, key);
  Result<protocol::TaskKey> waited = Error{};
  {
    std::jthread waiting{[&] { waited = lab.get<protocol::TaskKey>(worker, key_path() + "?attempt=1&wait_ms=30000"); }};
    must(post(by, first));
  }
  EXPECT_EQ(must(waited).wrapped_key, first.wrapped_key);
  must(post(by, grant(by, worker, key)));
  EXPECT_EQ(must(lab.get<protocol::TaskKey>(worker, key_path() + "?attempt=1")).wrapped_key, first.wrapped_key);
  EXPECT_TRUE(must(lab.get<protocol::KeysWanted>(by, "/tasks/keys/wanted")).wanted.empty());
}

// Goal:   a result of an encrypted task is a sealed stream under a receipt with keyed commitments, and is paid as any other.
// Method: plain output, a receipt with plain digests, an output that is too long; then a good one.
TEST(Encryption, ResultsAreSealed) {
  Lab lab;
  const Party by = lab.requester(), worker = lab.worker();
  auto small = order(lab, by, [](auto& task) { task.limits.output_bytes_max = 10; });
  must(create(lab, by, small));
  const auto claimed = must(claim(lab, worker, claim_request(lab, worker, EncryptionKey::generate(lab.random))));
  const auto hand_in = [&](const Bytes& output, CommitmentKind kind, const Digest& commitment) {
    Receipt receipt = lab.receipt_of(worker, claimed, output);
    receipt.commitment = kind;
    receipt.output = commitment;
    return lab.complete(worker, Lab::completion_of(worker, receipt, output));
  };
  const auto sealed = [&](std::string_view output) {
    return must(seal(content_key(), {kTask, 1, SealingDirection::result, worker.key.public_key()}, as_bytes(output)));
  };
  const auto commitment = keyed_commitment(content_key(), SealingDirection::result, sha256(as_bytes("0123456789")));
  const auto good = sealed("0123456789");
  EXPECT_TRUE(refused(hand_in(Bytes(10, 'p'), CommitmentKind::keyed, commitment), ErrorCode::invalid_argument, "encryption"));
  EXPECT_TRUE(refused(hand_in(good, CommitmentKind::sha256, sha256(good)), ErrorCode::invalid_argument, "receipt_mismatch"));
  EXPECT_TRUE(
      refused(hand_in(sealed("0123456789a"), CommitmentKind::keyed, commitment), ErrorCode::invalid_argument, "output_too_long"));
  EXPECT_EQ(must(hand_in(good, CommitmentKind::keyed, commitment)).status, TaskState::completed);
  const auto result = must(lab.result(by, kTask));
  EXPECT_EQ(result.output, good);
  ASSERT_TRUE(result.encryption);
  EXPECT_EQ(lab.balance(worker).nano, reward_of(gstd(1)).nano);
}

// Goal:   plain tasks want no keys, and none are taken for them.
// Method: both paths, and a receipt that commits with a key.
TEST(Encryption, IsNotForPlainTasks) {
  Lab lab;
  const Party by = lab.requester(), worker = lab.worker();
  const TaskId plain = lab.create(by);
  const auto claimed = must(lab.take(worker, plain));
  EXPECT_FALSE(claimed.encryption);
  const std::string path = "/tasks/" + plain.str() + "/key";
  EXPECT_TRUE(refused(lab.get<protocol::TaskKey>(worker, path + "?attempt=1"), ErrorCode::invalid_argument, "encryption"));
  EXPECT_TRUE(refused(lab.post<protocol::Message>(by, path, protocol::TaskKey{plain, 1, {}, {}}), ErrorCode::invalid_argument,
                      "encryption"));
  const Bytes output{'o'};
  Receipt receipt = lab.receipt_of(worker, claimed, output);
  receipt.commitment = CommitmentKind::keyed;
  EXPECT_TRUE(
      refused(lab.complete(worker, Lab::completion_of(worker, receipt, output)), ErrorCode::invalid_argument, "receipt_mismatch"));
}

}  // namespace
}  // namespace gstd::test

#include <gstd/ton.hpp>

#include "unit/flipped_bit.hpp"
#include "verify_fixture.hpp"

#include <rapidcheck/gtest.h>
#include <set>

namespace gstd {
namespace {

// A signed receipt of a real run where there is an engine; without one no test gets as far as a run.
struct Signed {
  Bytes module = read_guest("echo");
  Bytes input{'h', 'i'};
  Receipt receipt = some_receipt();
  protocol::SignedReceipt file;

  Signed() {
    receipt.module = sha256(module);
    receipt.input = sha256(input);
    receipt.output = sha256(input);
    if (wasm::is_available()) {
      auto sandbox = *wasm::Sandbox::create({.slots = 1, .slot_memory_bytes_max = receipt.limits.memory_bytes_max});
      const auto outcome = *sandbox.run(*sandbox.compile(module), input, receipt.limits);
      EXPECT_EQ(outcome.output, input);
      receipt.fuel_used = outcome.fuel_used;
      receipt.memory_bytes_peak = outcome.memory_bytes_peak;
      receipt.engine = sandbox.engine();
    }
    file = sign(receipt);
  }

  Evidence evidence() const {
    Evidence evidence;
    evidence.module = module;
    evidence.input = input;
    evidence.output = input;
    evidence.key = worker_key().public_key();
    evidence.worker = receipt.worker;
    return evidence;
  }
};

Verdict must_verify(const protocol::SignedReceipt& file, const Evidence& evidence = {}) {
  auto verdict = verify(file, evidence);
  EXPECT_TRUE(verdict) << verdict.error().message;
  return verdict ? *std::move(verdict) : Verdict{};
}

// Goal:   the names of aspects, agreements and conclusions are the documented ones, and each has one of its own.
// Method: all numbers up to the first without a name, and the last of each list.
TEST(VerifyNames, AreStable) {
  std::set<std::string_view> aspects;
  for (int number = 0; number <= static_cast<int>(Aspect::inclusion); ++number)
    aspects.insert(to_string(static_cast<Aspect>(number)));
  EXPECT_EQ(aspects.size(), 16u);
  EXPECT_EQ(to_string(Aspect::signature), "signature");
  EXPECT_EQ(to_string(Aspect::given_output_sha256), "given_output_sha256");
  EXPECT_EQ(to_string(Aspect::engine), "engine");
  EXPECT_EQ(to_string(Aspect::fuel_used), "fuel_used");
  EXPECT_EQ(to_string(Aspect::memory_bytes_peak), "memory_bytes_peak");
  EXPECT_EQ(to_string(static_cast<Aspect>(16)), "unknown");
  EXPECT_EQ(to_string(static_cast<Aspect>(-1)), "unknown");
  EXPECT_EQ(to_string(Agreement::not_compared), "not_compared");
  EXPECT_EQ(to_string(Conclusion::inconclusive), "inconclusive");
}

// Goal:   a receipt alone is as good as its signature; whose key it is stays open where nobody says so.
// Method: a signed receipt with no evidence at all.
TEST(Verify, SignatureAlone) {
  const Signed s;
  const Verdict verdict = must_verify(s.file);
  EXPECT_EQ(verdict.conclusion, Conclusion::confirmed);
  EXPECT_EQ(verdict.receipt, s.receipt);
  EXPECT_FALSE(verdict.outcome);
  EXPECT_EQ(finding(verdict, Aspect::signature).agreement, Agreement::agrees);
  EXPECT_EQ(finding(verdict, Aspect::signer).agreement, Agreement::not_compared);
}

// Goal:   no byte of what is signed, and none of signature or key, can change.
// Method: one bit of each byte of each at a time.
TEST(Verify, EveryByteIsSigned) {
  const Signed s;
  const auto refuted = [](const protocol::SignedReceipt& file) {
    const Verdict verdict = must_verify(file);
    EXPECT_EQ(verdict.conclusion, Conclusion::refuted);
    EXPECT_EQ(verdict.reason, "signature");
    EXPECT_FALSE(verdict.receipt) << "nobody vouches for what it says";
  };
  for (std::size_t i = 0; i < s.file.receipt.size(); ++i) {
    auto file = s.file;
    file.receipt[i] ^= 1;
    refuted(file);
  }
  for (std::size_t i = 0; i < Signature::kSize; ++i) {
    auto file = s.file;
    file.signature.bytes[i] ^= 1;
    refuted(file);
  }
  for (std::size_t i = 0; i < PublicKey::kSize; ++i) {
    auto file = s.file;
    file.worker_public_key->bytes[i] ^= 1;
    refuted(file);
  }
}

// Goal:   who signed is held against who should have.
// Method: another key, another wallet; a wallet that is named after another key than the one that signed.
TEST(Verify, HoldsSignerAndWorker) {
  const Signed s;
  SeededRandom random{8};
  const SigningKey other = SigningKey::generate(random);
  Evidence key;
  key.key = other.public_key();
  EXPECT_EQ(must_verify(s.file, key).reason, "signer");
  Evidence wallet;
  wallet.worker = id<WalletId>("another");
  EXPECT_EQ(must_verify(s.file, wallet).reason, "worker");

  Receipt named = s.receipt;
  named.worker = protocol::wallet_named_after(worker_key().public_key());
  const Verdict own = must_verify(sign(named));
  EXPECT_EQ(own.conclusion, Conclusion::confirmed);
  EXPECT_EQ(finding(own, Aspect::signer).agreement, Agreement::agrees);
  named.worker = protocol::wallet_named_after(other.public_key());
  EXPECT_EQ(must_verify(sign(named)).reason, "signer");
}

// Goal:   a worker's address of TON is its own, however the verifier spells it.
// Method: signed in the raw form; told in a friendly one, and another address.
TEST(Verify, KnowsAnAddressInEveryForm) {
  Receipt receipt = Signed{}.receipt;
  const ton::Address address{0, sha256(as_bytes("wallet"))};
  receipt.worker = id<WalletId>(address.raw());
  Evidence evidence;
  evidence.key = worker_key().public_key();
  evidence.worker = id<WalletId>(address.friendly());
  EXPECT_EQ(must_verify(sign(receipt), evidence).conclusion, Conclusion::confirmed);
  evidence.worker = id<WalletId>(ton::Address{0, sha256(as_bytes("another"))}.friendly());
  EXPECT_EQ(must_verify(sign(receipt), evidence).reason, "worker");
}

// Goal:   what a coordinator has said about a receipt is held against its keys, and against the receipt itself.
// Method: an acceptance alone, then with the proof of a log of two; each part changed by a bit at a time; another coordinator.
TEST(Verify, HoldsAcceptanceAndInclusion) {
  const Signed s;
  SeededRandom random{9};
  const SigningKey coordinator = SigningKey::generate(random);
  auto file = s.file;
  file.acceptance =
      protocol::sign_acceptance({receipt_digest(file.receipt, file.signature), Timestamp{}, TaskState::completed, {}}, coordinator);
  Evidence evidence;
  evidence.coordinator_key = coordinator.public_key();
  const Verdict accepted = must_verify(file, evidence);
  EXPECT_EQ(accepted.conclusion, Conclusion::confirmed) << accepted.message;
  EXPECT_EQ(finding(accepted, Aspect::acceptance).agreement, Agreement::agrees);

  const Digest other = merkle::hash_leaf(as_bytes("another entry"));
  const Digest own = merkle::hash_leaf(encode_acceptance(file.acceptance->acceptance));
  file.tree_head = protocol::sign_tree_head({2, merkle::hash_children(other, own), Timestamp{}, {}}, coordinator);
  file.inclusion = protocol::InclusionProof{1, 2, {other}};
  const Verdict logged = must_verify(file, evidence);
  EXPECT_EQ(logged.conclusion, Conclusion::confirmed) << logged.message;
  EXPECT_EQ(finding(logged, Aspect::inclusion).agreement, Agreement::agrees);

  using Change = void (*)(protocol::SignedReceipt&);
  const std::pair<const char*, Change> changes[] = {
      {"acceptance", [](auto& f) { f.acceptance->signature.bytes[5] ^= 4; }},
      {"acceptance", [](auto& f) { f.acceptance->acceptance.receipt.bytes[0] ^= 1; }},
      {"acceptance", [](auto& f) { f.acceptance->acceptance.accepted_at += std::chrono::milliseconds{1}; }},
      {"acceptance", [](auto& f) { f.acceptance->acceptance.state = TaskState::failed; }},
      {"inclusion", [](auto& f) { f.tree_head->signature.bytes[0] ^= 1; }},
      {"inclusion", [](auto& f) { f.tree_head->head.root.bytes[31] ^= 1; }},
      {"inclusion", [](auto& f) { f.inclusion->index = 0; }},
      {"inclusion", [](auto& f) { f.inclusion->path[0].bytes[0] ^= 1; }},
      {"inclusion", [](auto& f) { f.inclusion->path.clear(); }},
  };
  for (const auto& [reason, change] : changes) {
    auto changed = file;
    change(changed);
    EXPECT_EQ(must_verify(changed, evidence).reason, reason);
    EXPECT_EQ(must_verify(changed).reason, reason);
  }
  evidence.coordinator_key->bytes[0] ^= 1;
  EXPECT_EQ(must_verify(file, evidence).reason, "acceptance");
}

// Goal:   whoever holds a receipt with acceptance and proof of inclusion sees any bit of it change, whichever of the three signed
// it. Method: the same with a random bit of a random part flipped, with and without the keys at hand.
RC_GTEST_PROP(VerifyProperty, AnyFlippedBitRefutes, ()) {
  using test::with_flipped_bit;
  static const SigningKey coordinator = *SigningKey::from_seed(Bytes(kSeedBytes, 9));
  auto file = sign(some_receipt());
  file.acceptance =
      protocol::sign_acceptance({receipt_digest(file.receipt, file.signature), Timestamp{}, TaskState::completed, {}}, coordinator);
  const Digest other = merkle::hash_leaf(as_bytes("another entry"));
  const Digest own = merkle::hash_leaf(encode_acceptance(file.acceptance->acceptance));
  file.tree_head = protocol::sign_tree_head({2, merkle::hash_children(other, own), Timestamp{}, {}}, coordinator);
  file.inclusion = protocol::InclusionProof{1, 2, {other}};
  Evidence evidence;
  if (*rc::gen::arbitrary<bool>()) {
    evidence.key = worker_key().public_key();
    evidence.coordinator_key = coordinator.public_key();
  }
  const auto conclusion = [&] { return verify(file, evidence)->conclusion; };
  RC_ASSERT(conclusion() == Conclusion::confirmed);

  Acceptance& acceptance = file.acceptance->acceptance;
  TreeHead& head = file.tree_head->head;
  const auto later = [](Timestamp time) { return time + std::chrono::milliseconds{std::int64_t{1} << test::any_below(40)}; };
  switch (test::any_below(13)) {
    case 0:
      file.receipt = with_flipped_bit(file.receipt);
      break;
    case 1:
      file.signature = with_flipped_bit(file.signature);
      break;
    case 2:
      file.worker_public_key = with_flipped_bit(*file.worker_public_key);
      break;
    case 3:
      acceptance.receipt = with_flipped_bit(acceptance.receipt);
      break;
    case 4:
      acceptance.accepted_at = later(acceptance.accepted_at);
      break;
    case 5:
      acceptance.key = with_flipped_bit(acceptance.key);
      break;
    case 6:
      file.acceptance->signature = with_flipped_bit(file.acceptance->signature);
      break;
    case 7:
      head.size ^= std::uint64_t{1} << test::any_below(63);
      break;
    case 8:
      head.root = with_flipped_bit(head.root);
      break;
    case 9:
      head.time = later(head.time);
      break;
    case 10:
      file.tree_head->signature = with_flipped_bit(file.tree_head->signature);
      break;
    case 11:
      file.inclusion->index ^= std::uint64_t{1} << test::any_below(64);
      break;
    case 12:
      file.inclusion->path[0] = with_flipped_bit(file.inclusion->path[0]);
      break;
  }
  RC_ASSERT(conclusion() == Conclusion::refuted);
}

// Goal:   a receipt names its key itself, and no other may sign it.
// Method: a file without a key; a receipt that names a key that did not sign it.
TEST(Verify, KeyFromTheReceipt) {
  const Signed s;
  auto file = s.file;
  file.worker_public_key.reset();
  const Verdict verdict = must_verify(file);
  EXPECT_EQ(verdict.conclusion, Conclusion::confirmed);
  EXPECT_EQ(finding(verdict, Aspect::signer).agreement, Agreement::not_compared);
  Receipt borrowed = s.receipt;
  borrowed.key.bytes[0] ^= 1;
  EXPECT_EQ(must_verify(sign(borrowed)).reason, "signer");
}

// Goal:   a receipt of before version 3 that comes without a key needs one from elsewhere.
// Method: none, the right one, a wallet that is named after it, a wrong one.
TEST(Verify, KeyFromElsewhere) {
  const Signed s;
  auto file = sign_as_v2(s.receipt);
  file.worker_public_key.reset();
  const auto none = verify(file, {});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().reason, "key");
  Evidence evidence;
  evidence.key = worker_key().public_key();
  EXPECT_EQ(must_verify(file, evidence).conclusion, Conclusion::confirmed);
  evidence.key->bytes[0] ^= 1;
  EXPECT_EQ(must_verify(file, evidence).reason, "signature");

  Receipt named = s.receipt;
  named.worker = protocol::wallet_named_after(worker_key().public_key());
  file = sign_as_v2(named);
  file.worker_public_key.reset();
  Evidence wallet;
  wallet.worker = named.worker;
  EXPECT_EQ(must_verify(file, wallet).conclusion, Conclusion::confirmed);
}

// Goal:   everything at hand is compared, and each forgery is found under its own name.
// Method: honest evidence, then one thing of it changed at a time, then a properly signed lie.
TEST(Verify, ComparesAllThatIsAtHand) {
  if (!wasm::is_available()) GTEST_SKIP() << "built without an engine";
  const Signed s;
  const Verdict good = must_verify(s.file, s.evidence());
  EXPECT_EQ(good.conclusion, Conclusion::confirmed) << good.message;
  EXPECT_EQ(differences(good), Names{});
  ASSERT_TRUE(good.outcome);
  EXPECT_EQ(good.outcome->output, s.input);

  const Bytes other{'o', 't', 'h', 'e', 'r'};
  Evidence evidence = s.evidence();
  evidence.module = other;
  EXPECT_EQ(must_verify(s.file, evidence).reason, "module_sha256");
  evidence = s.evidence();
  evidence.input = other;
  EXPECT_EQ(must_verify(s.file, evidence).reason, "input_sha256");
  evidence = s.evidence();
  evidence.output = other;
  EXPECT_EQ(must_verify(s.file, evidence).reason, "given_output_sha256");
  auto with_output = s.file;
  with_output.output = other;
  evidence = s.evidence();
  evidence.output.reset();
  EXPECT_EQ(must_verify(with_output, evidence).reason, "given_output_sha256");

  Receipt lie = s.receipt;
  lie.output = sha256(other);
  evidence.output = other;
  const Verdict caught = must_verify(sign(lie), evidence);
  EXPECT_EQ(caught.conclusion, Conclusion::refuted);
  EXPECT_EQ(caught.reason, "output_sha256");
  lie.limits.memory_bytes_max = 0;
  EXPECT_EQ(must_verify(sign(lie), evidence).reason, "size_limits");
}

// Goal:   half of what a run takes is refused, since silence would be taken for a check.
// Method: a module without an input and the other way round.
TEST(Verify, WantsModuleAndInputTogether) {
  const Signed s;
  Evidence evidence;
  evidence.module = s.module;
  EXPECT_EQ(verify(s.file, evidence).error().reason, "evidence");
  evidence = {};
  evidence.input = s.input;
  EXPECT_EQ(verify(s.file, evidence).error().reason, "evidence");
}

// Goal:   what is signed but no receipt is an error, not a verdict.
// Method: the domain tag and nothing behind it, properly signed.
TEST(Verify, SignedButNoReceipt) {
  const SigningKey key = worker_key();
  protocol::SignedReceipt file;
  const BytesView tag = as_bytes("gstd-receipt-v1");
  file.receipt.assign(tag.begin(), tag.end());
  file.signature = key.sign(file.receipt);
  file.worker_public_key = key.public_key();
  const auto verdict = verify(file, {});
  ASSERT_FALSE(verdict);
  EXPECT_EQ(verdict.error().reason, "receipt");
}

// Goal:   a build without an engine checks signatures, and says what it lacks when it is asked for a run.
TEST(Verify, WithoutAnEngine) {
  if (wasm::is_available()) GTEST_SKIP() << "built with an engine";
  const Signed s;
  EXPECT_EQ(must_verify(s.file).conclusion, Conclusion::confirmed);
  EXPECT_EQ(verify(s.file, s.evidence()).error().code, ErrorCode::unimplemented);
}

// Goal:   a receipt survives its file, and a saved result of a task is such a file, too.
// Method: written and read again; a task's result as the API answers it, with output and all.
TEST(SignedReceiptFile, RoundTrip) {
  const Signed s;
  const auto read = protocol::read<protocol::SignedReceipt>(protocol::write(s.file));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->receipt, s.file.receipt);
  EXPECT_EQ(read->signature, s.file.signature);
  EXPECT_EQ(read->worker_public_key, s.file.worker_public_key);
  EXPECT_FALSE(read->output);

  protocol::TaskResult result;
  result.task_id = s.receipt.task;
  result.attempt = s.receipt.attempt;
  result.output = s.input;
  result.worker_wallet = s.receipt.worker;
  result.device_id = s.receipt.device;
  result.worker_public_key = *s.file.worker_public_key;
  result.receipt = s.file.receipt;
  result.signature = s.file.signature;
  const auto saved = protocol::read<protocol::SignedReceipt>(protocol::write(result));
  ASSERT_TRUE(saved) << saved.error().message;
  EXPECT_EQ(saved->receipt, s.file.receipt);
  EXPECT_EQ(saved->output, s.input);
  EXPECT_EQ(finding(must_verify(*saved), Aspect::given_output_sha256).agreement, Agreement::agrees);
  EXPECT_FALSE(protocol::signed_receipt_of(result).output);
}

}  // namespace
}  // namespace gstd

#include <gstd/client.hpp>

#include <gtest/gtest.h>

namespace gstd {
namespace {

template <class Id>
Id id(std::string_view text) {
  return *Id::parse(text);
}

struct Signed {
  Digest module = sha256(as_bytes("a module"));
  Digest input = sha256(as_bytes("an input"));
  SigningKey key;
  Receipt receipt;
  protocol::TaskResult result;

  explicit Signed(SeededRandom random = SeededRandom{1}) : key(SigningKey::generate(random)) {
    result.task_id = receipt.task = id<TaskId>("task");
    result.attempt = receipt.attempt = 3;
    result.worker_wallet = receipt.worker = id<WalletId>("wallet");
    result.device_id = receipt.device = id<DeviceId>("device");
    result.output = {1, 2, 3};
    result.output_sha256 = receipt.output = sha256(result.output);
    result.outcome = receipt.outcome = OutcomeKind::exited;
    result.exit_code = receipt.exit_code = 7;
    result.fuel_used = receipt.fuel_used = 1234;
    receipt.module = module;
    receipt.input = input;
    receipt.engine = "engine";
    result.worker_public_key = receipt.key = key.public_key();
    sign();
  }

  void sign() {
    result.receipt = encode_receipt(receipt);
    result.signature = sign_receipt(receipt, key);
  }
};

// Goal:   an honest result passes and hands out its receipt.
// Method: one that was signed here.
TEST(VerifyResult, AcceptsWhatItsWorkerSigned) {
  const Signed s;
  const auto receipt = verify_result(s.result, s.module, s.input);
  ASSERT_TRUE(receipt) << receipt.error().message;
  EXPECT_EQ(*receipt, s.receipt);
}

// Goal:   whoever changes any part of a result, the requester notices.
// Method: an honest result with one field changed at a time; then honest fields with a receipt that says something else, properly
//         signed, as a lying worker would; then another module or input than was asked for.
TEST(VerifyResult, RefusesEveryChange) {
  const auto refused = [](const protocol::TaskResult& result, const char* what) {
    const Signed s;
    const auto receipt = verify_result(result, s.module, s.input);
    ASSERT_FALSE(receipt) << what;
    EXPECT_EQ(receipt.error().code, ErrorCode::data_loss) << what;
    EXPECT_EQ(receipt.error().reason, "receipt_invalid") << what;
  };
  using Change = void (*)(protocol::TaskResult&);
  const std::pair<const char*, Change> changes[] = {
      {"task", [](auto& r) { r.task_id = id<TaskId>("other"); }},
      {"attempt", [](auto& r) { ++r.attempt; }},
      {"wallet", [](auto& r) { r.worker_wallet = id<WalletId>("other"); }},
      {"device", [](auto& r) { r.device_id = id<DeviceId>("other"); }},
      {"output", [](auto& r) { r.output[0] ^= 1; }},
      {"output and digest", [](auto& r) { r.output_sha256 = sha256(r.output = {9}); }},
      {"digest", [](auto& r) { r.output_sha256.bytes[0] ^= 1; }},
      {"outcome", [](auto& r) { r.outcome = OutcomeKind::completed; }},
      {"exit code", [](auto& r) { r.exit_code = 0; }},
      {"fuel", [](auto& r) { ++r.fuel_used; }},
      {"key", [](auto& r) { r.worker_public_key.bytes[0] ^= 1; }},
      {"signature", [](auto& r) { r.signature.bytes[0] ^= 1; }},
      {"receipt", [](auto& r) { r.receipt.back() ^= 1; }},
      {"longer receipt", [](auto& r) { r.receipt.push_back(0); }},
      {"no receipt", [](auto& r) { r.receipt.clear(); }},
  };
  for (const auto& [what, change] : changes) {
    Signed s;
    change(s.result);
    refused(s.result, what);
  }

  using Lie = void (*)(Receipt&);
  const std::pair<const char*, Lie> lies[] = {
      {"task", [](auto& r) { r.task = id<TaskId>("other"); }},
      {"attempt", [](auto& r) { ++r.attempt; }},
      {"worker", [](auto& r) { r.worker = id<WalletId>("other"); }},
      {"device", [](auto& r) { r.device = id<DeviceId>("other"); }},
      {"module", [](auto& r) { r.module.bytes[0] ^= 1; }},
      {"input", [](auto& r) { r.input.bytes[0] ^= 1; }},
      {"convention", [](auto& r) { r.convention = GuestConvention::env; }},
      {"output", [](auto& r) { r.output.bytes[0] ^= 1; }},
      {"outcome", [](auto& r) { r.outcome = OutcomeKind::trapped; }},
      {"exit code", [](auto& r) { r.exit_code = 0; }},
      {"fuel", [](auto& r) { ++r.fuel_used; }},
      {"key", [](auto& r) { r.key.bytes[0] ^= 1; }},
      {"commitment", [](auto& r) { r.commitment = CommitmentKind::keyed; }},
  };
  for (const auto& [what, lie] : lies) {
    Signed s;
    lie(s.receipt);
    s.sign();
    refused(s.result, what);
  }

  const Signed s;
  EXPECT_FALSE(verify_result(s.result, s.input, s.input));
  EXPECT_FALSE(verify_result(s.result, s.module, s.module));
  EXPECT_FALSE(verify_result(s.result, s.module, s.input, GuestConvention::reactor));
}

// Goal:   a module that was to be run by another convention than the default is verified as that.
// Method: a receipt of each convention against each.
TEST(VerifyResult, HoldsTheConventionAgainstWhatWasAskedFor) {
  constexpr std::array kAll{GuestConvention::wasi, GuestConvention::env, GuestConvention::reactor};
  for (const auto signed_as : kAll) {
    Signed s;
    s.receipt.convention = signed_as;
    s.sign();
    for (const auto asked : kAll)
      EXPECT_EQ(verify_result(s.result, s.module, s.input, asked).has_value(), asked == signed_as) << to_string(asked);
  }
}

// Goal:   bytes that are signed but are no receipt are refused, not read.
// Method: a signature over other bytes, by the named key itself.
TEST(VerifyResult, RefusesSignedBytesThatAreNoReceipt) {
  Signed s;
  s.result.receipt = {'x', 'y'};
  s.result.signature = s.key.sign(s.result.receipt);
  const auto receipt = verify_result(s.result, s.module, s.input);
  ASSERT_FALSE(receipt);
  EXPECT_EQ(receipt.error().reason, "receipt_invalid");
}

}  // namespace
}  // namespace gstd

#include "verify_fixture.hpp"

namespace gstd {
namespace {

class ReExecute : public testing::Test {
 protected:
  void SetUp() override {
    if (!wasm::is_available()) GTEST_SKIP() << "built without an engine";
    auto sandbox = wasm::Sandbox::create({.slots = 1, .slot_memory_bytes_max = 4u << 20});
    ASSERT_TRUE(sandbox) << sandbox.error().message;
    sandbox_ = std::make_unique<wasm::Sandbox>(*std::move(sandbox));
  }

  // What an honest worker with this very engine signs.
  Receipt honest(const Bytes& module, std::string_view input) {
    Receipt receipt = some_receipt();
    receipt.module = sha256(module);
    receipt.input = sha256(as_bytes(input));
    receipt.engine = sandbox_->engine();
    const auto compiled = sandbox_->compile(module);
    if (!compiled) {
      EXPECT_EQ(compiled.error().reason, "module_invalid");
      receipt.outcome = OutcomeKind::invalid_module;
      receipt.fuel_used = 0;
      receipt.memory_bytes_peak = 0;
      receipt.output = sha256({});
      return receipt;
    }
    const auto outcome = sandbox_->run(*compiled, as_bytes(input), receipt.limits);
    EXPECT_TRUE(outcome);
    receipt.outcome = outcome->kind;
    receipt.exit_code = outcome->exit_code;
    receipt.fuel_used = std::min(outcome->fuel_used, receipt.limits.fuel);
    receipt.memory_bytes_peak = outcome->memory_bytes_peak;
    receipt.output = sha256(outcome->output);
    return receipt;
  }

  Verdict verdict(const Receipt& receipt, const Bytes& module, std::string_view input, const CallOptions& options = {}) {
    auto found = re_execute(*sandbox_, receipt, module, as_bytes(input), options);
    EXPECT_TRUE(found) << found.error().message;
    return found ? *std::move(found) : Verdict{};
  }

  std::unique_ptr<wasm::Sandbox> sandbox_;
};

// Goal:   an honest receipt is confirmed, whatever comparable end the run came to; fuel is compared where it is exact, and there
//         alone.
// Method: a guest for each end; each receipt is signed off by a run in the same sandbox.
TEST_F(ReExecute, ConfirmsHonestReceipts) {
  const std::tuple<std::string, std::string, OutcomeKind> rows[] = {
      {"echo", "hello", OutcomeKind::completed},           {"exit_from_input", "\x07", OutcomeKind::exited},
      {"trap_unreachable", "", OutcomeKind::trapped},      {"loop_forever", "", OutcomeKind::fuel_exhausted},
      {"flood_output", "", OutcomeKind::output_limit},     {"memory_declared", "", OutcomeKind::memory_limit},
      {"import_foreign", "", OutcomeKind::invalid_module},
  };
  for (const auto& [name, input, kind] : rows) {
    SCOPED_TRACE(name);
    const Bytes module = read_guest(name);
    const Receipt receipt = honest(module, input);
    ASSERT_EQ(receipt.outcome, kind);
    const Verdict found = verdict(receipt, module, input);
    EXPECT_EQ(found.conclusion, Conclusion::confirmed) << found.message;
    EXPECT_EQ(found.reason, "");
    EXPECT_EQ(differences(found), Names{});
    ASSERT_TRUE(found.outcome);
    EXPECT_EQ(found.outcome->kind, kind);
    const bool is_exact = kind == OutcomeKind::completed || kind == OutcomeKind::exited;
    EXPECT_EQ(finding(found, Aspect::fuel_used).agreement, is_exact ? Agreement::agrees : Agreement::not_compared);
    EXPECT_EQ(finding(found, Aspect::memory_bytes_peak).agreement, Agreement::agrees);
    EXPECT_EQ(finding(found, Aspect::engine).agreement, Agreement::agrees);
  }
}

// Goal:   each lie about a run is found, under its own name.
// Method: an honest receipt of a run that exits, with one field changed at a time.
TEST_F(ReExecute, NamesEachLie) {
  const Bytes module = read_guest("exit_from_input");
  const std::string input = "\x07";
  using Change = void (*)(Receipt&);
  const std::tuple<const char*, Change, Names> lies[] = {
      {"outcome", [](Receipt& r) { r.outcome = OutcomeKind::trapped; }, {"outcome"}},
      {"exit_code", [](Receipt& r) { ++r.exit_code; }, {"exit_code"}},
      {"output_sha256", [](Receipt& r) { r.output.bytes[31] ^= 1; }, {"output_sha256"}},
      {"fuel_used", [](Receipt& r) { ++r.fuel_used; }, {"fuel_used"}},
      {"memory_bytes_peak", [](Receipt& r) { r.memory_bytes_peak -= 65536; }, {"memory_bytes_peak"}},
      {"size_limits", [](Receipt& r) { r.fuel_used = r.limits.fuel + 1; }, {"size_limits"}},
      {"size_limits", [](Receipt& r) { r.limits.memory_bytes_max = kMemoryBytesMax + 1; }, {"size_limits"}},
      {"size_limits", [](Receipt& r) { r.limits.wall_time = kWallTimeMax + std::chrono::milliseconds{1}; }, {"size_limits"}},
      {"size_limits", [](Receipt& r) { r.outcome = OutcomeKind::completed; }, {"size_limits"}},
  };
  for (const auto& [reason, change, differing] : lies) {
    SCOPED_TRACE(reason);
    Receipt receipt = honest(module, input);
    change(receipt);
    const Verdict found = verdict(receipt, module, input);
    EXPECT_EQ(found.conclusion, Conclusion::refuted) << found.message;
    EXPECT_EQ(found.reason, reason);
    EXPECT_EQ(differences(found), differing);
  }
}

// Goal:   another module or input than the receipt's is told before anything of it runs.
// Method: a module with a changed byte in a name, a longer input; then both.
TEST_F(ReExecute, WantsTheVeryModuleAndInput) {
  const Bytes module = read_guest("echo");
  const Receipt receipt = honest(module, "hello");
  Bytes changed = module;
  changed.back() ^= 1;
  const Verdict other_module = verdict(receipt, changed, "hello");
  EXPECT_EQ(other_module.conclusion, Conclusion::refuted);
  EXPECT_EQ(differences(other_module), Names{"module_sha256"});
  EXPECT_FALSE(other_module.outcome);
  EXPECT_EQ(differences(verdict(receipt, module, "hello!")), Names{"input_sha256"});
  EXPECT_EQ(differences(verdict(receipt, changed, "")), (Names{"module_sha256", "input_sha256"}));
  const Finding named = finding(other_module, Aspect::module_sha256);
  EXPECT_EQ(named.receipt, sha256(module).hex());
  EXPECT_EQ(named.here, sha256(changed).hex());
}

// Goal:   a difference on another engine refutes nothing, and fuel is not compared there; an equal output confirms all the same.
// Method: honest and lying receipts that name another engine; outcomes on which engines need not agree.
TEST_F(ReExecute, AnotherEngineRefutesNothing) {
  const Bytes module = read_guest("echo");
  Receipt receipt = honest(module, "hello");
  receipt.engine = "another-1.0";
  receipt.fuel_used += 5;
  const Verdict equal = verdict(receipt, module, "hello");
  EXPECT_EQ(equal.conclusion, Conclusion::confirmed);
  EXPECT_EQ(finding(equal, Aspect::engine).agreement, Agreement::differs);
  EXPECT_EQ(finding(equal, Aspect::fuel_used).agreement, Agreement::not_compared);

  receipt.output = sha256(as_bytes("a lie"));
  const Verdict different = verdict(receipt, module, "hello");
  EXPECT_EQ(different.conclusion, Conclusion::inconclusive);
  EXPECT_EQ(different.reason, "another_engine");
  EXPECT_EQ(differences(different), (Names{"engine", "output_sha256"}));
  EXPECT_NE(different.message.find("another-1.0"), std::string::npos);

  const Bytes endless = read_guest("loop_forever");
  Receipt exhausted = honest(endless, "");
  exhausted.engine = "another-1.0";
  EXPECT_EQ(verdict(exhausted, endless, "").reason, "another_engine");
}

// Goal:   a receipt from before version 3, which does not tell its memory, is confirmed without it.
// Method: one of version 2 whose memory is left at nothing.
TEST_F(ReExecute, EarlierReceiptsTellNoMemory) {
  const Bytes module = read_guest("echo");
  Receipt receipt = honest(module, "hello");
  receipt.version = 2;
  receipt.memory_bytes_peak = 0;
  const Verdict found = verdict(receipt, module, "hello");
  EXPECT_EQ(found.conclusion, Conclusion::confirmed) << found.message;
  EXPECT_EQ(found.findings.back().aspect, Aspect::fuel_used);
}

// Goal:   who lacks the key of a keyed commitment can say nothing about the input, and nobody is blamed.
// Method: an honest receipt whose commitments are called keyed.
TEST_F(ReExecute, KeyedCommitmentsNeedTheirKey) {
  const Bytes module = read_guest("echo");
  Receipt receipt = honest(module, "hello");
  receipt.commitment = CommitmentKind::keyed;
  const Verdict found = verdict(receipt, module, "hello");
  EXPECT_EQ(found.conclusion, Conclusion::inconclusive);
  EXPECT_EQ(found.reason, "keyed_commitment");
  EXPECT_EQ(finding(found, Aspect::input_sha256).agreement, Agreement::not_compared);
  EXPECT_FALSE(found.outcome);
}

// Goal:   outcomes that machine or moment decide prove nothing, on either side.
// Method: a receipt with such an outcome is not even run; a receipt of a short run, verified with a time that is too short for a
//         guest that never ends.
TEST_F(ReExecute, MomentsProveNothing) {
  const Bytes endless = read_guest("loop_forever");
  Receipt receipt = honest(endless, "");
  receipt.outcome = OutcomeKind::timed_out;
  const Verdict not_run = verdict(receipt, endless, "");
  EXPECT_EQ(not_run.conclusion, Conclusion::inconclusive);
  EXPECT_EQ(not_run.reason, "outcome_not_comparable");
  EXPECT_FALSE(not_run.outcome);

  receipt.outcome = OutcomeKind::completed;
  receipt.exit_code = 0;
  receipt.limits.fuel = kFuelMax;
  const Verdict too_slow = verdict(receipt, endless, "", {std::chrono::milliseconds{3'000}, {}});
  EXPECT_EQ(too_slow.conclusion, Conclusion::inconclusive);
  EXPECT_EQ(too_slow.reason, "rerun_not_comparable");
  ASSERT_TRUE(too_slow.outcome);
  EXPECT_EQ(too_slow.outcome->kind, OutcomeKind::timed_out);
}

// Goal:   a verification can be cancelled, and that is no verdict.
// Method: a stop that was requested before.
TEST_F(ReExecute, IsCancelled) {
  const Bytes module = read_guest("loop_forever");
  Receipt receipt = honest(module, "");
  receipt.limits.fuel = kFuelMax;
  std::stop_source stop;
  stop.request_stop();
  const auto found = re_execute(*sandbox_, receipt, module, {}, {kWallTimeMax, stop.get_token()});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::cancelled);
}

// Goal:   a verifier that is too small says so, and blames nobody.
// Method: a receipt whose memory limit is above the sandbox's slot.
TEST_F(ReExecute, SmallSandboxIsAnError) {
  const Bytes module = read_guest("noop");
  Receipt receipt = honest(module, "");
  receipt.limits.memory_bytes_max = 64u << 20;
  const auto found = re_execute(*sandbox_, receipt, module, {});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace gstd

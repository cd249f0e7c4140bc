// Deterministic re-execution: what must agree, and what a difference means.
#include <algorithm>

#include "verify/comparison.hpp"

namespace gstd {

using namespace verification;

namespace {

// Exactly counted; where a guest traps, what it used since its last call is not (docs/protocol.md, "Verification").
bool has_exact_fuel(OutcomeKind kind) { return kind == OutcomeKind::completed || kind == OutcomeKind::exited; }

// Ends that follow from the module, the input and WebAssembly's own rules. How much fuel an instruction takes, what a module may
// look like and when memory counts as refused are each engine's own.
bool is_same_for_all_engines(OutcomeKind kind) { return kind == OutcomeKind::completed || kind == OutcomeKind::exited; }

// What has to hold before a run makes sense. False: it does not, and the verdict says so.
bool is_for(Verdict& verdict, const Receipt& receipt, BytesView module, BytesView input) {
  compare(verdict, Aspect::module_sha256, receipt.module.hex(), sha256(module).hex(), "SHA-256 of the module");
  if (receipt.commitment != CommitmentKind::sha256)
    note(verdict, Aspect::input_sha256, Agreement::not_compared, "the receipt commits to its input with a key");
  else
    compare(verdict, Aspect::input_sha256, receipt.input.hex(), sha256(input).hex(), "SHA-256 of the input");
  Result<void> sizes = check_limits(receipt.limits);
  if (sizes) sizes = check_consistent(receipt);
  if (sizes && module.size() > wasm::kModuleBytesMax)
    sizes = Error{ErrorCode::invalid_argument, "the module is longer than any that workers take", {}};
  if (sizes && input.size() > protocol::kInputBytesMax)
    sizes = Error{ErrorCode::invalid_argument, "the input is longer than any that a task can have", {}};
  note(verdict, Aspect::size_limits, sizes ? Agreement::agrees : Agreement::differs,
       sizes ? "limits and sizes are within their bounds" : sizes.error().message);
  conclude(verdict);
  return verdict.conclusion == Conclusion::confirmed;
}

Result<wasm::Outcome> run_again(wasm::Sandbox& sandbox, const Receipt& receipt, BytesView module, BytesView input,
                                const CallOptions& options) {
  // Added to the clock's reading, which must not overflow.
  constexpr std::chrono::milliseconds kTimeoutMax = std::chrono::hours{24};
  const auto deadline = system_clock().steady() + std::min(options.timeout, kTimeoutMax);
  const auto compiled = sandbox.compile(module, receipt.convention, options);
  if (!compiled) {
    if (compiled.error().reason != "module_invalid") return compiled.error();
    wasm::Outcome refused;
    refused.kind = OutcomeKind::invalid_module;
    refused.message = compiled.error().message;
    return refused;
  }
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - system_clock().steady());
  if (left.count() <= 0)
    return Error{ErrorCode::deadline_exceeded, "compiling the module took all of the time; allow more", "compile"};
  RunLimits limits = receipt.limits;
  limits.wall_time = std::min(kWallTimeMax, left);
  auto outcome = sandbox.run(*compiled, input, limits, {left, options.stop});
  if (outcome && outcome->kind == OutcomeKind::cancelled)
    return Error{ErrorCode::cancelled, "the verification was cancelled during the run", {}};
  return outcome;
}

void compare_runs(Verdict& verdict, const Receipt& receipt, const wasm::Outcome& outcome, bool same_engine) {
  compare(verdict, Aspect::outcome, std::string(to_string(receipt.outcome)), std::string(to_string(outcome.kind)),
          "how the run ends");
  compare(verdict, Aspect::exit_code, std::to_string(receipt.exit_code), std::to_string(outcome.exit_code), "exit code");
  compare(verdict, Aspect::output_sha256, receipt.output.hex(), sha256(outcome.output).hex(), "SHA-256 of the output of the run");
  if (!same_engine)
    note(verdict, Aspect::fuel_used, Agreement::not_compared, "engines count fuel each in their own way");
  else if (!has_exact_fuel(receipt.outcome) || !has_exact_fuel(outcome.kind))
    note(verdict, Aspect::fuel_used, Agreement::not_compared, "fuel is exact only where a run completes or exits");
  else
    compare(verdict, Aspect::fuel_used, std::to_string(receipt.fuel_used), std::to_string(outcome.fuel_used), "fuel");
  if (receipt.version < 3) return;
  // Pages are WebAssembly's own; where a run is cut off is the engine's.
  if (!same_engine && !is_same_for_all_engines(outcome.kind))
    note(verdict, Aspect::memory_bytes_peak, Agreement::not_compared, "engines cut a run off each at a place of their own");
  else
    compare(verdict, Aspect::memory_bytes_peak, std::to_string(receipt.memory_bytes_peak),
            std::to_string(outcome.memory_bytes_peak), "linear memory");
}

void conclude_runs(Verdict& verdict, const Receipt& receipt, const wasm::Outcome& outcome, bool same_engine) {
  if (!is_comparable(outcome.kind))
    return conclude(verdict, Conclusion::inconclusive, "rerun_not_comparable",
                    "the run here ended as " + std::string(to_string(outcome.kind)) +
                        ", which says nothing about the guest; try again with more time or on a larger machine");
  if (same_engine) return conclude(verdict);
  const Finding* difference = first_difference(verdict);
  if (difference != nullptr || !is_same_for_all_engines(outcome.kind))
    return conclude(verdict, Conclusion::inconclusive, "another_engine",
                    (difference != nullptr ? difference->message : "engines need not agree on this outcome") +
                        "; the worker ran another engine, so this proves nothing: verify with " + receipt.engine);
  conclude(verdict);
}

}  // namespace

Result<Verdict> re_execute(wasm::Sandbox& sandbox, const Receipt& receipt, BytesView module, BytesView input,
                           const CallOptions& options) {
  Verdict verdict;
  verdict.receipt = receipt;
  if (!is_for(verdict, receipt, module, input)) return verdict;
  if (receipt.commitment != CommitmentKind::sha256) {
    conclude(
        verdict, Conclusion::inconclusive, "keyed_commitment",
        "the receipt commits to its input with a key, so nothing here says that this is the input; ask the requester, who has it");
    return verdict;
  }
  if (!is_comparable(receipt.outcome)) {
    conclude(verdict, Conclusion::inconclusive, "outcome_not_comparable",
             "the receipt's outcome is " + std::string(to_string(receipt.outcome)) +
                 ", which machine or moment decide: there is nothing to compare, and the task is worth a retry");
    return verdict;
  }
  auto outcome = run_again(sandbox, receipt, module, input, options);
  if (!outcome) return std::move(outcome).error();
  const bool same_engine = compare(verdict, Aspect::engine, receipt.engine, sandbox.engine(), "engine");
  compare_runs(verdict, receipt, *outcome, same_engine);
  conclude_runs(verdict, receipt, *outcome, same_engine);
  verdict.outcome = *std::move(outcome);
  return verdict;
}

}  // namespace gstd

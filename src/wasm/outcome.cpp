#include "wasm/outcome.hpp"

namespace gstd::wasm {
namespace {

struct TrapName {
  wasmtime_trap_code_t code;
  std::string_view name;
};

// Part of results that are compared between workers: never renamed.
constexpr std::array kTrapNames{
    TrapName{WASMTIME_TRAP_CODE_MEMORY_OUT_OF_BOUNDS, "memory_out_of_bounds"},
    TrapName{WASMTIME_TRAP_CODE_HEAP_MISALIGNED, "heap_misaligned"},
    TrapName{WASMTIME_TRAP_CODE_TABLE_OUT_OF_BOUNDS, "table_out_of_bounds"},
    TrapName{WASMTIME_TRAP_CODE_INDIRECT_CALL_TO_NULL, "indirect_call_to_null"},
    TrapName{WASMTIME_TRAP_CODE_BAD_SIGNATURE, "bad_signature"},
    TrapName{WASMTIME_TRAP_CODE_INTEGER_OVERFLOW, "integer_overflow"},
    TrapName{WASMTIME_TRAP_CODE_INTEGER_DIVISION_BY_ZERO, "integer_division_by_zero"},
    TrapName{WASMTIME_TRAP_CODE_BAD_CONVERSION_TO_INTEGER, "bad_conversion_to_integer"},
    TrapName{WASMTIME_TRAP_CODE_UNREACHABLE_CODE_REACHED, "unreachable"},
    TrapName{WASMTIME_TRAP_CODE_NULL_REFERENCE, "null_reference"},
};

void classify_trap(Outcome& outcome, const wasm_trap_t& trap) {
  wasmtime_trap_code_t code = 0;
  if (!wasmtime_trap_code(&trap, &code)) {
    // Not a WebAssembly trap, and not one of ours: a panic of the engine that its C API turned into a trap.
    outcome.kind = OutcomeKind::host_failure;
    outcome.message = "the engine failed";
    return;
  }
  switch (code) {
    case WASMTIME_TRAP_CODE_STACK_OVERFLOW:
      outcome.kind = OutcomeKind::stack_exhausted;
      outcome.message = "the guest's calls are nested too deeply for this host's stack";
      return;
    case WASMTIME_TRAP_CODE_ALLOCATION_TOO_LARGE:
      outcome.kind = OutcomeKind::host_failure;
      outcome.message = "the host has not enough memory for the guest";
      return;
    default:
      break;
  }
  outcome.kind = OutcomeKind::trapped;
  outcome.trap = "trap_" + std::to_string(code);
  for (const auto& entry : kTrapNames)
    if (entry.code == code) outcome.trap = entry.name;
  outcome.message = "the guest trapped: " + outcome.trap;
}

void classify_error(Outcome& outcome, const wasmtime_error_t& error) {
  const std::string text = describe(error);
  outcome.kind = OutcomeKind::host_failure;
  outcome.message = "the engine could not run the guest: " + text;
}

}  // namespace

void classify(Outcome& outcome, const wasmtime_error_t* error, const wasm_trap_t* trap, const World& world,
              GuestConvention convention) {
  const auto interrupted = world.interruption.requested();
  if (world.host_failed) {
    // Before all else: the guest may have seen a growth fail that succeeds elsewhere, so that even a good end proves nothing.
    outcome.kind = OutcomeKind::host_failure;
    outcome.message = "the host has not enough memory for the guest";
  } else if (world.interrupted) {
    outcome.kind = interrupted.value_or(OutcomeKind::host_failure);
    outcome.message = outcome.kind == OutcomeKind::cancelled ? "the run was cancelled" : "the guest took longer than its wall time";
  } else if (world.fuel_used_up) {
    outcome.kind = OutcomeKind::fuel_exhausted;
    outcome.message = "the guest used up its fuel of " + std::to_string(world.limits.fuel);
  } else if (world.output_overflowed) {
    outcome.kind = OutcomeKind::output_limit;
    outcome.message = "the guest wrote more than " + std::to_string(world.limits.output_bytes_max) + " bytes of output";
  } else if (world.exit_code && convention != GuestConvention::wasi) {
    outcome.kind = OutcomeKind::trapped;
    outcome.trap = "exit";
    outcome.message = "the guest called proc_exit; guests of convention " + std::string(to_string(convention)) +
                      " return from their functions instead";
  } else if (world.exit_code) {
    outcome.exit_code = *world.exit_code;
    outcome.kind = *world.exit_code == 0 ? OutcomeKind::completed : OutcomeKind::exited;
    if (*world.exit_code != 0) outcome.message = "the guest exited with code " + std::to_string(*world.exit_code);
  } else if (world.calls_too_deep) {
    outcome.kind = OutcomeKind::trapped;
    outcome.trap = "call_stack_exhausted";
    outcome.message = "the guest's calls are nested too deeply";
  } else if (world.bad_region) {
    outcome.kind = OutcomeKind::trapped;
    outcome.trap = "memory_out_of_bounds";
    outcome.message = "the guest gave the host an address outside of its memory";
  } else if (!error && !trap) {
    outcome.kind = OutcomeKind::completed;
  } else if (trap) {
    classify_trap(outcome, *trap);
  } else {
    classify_error(outcome, *error);
  }

  const bool ended_badly = outcome.kind == OutcomeKind::trapped || outcome.kind == OutcomeKind::exited;
  if (ended_badly && world.memory_refused) {
    outcome.kind = OutcomeKind::memory_limit;
    outcome.exit_code = 0;
    outcome.trap.clear();
    outcome.message =
        "the guest failed after it was refused memory beyond " + std::to_string(world.limits.memory_bytes_max) + " bytes";
  }
}

Outcome memory_too_small(std::uint64_t declared_bytes, std::uint64_t limit_bytes) {
  Outcome outcome;
  outcome.kind = OutcomeKind::memory_limit;
  outcome.message =
      "the module declares " + std::to_string(declared_bytes) + " bytes of memory; the limit is " + std::to_string(limit_bytes);
  return outcome;
}

}  // namespace gstd::wasm

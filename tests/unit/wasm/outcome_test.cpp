#include "sandbox_fixture.hpp"
#include "wasm/stack_thread.hpp"

namespace gstd::wasm {

class OutcomeTest : public SandboxFixture {
 protected:
  void expect_trap(const std::string& name, std::string_view trap) {
    const Outcome outcome = run(name);
    EXPECT_EQ(outcome.kind, OutcomeKind::trapped) << name << ": " << outcome.message;
    EXPECT_EQ(outcome.trap, trap) << name;
    EXPECT_TRUE(outcome.output.empty()) << name;
    EXPECT_FALSE(outcome.message.empty()) << name;
  }
};

// Goal:   a guest that returns is completed, with an account of what it used.
// Method: the smallest guest there is.
TEST_F(OutcomeTest, CompletedOnReturn) {
  const Outcome outcome = run("noop");
  EXPECT_EQ(outcome.kind, OutcomeKind::completed);
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_TRUE(outcome.output.empty());
  EXPECT_TRUE(outcome.message.empty());
  EXPECT_EQ(outcome.memory_bytes_peak, 64u << 10);
  EXPECT_GT(outcome.fuel_used, 0u);
  EXPECT_LT(outcome.fuel_used, 10u);
}

// Goal:   exit codes arrive, all 32 bits of them, with the output written before; zero counts as completed.
// Method: a guest that exits with the code in its input.
TEST_F(OutcomeTest, ExitedWithTheGuestsCode) {
  const Module module = guest("exit_from_input");
  for (std::int32_t code : {1, 2, 42, 255, 256, -1, INT32_MIN}) {
    const std::string input(reinterpret_cast<const char*>(&code), sizeof code);
    const Outcome outcome = run(module, input);
    EXPECT_EQ(outcome.kind, OutcomeKind::exited);
    EXPECT_EQ(outcome.exit_code, code);
    EXPECT_EQ(as_text(outcome.output), "bye");
  }
  const Outcome zero = run(module, std::string(4, '\0'));
  EXPECT_EQ(zero.kind, OutcomeKind::completed);
  EXPECT_EQ(as_text(zero.output), "bye");
  EXPECT_EQ(run("exit_in_start").exit_code, 9);
}

// Goal:   each thing that WebAssembly forbids has its stable name, and the sandbox serves on after each.
// Method: one guest for each.
TEST_F(OutcomeTest, TrapsByName) {
  expect_trap("trap_unreachable", "unreachable");
  expect_trap("trap_memory", "memory_out_of_bounds");
  expect_trap("trap_memory_far", "memory_out_of_bounds");
  expect_trap("trap_division", "integer_division_by_zero");
  expect_trap("trap_overflow", "integer_overflow");
  expect_trap("trap_conversion", "bad_conversion_to_integer");
  expect_trap("trap_signature", "bad_signature");
  expect_trap("trap_null_call", "indirect_call_to_null");
  expect_trap("trap_table", "table_out_of_bounds");
  expect_trap("trap_in_start", "unreachable");
  expect_trap("data_out_of_bounds", "memory_out_of_bounds");
  EXPECT_EQ(run("noop").kind, OutcomeKind::completed);
}

// Goal:   a guest without end is ended by its fuel, exactly all of it.
// Method: an endless loop with little fuel.
TEST_F(OutcomeTest, FuelExhausted) {
  const Outcome outcome = run("loop_forever");
  EXPECT_EQ(outcome.kind, OutcomeKind::fuel_exhausted);
  EXPECT_EQ(outcome.fuel_used, small_limits().fuel);
}

// Goal:   a guest that has fuel for longer than its wall time is ended by that.
// Method: endless loops, in the guest's code and in calls of the host, with all the fuel there is and little time.
TEST_F(OutcomeTest, TimedOut) {
  RunLimits limits = small_limits();
  limits.fuel = kFuelMax;
  limits.memory_bytes_max = 4u << 20;
  limits.wall_time = std::chrono::milliseconds{50};
  for (const char* name : {"loop_forever", "random_flood"}) {
    const Outcome outcome = run(name, {}, limits);
    EXPECT_EQ(outcome.kind, OutcomeKind::timed_out) << name;
    EXPECT_FALSE(is_comparable(outcome.kind));
  }
}

// Goal:   calls nested too deeply end the guest, not the process, and at the same call on every machine.
// Method: a recursion without end, on the caller's stack and on that of a thread that has too little.
TEST_F(OutcomeTest, CallStackExhausted) {
  const Module module = guest("recurse");
  const Outcome outcome = run(module);
  EXPECT_EQ(outcome.kind, OutcomeKind::trapped);
  EXPECT_EQ(outcome.trap, "call_stack_exhausted");
  EXPECT_TRUE(outcome.comparable());

  Outcome elsewhere;
  ASSERT_TRUE(StackThread::start(256u << 10, [&] { elsewhere = run(module); }));
  EXPECT_EQ(elsewhere.trap, outcome.trap);
  EXPECT_EQ(elsewhere.fuel_used, outcome.fuel_used);
}

// Goal:   memory beyond the limit is refused as WebAssembly says; whether the guest can do without decides the outcome.
// Method: guests that grow until refused, and then trap, exit with a code, or return.
TEST_F(OutcomeTest, MemoryLimitWhereRefusedGrowthEndsBadly) {
  const std::uint64_t limit = small_limits().memory_bytes_max;
  for (const char* name : {"grow_then_trap", "grow_then_exit"}) {
    const Outcome outcome = run(name);
    EXPECT_EQ(outcome.kind, OutcomeKind::memory_limit) << name;
    EXPECT_EQ(outcome.exit_code, 0) << name;
    EXPECT_TRUE(outcome.trap.empty()) << name;
    EXPECT_EQ(outcome.memory_bytes_peak, limit) << name;
  }
  const Outcome managed = run("grow_then_return");
  EXPECT_EQ(managed.kind, OutcomeKind::completed);
  EXPECT_EQ(managed.memory_bytes_peak, limit);
}

// Goal:   a growth that the module itself forbids is not blamed on the task's limit.
// Method: a guest that declares two pages, asks for a third, and traps.
TEST_F(OutcomeTest, TrappedWhereTheModuleForbidsGrowth) { expect_trap("grow_own_maximum", "unreachable"); }

// Goal:   a module that declares more than the limit ends before it starts; with enough it runs.
// Method: a guest of 4 MiB with limits one byte short, exact, and a limit that is no multiple of a page.
TEST_F(OutcomeTest, MemoryLimitWhereTheDeclarationIsAbove) {
  RunLimits limits = small_limits();
  limits.memory_bytes_max = (4u << 20) - 1;
  const Outcome outcome = run("memory_declared", {}, limits);
  EXPECT_EQ(outcome.kind, OutcomeKind::memory_limit);
  EXPECT_EQ(outcome.fuel_used, 0u);
  limits.memory_bytes_max = 4u << 20;
  EXPECT_EQ(run("memory_declared", {}, limits).kind, OutcomeKind::completed);
  limits.memory_bytes_max = (64u << 10) + 1;
  EXPECT_EQ(run("grow_then_return", {}, limits).memory_bytes_peak, 64u << 10);
}

// Goal:   a flood of output is cut off, an output of exactly the limit is not.
// Method: a guest that writes 4 KiB at a time without end; one that copies its input.
TEST_F(OutcomeTest, OutputLimit) {
  const Outcome outcome = run("flood_output");
  EXPECT_EQ(outcome.kind, OutcomeKind::output_limit);
  EXPECT_TRUE(outcome.output.empty());

  RunLimits limits = small_limits();
  limits.output_bytes_max = 10'000;
  EXPECT_EQ(run("echo", std::string(10'000, 'x'), limits).kind, OutcomeKind::completed);
  EXPECT_EQ(run("echo", std::string(10'001, 'x'), limits).kind, OutcomeKind::output_limit);
}

// Goal:   a flood of log is cut and changes nothing else.
// Method: a guest that checks that each write to stderr is accepted, with room for a part, for nothing, and for all.
TEST_F(OutcomeTest, LogIsCutNotPunished) {
  RunLimits limits = small_limits();
  for (std::uint64_t room : {std::uint64_t{5000}, std::uint64_t{0}, kLogBytesMax}) {
    limits.log_bytes_max = room;
    const Outcome outcome = run("flood_log", {}, limits);
    EXPECT_EQ(outcome.kind, OutcomeKind::completed) << outcome.message;
    EXPECT_EQ(as_text(outcome.output), "ok");
    EXPECT_EQ(outcome.log.size(), std::min<std::uint64_t>(room, kLogBytesMax));
  }
}

// Goal:   tables, which cost memory outside the guest's limit, are bounded by the profile.
// Method: a huge table, many tables, and a table that grows.
TEST_F(OutcomeTest, RefusesTablesThatAreTooLarge) {
  for (const auto* name : {"table_huge", "tables_many"}) {
    const auto module = sandbox_->compile(read_guest(name));
    ASSERT_FALSE(module) << name;
    EXPECT_EQ(module.error().reason, "module_invalid") << name;
  }
  EXPECT_EQ(run("table_grow").kind, OutcomeKind::completed);
}

}  // namespace gstd::wasm

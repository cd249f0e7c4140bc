// What the instrumentation counts, and that it ends every guest that does not end by itself.
#include "unit/wasm/sandbox_fixture.hpp"

namespace gstd::wasm {
namespace {

class MeterTest : public SandboxFixture {};

// Goal:   no loop and no tree of calls escapes the end of its time, whatever a compiler makes of the look at the word.
// Method: guests without stores between two looks, with fuel for hours and little time; both optimisation levels.
TEST_F(MeterTest, EndsEveryKindOfEndlessWork) {
  RunLimits limits = small_limits();
  limits.fuel = kFuelMax;
  limits.wall_time = std::chrono::milliseconds{10};
  for (const bool optimize : {true, false}) {
    sandbox_ = create({.slots = 1, .slot_memory_bytes_max = 16u << 20, .optimize = optimize});
    const Module loops = guest("loops_without_stores");
    for (const char which : {'\1', '\2', '\3', '\4'}) {
      const Outcome outcome = run(loops, std::string_view{&which, 1}, limits);
      EXPECT_EQ(outcome.kind, OutcomeKind::timed_out) << "loop " << int{which} << ", optimize " << optimize;
    }
    EXPECT_EQ(run(guest("calls_without_loops"), {}, limits).kind, OutcomeKind::timed_out) << "optimize " << optimize;
    const char none = 0;
    EXPECT_EQ(run(loops, std::string_view{&none, 1}, limits).kind, OutcomeKind::completed) << "and it does end by itself";
  }
}

// Goal:   fuel is the same number whatever compiles the module, at the end, at a trap and where it is used up.
// Method: guests that end in each way, at both optimisation levels.
TEST_F(MeterTest, CountsTheSameForEveryCompiler) {
  const auto plain = create({.slots = 1, .slot_memory_bytes_max = 16u << 20, .optimize = false});
  for (const auto* name : {"hello", "trap_division", "trap_memory", "recurse", "grow_then_trap", "loop_forever", "nan"}) {
    const Outcome fast = run(name);
    const auto module = plain->compile(read_guest(name));
    ASSERT_TRUE(module) << name;
    const auto slow = plain->run(*module, {}, small_limits());
    ASSERT_TRUE(slow) << name;
    EXPECT_EQ(to_string(fast.kind), to_string(slow->kind)) << name;
    EXPECT_EQ(fast.fuel_used, slow->fuel_used) << name;
    EXPECT_EQ(fast.output, slow->output) << name;
  }
}

// Goal:   the number is the one that meter.hpp promises: one per instruction that does something, and one per call.
// Method: a function without branches; then the same in a loop of ten rounds, which its `br_if` ends.
TEST_F(MeterTest, CountsOnePerInstruction) {
  const auto fuel_of = [this](const std::string& name) { return run(name).fuel_used; };
  EXPECT_EQ(fuel_of("fuel_straight"), 1u + 6u);
  EXPECT_EQ(fuel_of("fuel_loop"), 1u + 10u * 7u);
}

// Goal:   the limit is the limit, also on the last stretch of code, behind which nobody looks any more.
// Method: what a first run took as the limit of the next, and one unit less.
TEST_F(MeterTest, LimitIsExact) {
  for (const auto* name : {"hello", "fuel_straight", "fuel_loop", "exit_from_input"}) {
    const Module module = guest(name);
    RunLimits limits = small_limits();
    const Outcome whole = run(module, {}, limits);
    ASSERT_TRUE(whole.kind == OutcomeKind::completed || whole.kind == OutcomeKind::exited) << name;
    limits.fuel = whole.fuel_used;
    EXPECT_EQ(run(module, {}, limits).kind, whole.kind) << name;
    --limits.fuel;
    const Outcome cut = run(module, {}, limits);
    EXPECT_EQ(cut.kind, OutcomeKind::fuel_exhausted) << name;
    EXPECT_EQ(cut.fuel_used, limits.fuel) << name;
  }
}

}  // namespace
}  // namespace gstd::wasm

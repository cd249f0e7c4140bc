// What the instrumentation counts, and that it ends every guest that does not end by itself.
#include "unit/wasm/module_bytes.hpp"
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

// A WASI program: imported fd_write, memory with an io vector of a page at 0, then `bodies`, each with its locals, the first of
// which is
// `_start`; all are () -> ().
Bytes program(std::initializer_list<Bytes> bodies) {
  Bytes code = leb(bodies.size());
  for (const auto& body : bodies) code = join({code, sized(body)});
  return module_of({
      section(1, join({Bytes{2, 0x60, 0, 0, 0x60, 4}, Bytes{0x7f, 0x7f, 0x7f, 0x7f, 1, 0x7f}})),
      section(2, join({Bytes{1}, text("wasi_snapshot_preview1"), text("fd_write"), Bytes{0, 1}})),
      section(3, join({leb(bodies.size()), Bytes(bodies.size(), 0)})),
      section(5, Bytes{1, 0, 2}),
      section(7, join({Bytes{2}, text("memory"), Bytes{2, 0}, text("_start"), Bytes{0, 1}})),
      section(10, code),
      section(11, join({Bytes{1, 0, 0x41, 0, 0x0b, 8}, Bytes{0, 0, 0, 0, 0, 0, 1, 0}})),
  });
}

// local 0 counts to 100 000 in a loop; then `way_out`, and the end.
Bytes long_leaf(const Bytes& way_out) {
  return join({Bytes{1, 1, 0x7f, 0x03, 0x40, 0x20, 0, 0x41, 1, 0x6a, 0x22, 0, 0x41, 0xa0, 0x8d, 0x06, 0x49, 0x0d, 0, 0x0b}, way_out,
               Bytes{0x0b}});
}

// Goal:   fuel is paid whichever way a function is left.
// Method: a function that calls nothing counts in a loop and leaves by each kind of branch; all cost the same but for the branch.
TEST_F(MeterTest, NoWayOutOfAFunctionIsFree) {
  struct Row {
    std::string name;
    Bytes way_out;
  };
  const std::array rows{Row{"end", {}},
                        Row{"return", {0x0f}},
                        Row{"br", {0x0c, 0}},
                        Row{"br_if", {0x41, 1, 0x0d, 0}},
                        Row{"br_table", {0x41, 0, 0x0e, 0, 0}},
                        Row{"br out of a block", {0x02, 0x40, 0x0c, 1, 0x0b}},
                        Row{"br_on_null", {0xd0, 0x70, 0xd5, 0, 0x1a}},
                        Row{"return_call", {0x12, 3}}};
  for (const auto& row : rows) {
    const Outcome outcome = run(compile(program({Bytes{0, 0x10, 2, 0x10, 2, 0x0b}, long_leaf(row.way_out), Bytes{0, 0x0b}})));
    EXPECT_EQ(outcome.kind, OutcomeKind::completed) << row.name << ": " << outcome.message;
    EXPECT_GE(outcome.fuel_used, 2u * 700'000u) << row.name;
    EXPECT_LE(outcome.fuel_used, 2u * 700'000u + 100u) << row.name;
  }
}

// Goal:   code without loops is ended, too, however long it is; so is one that only calls the host.
// Method: ten thousand calls in a row of a function that fills memory for a while, and as many host calls with as much work as they
//         take: years of fuel and little time, and then little fuel and much time.
TEST_F(MeterTest, EndsCodeWithoutLoops) {
  constexpr std::size_t kTimes = 10'000;
  // memory.fill(0x10000, 0, 1024), which stays in place.
  const Bytes fill{0x41, 0x80, 0x80, 0x04, 0x41, 0, 0x41, 0x80, 0x08, 0xfc, 0x0b, 0};
  // fd_write(2, 0, 1, 8), which logs a page.
  const Bytes write{0x41, 2, 0x41, 0, 0x41, 1, 0x41, 8, 0x10, 0, 0x1a};
  const std::array modules{
      program({join({Bytes{0}, repeat(kTimes, {0x10, 2}), Bytes{0x0b}}), join({Bytes{0}, repeat(20'000, fill), Bytes{0x0b}})}),
      program({join({Bytes{0}, repeat(kTimes, write), Bytes{0x0b}})}),
  };
  for (const auto& bytes : modules) {
    const Module module = compile(bytes);
    std::stop_source stop;
    stop.request_stop();
    RunLimits limits = small_limits();
    limits.fuel = kFuelMax;
    EXPECT_EQ(run(module, {}, limits, {.stop = stop.get_token()}).kind, OutcomeKind::cancelled);
    limits.wall_time = kWallTimeMax;
    limits.fuel = 1'000;
    EXPECT_EQ(run(module, {}, limits).kind, OutcomeKind::fuel_exhausted);
  }
  RunLimits limits = small_limits();
  limits.fuel = kFuelMax;
  limits.wall_time = std::chrono::milliseconds{10};
  EXPECT_EQ(run(compile(modules[0]), {}, limits).kind, OutcomeKind::timed_out);
}

// Goal:   code behind a trap or a branch, which never runs, does not keep a valid module from being accepted.
// Method: a block, and operands out of nothing, behind a return.
TEST_F(MeterTest, AcceptsCodeThatNeverRuns) {
  const Bytes dead{0, 0x0f, 0x02, 0x40, 0x0b, 0x6a, 0x1a, 0x0b};
  EXPECT_EQ(run(compile(program({dead}))).kind, OutcomeKind::completed);
}

}  // namespace
}  // namespace gstd::wasm

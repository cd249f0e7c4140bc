// Reactors: one instance for many calls, and one call in a fresh instance.
#include <thread>

#include "unit/wasm/sandbox_fixture.hpp"

namespace gstd::wasm {
namespace {

class ReactorTest : public SandboxFixture {
 protected:
  Module reactor(const std::string& name) {
    auto module = sandbox_->compile(read_guest(name), GuestConvention::reactor);
    EXPECT_TRUE(module) << module.error().message;
    return module ? *std::move(module) : Module{};
  }

  std::optional<Instance> open(const std::string& name, const RunLimits& limits = small_limits()) {
    auto instance = sandbox_->open(reactor(name), limits);
    EXPECT_TRUE(instance) << instance.error().message;
    if (!instance) return std::nullopt;
    return *std::move(instance);
  }

  static Outcome call(Instance& instance, std::string_view input, const CallOptions& options = {}) {
    auto outcome = instance.call(as_bytes(input), options);
    EXPECT_TRUE(outcome) << outcome.error().message;
    return outcome ? *std::move(outcome) : Outcome{};
  }
};

// Goal:   many inputs go through one instance, each with an output and a full measure of fuel of its own.
// Method: a guest that reverses its input, called with inputs of many lengths; the same input costs the same fuel each time.
TEST_F(ReactorTest, AnswersManyCallsOnOneInstance) {
  auto instance = open("reactor_echo");
  ASSERT_TRUE(instance);
  std::uint64_t fuel = 0;
  for (int round = 0; round < 3; ++round) {
    for (std::size_t length : {std::size_t{0}, std::size_t{1}, std::size_t{1000}, std::size_t{60'000}}) {
      std::string input(length, 'a');
      if (length > 0) input.front() = 'z';
      const Outcome outcome = call(*instance, input);
      EXPECT_EQ(outcome.kind, OutcomeKind::completed) << outcome.message;
      EXPECT_EQ(as_text(outcome.output), std::string(input.rbegin(), input.rend()));
      EXPECT_EQ(outcome.engine, sandbox_->engine());
      if (length == 1000) {
        if (fuel == 0) fuel = outcome.fuel_used;
        EXPECT_EQ(outcome.fuel_used, fuel);
      }
    }
  }
  EXPECT_GT(fuel, 0u);
}

// Goal:   a task of convention reactor runs like any other: one input, a fresh instance, `_initialize` first.
// Method: the guest's `alloc` traps without `_initialize`.
TEST_F(ReactorTest, RunsOnceInAFreshInstance) {
  const Module module = reactor("reactor_echo");
  for (int i = 0; i < 2; ++i) {
    const Outcome outcome = run(module, "abc");
    EXPECT_EQ(outcome.kind, OutcomeKind::completed) << outcome.message;
    EXPECT_EQ(as_text(outcome.output), "cba");
  }
}

// Goal:   every bad end of a call has its outcome, and ends the instance; the slot is free again.
// Method: a guest that ends as its input says; after each, another call is refused and a new instance works.
TEST_F(ReactorTest, EndsWithTheFirstBadCall) {
  struct Row {
    std::string input;
    OutcomeKind kind;
    std::string trap;
  };
  RunLimits limits = small_limits();
  limits.output_bytes_max = 64u << 10;
  const std::array rows{Row{"l", OutcomeKind::fuel_exhausted, ""}, Row{"t", OutcomeKind::trapped, "unreachable"},
                        Row{"e", OutcomeKind::trapped, "exit"}, Row{"o", OutcomeKind::trapped, "memory_out_of_bounds"},
                        Row{"b", OutcomeKind::output_limit, ""}};
  for (const auto& row : rows) {
    auto instance = open("reactor_moods", limits);
    ASSERT_TRUE(instance);
    EXPECT_EQ(call(*instance, "c").output, Bytes{1});
    EXPECT_EQ(call(*instance, "c").output, Bytes{2}) << "memory lasts from call to call";
    const Outcome outcome = call(*instance, row.input);
    EXPECT_EQ(to_string(outcome.kind), to_string(row.kind)) << row.input;
    EXPECT_EQ(outcome.trap, row.trap) << row.input;
    EXPECT_TRUE(outcome.output.empty());
    const auto after = instance->call(as_bytes("c"));
    ASSERT_FALSE(after);
    EXPECT_EQ(after.error().code, ErrorCode::failed_precondition);
    EXPECT_EQ(after.error().reason, "instance_over");
  }
}

// Goal:   a call that never returns ends by its wall time, and by a stop request from another thread.
// Method: fuel for hours; a short wall time, then a stop source.
TEST_F(ReactorTest, EndsByTimeAndByStopRequest) {
  RunLimits limits = small_limits();
  limits.fuel = kFuelMax;
  limits.wall_time = std::chrono::milliseconds{20};
  auto timed = open("reactor_moods", limits);
  ASSERT_TRUE(timed);
  EXPECT_EQ(call(*timed, "l").kind, OutcomeKind::timed_out);

  limits.wall_time = kWallTimeMax;
  auto cancelled = open("reactor_moods", limits);
  ASSERT_TRUE(cancelled);
  std::stop_source stop;
  std::jthread other{[&stop] { stop.request_stop(); }};
  EXPECT_EQ(call(*cancelled, "l", {.stop = stop.get_token()}).kind, OutcomeKind::cancelled);
}

// Goal:   an `alloc` that lies is the guest's fault, a start-up that fails is told at once, and both leave the slots free.
// Method: more of each than there are slots.
TEST_F(ReactorTest, ReportsBadAllocAndBadStart) {
  for (int i = 0; i < 3; ++i) {
    const Outcome outcome = run(reactor("reactor_alloc_outside"), "abc");
    EXPECT_EQ(outcome.kind, OutcomeKind::trapped);
    EXPECT_EQ(outcome.trap, "memory_out_of_bounds");
    const auto instance = sandbox_->open(reactor("reactor_bad_start"), small_limits());
    ASSERT_FALSE(instance);
    EXPECT_EQ(instance.error().reason, "instance_failed");
    EXPECT_NE(instance.error().message.find("unreachable"), std::string::npos);
  }
}

// Goal:   an instance holds a slot, for as long as it lives.
// Method: two slots, two instances, a third; then one goes.
TEST_F(ReactorTest, HoldsASlot) {
  auto first = open("reactor_echo");
  auto second = open("reactor_echo");
  const Module module = reactor("reactor_echo");
  const auto third = sandbox_->open(module, small_limits(), {.timeout = std::chrono::milliseconds{1}});
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().reason, "slots_busy");
  first.reset();
  EXPECT_TRUE(sandbox_->open(module, small_limits()));
}

// Goal:   only a reactor can stay open.
// Method: a WASI program.
TEST_F(ReactorTest, RefusesOtherConventions) {
  const auto instance = sandbox_->open(guest("noop"), small_limits());
  ASSERT_FALSE(instance);
  EXPECT_EQ(instance.error().reason, "convention");
}

}  // namespace
}  // namespace gstd::wasm

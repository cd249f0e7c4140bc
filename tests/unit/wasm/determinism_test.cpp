#include "sandbox_fixture.hpp"

#include <thread>

namespace gstd::wasm {

class DeterminismTest : public SandboxFixture {};

// Goal:   one task, one result: output, log, exit code, memory and fuel are the same in every run, on every thread, in every
// sandbox. Method: 200 runs of each guest on four threads and two sandboxes of different size, against the first run.
TEST_F(DeterminismTest, RunsAreIdentical) {
  const auto other = create({.slots = 4, .slot_memory_bytes_max = 2u << 20});
  for (const char* name : {"entropy", "echo", "nan", "exit_from_input", "grow_then_exit", "flood_output", "trap_division"}) {
    const Bytes bytes = read_guest(name);
    const Module here = compile(bytes);
    const auto there = other->compile(bytes);
    ASSERT_TRUE(there);
    const Outcome first = run(here, "some input");
    const bool fuel_is_exact = first.kind == OutcomeKind::completed || first.kind == OutcomeKind::exited;
    std::vector<std::jthread> threads;
    threads.reserve(4);
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 50; ++i) {
          auto again = t % 2 == 0 ? sandbox_->run(here, as_bytes("some input"), small_limits())
                                  : other->run(*there, as_bytes("some input"), small_limits());
          ASSERT_TRUE(again) << again.error().message;
          EXPECT_EQ(again->kind, first.kind) << name;
          EXPECT_EQ(again->exit_code, first.exit_code) << name;
          EXPECT_EQ(again->trap, first.trap) << name;
          EXPECT_EQ(again->output, first.output) << name;
          EXPECT_EQ(again->log, first.log) << name;
          EXPECT_EQ(again->memory_bytes_peak, first.memory_bytes_peak) << name;
          if (fuel_is_exact) {
            EXPECT_EQ(again->fuel_used, first.fuel_used) << name;
          }
        }
      });
    }
  }
}

// Goal:   the engine's name does not depend on what does not change results, and says which engine it is.
// Method: sandboxes of different size; the name's form.
TEST_F(DeterminismTest, EngineNameIsStable) {
  const auto other = create({.slots = 7, .slot_memory_bytes_max = 1u << 20});
  EXPECT_EQ(sandbox_->engine(), other->engine());
  EXPECT_TRUE(sandbox_->engine().starts_with("wasmtime-48.0.")) << sandbox_->engine();
  EXPECT_EQ(sandbox_->engine().size() - sandbox_->engine().find('/'), 17u);
}

}  // namespace gstd::wasm

// Running a module locally.
#include <cstring>

#include "handles.hpp"

namespace gstd::capi_test {
namespace {

constexpr std::uint64_t kMemory = 16u << 20;

class SandboxTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!kHasEngine) GTEST_SKIP() << "built without an engine";
    gstd_sandbox* sandbox = nullptr;
    gstd_error* error = nullptr;
    expect_ok(gstd_sandbox_new(2, kMemory, &sandbox, &error), error);
    ASSERT_NE(sandbox, nullptr);
    sandbox_.reset(sandbox);
    gstd_limits_set_memory_bytes_max(limits_.get(), kMemory);
  }

  ModuleHandle compile(const std::string& guest) {
    const auto wasm = read_guest(guest);
    gstd_module* module = nullptr;
    gstd_error* error = nullptr;
    expect_ok(gstd_module_new(sandbox_.get(), wasm.data(), wasm.size(), &module, &error), error);
    return ModuleHandle{module};
  }

  OutcomeHandle run(const gstd_module* module, const std::string& input) {
    gstd_outcome* outcome = nullptr;
    gstd_error* error = nullptr;
    expect_ok(gstd_sandbox_run(sandbox_.get(), module, reinterpret_cast<const std::uint8_t*>(input.data()), input.size(),
                               limits_.get(), kTimeoutMs, nullptr, &outcome, &error),
              error);
    return OutcomeHandle{outcome};
  }

  SandboxHandle sandbox_;
  LimitsHandle limits_{gstd_limits_new()};
};

// Goal:   a script is framed, run by the embedded engine, and gives JSON.
// Method: a script with its input; one that is too long.
TEST_F(SandboxTest, RunsAScript) {
  std::size_t size = 0;
  const std::uint8_t* engine = gstd_javascript_engine(&size);
  if (engine == nullptr) GTEST_SKIP() << "built without JavaScript";
  gstd_module* module = nullptr;
  gstd_text* framed = nullptr;
  gstd_error* error = nullptr;
  expect_ok(gstd_module_new(sandbox_.get(), engine, size, &module, &error), error);
  const ModuleHandle owned{module};
  expect_ok(gstd_javascript_input("input.a * 2", 11, "{\"a\":21}", 8, &framed, &error), error);
  const auto outcome = run(module, std::string(gstd_text_get(framed), gstd_text_size(framed)));
  gstd_text_free(framed);
  const std::uint8_t* output = gstd_outcome_output(outcome.get(), &size);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(output), size), "42");

  const std::string long_script((1u << 20) + 1, ' ');
  EXPECT_EQ(gstd_javascript_input(long_script.data(), long_script.size(), nullptr, 0, &framed, nullptr), GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(gstd_text_size(nullptr), 0u);
}

// Goal:   bytes go in and come out, and fuel is told.
// Method: the echo guest.
TEST_F(SandboxTest, RunsAGuest) {
  const auto module = compile("echo");
  const auto outcome = run(module.get(), "hello");
  std::size_t size = 0;
  const std::uint8_t* output = gstd_outcome_output(outcome.get(), &size);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(output), size), "hello");
  EXPECT_EQ(gstd_outcome_kind(outcome.get()), GSTD_OUTCOME_COMPLETED);
  EXPECT_GT(gstd_outcome_fuel_used(outcome.get()), 0u);
  EXPECT_NE(std::strlen(gstd_sandbox_engine(sandbox_.get())), 0u);
}

// Goal:   what happens to the guest is an outcome, not an error.
// Method: a trap, and an endless loop with little fuel.
TEST_F(SandboxTest, TrapAndFuelAreOutcomes) {
  EXPECT_EQ(gstd_outcome_kind(run(compile("trap_unreachable").get(), "").get()), GSTD_OUTCOME_TRAPPED);
  gstd_limits_set_fuel(limits_.get(), 10'000);
  EXPECT_EQ(gstd_outcome_kind(run(compile("loop_forever").get(), "").get()), GSTD_OUTCOME_FUEL_EXHAUSTED);
}

// Goal:   sandbox and module may be freed in any order.
// Method: the sandbox first; AddressSanitizer looks on.
TEST_F(SandboxTest, ModuleKeepsItsSandboxAlive) {
  const auto module = compile("noop");
  sandbox_.reset();
}

// Goal:   a module of another sandbox, and bytes that are no module, are refused.
// Method: two sandboxes; a text.
TEST_F(SandboxTest, ForeignAndInvalidModulesAreRefused) {
  gstd_sandbox* raw = nullptr;
  expect_ok(gstd_sandbox_new(1, kMemory, &raw, nullptr), nullptr);
  const SandboxHandle other{raw};
  const auto module = compile("noop");
  gstd_outcome* outcome = nullptr;
  gstd_error* error = nullptr;
  EXPECT_EQ(gstd_sandbox_run(other.get(), module.get(), nullptr, 0, limits_.get(), kTimeoutMs, nullptr, &outcome, &error),
            GSTD_INVALID_ARGUMENT);
  const ErrorHandle foreign{error};
  EXPECT_STREQ(gstd_error_reason(error), "module_foreign");
  gstd_module* none = nullptr;
  error = nullptr;
  EXPECT_EQ(gstd_module_new(other.get(), reinterpret_cast<const std::uint8_t*>("not wasm"), 8, &none, &error),
            GSTD_INVALID_ARGUMENT);
  const ErrorHandle invalid{error};
  EXPECT_STREQ(gstd_error_reason(error), "module_invalid");
  EXPECT_EQ(none, nullptr);
}

// Goal:   a library built without an engine says so.
// Method: the call that every use of the engine begins with.
TEST(SandboxWithoutEngine, IsUnimplemented) {
  if (kHasEngine) GTEST_SKIP() << "built with an engine";
  gstd_sandbox* sandbox = nullptr;
  gstd_error* error = nullptr;
  EXPECT_EQ(gstd_sandbox_new(1, kMemory, &sandbox, &error), GSTD_UNIMPLEMENTED);
  const ErrorHandle held{error};
  EXPECT_EQ(sandbox, nullptr);
}

}  // namespace
}  // namespace gstd::capi_test

// Sandboxes with options, reactors, and what is known of a module and of an outcome.
#include <cstring>
#include <filesystem>

#include "conformance/temp_dir.hpp"
#include "handles.hpp"

namespace gstd::capi_test {
namespace {

class SandboxOptionsTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!kHasEngine) GTEST_SKIP() << "built without an engine";
    gstd_sandbox_options_set_memory_bytes_max(options_.get(), kMemory);
    gstd_limits_set_memory_bytes_max(limits_.get(), kMemory);
  }

  SandboxHandle make() {
    gstd_sandbox* sandbox = nullptr;
    gstd_error* error = nullptr;
    expect_ok(gstd_sandbox_new_with(options_.get(), &sandbox, &error), error);
    return SandboxHandle{sandbox};
  }

  static ModuleHandle compile(gstd_sandbox* sandbox, const std::string& guest, std::int32_t convention) {
    const auto wasm = read_guest(guest);
    gstd_module* module = nullptr;
    gstd_error* error = nullptr;
    expect_ok(gstd_module_new_for(sandbox, wasm.data(), wasm.size(), convention, kTimeoutMs, nullptr, &module, &error), error);
    return ModuleHandle{module};
  }

  static constexpr std::uint64_t kMemory = 1u << 20;
  SandboxOptionsHandle options_{gstd_sandbox_options_new()};
  LimitsHandle limits_{gstd_limits_new()};
};

std::string output_of(const gstd_outcome* outcome) {
  std::size_t size = 0;
  const std::uint8_t* bytes = gstd_outcome_output(outcome, &size);
  return {reinterpret_cast<const char*>(bytes), size};
}

// Goal:   a sandbox made by options works, passes its self-test, and keeps what it compiled where it was told to.
// Method: a cache in a new folder, less optimisation; the files in the folder.
TEST_F(SandboxOptionsTest, OptionsTakeEffect) {
  const test::TempDir folder;
  const std::string cache = (folder / "cache").string();
  gstd_error* error = nullptr;
  expect_ok(gstd_sandbox_options_set_cache(options_.get(), cache.c_str(), 1u << 30, &error), error);
  gstd_sandbox_options_set_optimize(options_.get(), 0);
  gstd_sandbox_options_set_slots(options_.get(), 2);
  const auto sandbox = make();
  expect_ok(gstd_sandbox_self_test(sandbox.get(), kTimeoutMs, nullptr, &error), error);
  const auto module = compile(sandbox.get(), "echo", GSTD_CONVENTION_WASI);
  EXPECT_EQ(gstd_module_convention(module.get()), GSTD_CONVENTION_WASI);
  std::size_t kept = 0;
  for (const auto& entry : std::filesystem::directory_iterator(cache)) kept += entry.path().extension() == ".code";
  EXPECT_EQ(kept, 1u);
}

// Goal:   options that cannot be are refused, with a reason, and leave the options as they were.
// Method: an isolation that there is not; no slots; a cache in a folder for everybody; a convention that there is not; NULL.
TEST_F(SandboxOptionsTest, BadOptionsAreRefused) {
  gstd_error* error = nullptr;
  EXPECT_EQ(gstd_sandbox_options_set_isolation(options_.get(), 7, &error), GSTD_INVALID_ARGUMENT);
  EXPECT_STREQ(gstd_error_reason(ErrorHandle{error}.get()), "isolation");
  EXPECT_EQ(gstd_sandbox_options_set_cache(options_.get(), nullptr, 1, nullptr), GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(gstd_sandbox_options_set_runner_program(nullptr, "x", nullptr), GSTD_INVALID_ARGUMENT);
  const auto sandbox = make();

  const auto wasm = read_guest("echo");
  gstd_module* module = nullptr;
  EXPECT_EQ(gstd_module_new_for(sandbox.get(), wasm.data(), wasm.size(), 9, kTimeoutMs, nullptr, &module, nullptr),
            GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(module, nullptr);

  const test::TempDir folder;
  std::filesystem::permissions(folder.path(), std::filesystem::perms::all);
  EXPECT_EQ(gstd_sandbox_options_set_cache(options_.get(), folder.path().c_str(), 1u << 30, nullptr), GSTD_OK);
  gstd_sandbox* none = nullptr;
  EXPECT_EQ(gstd_sandbox_new_with(options_.get(), &none, &error), GSTD_FAILED_PRECONDITION);
  EXPECT_STREQ(gstd_error_reason(ErrorHandle{error}.get()), "cache_directory_unsafe");
  gstd_sandbox_options_set_slots(options_.get(), 0);
  EXPECT_EQ(gstd_sandbox_new_with(options_.get(), &none, nullptr), GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(none, nullptr);
}

// Goal:   an instance answers call after call, and outlives the handles that it came from.
// Method: the reactor that sums all that it was given; its module and sandbox are freed first.
TEST_F(SandboxOptionsTest, InstanceAnswersManyCalls) {
  auto sandbox = make();
  auto module = compile(sandbox.get(), "self_test_reactor", GSTD_CONVENTION_REACTOR);
  EXPECT_EQ(gstd_module_convention(module.get()), GSTD_CONVENTION_REACTOR);
  gstd_instance* opened = nullptr;
  gstd_error* error = nullptr;
  expect_ok(gstd_instance_open(module.get(), limits_.get(), kTimeoutMs, nullptr, &opened, &error), error);
  const InstanceHandle instance{opened};
  module.reset();
  sandbox.reset();
  for (std::uint64_t call = 1; call <= 3; ++call) {
    const std::uint8_t input[] = {100, 11};
    gstd_outcome* outcome = nullptr;
    expect_ok(gstd_instance_call(instance.get(), input, sizeof input, nullptr, &outcome, &error), error);
    const OutcomeHandle held{outcome};
    const std::uint64_t expected = call * 111;
    EXPECT_EQ(output_of(outcome), std::string(reinterpret_cast<const char*>(&expected), sizeof expected));
  }
}

// Goal:   what is no reactor is not opened.
// Method: a program.
TEST_F(SandboxOptionsTest, OnlyReactorsAreOpened) {
  const auto sandbox = make();
  const auto module = compile(sandbox.get(), "echo", GSTD_CONVENTION_WASI);
  gstd_instance* instance = nullptr;
  gstd_error* error = nullptr;
  EXPECT_EQ(gstd_instance_open(module.get(), limits_.get(), kTimeoutMs, nullptr, &instance, &error), GSTD_INVALID_ARGUMENT);
  EXPECT_STREQ(gstd_error_reason(ErrorHandle{error}.get()), "convention");
  EXPECT_EQ(instance, nullptr);
}

// Goal:   an outcome tells all that the C++ one does.
// Method: a guest that divides by zero, and one that returns.
TEST_F(SandboxOptionsTest, OutcomeTellsAll) {
  const auto sandbox = make();
  const auto run = [&](const char* guest) {
    const auto module = compile(sandbox.get(), guest, GSTD_CONVENTION_WASI);
    gstd_outcome* outcome = nullptr;
    gstd_error* error = nullptr;
    expect_ok(gstd_sandbox_run(sandbox.get(), module.get(), nullptr, 0, limits_.get(), kTimeoutMs, nullptr, &outcome, &error),
              error);
    return OutcomeHandle{outcome};
  };
  const auto trapped = run("trap_division");
  EXPECT_STREQ(gstd_outcome_trap(trapped.get()), "integer_division_by_zero");
  EXPECT_EQ(gstd_outcome_comparable(trapped.get()), 1);
  EXPECT_STRNE(gstd_outcome_message(trapped.get()), "");
  EXPECT_STREQ(gstd_outcome_engine(trapped.get()), gstd_sandbox_engine(sandbox.get()));
  const auto completed = run("noop");
  EXPECT_STREQ(gstd_outcome_trap(completed.get()), "");
  EXPECT_STREQ(gstd_outcome_message(completed.get()), "");
  EXPECT_EQ(gstd_outcome_memory_bytes_peak(completed.get()), 64u << 10);
  EXPECT_LT(gstd_outcome_wall_us(completed.get()), std::uint64_t{kTimeoutMs} * 1000);
}

// Goal:   what a module wants and offers can be read, also of one that the profile refuses; what is no module cannot.
// Method: the echo guest; one with a foreign import; noise.
TEST_F(SandboxOptionsTest, ModulesAreInspected) {
  const auto inspect = [](const std::string& guest) {
    const auto wasm = read_guest(guest);
    gstd_module_info* info = nullptr;
    gstd_error* error = nullptr;
    expect_ok(gstd_module_inspect(wasm.data(), wasm.size(), &info, &error), error);
    return ModuleInfoHandle{info};
  };
  const auto echo = inspect("echo");
  ASSERT_GT(gstd_module_info_import_count(echo.get()), 0u);
  EXPECT_EQ(std::string(gstd_module_info_import(echo.get(), 0)).rfind("wasi_snapshot_preview1.", 0), 0u);
  EXPECT_EQ(gstd_module_info_import(echo.get(), gstd_module_info_import_count(echo.get())), nullptr);
  EXPECT_GE(gstd_module_info_export_count(echo.get()), 2u);
  EXPECT_NE(gstd_module_info_export(echo.get(), 0), nullptr);
  EXPECT_EQ(gstd_module_info_convention(echo.get()), GSTD_CONVENTION_WASI);
  EXPECT_EQ(gstd_module_info_refusal(echo.get()), nullptr);
  EXPECT_GE(gstd_module_info_memory_pages_min(echo.get()), 1u);

  const auto own = inspect("self_test");
  EXPECT_EQ(gstd_module_info_memory_pages_max(own.get()), 4);
  ASSERT_GT(gstd_module_info_feature_count(own.get()), 0u);
  EXPECT_NE(gstd_module_info_feature(own.get(), 0), nullptr);
  EXPECT_NE(gstd_module_info_refusal(inspect("import_foreign").get()), nullptr);

  std::uint8_t digest[32] = {}, again[32] = {};
  gstd_module_info_sha256(echo.get(), digest);
  const auto sandbox = make();
  gstd_module_sha256(compile(sandbox.get(), "echo", GSTD_CONVENTION_WASI).get(), again);
  EXPECT_EQ(std::memcmp(digest, again, sizeof digest), 0);

  gstd_module_info* none = nullptr;
  gstd_error* error = nullptr;
  EXPECT_EQ(gstd_module_inspect(digest, sizeof digest, &none, &error), GSTD_INVALID_ARGUMENT);
  EXPECT_STREQ(gstd_error_reason(ErrorHandle{error}.get()), "module_invalid");
  EXPECT_EQ(none, nullptr);
}

}  // namespace
}  // namespace gstd::capi_test

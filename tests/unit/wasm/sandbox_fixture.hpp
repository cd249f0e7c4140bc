// A sandbox and the guests of tests/guests, for every test of the room. Without an engine such tests are skipped;
// unavailable_test.cpp holds what is true then.
#pragma once

#include <gstd/wasm.hpp>

#include <gtest/gtest.h>
#include <cstdlib>
#include <fstream>

namespace gstd::wasm {

inline Bytes read_file(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  EXPECT_TRUE(file) << path;
  return Bytes{std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{}};
}

/// The guest tests/guests/NAME.wat, as a binary.
inline Bytes read_guest(const std::string& name) { return read_file(GSTD_TEST_GUESTS_DIR "/" + name + ".wasm"); }

/// Limits that every well-behaved guest of these tests stays far below, and a hostile one reaches soon.
inline RunLimits small_limits() {
  RunLimits limits;
  limits.fuel = 50'000'000;
  limits.memory_bytes_max = 1u << 20;
  limits.output_bytes_max = 64u << 10;
  return limits;
}

class SandboxFixture : public testing::Test {
 protected:
  void SetUp() override {
    if (!is_available()) GTEST_SKIP() << "built without an engine";
    sandbox_ = create({.slots = 2, .slot_memory_bytes_max = 16u << 20});
  }

  // CTest runs every suite with this fixture a second time, with GSTD_TEST_ISOLATION=process: nothing that they hold may depend on
  // where guests run.
  static std::unique_ptr<Sandbox> create(SandboxOptions options) {
#ifdef GSTD_TEST_RUNNER
    const char* isolation = std::getenv("GSTD_TEST_ISOLATION");
    if (isolation && std::string_view{isolation} == "process") {
      options.isolation = Isolation::process;
      options.runner_program = GSTD_TEST_RUNNER;
    }
#endif
    auto sandbox = Sandbox::create(options);
    EXPECT_TRUE(sandbox) << sandbox.error().message;
    return sandbox ? std::make_unique<Sandbox>(*std::move(sandbox)) : nullptr;
  }

  Module compile(BytesView bytes) {
    auto module = sandbox_->compile(bytes);
    EXPECT_TRUE(module) << module.error().message;
    return module ? *std::move(module) : Module{};
  }

  Module guest(const std::string& name) { return compile(read_guest(name)); }

  Outcome run(const Module& module, std::string_view input = {}, const RunLimits& limits = small_limits(),
              const CallOptions& options = {}) {
    auto outcome = sandbox_->run(module, as_bytes(input), limits, options);
    EXPECT_TRUE(outcome) << outcome.error().message;
    return outcome ? *std::move(outcome) : Outcome{};
  }

  Outcome run(const std::string& name, std::string_view input = {}, const RunLimits& limits = small_limits()) {
    return run(guest(name), input, limits);
  }

  std::unique_ptr<Sandbox> sandbox_;
};

}  // namespace gstd::wasm

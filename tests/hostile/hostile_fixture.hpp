// A sandbox under attack, and a witness: a well-behaved guest whose output and fuel must be the same before and after.
#pragma once

#include <filesystem>

#include "unit/wasm/sandbox_fixture.hpp"

namespace gstd::wasm {

/// Limits that end every attack within a fraction of a second.
inline RunLimits hostile_limits() {
  RunLimits limits;
  limits.fuel = 5'000'000;
  limits.memory_bytes_max = 1u << 20;
  limits.output_bytes_max = 16u << 10;
  limits.log_bytes_max = 4u << 10;
  return limits;
}

/// What the kernel holds for this process that a guest could make it leak.
struct Possessions {
  static std::size_t count(const char* folder) {
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator{folder}, std::filesystem::directory_iterator{}));
  }
  std::size_t threads = count("/proc/self/task");
  std::size_t descriptors = count("/proc/self/fd");
  bool operator==(const Possessions&) const = default;
};

class HostileFixture : public SandboxFixture {
 protected:
  void SetUp() override {
    SandboxFixture::SetUp();
    if (!sandbox_) return;
    witness_ = guest("entropy");
    testimony_ = run(witness_, "witness");
    ASSERT_EQ(testimony_.kind, OutcomeKind::completed) << testimony_.message;
  }

  /// The process is alive, and a run after the attack is what it was before.
  void expect_unharmed() {
    const Outcome now = run(witness_, "witness");
    EXPECT_EQ(now.kind, testimony_.kind) << now.message;
    EXPECT_EQ(now.output, testimony_.output);
    EXPECT_EQ(now.log, testimony_.log);
    EXPECT_EQ(now.fuel_used, testimony_.fuel_used);
    EXPECT_EQ(now.memory_bytes_peak, testimony_.memory_bytes_peak);
  }

  /// A refusal is the module's, and says why.
  static void expect_refusal(const Error& error) {
    EXPECT_EQ(error.code, ErrorCode::invalid_argument) << error.message;
    EXPECT_EQ(error.reason, "module_invalid") << error.message;
    EXPECT_FALSE(error.message.empty());
  }

  Module witness_;
  Outcome testimony_;
};

}  // namespace gstd::wasm

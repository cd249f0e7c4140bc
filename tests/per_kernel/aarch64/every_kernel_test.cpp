// The tests of a kernel are skipped where the CPU cannot run it.
#include <gtest/gtest.h>

#include "pow/dispatch.hpp"

namespace gstd::pow {
namespace {

// Goal:   the emulator's CPU leaves no kernel out.
// Method: ask the dispatcher for each.
TEST(EmulatedCpu, RunsEveryKernel) {
  for (const Kernel* kernel : built_in_kernels()) EXPECT_TRUE(is_supported(*kernel)) << kernel->name;
  EXPECT_TRUE(is_supported(kArmv8Kernel));
}

}  // namespace
}  // namespace gstd::pow

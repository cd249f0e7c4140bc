// The dispatcher on an ARMv8 CPU without the SHA-2 instructions, such as the Raspberry Pi 4's. The emulator has no such CPU, so
// this program answers for it.
#include <sys/auxv.h>

#include <gtest/gtest.h>

#include "pow/dispatch.hpp"
#include "unit/pow/vectors.hpp"

// Instead of the C library's, which itself goes by another name of it.
extern "C" unsigned long getauxval(unsigned long type) noexcept { return type == AT_HWCAP ? HWCAP_FP | HWCAP_ASIMD : 0; }

namespace gstd::pow {
namespace {

// Goal:   the portable kernel does all the work.
// Method: ask for the kernels that are chosen by themselves, and solve a challenge.
TEST(WithoutSha2, TakesThePortableKernel) {
  EXPECT_FALSE(is_supported(kArmv8Kernel));
  EXPECT_EQ(&fastest_kernel(), &kPortableKernel);
  EXPECT_EQ(&compressing_kernel(), &kPortableKernel);
  const auto challenge = test::make_challenge(test::kPowVectors[0]);
  const auto solution = solve(challenge, {.threads = 1, .kernel = fastest_kernel().name});
  ASSERT_TRUE(solution) << solution.error().message;
  EXPECT_TRUE(verify(challenge, solution->nonce)->valid);
}

// Goal:   the kernel that needs the instructions is refused by name, never replaced.
// Method: ask for it.
TEST(WithoutSha2, RefusesTheKernelThatNeedsThem) {
  const auto chosen = choose_kernel(kArmv8Kernel.name);
  ASSERT_FALSE(chosen);
  EXPECT_EQ(chosen.error().reason, "pow_kernel_unsupported");
}

}  // namespace
}  // namespace gstd::pow

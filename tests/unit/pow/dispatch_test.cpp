#include "pow/dispatch.hpp"

#include <algorithm>
#include <cstdlib>

#include <gtest/gtest.h>

#include "unit/pow/vectors.hpp"

namespace gstd::pow {
namespace {

// GSTD_POW_KERNEL for the time of one test.
class ForcedKernel {
 public:
  explicit ForcedKernel(const char* name) { setenv(kName, name, 1); }
  ~ForcedKernel() {
    if (before_)
      setenv(kName, before_->c_str(), 1);
    else
      unsetenv(kName);
  }
  ForcedKernel(const ForcedKernel&) = delete;
  ForcedKernel& operator=(const ForcedKernel&) = delete;

 private:
  static constexpr const char* kName = "GSTD_POW_KERNEL";
  static std::optional<std::string> current() {
    const char* const value = std::getenv(kName);
    return value != nullptr ? std::optional<std::string>{value} : std::nullopt;
  }
  std::optional<std::string> before_ = current();
};

// Goal:   the list starts with the portable kernel, which every CPU runs, and names each once.
// Method: read it.
TEST(Dispatch, ListsThePortableKernelFirst) {
  const auto all = kernels();
  ASSERT_FALSE(all.empty());
  EXPECT_EQ(all.front().name, "portable");
  EXPECT_TRUE(all.front().supported);
  for (const auto& kernel : all) {
    EXPECT_EQ(std::ranges::count(all, kernel.name, &KernelInfo::name), 1);
    EXPECT_GE(kernel.lanes, 1u);
  }
}

// Goal:   without a wish the fastest supported kernel is taken, the same in the whole process.
// Method: what was measured once is told again; an empty variable is no wish.
TEST(Dispatch, TakesTheFastestSupportedKernel) {
  const ForcedKernel none{""};
  const auto chosen = *active_kernel();
  const auto all = kernels();
  const auto info = std::ranges::find(all, chosen, &KernelInfo::name);
  ASSERT_NE(info, all.end());
  EXPECT_TRUE(info->supported);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(*active_kernel(), chosen);
  EXPECT_EQ(fastest_kernel().name, chosen);
}

// Goal:   the shortest time decides.
// Method: each kernel in turn is given it; one that is unsupported has the longest.
TEST(Dispatch, ShortestTimeIsTheFastestKernel) {
  const auto all = built_in_kernels();
  for (std::size_t i = 0; i < all.size(); ++i) {
    std::vector<std::chrono::nanoseconds> times(all.size(), std::chrono::nanoseconds::max());
    times[i] = std::chrono::nanoseconds{5};
    times[(i + 1) % all.size()] = std::min(times[(i + 1) % all.size()], std::chrono::nanoseconds{6});
    EXPECT_EQ(&fastest_of(times), all[i]);
  }
}

// Goal:   single texts are hashed by a kernel that can, whichever searches.
// Method: the chosen one is supported, and there is always one.
TEST(Dispatch, CompressesWithAKernelThatCan) {
  EXPECT_NE(compressing_kernel().compress, nullptr);
  EXPECT_TRUE(is_supported(compressing_kernel()));
  EXPECT_NE(kPortableKernel.compress, nullptr);
}

// Goal:   the environment forces a kernel, and options come before it.
// Method: force the portable one; then an unknown one, which is an error for all that do not name theirs.
TEST(Dispatch, ObeysTheEnvironment) {
  const auto challenge = test::make_challenge(test::kPowVectors[0]);
  {
    const ForcedKernel forced{"portable"};
    EXPECT_EQ(*active_kernel(), "portable");
    EXPECT_TRUE(solve(challenge, {.threads = 1}));
  }
  const ForcedKernel forced{"abacus"};
  const auto active = active_kernel();
  ASSERT_FALSE(active);
  EXPECT_EQ(active.error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(active.error().reason, "pow_kernel_unknown");
  EXPECT_NE(active.error().message.find("GSTD_POW_KERNEL"), std::string::npos);
  EXPECT_NE(active.error().message.find("portable"), std::string::npos);
  EXPECT_FALSE(solve(challenge, {.threads = 1}));
  EXPECT_TRUE(solve(challenge, {.threads = 1, .kernel = "portable"}));
  EXPECT_TRUE(verify(challenge, "1"));
}

// Goal:   a kernel that this CPU cannot run is refused by name, never replaced.
// Method: every such kernel of this machine.
TEST(Dispatch, RefusesUnsupportedKernels) {
  bool any = false;
  for (const auto& kernel : kernels()) {
    if (kernel.supported) continue;
    any = true;
    const auto chosen = choose_kernel(kernel.name);
    ASSERT_FALSE(chosen);
    EXPECT_EQ(chosen.error().reason, "pow_kernel_unsupported");
  }
  if (!any) GTEST_SKIP() << "this CPU runs every kernel";
}

// Goal:   a measurement counts hashes, and refuses what it cannot measure.
// Method: every supported kernel for a moment; wrong names, no threads, too many, no time.
TEST(MeasureKernel, CountsHashes) {
  using std::chrono::milliseconds;
  for (const auto& kernel : kernels()) {
    if (!kernel.supported) continue;
    EXPECT_GT(*measure_kernel(kernel.name, 2, milliseconds{1}), 0.0) << kernel.name;
  }
  EXPECT_FALSE(measure_kernel("abacus", 1, milliseconds{1}));
  EXPECT_FALSE(measure_kernel("portable", 0, milliseconds{1}));
  EXPECT_FALSE(measure_kernel("portable", kThreadsMax + 1, milliseconds{1}));
  EXPECT_FALSE(measure_kernel("portable", 1, milliseconds{0}));
}

}  // namespace
}  // namespace gstd::pow

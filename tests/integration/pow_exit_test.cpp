// The end of a process whose host still searches for a proof of work. A program of its own each time: only one can exit.
#include <gstd/pow.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <thread>

namespace gstd::test {
namespace {

pow::Challenge endless_challenge() {
  // No search finds that many zero bits.
  return {std::string(pow::kChallengeHexChars, 'a'), *TaskId::parse("task"), *WalletId::parse("wallet"), 200, Timestamp::max()};
}

[[noreturn]] void exit_while_searching(double cpu_share) {
  static std::atomic<bool> searching{false};
  std::thread([cpu_share] {
    pow::SolveOptions options;
    options.budget = std::chrono::hours{24};  // longer than CTest waits for the whole test
    options.threads = 3;
    options.cpu_share = cpu_share;
    options.progress_interval = std::chrono::milliseconds{1};
    options.on_progress = [](const pow::SolveProgress&) {
      searching = true;
      searching.notify_all();
    };
    std::ignore = pow::solve(endless_challenge(), options);
  }).detach();
  searching.wait(false);
  std::exit(EXIT_SUCCESS);  // what the return of main() does, too
}

// Goal:   a process exits at once while its host's threads still search: nothing waits for them, and they miss nothing that ends
//         before them.
// Method: a process whose main thread leaves, once with threads that hash and once with threads that mostly sleep. Its exit code
//         says that nothing crashed, and CTest's timeout that nothing waited.
TEST(PowDeathTest, ExitDoesNotWaitForASearch) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  for (const double cpu_share : {1.0, pow::kCpuShareMin})
    EXPECT_EXIT(exit_while_searching(cpu_share), testing::ExitedWithCode(EXIT_SUCCESS), "");
}

}  // namespace
}  // namespace gstd::test

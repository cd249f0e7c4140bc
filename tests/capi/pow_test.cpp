// Proof of work: options, both versions, progress, stopping, kernels.
#include <array>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <thread>

#include "handles.hpp"

namespace gstd::capi_test {
namespace {

// Origin: the platform's published vector 1.
constexpr const char* kChallenge = "aa126f06440e49a6922759f093bff165ce588932c1639652b9e9482b867946c0";
constexpr const char* kTask = "3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b";
constexpr const char* kWallet = "EQAgISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0-P0pD";
// No search finds that many zero bits.
constexpr std::uint32_t kEndlessBits = 200;

gstd_status solve(std::uint32_t bits, std::int32_t version, const gstd_pow_options* options, const gstd_stop* stop,
                  SolutionHandle& solution, ErrorHandle& error) {
  gstd_solution* found = nullptr;
  gstd_error* details = nullptr;
  const auto status = gstd_pow_solve(kChallenge, kTask, kWallet, bits, version, options, kTimeoutMs, stop, &found, &details);
  solution.reset(found);
  error.reset(details);
  return status;
}

PowOptionsHandle one_thread() {
  PowOptionsHandle options{gstd_pow_options_new()};
  gstd_pow_options_set_threads(options.get(), 1);
  return options;
}

bool is_valid(std::uint32_t bits, std::int32_t version, const char* nonce) {
  std::int32_t valid = -1;
  gstd_error* error = nullptr;
  expect_ok(gstd_pow_verify(kChallenge, kTask, kWallet, bits, version, nonce, &valid, nullptr, &error), error);
  return valid == 1;
}

// Goal:   solving and verifying agree with the platform.
// Method: its vector 1, whose lowest nonce is known; what is found on one thread is always the same, and verifies.
TEST(Pow, SolvesAndVerifiesThePlatformsVector) {
  SolutionHandle first, second;
  ErrorHandle error;
  ASSERT_EQ(solve(12, GSTD_POW_VERSION_1, one_thread().get(), nullptr, first, error), GSTD_OK) << gstd_error_message(error.get());
  ASSERT_EQ(solve(12, GSTD_POW_VERSION_1, one_thread().get(), nullptr, second, error), GSTD_OK);
  EXPECT_STREQ(gstd_solution_nonce(first.get()), gstd_solution_nonce(second.get()));
  EXPECT_GE(gstd_solution_hashes(first.get()), 1u);
  EXPECT_TRUE(is_valid(12, GSTD_POW_VERSION_1, gstd_solution_nonce(first.get())));
  EXPECT_TRUE(is_valid(12, GSTD_POW_VERSION_1, "3482"));
  EXPECT_FALSE(is_valid(12, GSTD_POW_VERSION_1, "3483"));
  std::int32_t valid = -1;
  std::uint32_t zeros = 0;
  EXPECT_EQ(gstd_pow_verify(kChallenge, kTask, kWallet, 12, GSTD_POW_VERSION_1, "3482", &valid, &zeros, nullptr), GSTD_OK);
  EXPECT_EQ(zeros, 12u);
}

// Goal:   the digest is the one that the nonce hashes to.
// Method: version 1 hashes plain text, so that it is made again here; without a solution or a place nothing is written.
TEST(Pow, GivesTheDigestOfTheNonce) {
  SolutionHandle solution;
  ErrorHandle error;
  ASSERT_EQ(solve(12, GSTD_POW_VERSION_1, one_thread().get(), nullptr, solution, error), GSTD_OK)
      << gstd_error_message(error.get());
  const std::string hashed = std::string(kChallenge) + kTask + kWallet + gstd_solution_nonce(solution.get());
  std::array<std::uint8_t, 32> expected, digest{};
  gstd_sha256(reinterpret_cast<const std::uint8_t*>(hashed.data()), hashed.size(), expected.data());
  gstd_solution_digest(nullptr, digest.data());
  gstd_solution_digest(solution.get(), nullptr);
  EXPECT_EQ(digest, (std::array<std::uint8_t, 32>{}));
  gstd_solution_digest(solution.get(), digest.data());
  EXPECT_EQ(digest, expected);
}

// Goal:   version 2 is solved too, with the defaults, and its nonce answers to that version alone.
// Method: no options; the nonce has 16 digits of which version 1 makes other bytes.
TEST(Pow, SolvesVersion2WithTheDefaults) {
  SolutionHandle solution;
  ErrorHandle error;
  ASSERT_EQ(solve(16, GSTD_POW_VERSION_2, nullptr, nullptr, solution, error), GSTD_OK) << gstd_error_message(error.get());
  const char* nonce = gstd_solution_nonce(solution.get());
  EXPECT_EQ(std::strlen(nonce), 16u);
  EXPECT_TRUE(is_valid(16, GSTD_POW_VERSION_2, nonce));
  EXPECT_FALSE(is_valid(64, GSTD_POW_VERSION_2, nonce));
  std::int32_t valid = -1;
  EXPECT_EQ(gstd_pow_verify(kChallenge, kTask, kWallet, 16, GSTD_POW_VERSION_2, "3482", &valid, nullptr, nullptr),
            GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(valid, -1);
}

// Goal:   every option reaches the search.
// Method: share and kernel change how a nonce is found, not which; an offset changes which, and the greatest leaves none.
TEST(Pow, OptionsReachTheSearch) {
  SolutionHandle plain, slower, later;
  ErrorHandle error;
  const auto options = one_thread();
  ASSERT_EQ(solve(12, GSTD_POW_VERSION_1, options.get(), nullptr, plain, error), GSTD_OK) << gstd_error_message(error.get());

  gstd_pow_options_set_cpu_share(options.get(), 0.5);
  gstd_error* details = nullptr;
  expect_ok(gstd_pow_options_set_kernel(options.get(), "portable", &details), details);
  ASSERT_EQ(solve(12, GSTD_POW_VERSION_1, options.get(), nullptr, slower, error), GSTD_OK) << gstd_error_message(error.get());
  EXPECT_STREQ(gstd_solution_nonce(slower.get()), gstd_solution_nonce(plain.get()));

  gstd_pow_options_set_offset(options.get(), 1ull << 40);
  ASSERT_EQ(solve(12, GSTD_POW_VERSION_1, options.get(), nullptr, later, error), GSTD_OK) << gstd_error_message(error.get());
  EXPECT_STRNE(gstd_solution_nonce(later.get()), gstd_solution_nonce(plain.get()));
  EXPECT_TRUE(is_valid(12, GSTD_POW_VERSION_1, gstd_solution_nonce(later.get())));

  SolutionHandle none;
  gstd_pow_options_set_offset(options.get(), std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(solve(12, GSTD_POW_VERSION_1, options.get(), nullptr, none, error), GSTD_OUT_OF_RANGE);
  EXPECT_STREQ(gstd_error_reason(error.get()), "pow_nonces_exhausted");
  EXPECT_EQ(none, nullptr);
}

// Goal:   what is out of range is refused with its reason, before any work and without an output.
// Method: each bound, at a difficulty that no work would answer.
TEST(Pow, RefusesWhatIsOutOfRange) {
  using Change = void (*)(gstd_pow_options*);
  struct Refusal {
    const char* reason;
    Change change;
  };
  const auto ignore = [](void*, std::uint64_t, double, std::uint64_t, std::uint64_t) {};
  static const gstd_pow_progress_callback kIgnore = ignore;
  for (const Refusal& refusal : std::initializer_list<Refusal>{
           {"pow_threads", [](auto* o) { gstd_pow_options_set_threads(o, 0); }},
           {"pow_threads", [](auto* o) { gstd_pow_options_set_threads(o, 1025); }},
           {"pow_cpu_share", [](auto* o) { gstd_pow_options_set_cpu_share(o, 0); }},
           {"pow_cpu_share", [](auto* o) { gstd_pow_options_set_cpu_share(o, std::nan("")); }},
           {"pow_progress_interval", [](auto* o) { gstd_pow_options_set_progress(o, kIgnore, nullptr, 0); }},
           {"pow_kernel_unknown", [](auto* o) { gstd_pow_options_set_kernel(o, "abacus", nullptr); }}}) {
    const auto options = one_thread();
    refusal.change(options.get());
    SolutionHandle solution;
    ErrorHandle error;
    EXPECT_EQ(solve(kEndlessBits, GSTD_POW_VERSION_1, options.get(), nullptr, solution, error), GSTD_INVALID_ARGUMENT);
    EXPECT_STREQ(gstd_error_reason(error.get()), refusal.reason);
    EXPECT_EQ(solution, nullptr);
  }
  // 257 is 1 in eight bits.
  for (const std::int32_t version : {0, 3, 255, -1, 257, std::numeric_limits<std::int32_t>::min()}) {
    SolutionHandle solution;
    ErrorHandle error;
    EXPECT_EQ(solve(kEndlessBits, version, nullptr, nullptr, solution, error), GSTD_INVALID_ARGUMENT) << version;
    EXPECT_STREQ(gstd_error_reason(error.get()), "pow_challenge");
    EXPECT_NE(std::strstr(gstd_error_message(error.get()), std::to_string(version).c_str()), nullptr);
    std::int32_t valid = -1;
    EXPECT_EQ(gstd_pow_verify(kChallenge, kTask, kWallet, 1, version, "1", &valid, nullptr, nullptr), GSTD_INVALID_ARGUMENT);
  }
  EXPECT_EQ(gstd_pow_options_set_kernel(nullptr, "portable", nullptr), GSTD_INVALID_ARGUMENT);
}

// Goal:   setting the kernel or the callback back to NULL means the default again.
// Method: both set to what would be noticed, then to NULL, with an interval that a callback could not have.
TEST(Pow, NullTakesOptionsBack) {
  const auto options = one_thread();
  EXPECT_EQ(gstd_pow_options_set_kernel(options.get(), "abacus", nullptr), GSTD_OK);
  EXPECT_EQ(gstd_pow_options_set_kernel(options.get(), nullptr, nullptr), GSTD_OK);
  gstd_pow_options_set_progress(
      options.get(), [](void*, std::uint64_t, double, std::uint64_t, std::uint64_t) { ADD_FAILURE() << "called"; }, nullptr, 1);
  gstd_pow_options_set_progress(options.get(), nullptr, nullptr, 0);
  gstd_solution* solution = nullptr;
  EXPECT_EQ(
      gstd_pow_solve(kChallenge, kTask, kWallet, kEndlessBits, GSTD_POW_VERSION_1, options.get(), 50, nullptr, &solution, nullptr),
      GSTD_DEADLINE_EXCEEDED);
  EXPECT_EQ(solution, nullptr);
}

// Goal:   a search goes no further than its challenge lives, and says so.
// Method: a challenge that is dead already, one that dies during an endless search, and the default again.
TEST(Pow, EndsWhenTheChallengeExpires) {
  using namespace std::chrono;
  const auto options = one_thread();
  SolutionHandle solution;
  ErrorHandle error;
  gstd_pow_options_set_expires_at(options.get(), 0);
  EXPECT_EQ(solve(12, GSTD_POW_VERSION_1, options.get(), nullptr, solution, error), GSTD_DEADLINE_EXCEEDED);
  EXPECT_STREQ(gstd_error_reason(error.get()), "pow_expired");
  EXPECT_EQ(solution, nullptr);

  const auto soon = duration_cast<milliseconds>(system_clock::now().time_since_epoch()) + milliseconds{50};
  gstd_pow_options_set_expires_at(options.get(), soon.count());
  EXPECT_EQ(solve(kEndlessBits, GSTD_POW_VERSION_2, options.get(), nullptr, solution, error), GSTD_DEADLINE_EXCEEDED);
  EXPECT_STREQ(gstd_error_reason(error.get()), "pow_expired");
  EXPECT_EQ(solution, nullptr);

  gstd_pow_options_set_expires_at(options.get(), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(solve(12, GSTD_POW_VERSION_1, options.get(), nullptr, solution, error), GSTD_OK) << gstd_error_message(error.get());
  gstd_pow_options_set_expires_at(nullptr, 0);
}

struct Watched {
  gstd_stop* stop = nullptr;
  std::thread::id thread{};
  std::atomic<std::uint64_t> calls{0};
  std::uint64_t hashes = 0;
};

// Goal:   progress comes on the thread that called, with figures that grow and agree, and may end the search.
// Method: an endless search on two threads; its callback requests the stop at the third call.
TEST(Pow, ProgressComesOnTheCallersThreadAndMayStop) {
  const StopHandle stop{gstd_stop_new()};
  Watched watched;
  watched.stop = stop.get();
  const PowOptionsHandle options{gstd_pow_options_new()};
  gstd_pow_options_set_threads(options.get(), 2);
  gstd_pow_options_set_progress(
      options.get(),
      [](void* user_data, std::uint64_t hashes, double hashes_per_second, std::uint64_t elapsed_ms,
         std::uint64_t expected_left_ms) {
        auto& seen = *static_cast<Watched*>(user_data);
        seen.thread = std::this_thread::get_id();
        EXPECT_GT(hashes, seen.hashes);
        seen.hashes = hashes;
        EXPECT_GT(hashes_per_second, 0);
        EXPECT_GT(expected_left_ms, elapsed_ms);
        if (++seen.calls == 3) gstd_stop_request(seen.stop);
      },
      &watched, 1);
  SolutionHandle solution;
  ErrorHandle error;
  EXPECT_EQ(solve(kEndlessBits, GSTD_POW_VERSION_2, options.get(), stop.get(), solution, error), GSTD_CANCELLED);
  EXPECT_EQ(watched.calls, 3u);
  EXPECT_EQ(watched.thread, std::this_thread::get_id());
  EXPECT_EQ(solution, nullptr);
}

// Goal:   another thread ends a search that would last for ages, and a timeout does.
// Method: that thread waits until the search has reported progress.
TEST(Pow, IsStoppedFromAnotherThreadAndTimesOut) {
  const StopHandle stop{gstd_stop_new()};
  Watched watched;
  const PowOptionsHandle options{gstd_pow_options_new()};
  gstd_pow_options_set_threads(options.get(), 2);
  gstd_pow_options_set_progress(
      options.get(),
      [](void* user_data, std::uint64_t, double, std::uint64_t, std::uint64_t) {
        auto& seen = *static_cast<Watched*>(user_data);
        ++seen.calls;
        seen.calls.notify_all();
      },
      &watched, 1);
  std::jthread stopper([&] {
    watched.calls.wait(0);
    gstd_stop_request(stop.get());
  });
  SolutionHandle solution;
  ErrorHandle error;
  EXPECT_EQ(solve(kEndlessBits, GSTD_POW_VERSION_1, options.get(), stop.get(), solution, error), GSTD_CANCELLED);
  gstd_solution* none = nullptr;
  EXPECT_EQ(gstd_pow_solve(kChallenge, kTask, kWallet, kEndlessBits, GSTD_POW_VERSION_1, nullptr, 50, nullptr, &none, nullptr),
            GSTD_DEADLINE_EXCEEDED);
  EXPECT_EQ(none, nullptr);
}

// Goal:   the kernels are listed, the active one among them, and each that this CPU runs has a rate; beyond the list is nothing.
// Method: all of them, and one index too many.
TEST(Pow, ListsAndMeasuresKernels) {
  const char* active = nullptr;
  gstd_error* error = nullptr;
  expect_ok(gstd_pow_active_kernel(&active, &error), error);
  const std::size_t count = gstd_pow_kernel_count();
  bool has_portable = false, has_active = false;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string name = gstd_pow_kernel_name(i);
    EXPECT_GE(gstd_pow_kernel_lanes(i), 1u) << name;
    double rate = 0;
    const auto status = gstd_pow_measure_kernel(name.c_str(), 1, 10, &rate, nullptr);
    EXPECT_EQ(status, gstd_pow_kernel_supported(i) == 1 ? GSTD_OK : GSTD_INVALID_ARGUMENT) << name;
    EXPECT_EQ(rate > 0, gstd_pow_kernel_supported(i) == 1) << name;
    has_portable |= name == "portable";
    has_active |= name == active && gstd_pow_kernel_supported(i) == 1;
  }
  EXPECT_TRUE(has_portable);
  EXPECT_TRUE(has_active);
  EXPECT_STREQ(gstd_pow_kernel_name(count), "");
  EXPECT_EQ(gstd_pow_kernel_lanes(count), 0u);
  EXPECT_EQ(gstd_pow_kernel_supported(count), 0);
  double rate = 0;
  expect_ok(gstd_pow_measure_kernel(nullptr, 2, 10, &rate, &error), error);
  EXPECT_GT(rate, 0);
  EXPECT_EQ(gstd_pow_measure_kernel(nullptr, 0, 10, &rate, nullptr), GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(gstd_pow_measure_kernel(nullptr, 1, 0, &rate, nullptr), GSTD_INVALID_ARGUMENT);
}

// The body of a process whose main thread leaves while others still search.
[[noreturn]] void exit_while_searching() {
  static std::atomic<bool> searching{false};
  std::thread([] {
    gstd_pow_options* options = gstd_pow_options_new();
    gstd_pow_options_set_threads(options, 2);
    gstd_pow_options_set_progress(
        options,
        [](void*, std::uint64_t, double, std::uint64_t, std::uint64_t) {
          searching = true;
          searching.notify_all();
        },
        nullptr, 1);
    // Longer than CTest waits for the whole test.
    constexpr auto kTimeoutMsMax = std::numeric_limits<std::uint32_t>::max();
    gstd_solution* solution = nullptr;
    gstd_pow_solve(kChallenge, kTask, kWallet, kEndlessBits, GSTD_POW_VERSION_1, options, kTimeoutMsMax, nullptr, &solution,
                   nullptr);
  }).detach();
  searching.wait(false);
  std::exit(EXIT_SUCCESS);
}

// Goal:   a process may exit while a thread of its host still searches: nothing waits for it, and nothing that ends with the shared
//         library is missed by it.
// Method: a process of its own; its exit code says that nothing crashed, and CTest's timeout that nothing waited.
TEST(PowDeathTest, ExitDoesNotWaitForASearch) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(exit_while_searching(), testing::ExitedWithCode(EXIT_SUCCESS), "");
}

}  // namespace
}  // namespace gstd::capi_test

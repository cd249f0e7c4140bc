#include <gstd/pow.hpp>

#include <limits>
#include <thread>

#include <gtest/gtest.h>

#include "unit/pow/vectors.hpp"

namespace gstd::pow {
namespace {

constexpr std::uint64_t kNonceMax = std::numeric_limits<std::uint64_t>::max();

Challenge any_challenge(unsigned bits) {
  return test::make_challenge(std::string(kChallengeHexChars, 'c'), test::kTask, test::kWallet, bits);
}

// A clock that moves whenever it is read, and tells somebody: what happens "after some time" happens after so many batches.
class TickingClock final : public Clock {
 public:
  explicit TickingClock(std::chrono::milliseconds tick, std::function<void(int)> on_read = {})
      : tick_(tick), on_read_(std::move(on_read)) {}
  Timestamp now() const override { return clock_.now(); }
  std::chrono::nanoseconds steady() const override {
    if (on_read_) on_read_(++reads_);
    clock_.advance(tick_);
    return clock_.steady();
  }
  Timestamp start() const { return ManualClock{}.now(); }

 private:
  mutable ManualClock clock_;
  mutable std::atomic<int> reads_{0};
  std::chrono::milliseconds tick_;
  std::function<void(int)> on_read_;
};

// Goal:   one thread finds the lowest nonce, and counts what it tried.
// Method: the platform's vectors from zero on; from just behind the answer another one is found.
TEST(Solver, FindsTheLowestNonceOnOneThread) {
  for (const auto& vector : test::kPowVectors) {
    const auto solution = solve(test::make_challenge(vector), {.threads = 1});
    ASSERT_TRUE(solution) << solution.error().message;
    EXPECT_EQ(solution->nonce, vector.nonce);
    EXPECT_EQ(solution->digest.hex(), vector.digest);
    EXPECT_EQ(solution->hashes, std::stoull(solution->nonce) + 1);
  }
  const auto& easy = test::kPowVectors[0];
  const auto next = solve(test::make_challenge(easy), {.threads = 1, .first_nonce = std::stoull(std::string(easy.nonce)) + 1});
  ASSERT_TRUE(next);
  EXPECT_GT(std::stoull(next->nonce), std::stoull(std::string(easy.nonce)));
  EXPECT_TRUE(verify(test::make_challenge(easy), next->nonce)->valid);
}

// Goal:   any number of threads finds a nonce that verifies and is not below the lowest.
// Method: the platform's vectors on two, five and the default number of threads.
TEST(Solver, FindsAGoodNonceOnAnyNumberOfThreads) {
  for (const unsigned threads : {0u, 2u, 5u}) {
    for (const auto& vector : std::span{test::kPowVectors}.first(4)) {
      const auto challenge = test::make_challenge(vector);
      const auto solution = solve(challenge, {.threads = threads});
      ASSERT_TRUE(solution) << solution.error().message;
      EXPECT_GE(std::stoull(solution->nonce), std::stoull(std::string(vector.nonce)));
      const auto verdict = verify(challenge, solution->nonce);
      EXPECT_TRUE(verdict->valid);
      EXPECT_EQ(verdict->digest, solution->digest);
    }
  }
}

// Goal:   the first nonce answers to difficulty zero, wherever the search starts.
// Method: start at both ends of the range.
TEST(Solver, TakesTheFirstNonceWithoutDifficulty) {
  for (const std::uint64_t first : {std::uint64_t{0}, std::uint64_t{99}, kNonceMax}) {
    const auto solution = solve(any_challenge(0), {.threads = 1, .first_nonce = first});
    ASSERT_TRUE(solution);
    EXPECT_EQ(solution->nonce, std::to_string(first));
    EXPECT_EQ(solution->hashes, 1u);
  }
}

// Goal:   the range ends at 2^64 - 1: every nonce left is tried once, by however many threads, and none beyond.
// Method: an impossible difficulty near the end, over several batches; the count stands in the message.
TEST(Solver, EndsWithTheLastNonce) {
  for (const unsigned threads : {1u, 3u}) {
    for (const std::uint64_t left : {std::uint64_t{1}, kBatchNonces - 1, kBatchNonces, kBatchNonces + 1, 3 * kBatchNonces}) {
      const auto solution = solve(any_challenge(256), {.threads = threads, .first_nonce = kNonceMax - left + 1});
      ASSERT_FALSE(solution);
      EXPECT_EQ(solution.error().code, ErrorCode::out_of_range);
      EXPECT_NE(solution.error().message.find(" " + std::to_string(left) + " hashes"), std::string::npos)
          << solution.error().message;
    }
  }
}

// Goal:   a spent budget ends the search, after as many batches as it had time for.
// Method: a clock that moves 10 ms per reading: the first starts the search, then one behind each batch.
TEST(Solver, StopsWhenTheBudgetIsSpent) {
  const TickingClock clock{std::chrono::milliseconds{10}};
  const auto solution = solve(any_challenge(256), {.budget = std::chrono::milliseconds{30}, .threads = 1, .clock = &clock});
  ASSERT_FALSE(solution);
  EXPECT_EQ(solution.error().code, ErrorCode::deadline_exceeded);
  EXPECT_EQ(solution.error().reason, "pow_budget_spent");
  EXPECT_NE(solution.error().message.find(" " + std::to_string(3 * kBatchNonces) + " hashes"), std::string::npos)
      << solution.error().message;
}

// Goal:   the smallest budget pays for one batch, and the longest does not overflow.
// Method: zero and less than zero, and the largest number of milliseconds there is.
TEST(Solver, TakesBudgetsOfAnySize) {
  using std::chrono::milliseconds;
  const ManualClock clock;
  for (const milliseconds budget : {milliseconds{0}, milliseconds{-1}, milliseconds::min()}) {
    const auto one_batch = solve(any_challenge(256), {.budget = budget, .threads = 1, .clock = &clock});
    ASSERT_FALSE(one_batch);
    EXPECT_EQ(one_batch.error().reason, "pow_budget_spent");
    EXPECT_NE(one_batch.error().message.find(" " + std::to_string(kBatchNonces) + " hashes"), std::string::npos);
  }
  EXPECT_TRUE(solve(any_challenge(20), {.budget = milliseconds::max(), .threads = 1, .clock = &clock}));
}

// Goal:   a challenge that is no longer alive is not worked on, one in its last moment is.
// Method: stand exactly at the expiry, one millisecond behind it, and move past it while searching, on one and three threads.
TEST(Solver, StopsWhenTheChallengeExpires) {
  ManualClock clock;
  auto challenge = any_challenge(8);
  challenge.expires_at = clock.now();
  EXPECT_TRUE(solve(challenge, {.threads = 1, .clock = &clock}));
  clock.advance(std::chrono::milliseconds{1});
  const auto late = solve(challenge, {.threads = 1, .clock = &clock});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::deadline_exceeded);
  EXPECT_EQ(late.error().reason, "pow_expired");

  for (const unsigned threads : {1u, 3u}) {
    const TickingClock ticking{std::chrono::milliseconds{10}};
    auto hopeless = any_challenge(256);
    hopeless.expires_at = ticking.start() + std::chrono::milliseconds{35};
    const auto during = solve(hopeless, {.threads = threads, .clock = &ticking});
    ASSERT_FALSE(during);
    EXPECT_EQ(during.error().reason, "pow_expired");
  }
}

// Goal:   a stop that was requested before or while searching ends the search on all threads.
// Method: request it beforehand; request it from the clock at its third reading, on one and three threads.
TEST(Solver, StopsOnRequest) {
  std::stop_source before;
  before.request_stop();
  const auto refused = solve(any_challenge(0), {.stop = before.get_token(), .threads = 1});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::cancelled);

  for (const unsigned threads : {1u, 3u}) {
    std::stop_source during;
    const TickingClock clock{std::chrono::milliseconds{0}, [&](int reads) {
                               if (reads == 3) during.request_stop();
                             }};
    const auto stopped = solve(any_challenge(256), {.stop = during.get_token(), .threads = threads, .clock = &clock});
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().code, ErrorCode::cancelled);
  }
}

// Goal:   another thread may stop a search under way.
// Method: a real second thread requests it once the search has begun.
TEST(Solver, StopsOnRequestOfAnotherThread) {
  std::stop_source stop;
  std::atomic<bool> begun{false};
  const TickingClock clock{std::chrono::milliseconds{0}, [&](int) {
                             begun = true;
                             begun.notify_all();
                           }};
  std::jthread stopper{[&] {
    begun.wait(false);
    stop.request_stop();
  }};
  const auto stopped = solve(any_challenge(256), {.stop = stop.get_token(), .threads = 2, .clock = &clock});
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, ErrorCode::cancelled);
}

// Goal:   several searches may run at once, each with threads of its own.
// Method: three concurrent ones over different vectors.
TEST(Solver, RunsSeveralSearchesAtOnce) {
  std::array<std::string, 3> nonces;
  {
    std::vector<std::jthread> searches;
    for (std::size_t i = 0; i < nonces.size(); ++i)
      searches.emplace_back([&nonces, i] {
        const auto solution = solve(test::make_challenge(test::kPowVectors[i]), {.threads = 1});
        if (solution) nonces[i] = solution->nonce;
      });
  }
  for (std::size_t i = 0; i < nonces.size(); ++i) EXPECT_EQ(nonces[i], test::kPowVectors[i].nonce);
}

// Goal:   what cannot be searched is refused at once.
// Method: malformed challenge, difficulty above 256, too many threads, unknown kernel.
TEST(Solver, RefusesBadInput) {
  const auto reason = [](const Challenge& challenge, const SolveOptions& options) {
    const auto solution = solve(challenge, options);
    if (solution) return std::string("accepted");
    EXPECT_EQ(solution.error().code, ErrorCode::invalid_argument);
    return solution.error().reason;
  };
  auto malformed = any_challenge(1);
  malformed.challenge[5] = 'C';
  EXPECT_EQ(reason(malformed, {}), "pow_challenge");
  EXPECT_EQ(reason(any_challenge(257), {}), "pow_challenge");
  EXPECT_EQ(reason(any_challenge(1), {.threads = kThreadsMax + 1}), "pow_threads");
  EXPECT_EQ(reason(any_challenge(1), {.kernel = "abacus"}), "pow_kernel_unknown");
}

}  // namespace
}  // namespace gstd::pow

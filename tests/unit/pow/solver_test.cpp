#include <gstd/pow.hpp>

#include <limits>
#include <thread>

#include <gtest/gtest.h>

#include "pow/message.hpp"
#include "pow/nonces.hpp"
#include "unit/pow/vectors.hpp"

namespace gstd::pow {
namespace {

Challenge any_challenge(unsigned bits) {
  return test::make_challenge(std::string(kChallengeHexChars, 'c'), test::kTask, test::kWallet, bits);
}

// A clock that moves whenever it is read, and tells somebody: what happens "after some time" happens after so many steps.
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

// Goal:   one thread finds the first good nonce in the order of the search, every time the same, and counts what it tried.
// Method: the vectors' challenges in both versions, twice each; every nonce verifies and has its version's form.
TEST(Solver, IsRepeatableOnOneThread) {
  for (const Version version : {Version::v1, Version::v2}) {
    for (const auto& vector : test::kPowVectors) {
      const auto challenge = test::make_challenge(vector, version);
      const auto first = solve(challenge, {.threads = 1}), again = solve(challenge, {.threads = 1});
      ASSERT_TRUE(first && again);
      EXPECT_EQ(first->nonce, again->nonce);
      EXPECT_EQ(first->hashes, again->hashes);
      EXPECT_TRUE(check_nonce(version, first->nonce)) << first->nonce;
      const auto verdict = verify(challenge, first->nonce);
      EXPECT_TRUE(verdict->valid);
      EXPECT_EQ(verdict->digest, first->digest);
    }
  }
}

// Goal:   any number of threads finds a nonce that verifies.
// Method: the vectors' challenges on two, five and the default number of threads, in both versions.
TEST(Solver, FindsAGoodNonceOnAnyNumberOfThreads) {
  for (const unsigned threads : {default_threads(), 2u, 5u}) {
    for (const auto& vector : std::span{test::kPowVectors}.first(4)) {
      for (const Version version : {Version::v1, Version::v2}) {
        const auto challenge = test::make_challenge(vector, version);
        const auto solution = solve(challenge, {.threads = threads});
        ASSERT_TRUE(solution) << solution.error().message;
        const auto verdict = verify(challenge, solution->nonce);
        EXPECT_TRUE(verdict->valid);
        EXPECT_EQ(verdict->digest, solution->digest);
      }
    }
  }
}

// Goal:   the first nonce answers to difficulty zero, and an offset leaves nonces to others.
// Method: offsets within the first step, at its end and far behind: the nonce found is the first of the step that the offset is
//         rounded up to.
TEST(Solver, StartsAtItsOffset) {
  for (const Version version : {Version::v1, Version::v2}) {
    auto challenge = any_challenge(0);
    challenge.version = version;
    const NonceSpace space{make_prefix(challenge), version, 0};
    const std::uint64_t per_step = space.nonces_per_step();
    for (const auto& [offset, step] : std::initializer_list<std::pair<std::uint64_t, std::uint64_t>>{
             {0, 0},
             {1, 1},
             {per_step - 1, 1},
             {per_step, 1},
             {per_step + 1, 2},
             {std::uint64_t{1} << 40, ((std::uint64_t{1} << 40) + per_step - 1) / per_step}}) {
      const auto solution = solve(challenge, {.threads = 1, .offset = offset});
      ASSERT_TRUE(solution);
      EXPECT_EQ(solution->nonce, space.nonce(step, 0)) << offset;
      EXPECT_EQ(solution->hashes, 1u);
    }
  }
}

// Goal:   the space of nonces ends: every nonce left is tried once, by however many threads, and none beyond.
// Method: an impossible difficulty near the end, over several steps, in both versions and with the shortest nonces that version 1
//         chooses; the count stands in the message.
TEST(Solver, EndsWithTheLastNonce) {
  for (const Version version : {Version::v1, Version::v2}) {
    for (const std::size_t task_chars : {1u, 42u - 1, 43u - 1}) {
      auto challenge = test::make_challenge(std::string(64, 'c'), std::string(task_chars, 't'), "w", 256, version);
      const NonceSpace space{make_prefix(challenge), version, 256};
      for (const unsigned threads : {1u, 3u}) {
        for (const std::uint64_t left : {1u, 2u, 5u}) {
          const auto offset = (space.step_count() - left) * space.nonces_per_step();
          const auto solution = solve(challenge, {.threads = threads, .offset = offset});
          ASSERT_FALSE(solution);
          EXPECT_EQ(solution.error().code, ErrorCode::out_of_range);
          EXPECT_EQ(solution.error().reason, "pow_nonces_exhausted");
          EXPECT_NE(solution.error().message.find(" " + std::to_string(left * space.nonces_per_step()) + " hashes"),
                    std::string::npos)
              << solution.error().message;
        }
      }
      const auto none = solve(challenge, {.threads = 1, .offset = std::numeric_limits<std::uint64_t>::max()});
      ASSERT_FALSE(none);
      EXPECT_EQ(none.error().code, ErrorCode::out_of_range);
    }
  }
}

// Goal:   a spent budget ends the search, after as many steps as it had time for.
// Method: a clock that moves 10 ms per reading: two start the search, then two belong to each step.
TEST(Solver, StopsWhenTheBudgetIsSpent) {
  const TickingClock clock{std::chrono::milliseconds{10}};
  const auto solution = solve(any_challenge(256), {.budget = std::chrono::milliseconds{30}, .threads = 1, .clock = &clock});
  ASSERT_FALSE(solution);
  EXPECT_EQ(solution.error().code, ErrorCode::deadline_exceeded);
  EXPECT_EQ(solution.error().reason, "pow_budget_spent");
  EXPECT_NE(solution.error().message.find(" " + std::to_string(2 * kNoncesPerStep) + " hashes"), std::string::npos)
      << solution.error().message;
}

// Goal:   the smallest budget pays for one step, and the longest does not overflow.
// Method: zero and less than zero, and the largest number of milliseconds there is, as the interval of progress, too.
TEST(Solver, TakesBudgetsOfAnySize) {
  using std::chrono::milliseconds;
  const ManualClock clock;
  for (const milliseconds budget : {milliseconds{0}, milliseconds{-1}, milliseconds::min()}) {
    const auto one_step = solve(any_challenge(256), {.budget = budget, .threads = 1, .clock = &clock});
    ASSERT_FALSE(one_step);
    EXPECT_EQ(one_step.error().reason, "pow_budget_spent");
    EXPECT_NE(one_step.error().message.find(" " + std::to_string(kNoncesPerStep) + " hashes"), std::string::npos);
  }
  EXPECT_TRUE(
      solve(any_challenge(20), {.budget = milliseconds::max(),
                                .threads = 1,
                                .on_progress = [](const SolveProgress&) { ADD_FAILURE() << "the longest interval is never over"; },
                                .progress_interval = milliseconds::max(),
                                .clock = &clock}));
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
// Method: three concurrent ones over different vectors, each against the same search alone.
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
  for (std::size_t i = 0; i < nonces.size(); ++i)
    EXPECT_EQ(nonces[i], solve(test::make_challenge(test::kPowVectors[i]), {.threads = 1})->nonce);
}

// Goal:   progress is told on the caller's thread, at its interval, and adds up.
// Method: a clock that moves 10 ms per reading; the callback stops the search at its third call.
TEST(Solver, TellsItsProgress) {
  const TickingClock clock{std::chrono::milliseconds{10}};
  std::stop_source stop;
  std::vector<SolveProgress> told;
  SolveOptions options;
  options.threads = 2;
  options.stop = stop.get_token();
  options.clock = &clock;
  options.progress_interval = std::chrono::milliseconds{50};
  options.on_progress = [&, caller = std::this_thread::get_id()](const SolveProgress& progress) {
    EXPECT_EQ(std::this_thread::get_id(), caller);
    told.push_back(progress);
    if (told.size() == 3) stop.request_stop();
  };
  EXPECT_EQ(solve(any_challenge(256), options).error().code, ErrorCode::cancelled);
  ASSERT_EQ(told.size(), 3u);
  for (std::size_t i = 0; i < told.size(); ++i) {
    EXPECT_GT(told[i].hashes, i == 0 ? 0 : told[i - 1].hashes);
    EXPECT_GE(told[i].elapsed - (i == 0 ? std::chrono::milliseconds{0} : told[i - 1].elapsed), options.progress_interval);
    EXPECT_NEAR(told[i].hashes_per_second,
                static_cast<double>(told[i].hashes) / std::chrono::duration<double>(told[i].elapsed).count(),
                told[i].hashes_per_second / 1e6);
    EXPECT_EQ(told[i].expected_left.count(), 1'000'000'000'000'000) << "256 bits take for ever";
  }
  auto easy = any_challenge(40);
  stop = {};
  options.stop = stop.get_token();
  options.on_progress = [&](const SolveProgress& progress) {
    EXPECT_NEAR(static_cast<double>(progress.expected_left.count()), 1e3 * 0x1p40 / progress.hashes_per_second, 1);
    stop.request_stop();
  };
  EXPECT_EQ(solve(easy, options).error().code, ErrorCode::cancelled);
}

// Goal:   searches whose threads pause end, too, by a stop and by a nonce.
// Method: the smallest share on three threads, with a clock by which every step is followed by the longest pause; one search is
//         stopped, another one finds.
TEST(Solver, PausingSearchesEnd) {
  const TickingClock clock{std::chrono::hours{1}};
  std::stop_source stop;
  SolveOptions options;
  options.budget = std::chrono::milliseconds::max();
  options.threads = 3;
  options.cpu_share = kCpuShareMin;
  options.clock = &clock;
  options.stop = stop.get_token();
  std::jthread stopper{[&] {
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
    stop.request_stop();
  }};
  EXPECT_EQ(solve(any_challenge(256), options).error().code, ErrorCode::cancelled);
  options.stop = {};
  EXPECT_TRUE(solve(any_challenge(8), options));
}

// Goal:   what cannot succeed starts no thread.
// Method: a clock that tells on which thread it is read: expired, stopped and exhausted searches on many threads read it on the
//         caller's only.
TEST(Solver, StartsNoThreadsInVain) {
  const TickingClock clock{std::chrono::milliseconds{0},
                           [caller = std::this_thread::get_id()](int) { EXPECT_EQ(std::this_thread::get_id(), caller); }};
  SolveOptions options;
  options.threads = 8;
  options.clock = &clock;
  auto late = any_challenge(256);
  late.expires_at = clock.start() - std::chrono::milliseconds{1};
  EXPECT_EQ(solve(late, options).error().reason, "pow_expired");
  options.offset = std::numeric_limits<std::uint64_t>::max();
  EXPECT_EQ(solve(any_challenge(256), options).error().reason, "pow_nonces_exhausted");
  std::stop_source stop;
  stop.request_stop();
  options.stop = stop.get_token();
  EXPECT_EQ(solve(any_challenge(256), options).error().code, ErrorCode::cancelled);
}

// Goal:   what cannot be searched is refused at once.
// Method: malformed challenge, difficulty above 256, no threads and too many, shares and intervals out of range, unknown kernel.
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
  EXPECT_EQ(reason(any_challenge(1), {.threads = 0}), "pow_threads");
  for (const double share : {0.0, 0.009, 1.001, -1.0, std::numeric_limits<double>::quiet_NaN()})
    EXPECT_EQ(reason(any_challenge(1), {.cpu_share = share}), "pow_cpu_share");
  EXPECT_EQ(reason(any_challenge(1), {.progress_interval = std::chrono::milliseconds{0}}), "pow_progress_interval");
  EXPECT_EQ(reason(any_challenge(1), {.kernel = "abacus"}), "pow_kernel_unknown");
}

}  // namespace
}  // namespace gstd::pow

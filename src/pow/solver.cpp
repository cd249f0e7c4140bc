#include <algorithm>
#include <limits>
#include <system_error>
#include <thread>

#include "pow/challenge.hpp"
#include "pow/dispatch.hpp"
#include "pow/message.hpp"

namespace gstd::pow {
namespace {

constexpr std::uint64_t kNonceMax = std::numeric_limits<std::uint64_t>::max();

enum class End { found, cancelled, expired, budget_spent, exhausted };

struct Job {
  const Kernel& kernel;
  Message message;
  unsigned difficulty_bits;
  Timestamp expires_at;
  std::uint64_t first_nonce;
  std::chrono::milliseconds budget;
  std::stop_token stop;
  const Clock& clock;
};

// How many nonces from `first` on have as many digits as `first`; kNonceMax stands for "all that are left".
std::uint64_t count_of_equal_length(std::uint64_t first) noexcept {
  std::uint64_t limit = 10;  // smallest number with one digit more
  while (first >= limit) {
    if (limit > kNonceMax / 10) return kNonceMax;
    limit *= 10;
  }
  return limit - first;
}

// One search by any number of threads. They take the batches one after the other from a common counter, so that none is tried
// twice or left out, however many threads there are and however fast each is.
class Search {
 public:
  explicit Search(Job job) : job_(std::move(job)), started_(job_.clock.steady()) {}

  /// The body of each thread.
  void work() noexcept {
    while (!over_.load(std::memory_order_relaxed)) {
      if (job_.stop.stop_requested()) return end(End::cancelled);
      if (job_.clock.now() > job_.expires_at) return end(End::expired);
      const std::uint64_t batch = next_batch_.fetch_add(1, std::memory_order_relaxed);
      if (batch > (kNonceMax - job_.first_nonce) / kBatchNonces) return end(End::exhausted);
      if (const auto nonce = try_batch(job_.first_nonce + batch * kBatchNonces)) return end(End::found, *nonce);
      // Only now, so that every search tries something, however long its threads take to start.
      // In whole milliseconds, because the longest budget in nanoseconds would overflow.
      if (std::chrono::duration_cast<std::chrono::milliseconds>(job_.clock.steady() - started_) >= job_.budget)
        return end(End::budget_spent);
    }
  }

  // To be asked once all threads are back.
  End how_it_ended() const noexcept { return end_; }
  std::uint64_t nonce() const noexcept { return nonce_; }
  std::uint64_t hashes() const noexcept { return hashes_.load(std::memory_order_relaxed); }

 private:
  std::optional<std::uint64_t> try_batch(std::uint64_t next) noexcept {
    std::uint64_t last = next + std::min(kBatchNonces - 1, kNonceMax - next);
    for (;;) {
      const std::uint64_t run_last = next + std::min(last - next, count_of_equal_length(next) - 1);
      const std::uint64_t count = run_last - next + 1;
      const std::uint64_t index = job_.kernel.search(job_.message.run_from(next, job_.difficulty_bits), count);
      hashes_.fetch_add(std::min(index + 1, count), std::memory_order_relaxed);
      if (index < count) return next + index;
      if (run_last == last) return std::nullopt;
      next = run_last + 1;
    }
  }

  // The first reason to end counts, but a nonce beats every other reason: it may come from a batch that was still under way.
  void end(End how, std::uint64_t nonce = kNonceMax) noexcept {
    const std::lock_guard lock{mutex_};
    if (!over_.load(std::memory_order_relaxed) || (how == End::found && end_ != End::found)) end_ = how;
    if (how == End::found) nonce_ = std::min(nonce_, nonce);
    over_.store(true, std::memory_order_relaxed);
  }

  const Job job_;
  const std::chrono::nanoseconds started_;
  std::atomic<std::uint64_t> next_batch_{0};
  std::atomic<std::uint64_t> hashes_{0};
  std::atomic<bool> over_{false};
  std::mutex mutex_;
  End end_ = End::exhausted;         // guarded by mutex_
  std::uint64_t nonce_ = kNonceMax;  // guarded by mutex_; the lowest one found
};

void run_on_threads(Search& search, unsigned threads) {
  std::vector<std::jthread> others;
  others.reserve(threads - 1);
  try {
    while (others.size() + 1 < threads) others.emplace_back([&search] { search.work(); });
  } catch (const std::system_error&) {
    // The system gives no more threads; those that run share the work.
  }
  search.work();
}

unsigned default_threads() noexcept { return std::max(2u, std::thread::hardware_concurrency()) - 1; }

Result<void> check_threads(unsigned threads) {
  if (threads > kThreadsMax)
    return Error{ErrorCode::invalid_argument,
                 "a search takes at most " + std::to_string(kThreadsMax) + " threads, not " + std::to_string(threads),
                 "pow_threads"};
  return {};
}

Error error_of(End end, std::uint64_t hashes) {
  const std::string after = " after " + std::to_string(hashes) + " hashes";
  switch (end) {
    case End::cancelled:
      return {ErrorCode::cancelled, "the proof of work was stopped" + after, {}};
    case End::expired:
      return {ErrorCode::deadline_exceeded, "the challenge expired" + after + "; ask for another", "pow_expired"};
    case End::budget_spent:
      return {ErrorCode::deadline_exceeded, "no nonce found in the time given" + after + "; try again with a larger budget",
              "pow_budget_spent"};
    case End::exhausted:
    case End::found:
      break;
  }
  return {ErrorCode::out_of_range, "no nonce is left to try" + after + "; start at a lower one", "pow_nonces_exhausted"};
}

}  // namespace

Result<Solution> solve(const Challenge& challenge, const SolveOptions& options) {
  if (auto checked = check_challenge(challenge); !checked) return std::move(checked).error();
  if (auto checked = check_threads(options.threads); !checked) return std::move(checked).error();
  const auto kernel = choose_kernel(options.kernel);
  if (!kernel) return kernel.error();

  const std::string prefix = make_prefix(challenge);
  Search search{{.kernel = **kernel,
                 .message = Message{prefix, **kernel},
                 .difficulty_bits = challenge.difficulty_bits,
                 .expires_at = challenge.expires_at,
                 .first_nonce = options.first_nonce,
                 .budget = options.budget,
                 .stop = options.stop,
                 .clock = options.clock != nullptr ? *options.clock : system_clock()}};
  run_on_threads(search, options.threads != 0 ? options.threads : default_threads());
  if (search.how_it_ended() != End::found) return error_of(search.how_it_ended(), search.hashes());

  Solution solution;
  solution.nonce = std::to_string(search.nonce());
  solution.digest = hash_text(**kernel, prefix + solution.nonce);
  solution.hashes = search.hashes();
  return solution;
}

Result<double> measure_kernel(std::string_view name, unsigned threads, std::chrono::milliseconds duration) {
  if (threads == 0 || duration.count() <= 0)
    return Error{ErrorCode::invalid_argument, "measuring takes at least one thread and one millisecond", "pow_measure"};
  if (auto checked = check_threads(threads); !checked) return std::move(checked).error();
  const auto kernel = choose_kernel(name);
  if (!kernel) return kernel.error();

  // As long as the platform's text with a UUID and a wallet address: 64 + 36 + 48. No nonce answers to 256 zero bits.
  const std::string prefix(148, 'x');
  const Clock& clock = system_clock();
  Search search{{.kernel = **kernel,
                 .message = Message{prefix, **kernel},
                 .difficulty_bits = kDifficultyBitsMax,
                 .expires_at = Timestamp::max(),
                 .first_nonce = 0,
                 .budget = duration,
                 .stop = {},
                 .clock = clock}};
  const auto started = clock.steady();
  run_on_threads(search, threads);
  const std::chrono::duration<double> elapsed = clock.steady() - started;
  return static_cast<double>(search.hashes()) / elapsed.count();
}

}  // namespace gstd::pow

#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>

#include "pow/challenge.hpp"
#include "pow/dispatch.hpp"
#include "pow/message.hpp"
#include "pow/nonces.hpp"
#include "pow/pacer.hpp"

namespace gstd::pow {
namespace {

using std::chrono::nanoseconds;

enum class End { found, cancelled, expired, budget_spent, exhausted, no_memory };

struct Job {
  const Kernel& kernel;
  NonceSpace nonces;
  Challenge challenge;
  std::string prefix;
  const SolveOptions& options;
  const Clock& clock;
};

// One search by any number of threads. They take the steps one after the other from a common counter, so that none is tried twice
// or left out, however many threads there are and however fast each is.
class Search {
 public:
  explicit Search(Job job) : job_(std::move(job)), started_(job_.clock.steady()), reported_(started_), next_step_(first_step()) {}

  /// Whether there is nothing to try from the start.
  bool is_exhausted() const noexcept { return first_step() >= job_.nonces.step_count(); }

  /// The body of each thread; the caller's reports progress.
  void work(bool reports) noexcept {
    try {
      take_steps(reports);
    } catch (const std::bad_alloc&) {
      end(End::no_memory);
    }
  }

  // To be asked once all threads are back.
  End how_it_ended() const noexcept { return end_; }
  const std::string& nonce() const noexcept { return *nonce_; }
  std::uint64_t hashes() const noexcept { return hashes_.load(std::memory_order_relaxed); }

 private:
  void take_steps(bool reports) {
    Pacer pacer{job_.options.cpu_share};
    auto before = job_.clock.steady();
    while (!over_.load(std::memory_order_relaxed)) {
      if (job_.options.stop.stop_requested()) return end(End::cancelled);
      if (job_.clock.now() > job_.challenge.expires_at) return end(End::expired);
      const std::uint64_t step = next_step_.fetch_add(1, std::memory_order_relaxed);
      if (step >= job_.nonces.step_count()) return end(End::exhausted);
      if (auto nonce = try_step(step)) return end(End::found, std::move(nonce));
      // Only now, so that every search tries something, however long its threads take to start.
      const auto now = job_.clock.steady();
      if (elapsed(now) >= job_.options.budget) return end(End::budget_spent);
      if (reports) report(now);
      if (const auto pause = pacer.pause_after(now - before); pause > nanoseconds{0}) sleep(pause, now);
      before = job_.clock.steady();
    }
  }

  std::uint64_t first_step() const noexcept {
    const std::uint64_t offset = job_.options.offset, per_step = job_.nonces.nonces_per_step();
    return offset / per_step + (offset % per_step != 0);
  }

  // The longest budget and the longest interval would overflow in nanoseconds.
  static std::chrono::milliseconds whole_milliseconds(nanoseconds time) noexcept {
    return std::chrono::duration_cast<std::chrono::milliseconds>(time);
  }
  std::chrono::milliseconds elapsed(nanoseconds now) const noexcept { return whole_milliseconds(now - started_); }

  std::optional<std::string> try_step(std::uint64_t index) {
    const Step step = job_.nonces.step(index);
    const std::size_t count = job_.nonces.nonces_per_step();
    std::size_t tried = 0;
    while (tried < count) {
      const std::size_t found = tried + job_.kernel.search(step, job_.nonces.parts(index) + tried, count - tried);
      hashes_.fetch_add(std::min(found + 1, count) - tried, std::memory_order_relaxed);
      if (found == count) break;
      // Kernels look at one word only, and what they tell is used to claim: hashed again, by other means.
      auto nonce = job_.nonces.nonce(index, found);
      const auto digest = hash_nonce(job_.prefix, job_.challenge.version, nonce);
      if (count_leading_zeros(digest) >= job_.challenge.difficulty_bits) return nonce;
      tried = found + 1;
    }
    return std::nullopt;
  }

  void report(nanoseconds now) noexcept {
    const auto& options = job_.options;
    if (!options.on_progress || whole_milliseconds(now - reported_) < options.progress_interval) return;
    reported_ = now;
    SolveProgress progress;
    progress.hashes = hashes();
    progress.elapsed = elapsed(now);
    progress.hashes_per_second = static_cast<double>(progress.hashes) / std::chrono::duration<double>(now - started_).count();
    // Far more than any search lasts, and no overflow.
    constexpr double kLongest = 1e15;
    const double left = std::ldexp(1e3, static_cast<int>(job_.challenge.difficulty_bits)) / progress.hashes_per_second;
    progress.expected_left = std::chrono::milliseconds{static_cast<std::int64_t>(std::min(left, kLongest))};
    options.on_progress(progress);
  }

  // Not beyond the budget nor the challenge's end.
  void sleep(nanoseconds pause, nanoseconds now) {
    using Seconds = std::chrono::duration<double>;
    const Seconds left = std::min<Seconds>(job_.options.budget - elapsed(now), job_.challenge.expires_at - job_.clock.now());
    std::unique_lock lock{mutex_};
    ended_.wait_for(lock, job_.options.stop, std::min<Seconds>(pause, left), [this] { return over_.load(); });
  }

  // The first reason to end counts, but a nonce beats every other reason: it may come from a step that was still under way.
  void end(End how, std::optional<std::string> nonce = std::nullopt) noexcept {
    const std::lock_guard lock{mutex_};
    if (!over_.load(std::memory_order_relaxed) || (how == End::found && end_ != End::found)) {
      end_ = how;
      nonce_ = std::move(nonce);
    }
    over_.store(true, std::memory_order_relaxed);
    ended_.notify_all();
  }

  const Job job_;
  const nanoseconds started_;
  nanoseconds reported_;  // the caller's thread only
  alignas(64) std::atomic<std::uint64_t> next_step_;
  alignas(64) std::atomic<std::uint64_t> hashes_{0};  // apart from the others, since every step changes it
  alignas(64) std::atomic<bool> over_{false};
  std::mutex mutex_;
  std::condition_variable_any ended_;
  End end_ = End::exhausted;          // guarded by mutex_
  std::optional<std::string> nonce_;  // guarded by mutex_
};

void run_on_threads(Search& search, unsigned threads) {
  std::vector<std::jthread> others;
  try {
    others.reserve(threads - 1);
    while (others.size() + 1 < threads) others.emplace_back([&search] { search.work(false); });
  } catch (const std::system_error&) {
    // The system gives no more threads; those that run share the work.
  } catch (const std::bad_alloc&) {
    // Nor is there memory for more; those that run share the work.
  }
  search.work(true);
}

Result<void> check_options(const SolveOptions& options) {
  const auto refuse = [](std::string message, std::string reason) {
    return Error{ErrorCode::invalid_argument, std::move(message), std::move(reason)};
  };
  if (options.threads == 0 || options.threads > kThreadsMax)
    return refuse("a search takes 1 to " + std::to_string(kThreadsMax) + " threads, not " + std::to_string(options.threads),
                  "pow_threads");
  if (!(options.cpu_share >= kCpuShareMin && options.cpu_share <= 1))
    return refuse("cpu_share is 0.01 to 1: the part of each thread's time that is worked", "pow_cpu_share");
  if (options.progress_interval.count() <= 0)
    return refuse("progress_interval is at least one millisecond", "pow_progress_interval");
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
    case End::no_memory:
      return {ErrorCode::resource_exhausted, "there is not enough memory to go on" + after + "; free some and try again",
              "pow_memory"};
    case End::exhausted:
    case End::found:
      break;
  }
  return {ErrorCode::out_of_range, "no nonce is left to try" + after + "; take a smaller offset, or ask for another challenge",
          "pow_nonces_exhausted"};
}

Search make_search(Challenge challenge, std::string prefix, const Kernel& kernel, const SolveOptions& options) {
  return Search{{.kernel = kernel,
                 .nonces = NonceSpace{prefix, challenge.version, challenge.difficulty_bits},
                 .challenge = std::move(challenge),
                 .prefix = std::move(prefix),
                 .options = options,
                 .clock = options.clock != nullptr ? *options.clock : system_clock()}};
}

}  // namespace

unsigned default_threads() noexcept { return std::clamp(std::thread::hardware_concurrency(), 2u, kThreadsMax + 1) - 1; }

Result<Solution> solve(const Challenge& challenge, const SolveOptions& options) {
  if (auto checked = check_challenge(challenge); !checked) return std::move(checked).error();
  if (auto checked = check_options(options); !checked) return std::move(checked).error();
  // Before the kernels are measured and threads are started.
  if (options.stop.stop_requested()) return error_of(End::cancelled, 0);
  const Clock& clock = options.clock != nullptr ? *options.clock : system_clock();
  if (clock.now() > challenge.expires_at) return error_of(End::expired, 0);
  const auto kernel = choose_kernel(options.kernel);
  if (!kernel) return kernel.error();

  Search search = make_search(challenge, make_prefix(challenge), **kernel, options);
  if (search.is_exhausted()) return error_of(End::exhausted, 0);
  run_on_threads(search, options.threads);
  if (search.how_it_ended() != End::found) return error_of(search.how_it_ended(), search.hashes());

  Solution solution;
  solution.nonce = search.nonce();
  solution.digest = hash_nonce(make_prefix(challenge), challenge.version, solution.nonce);
  solution.hashes = search.hashes();
  return solution;
}

Result<double> measure_kernel(std::string_view name, unsigned threads, std::chrono::milliseconds duration) {
  SolveOptions options;
  options.threads = threads;
  options.budget = duration;
  if (auto checked = check_options(options); !checked) return std::move(checked).error();
  if (duration.count() <= 0) return Error{ErrorCode::invalid_argument, "measuring takes at least one millisecond", "pow_measure"};
  const auto kernel = choose_kernel(name);
  if (!kernel) return kernel.error();

  // As long as the platform's text with a UUID and a wallet address: 64 + 36 + 48. No nonce answers to 256 zero bits.
  Challenge impossible;
  impossible.difficulty_bits = kDifficultyBitsMax;
  impossible.expires_at = Timestamp::max();
  Search search = make_search(std::move(impossible), std::string(148, 'x'), **kernel, options);
  const auto started = system_clock().steady();
  run_on_threads(search, threads);
  const std::chrono::duration<double> elapsed = system_clock().steady() - started;
  return static_cast<double>(search.hashes()) / elapsed.count();
}

}  // namespace gstd::pow

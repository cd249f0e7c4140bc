// Proof of work: the kernels, the solver around them, the verifier; beside them what others do, and what the CPU does without our
// shortcuts. `items_per_second` is hashes or checks per second.
#include <gstd/pow.hpp>

#include <benchmark/benchmark.h>
#include <openssl/sha.h>

#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <mutex>
#include <numeric>
#include <thread>

#include "interleaved.hpp"
#include "pow/dispatch.hpp"
#include "pow/message.hpp"
#include "pow/nonces.hpp"
#include "pow/plain_avx512.hpp"

namespace {

using namespace gstd;
using benchmark::State;

// A UUID and a wallet address, as on the platform: 148 bytes before the nonce.
pow::Challenge platform_challenge(Random& random, unsigned bits, pow::Version version = pow::Version::v1) {
  return {pow::make_challenge(random),
          *TaskId::parse("3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b"),
          *WalletId::parse("EQAgISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0-P0pD"),
          bits,
          Timestamp::max(),
          version};
}

std::string platform_prefix() {
  SeededRandom random{1};
  return pow::make_prefix(platform_challenge(random, 0));
}

unsigned cores() { return std::max(1u, std::thread::hardware_concurrency()); }

void count(State& state, std::uint64_t per_iteration) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(per_iteration));
}

// One thread, without the solver around it; no nonce answers to 256 bits.
void search(State& state, const pow::Kernel& kernel, const std::string& prefix, pow::Version version) {
  const pow::NonceSpace space{prefix, version, pow::kDifficultyBitsMax};
  std::uint64_t index = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(kernel.search(space.step(index), space.parts(index), space.nonces_per_step()));
    ++index;
  }
  count(state, space.nonces_per_step());
}

// The usual way of others: print the nonce, hash the whole text.
void openssl_one_shot(State& state) {
  const std::string prefix = platform_prefix();
  char text[256];
  std::memcpy(text, prefix.data(), prefix.size());
  std::uint64_t nonce = 10'000'000;
  for (auto _ : state) {
    const int digits =
        std::snprintf(text + prefix.size(), sizeof text - prefix.size(), "%llu", static_cast<unsigned long long>(nonce++));
    unsigned char digest[SHA256_DIGEST_LENGTH];
    SHA256(reinterpret_cast<const unsigned char*>(text), prefix.size() + static_cast<std::size_t>(digits), digest);
    benchmark::DoNotOptimize(digest);
  }
  count(state, 1);
}

// The prefix's blocks once, then a copy of the state per nonce; the digits printed, as most do, or advanced in place.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"  // the functions that let a context be copied without allocating
template <bool kPrinted>
void openssl_midstate(State& state) {
  const std::string prefix = platform_prefix();
  SHA256_CTX start;
  SHA256_Init(&start);
  SHA256_Update(&start, prefix.data(), prefix.size());
  std::uint64_t nonce = 10'000'000;
  char digits[24] = "10000000";
  std::size_t length = std::strlen(digits);
  for (auto _ : state) {
    SHA256_CTX context = start;
    SHA256_Update(&context, digits, length);
    unsigned char digest[SHA256_DIGEST_LENGTH];
    SHA256_Final(digest, &context);
    benchmark::DoNotOptimize(digest);
    if constexpr (kPrinted)
      length = static_cast<std::size_t>(std::snprintf(digits, sizeof digits, "%llu", static_cast<unsigned long long>(++nonce)));
    else
      for (std::size_t i = length; i-- > 0 && ++digits[i] > '9';) digits[i] = '0';
  }
  count(state, 1);
}
#pragma GCC diagnostic pop

// Blocks that are there already through the best kernel's instructions: no digits, no shortcuts, nothing that depends on the last.
void plain_compression(State& state) {
  constexpr std::size_t kBlocks = 64;
#if defined(__x86_64__)
  if (&pow::fastest_kernel() == &pow::kAvx512Kernel) {
    std::vector<std::uint32_t> states(pow::kStateWords * pow::kPlainLanes), words(pow::kBlockWords * pow::kPlainLanes * kBlocks);
    std::iota(words.begin(), words.end(), 1u);
    for (auto _ : state) {
      pow::compress_plainly_avx512(states.data(), words.data(), kBlocks);
      benchmark::DoNotOptimize(states.data());
    }
    return count(state, pow::kPlainLanes * kBlocks);
  }
#endif
  Bytes blocks(pow::kBlockBytes * kBlocks, 1);
  for (auto _ : state) {
    std::uint32_t words[pow::kStateWords];
    for (std::size_t i = 0; i < kBlocks; ++i) {
      std::iota(words, words + pow::kStateWords, 1u);
      pow::compressing_kernel().compress(words, blocks.data() + i * pow::kBlockBytes, 1);
      benchmark::DoNotOptimize(words);
    }
  }
  count(state, kBlocks);
}

// Node's Web Crypto in a process of its own.
void webcrypto(State& state) {
  double rate = 0;
  for (auto _ : state) {
    std::FILE* const node = popen("node " GSTD_WEBCRYPTO_PROGRAM " 1", "r");
    const bool read = node != nullptr && std::fscanf(node, "%lf", &rate) == 1;
    if ((node != nullptr && pclose(node) != 0) || !read) return state.SkipWithError("node is missing or failed");
  }
  state.counters["items_per_second"] = rate;
}

// The whole solver, threads and all, for a while.
void solver_rate(State& state) {
  double rate = 0;
  for (auto _ : state) rate = *pow::measure_kernel("", static_cast<unsigned>(state.range(0)), std::chrono::milliseconds{300});
  state.counters["items_per_second"] = rate;
}

double seconds_of(const auto& call) {
  const auto started = system_clock().steady();
  call();
  return std::chrono::duration<double>(system_clock().steady() - started).count();
}

double quantile(std::vector<double> values, double at) {
  std::ranges::sort(values);
  return values[static_cast<std::size_t>(at * static_cast<double>(values.size() - 1))];
}

void solve_24_bits(State& state) {
  SeededRandom random{1};
  std::vector<double> seconds;
  for (auto _ : state)
    for (int i = 0; i < 100; ++i) {
      const auto challenge = platform_challenge(random, 24);
      seconds.push_back(seconds_of([&] {
        if (!pow::solve(challenge, {.threads = 2})) state.SkipWithError("no answer");
      }));
    }
  state.counters["median"] = quantile(seconds, 0.5);
  state.counters["p99"] = quantile(seconds, 0.99);
}

// From the request to the return, with a thread per core.
void cancellation(State& state) {
  SeededRandom random{1};
  std::vector<double> seconds;
  for (auto _ : state)
    for (int i = 0; i < 200; ++i) {
      std::stop_source stop;
      std::mutex mutex;
      std::condition_variable begun;
      bool running = false;  // guarded by mutex
      pow::SolveOptions options;
      options.threads = cores();
      options.stop = stop.get_token();
      options.progress_interval = std::chrono::milliseconds{1};
      options.on_progress = [&](const pow::SolveProgress&) {
        const std::lock_guard lock{mutex};
        running = true;
        begun.notify_all();
      };
      std::jthread solver{
          [&, challenge = platform_challenge(random, pow::kDifficultyBitsMax)] { (void)pow::solve(challenge, options); }};
      {
        std::unique_lock lock{mutex};
        begun.wait(lock, [&] { return running; });
      }
      seconds.push_back(seconds_of([&] {
        stop.request_stop();
        solver.join();
      }));
    }
  state.counters["p99"] = quantile(seconds, 0.99);
}

// How far off a quarter of a core a search is that may take so much.
void cpu_share(State& state) {
  SeededRandom random{1};
  double share = 0;
  for (auto _ : state) {
    const std::clock_t before = std::clock();
    const double wall = seconds_of([&] {
      (void)pow::solve(platform_challenge(random, pow::kDifficultyBitsMax),
                       {.budget = std::chrono::milliseconds{1000}, .threads = 1, .cpu_share = 0.25});
    });
    share = static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC / wall;
  }
  state.counters["off_by"] = std::abs(share - 0.25) / 0.25;
}

// Prefixes of every length modulo a block, one after the other, several times over: the slowest against the fastest.
void every_length(State& state) {
  const pow::Kernel& kernel = pow::fastest_kernel();
  std::vector<double> best(pow::kBlockBytes, 0);
  for (auto _ : state)
    for (int round = 0; round < 5; ++round)
      for (std::size_t size = 0; size < pow::kBlockBytes; ++size) {
        const pow::NonceSpace space{std::string(size, 'p'), pow::Version::v1, pow::kDifficultyBitsMax};
        constexpr std::uint64_t kSteps = 200;
        const double seconds = seconds_of([&] {
          for (std::uint64_t index = 0; index < kSteps; ++index)
            benchmark::DoNotOptimize(kernel.search(space.step(index), space.parts(index), space.nonces_per_step()));
        });
        best[size] = std::max(best[size], static_cast<double>(kSteps * space.nonces_per_step()) / seconds);
      }
  const auto [slowest, fastest] = std::ranges::minmax_element(best);
  state.counters["worst_over_best"] = *slowest / *fastest;
  for (std::size_t size = 0; size < best.size(); ++size) {
    char name[32];
    std::snprintf(name, sizeof name, "length_%02zu", size);
    state.counters[name] = best[size];
  }
}

void verify(State& state, pow::Version version) {
  SeededRandom random{1};
  const auto challenge = platform_challenge(random, 16, version);
  const std::string nonce = version == pow::Version::v1 ? "1000000000000000000" : "0123456789abcdef";
  for (auto _ : state) benchmark::DoNotOptimize(pow::verify(challenge, nonce));
  count(state, 1);
}

}  // namespace

int main(int argc, char** argv) {
  using benchmark::RegisterBenchmark;
  // Short ones, often, in changing order: what a busy machine does to one of them it does to all.
  const auto often = [](benchmark::internal::Benchmark* each) { each->Repetitions(9)->MinTime(0.1); };
  const auto once = [](benchmark::internal::Benchmark* each) { each->Iterations(1)->UseRealTime()->Unit(benchmark::kMillisecond); };

  for (const pow::Kernel* kernel : pow::built_in_kernels())
    if (pow::is_supported(*kernel))
      often(RegisterBenchmark((std::string("kernel/") + kernel->name).c_str(),
                              [kernel](State& state) { search(state, *kernel, platform_prefix(), pow::Version::v1); }));
  for (const pow::Version version : {pow::Version::v1, pow::Version::v2}) {
    const std::string suffix = version == pow::Version::v1 ? "v1" : "v2";
    often(RegisterBenchmark(("best/" + suffix).c_str(), [version](State& state) {
      SeededRandom random{1};
      search(state, pow::fastest_kernel(), pow::make_prefix(platform_challenge(random, 0, version)), version);
    }));
    often(RegisterBenchmark(("verify/" + suffix).c_str(), [version](State& state) { verify(state, version); }));
  }
  often(RegisterBenchmark("peer/openssl_one_shot", openssl_one_shot));
  often(RegisterBenchmark("peer/openssl_midstate", openssl_midstate<true>));
  often(RegisterBenchmark("peer/openssl_midstate_in_place", openssl_midstate<false>));
  if (pow::fastest_kernel().compress != nullptr || pow::fastest_kernel().lanes == pow::kPlainLanes)
    often(RegisterBenchmark("plain", plain_compression));
  for (const unsigned threads : {1u, 2u}) once(RegisterBenchmark("solver", solver_rate)->Arg(threads)->Repetitions(5));
  once(RegisterBenchmark("peer/webcrypto", webcrypto));
  once(RegisterBenchmark("solve_24_bits", solve_24_bits));
  once(RegisterBenchmark("cancellation", cancellation));
  once(RegisterBenchmark("cpu_share", cpu_share));
  once(RegisterBenchmark("every_length", every_length));

  return run_interleaved(argc, argv);
}

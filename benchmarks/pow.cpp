// Proof of work: hashes per second of each kernel and of the whole solver, checks per second, and what a plain loop over OpenSSL
// does. `items_per_second` is hashes or checks per second.
#include <gstd/pow.hpp>

#include <benchmark/benchmark.h>
#include <openssl/sha.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <thread>

#include "pow/dispatch.hpp"
#include "pow/message.hpp"

namespace {

using namespace gstd;

// A UUID and a wallet address, as on the platform: 148 bytes before the nonce.
pow::Challenge platform_challenge(Random& random, unsigned bits) {
  return {pow::make_challenge(random), *TaskId::parse("3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b"),
          *WalletId::parse("EQAgISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0-P0pD"), bits, Timestamp::max()};
}

// Eight digits, where most hashes of a hard challenge are spent.
constexpr std::uint64_t kFirstNonce = 10'000'000;

// One thread, without the solver around it; no nonce answers to 256 bits.
void search_with_kernel(benchmark::State& state, const pow::Kernel* kernel) {
  SeededRandom random{1};
  const pow::Message message{pow::make_prefix(platform_challenge(random, 0)), *kernel};
  const pow::Run run = message.run_from(kFirstNonce, pow::kDifficultyBitsMax);
  for (auto _ : state) benchmark::DoNotOptimize(kernel->search(run, pow::kBatchNonces));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(pow::kBatchNonces));
}

// The usual way of others: print the nonce, hash the whole text.
void loop_over_openssl(benchmark::State& state) {
  SeededRandom random{1};
  const std::string prefix = pow::make_prefix(platform_challenge(random, 0));
  char text[256];
  std::memcpy(text, prefix.data(), prefix.size());
  std::uint64_t nonce = kFirstNonce;
  for (auto _ : state) {
    const int digits =
        std::snprintf(text + prefix.size(), sizeof text - prefix.size(), "%llu", static_cast<unsigned long long>(nonce++));
    unsigned char digest[SHA256_DIGEST_LENGTH];
    SHA256(reinterpret_cast<const unsigned char*>(text), prefix.size() + static_cast<std::size_t>(digits), digest);
    benchmark::DoNotOptimize(digest);
  }
  state.SetItemsProcessed(state.iterations());
}

// Real challenges of 22 bits, one after the other, solved to the end; threads start and end with each.
void solve_challenges(benchmark::State& state) {
  SeededRandom random{1};
  const auto threads = static_cast<unsigned>(state.range(0));
  std::int64_t hashes = 0;
  for (auto _ : state) {
    const auto solution = pow::solve(platform_challenge(random, 22), {.threads = threads});
    if (!solution) return state.SkipWithError(solution.error().message.c_str());
    hashes += static_cast<std::int64_t>(solution->hashes);
  }
  state.SetItemsProcessed(hashes);
}

void verify_answers(benchmark::State& state) {
  SeededRandom random{1};
  const auto challenge = platform_challenge(random, 16);
  for (auto _ : state) benchmark::DoNotOptimize(pow::verify(challenge, "11735442"));
  state.SetItemsProcessed(state.iterations());
}

}  // namespace

int main(int argc, char** argv) {
  for (const pow::Kernel* kernel : pow::built_in_kernels())
    if (pow::is_supported(*kernel))
      benchmark::RegisterBenchmark((std::string("kernel/") + kernel->name).c_str(), search_with_kernel, kernel);
  benchmark::RegisterBenchmark("peer/openssl_sha256_snprintf", loop_over_openssl);
  const auto cores = static_cast<std::int64_t>(std::max(1u, std::thread::hardware_concurrency()));
  benchmark::RegisterBenchmark("solve/threads", solve_challenges)
      ->Arg(cores)
      ->UseRealTime()
      ->Unit(benchmark::kMillisecond)
      ->MinTime(2);
  benchmark::RegisterBenchmark("verify", verify_answers);

  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}

// What a run costs without the guest's own work: raw, by the sandbox, and as a task, whose input and output are hashed.
#include <gstd/crypto.hpp>

#include "wasm/raw_guest.hpp"
#include "wasm/support.hpp"

namespace gstd::bench {
namespace {

constexpr int kWarmUps = 1000;
constexpr int kRuns = 20'000;

// In turns: what a busy machine does to one of them it does to the other.
void noop(benchmark::State& state) {
  const Bytes module = read_guest("noop");
  auto raw = RawGuest::create(module, {.metered = true});
  auto sandbox = wasm::Sandbox::create();
  if (!check(state, raw) || !check(state, sandbox)) return;
  const auto compiled = sandbox->compile(module);
  if (!check(state, compiled)) return;
  const RunLimits limits;
  std::vector<double> raw_seconds, seconds;
  for (auto _ : state)
    for (int i = -kWarmUps; i < kRuns; ++i) {
      const double started = now();
      if (!raw->run()) return state.SkipWithError("the raw run failed");
      const double between = now();
      const auto outcome = sandbox->run(*compiled, {}, limits);
      const double ended = now();
      if (!check_completed(state, outcome)) return;
      if (i < 0) continue;
      raw_seconds.push_back(between - started);
      seconds.push_back(ended - between);
    }
  state.counters["raw_us"] = 1e6 * median(raw_seconds);
  state.counters["median_us"] = 1e6 * median(seconds);
  state.counters["over_raw"] = median(seconds) / median(raw_seconds);
}

void noop_task(benchmark::State& state) {
  auto sandbox = wasm::Sandbox::create();
  if (!check(state, sandbox)) return;
  const auto module = sandbox->compile(read_guest("noop"));
  if (!check(state, module)) return;
  const Bytes input(1024, 'x');
  std::vector<double> seconds;
  for (auto _ : state)
    for (int i = -kWarmUps; i < kRuns; ++i) {
      const double started = now();
      benchmark::DoNotOptimize(sha256(input));
      const auto outcome = sandbox->run(*module, input, RunLimits{});
      if (!check_completed(state, outcome)) return;
      benchmark::DoNotOptimize(sha256(outcome->output));
      if (i >= 0) seconds.push_back(now() - started);
    }
  state.counters["median_us"] = 1e6 * median(seconds);
  state.counters["p99_us"] = 1e6 * quantile(seconds, 0.99);
}

}  // namespace

void register_starts() {
  once(benchmark::RegisterBenchmark("noop", noop));
  once(benchmark::RegisterBenchmark("noop_task", noop_task));
}

}  // namespace gstd::bench

// How late a guest ends that would not end by itself.
#include <thread>

#include "wasm/support.hpp"

namespace gstd::bench {
namespace {

constexpr std::chrono::milliseconds kDeadline{10};
constexpr std::chrono::milliseconds kBeforeCancel{5};

void deadline(benchmark::State& state) {
  auto sandbox = wasm::Sandbox::create();
  if (!check(state, sandbox)) return;
  const auto module = sandbox->compile(read_guest("loop"));
  if (!check(state, module)) return;
  std::vector<double> late;
  for (auto _ : state)
    for (int i = 0; i < kTailRuns; ++i) {
      const double started = now();
      const auto outcome = sandbox->run(*module, {}, {.fuel = kFuelMax, .wall_time = kDeadline});
      late.push_back(now() - started - std::chrono::duration<double>(kDeadline).count());
      if (!check(state, outcome)) return;
      if (outcome->kind != OutcomeKind::timed_out) return state.SkipWithError(outcome->message.c_str());
    }
  state.counters["median_ms"] = 1e3 * median(late);
  state.counters["p99_ms"] = 1e3 * quantile(late, 0.99);
}

void cancellation(benchmark::State& state) {
  auto sandbox = wasm::Sandbox::create();
  if (!check(state, sandbox)) return;
  const auto module = sandbox->compile(read_guest("loop"));
  if (!check(state, module)) return;
  std::vector<double> late;
  for (auto _ : state)
    for (int i = 0; i < kTailRuns; ++i) {
      std::stop_source stop;
      Result<wasm::Outcome> outcome = wasm::Outcome{};
      double ended = 0;
      std::jthread runner{[&] {
        outcome = sandbox->run(*module, {}, {.fuel = kFuelMax}, {.stop = stop.get_token()});
        ended = now();
      }};
      std::this_thread::sleep_for(kBeforeCancel);
      const double requested = now();
      stop.request_stop();
      runner.join();
      late.push_back(ended - requested);
      if (!check(state, outcome)) return;
      if (outcome->kind != OutcomeKind::cancelled) return state.SkipWithError(outcome->message.c_str());
    }
  state.counters["median_ms"] = 1e3 * median(late);
  state.counters["p99_ms"] = 1e3 * quantile(late, 0.99);
}

}  // namespace

void register_stops() {
  once(benchmark::RegisterBenchmark("deadline", deadline));
  once(benchmark::RegisterBenchmark("cancellation", cancellation));
}

}  // namespace gstd::bench

// Many small inputs on one instance.
#include "wasm/support.hpp"

namespace gstd::bench {
namespace {

constexpr std::size_t kInputBytes = 1024;
constexpr int kWarmUps = 1000;
constexpr int kCalls = 100'000;

void reactor_call(benchmark::State& state) {
  auto sandbox = wasm::Sandbox::create();
  if (!check(state, sandbox)) return;
  const auto module = sandbox->compile(read_guest("mirror"), GuestConvention::reactor);
  if (!check(state, module)) return;
  auto instance = sandbox->open(*module, RunLimits{});
  if (!check(state, instance)) return;
  const Bytes input(kInputBytes, 'x');
  std::vector<double> seconds;
  for (auto _ : state)
    for (int i = -kWarmUps; i < kCalls; ++i) {
      const double started = now();
      const auto outcome = instance->call(input);
      const double ended = now();
      if (!check_completed(state, outcome)) return;
      if (outcome->output != input) return state.SkipWithError("the guest answered something else");
      if (i >= 0) seconds.push_back(ended - started);
    }
  state.counters["median_us"] = 1e6 * median(seconds);
  state.counters["p99_us"] = 1e6 * quantile(seconds, 0.99);
}

}  // namespace

void register_reactor() { once(benchmark::RegisterBenchmark("reactor_call", reactor_call)); }

}  // namespace gstd::bench

// What the sandbox costs, around a guest's own work and in it; beside it raw Wasmtime, native code and what others would take.
// benchmarks/wasm/ has the parts.
#include <gstd/wasm.hpp>

#include <benchmark/benchmark.h>

#include "wasm/peers.hpp"
#include "wasm/support.hpp"

namespace {

using namespace gstd;
using namespace gstd::bench;

void run_guest(benchmark::State& state, const std::string& name, std::string_view input) {
  auto sandbox = wasm::Sandbox::create({.slots = 1});
  if (!check(state, sandbox)) return;
  const auto module = sandbox->compile(read_guest(name));
  if (!check(state, module)) return;
  std::uint64_t fuel = 0;
  for (auto _ : state) {
    const auto outcome = sandbox->run(*module, as_bytes(input), RunLimits{});
    if (!check(state, outcome)) return;
    if (outcome->kind != OutcomeKind::completed) return state.SkipWithError(outcome->message.c_str());
    fuel += outcome->fuel_used;
  }
  state.counters["fuel_per_second"] = benchmark::Counter(static_cast<double>(fuel), benchmark::Counter::kIsRate);
}

// 1 MiB in and out.
void run_echo(benchmark::State& state) {
  const std::string input((1u << 20) - 1, 'x');
  run_guest(state, "echo", input);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(input.size()));
}
BENCHMARK(run_echo)->Unit(benchmark::kMicrosecond)->MeasureProcessCPUTime()->UseRealTime();

// One tile of the demo's size: floating point in a tight loop.
void run_fractal_tile(benchmark::State& state) { run_guest(state, "fractal", "1920 1080 768 432 192 180 -0.6 0.0 3.5 500\n"); }
BENCHMARK(run_fractal_tile)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime();

void compile_fractal(benchmark::State& state) {
  auto sandbox = wasm::Sandbox::create();
  if (!check(state, sandbox)) return;
  const Bytes bytes = read_guest("fractal");
  for (auto _ : state) {
    const auto module = sandbox->compile(bytes);
    if (!check(state, module)) return;
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes.size()));
}
BENCHMARK(compile_fractal)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime();

void inspect_fractal(benchmark::State& state) {
  const Bytes bytes = read_guest("fractal");
  for (auto _ : state) {
    const auto info = wasm::inspect(bytes);
    if (!check(state, info)) return;
  }
}
BENCHMARK(inspect_fractal)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime();

void create_sandbox(benchmark::State& state) {
  for (auto _ : state) {
    const auto sandbox = wasm::Sandbox::create({.slots = 16});
    if (!check(state, sandbox)) return;
  }
}
BENCHMARK(create_sandbox)->Unit(benchmark::kMicrosecond)->MeasureProcessCPUTime()->UseRealTime();

}  // namespace

int main(int argc, char** argv) {
  register_starts();
  register_reactor();
  register_cache();
  register_kernels();
  register_stops();
  register_idle_memory();
  register_peers();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}

// What the parts of the sandbox's benchmark share.
#pragma once

#include <gstd/wasm.hpp>

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

namespace gstd::bench {

/// Programs of benchmarks/wasm/guests that are measured against native code, by name.
inline constexpr const char* kKernels[] = {"sha256", "matrix", "json", "regex", "sort"};

/// Runs of which the 99th percentile is taken.
inline constexpr int kTailRuns = 300;

Bytes read_guest(const std::string& name);

double quantile(std::vector<double> values, double at);
inline double median(std::vector<double> values) { return quantile(std::move(values), 0.5); }

/// Seconds on a clock that only goes forward.
double now();

/// Seconds of CPU that this process has used, all threads together: what else runs on the machine does not count.
double cpu_now();

/// Stops the benchmark with the error's text where there is no value.
template <class T>
bool check(benchmark::State& state, const Result<T>& result) {
  if (!result) state.SkipWithError(result.error().message.c_str());
  return result.has_value();
}

/// The value, or the end of the benchmark: for its own preparations.
template <class T>
bool check_completed(benchmark::State& state, const Result<T>& outcome) {
  if (!check(state, outcome)) return false;
  if (outcome->kind != OutcomeKind::completed) state.SkipWithError(outcome->message.c_str());
  return outcome->kind == OutcomeKind::completed;
}

/// One iteration, which does its own repetitions: for what is given as a median or a percentile, or compared in turns.
void once(benchmark::internal::Benchmark* benchmark);

void register_starts();
void register_reactor();
void register_cache();
void register_kernels();
void register_stops();
void register_idle_memory();

}  // namespace gstd::bench

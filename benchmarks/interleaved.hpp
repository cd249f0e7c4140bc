// Runs what is registered in changing order: what a busy machine does to a measurement it then does to its peer, too.
#pragma once

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

inline int run_interleaved(int argc, char** argv) {
  std::vector<char*> arguments(argv, argv + argc);
  std::string interleaving = "--benchmark_enable_random_interleaving=true";
  arguments.insert(arguments.begin() + 1, interleaving.data());
  int count_of_arguments = static_cast<int>(arguments.size());
  benchmark::Initialize(&count_of_arguments, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count_of_arguments, arguments.data())) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}

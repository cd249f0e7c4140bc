#include "wasm/support.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <fstream>

namespace gstd::bench {

Bytes read_guest(const std::string& name) {
  for (const char* folder : {GSTD_BENCH_GUESTS_DIR, GSTD_GUESTS_DIR}) {
    std::ifstream file{std::string{folder} + "/" + name + ".wasm", std::ios::binary};
    if (file) return Bytes{std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{}};
  }
  return {};  // which no engine takes for a module
}

double quantile(std::vector<double> values, double at) {
  std::ranges::sort(values);
  return values[static_cast<std::size_t>(at * static_cast<double>(values.size() - 1))];
}

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

double cpu_now() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

void once(benchmark::internal::Benchmark* benchmark) { benchmark->Iterations(1)->UseRealTime()->Unit(benchmark::kMillisecond); }

}  // namespace gstd::bench

// Programs that compute, in the sandbox and around it: the same source, the same compiler, -O2. In CPU time, in turns, best of a
// few: what a kernel cannot do without.
#include <algorithm>
#include <cstdio>

#include "wasm/raw_guest.hpp"
#include "wasm/support.hpp"

extern "C" {
std::uint64_t gstd_kernel_sha256(void);
std::uint64_t gstd_kernel_matrix(void);
std::uint64_t gstd_kernel_json(void);
std::uint64_t gstd_kernel_regex(void);
std::uint64_t gstd_kernel_sort(void);
}

namespace gstd::bench {
namespace {

constexpr int kRounds = 9;

using Kernel = std::uint64_t (*)();
constexpr Kernel kNative[] = {gstd_kernel_sha256, gstd_kernel_matrix, gstd_kernel_json, gstd_kernel_regex, gstd_kernel_sort};
static_assert(std::size(kNative) == std::size(kKernels));

std::string printed(std::uint64_t sum) {
  char text[20];
  std::snprintf(text, sizeof text, "%016llx\n", static_cast<unsigned long long>(sum));
  return text;
}

double best(const std::vector<double>& seconds) { return *std::ranges::min_element(seconds); }

template <class Call>
void timed(std::vector<double>& seconds, Call call) {
  const double started = cpu_now();
  call();
  seconds.push_back(cpu_now() - started);
}

// `none` is raw Wasmtime with neither fuel nor epochs, `stock` with its own.
void run_kernel(benchmark::State& state, std::size_t index, bool signal_handlers) {
  const Bytes module = read_guest(kKernels[index]);
  auto none = RawGuest::create(module, {.metered = false, .signal_handlers = signal_handlers});
  auto stock = RawGuest::create(module, {.metered = true, .signal_handlers = signal_handlers});
  auto sandbox = wasm::Sandbox::create({.signal_handlers = signal_handlers});
  if (!check(state, none) || !check(state, stock) || !check(state, sandbox)) return;
  const auto compiled = sandbox->compile(module);
  if (!check(state, compiled)) return;
  const std::string expected = printed(kNative[index]());
  std::vector<double> native_seconds, none_seconds, stock_seconds, seconds;
  bool same = true;
  for (auto _ : state)
    for (int round = 0; round < kRounds; ++round) {
      timed(native_seconds, [&] { same &= printed(kNative[index]()) == expected; });
      timed(none_seconds, [&] { same &= none->run() && none->output() == expected; });
      timed(stock_seconds, [&] { same &= stock->run() && stock->output() == expected; });
      timed(seconds, [&] {
        const auto outcome = sandbox->run(*compiled, {}, RunLimits{});
        same &= check_completed(state, outcome) && as_text(outcome->output) == expected;
      });
      if (!same) return state.SkipWithError("a run failed, or its result is another");
    }
  state.counters["ms"] = 1e3 * best(seconds);
  state.counters["native_ms"] = 1e3 * best(native_seconds);
  state.counters["over_none"] = best(seconds) / best(none_seconds);
  state.counters["stock_over_none"] = best(stock_seconds) / best(none_seconds);
  state.counters["over_native"] = best(seconds) / best(native_seconds);
}

}  // namespace

void register_kernels() {
  for (const bool signal_handlers : {false, true})
    for (std::size_t i = 0; i < std::size(kKernels); ++i)
      once(benchmark::RegisterBenchmark((std::string{signal_handlers ? "guarded/" : "kernel/"} + kKernels[i]).c_str(),
                                        [=](benchmark::State& state) { run_kernel(state, i, signal_handlers); }));
}

}  // namespace gstd::bench

// Taking compiled code from the disk cache instead of compiling.
#include <filesystem>

#include "wasm/big_module.hpp"
#include "wasm/support.hpp"

namespace gstd::bench {
namespace {

constexpr std::size_t kModuleBytes = 1'000'000;
constexpr int kLoads = 50;

// A folder that goes with its owner. mkdtemp makes it for this user alone, as the cache wants it.
class TemporaryFolder {
 public:
  TemporaryFolder() : path_((std::filesystem::temp_directory_path() / "gstd-bench-XXXXXX").string()) {
    made_ = mkdtemp(path_.data()) != nullptr;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    if (made_) std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
  bool made_ = false;
};

void warm_load(benchmark::State& state) {
  const TemporaryFolder folder;
  const Bytes bytes = make_big_module(kModuleBytes);
  std::vector<double> seconds;
  double compile_seconds = 0;
  for (auto _ : state)
    for (int i = 0; i <= kLoads; ++i) {
      // A sandbox of its own, whose memory does not hold the module yet.
      auto sandbox = wasm::Sandbox::create({.cache_directory = folder.path()});
      if (!check(state, sandbox)) return;
      const double started = now();
      const auto module = sandbox->compile(bytes);
      const double took = now() - started;
      if (!check(state, module) || !check_completed(state, sandbox->run(*module, {}, RunLimits{}))) return;
      if (i == 0)
        compile_seconds = took;
      else
        seconds.push_back(took);
    }
  state.counters["compile_ms"] = 1e3 * compile_seconds;
  state.counters["median_ms"] = 1e3 * median(seconds);
}

}  // namespace

void register_cache() { once(benchmark::RegisterBenchmark("warm_load", warm_load)); }

}  // namespace gstd::bench

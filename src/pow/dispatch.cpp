#include "pow/dispatch.hpp"

#include <algorithm>
#include <cstdlib>

#include "pow/kernel_list.hpp"
#include "pow/nonces.hpp"

namespace gstd::pow {
namespace {

constexpr const char* kForcingVariable = "GSTD_POW_KERNEL";

// How long a kernel takes for a step, at best: CPUs of the same instructions differ in how fast they are, so that only the CPU
// itself can tell which of its kernels is the fastest. The shortest of a few tries, since the first one pages the code in and any
// may be interrupted; all kernels together take about a millisecond, once per process.
std::chrono::nanoseconds time_of(const Kernel& kernel) noexcept {
  constexpr int kTries = 4;
  auto shortest = std::chrono::nanoseconds::max();
  if (!is_supported(kernel)) return shortest;
  const NonceSpace space{"", Version::v1, kDifficultyBitsMax};
  for (int i = 0; i < kTries; ++i) {
    const auto started = system_clock().steady();
    kernel.search(space.step(0), space.parts(0), space.nonces_per_step());
    shortest = std::min(shortest, system_clock().steady() - started);
  }
  return shortest;
}

}  // namespace

std::span<const Kernel* const> built_in_kernels() noexcept { return kKernels; }

bool is_supported(const Kernel& kernel) noexcept {
  static const auto supported = [] {
    std::array<bool, std::size(kKernels)> answers{};
    std::ranges::transform(kKernels, answers.begin(), [](const Kernel* each) { return each->is_supported(); });
    return answers;
  }();
  for (std::size_t i = 0; i < std::size(kKernels); ++i)
    if (kKernels[i] == &kernel) return supported[i];
  return false;
}

const Kernel& fastest_of(std::span<const std::chrono::nanoseconds> times) noexcept {
  return *kKernels[static_cast<std::size_t>(std::ranges::min_element(times) - times.begin())];
}

const Kernel& fastest_kernel() noexcept {
  static const Kernel* const fastest = [] {
    std::array<std::chrono::nanoseconds, std::size(kKernels)> times{};
    std::ranges::transform(kKernels, times.begin(), [](const Kernel* each) { return time_of(*each); });
    return &fastest_of(times);
  }();
  return *fastest;
}

const Kernel& compressing_kernel() noexcept {
  static const Kernel* const compressing = *std::find_if(std::rbegin(kKernels), std::rend(kKernels), [](const Kernel* each) {
    return each->compress != nullptr && is_supported(*each);
  });
  return *compressing;
}

Result<const Kernel*> choose_kernel(std::string_view name) {
  std::string origin;
  if (name.empty()) {
    const char* const forced = std::getenv(kForcingVariable);
    if (forced == nullptr || *forced == '\0') return &fastest_kernel();
    name = forced;
    origin = std::string(" (from ") + kForcingVariable + ")";
  }
  std::string known;
  for (const Kernel* kernel : kKernels) {
    if (kernel->name == name) {
      if (is_supported(*kernel)) return kernel;
      return Error{
          ErrorCode::invalid_argument,
          "this CPU cannot run the proof-of-work kernel \"" + std::string(name) + "\"" + origin + "; choose another or none",
          "pow_kernel_unsupported"};
    }
    known += (known.empty() ? "" : ", ") + std::string(kernel->name);
  }
  return Error{ErrorCode::invalid_argument,
               "there is no proof-of-work kernel \"" + std::string(name) + "\"" + origin + "; choose one of: " + known,
               "pow_kernel_unknown"};
}

std::vector<KernelInfo> kernels() {
  std::vector<KernelInfo> infos;
  infos.reserve(std::size(kKernels));
  for (const Kernel* kernel : kKernels) infos.push_back({kernel->name, kernel->lanes, is_supported(*kernel)});
  return infos;
}

Result<std::string_view> active_kernel() {
  auto kernel = choose_kernel({});
  if (!kernel) return std::move(kernel).error();
  return std::string_view{(*kernel)->name};
}

}  // namespace gstd::pow

#include "pow/dispatch.hpp"

#include <algorithm>
#include <cstdlib>

namespace gstd::pow {
namespace {

constexpr std::array kKernels{
    &kPortableKernel,
#ifdef GSTD_POW_X86_64
    &kShaNiKernel,
#endif
};

constexpr const char* kForcingVariable = "GSTD_POW_KERNEL";

}  // namespace

std::span<const Kernel* const> built_in_kernels() noexcept { return kKernels; }

bool is_supported(const Kernel& kernel) noexcept {
  static const auto supported = [] {
    std::array<bool, kKernels.size()> answers{};
    std::ranges::transform(kKernels, answers.begin(), [](const Kernel* each) { return each->is_supported(); });
    return answers;
  }();
  for (std::size_t i = 0; i < kKernels.size(); ++i)
    if (kKernels[i] == &kernel) return supported[i];
  return false;
}

const Kernel& fastest_kernel() noexcept {
  for (std::size_t i = kKernels.size(); i-- > 1;)
    if (is_supported(*kKernels[i])) return *kKernels[i];
  return kPortableKernel;
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
  infos.reserve(kKernels.size());
  for (const Kernel* kernel : kKernels) infos.push_back({kernel->name, kernel->lanes, is_supported(*kernel)});
  return infos;
}

Result<std::string_view> active_kernel() {
  auto kernel = choose_kernel({});
  if (!kernel) return std::move(kernel).error();
  return std::string_view{(*kernel)->name};
}

}  // namespace gstd::pow

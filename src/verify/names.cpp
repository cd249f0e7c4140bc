#include <gstd/verify.hpp>

namespace gstd {
namespace {

// Indexed by number.
constexpr std::array<std::string_view, 16> kAspects{
    "signature",           "signer",   "worker",  "size_limits", "module_sha256", "input_sha256", "given_output_size",
    "given_output_sha256", "engine",   "outcome", "exit_code",   "output_sha256", "fuel_used",    "memory_bytes_peak",
    "acceptance",          "inclusion"};
static_assert(static_cast<std::size_t>(Finding::Aspect::inclusion) + 1 == kAspects.size());
constexpr std::array<std::string_view, 3> kAgreements{"agrees", "differs", "not_compared"};
constexpr std::array<std::string_view, 3> kConclusions{"confirmed", "refuted", "inconclusive"};

template <class Enum, std::size_t N>
std::string_view name_of(Enum value, const std::array<std::string_view, N>& names) noexcept {
  const auto number = static_cast<std::size_t>(value);
  return number < N ? names[number] : "unknown";
}

}  // namespace

std::string_view to_string(Finding::Aspect aspect) noexcept { return name_of(aspect, kAspects); }
std::string_view to_string(Finding::Agreement agreement) noexcept { return name_of(agreement, kAgreements); }
std::string_view to_string(Verdict::Conclusion conclusion) noexcept { return name_of(conclusion, kConclusions); }

}  // namespace gstd

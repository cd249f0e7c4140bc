#include <gstd/base.hpp>

namespace gstd {
namespace {

struct Name {
  OutcomeKind kind;
  std::string_view text;
  bool comparable;
};

constexpr std::array kNames{
    Name{OutcomeKind::completed, "completed", true},
    Name{OutcomeKind::exited, "exited", true},
    Name{OutcomeKind::trapped, "trapped", true},
    Name{OutcomeKind::fuel_exhausted, "fuel_exhausted", true},
    Name{OutcomeKind::memory_limit, "memory_limit", true},
    Name{OutcomeKind::output_limit, "output_limit", true},
    Name{OutcomeKind::timed_out, "timed_out", false},
    Name{OutcomeKind::cancelled, "cancelled", false},
    Name{OutcomeKind::host_failure, "host_failure", false},
    Name{OutcomeKind::stack_exhausted, "stack_exhausted", false},
    Name{OutcomeKind::invalid_module, "invalid_module", true},
};

constexpr std::array kConventions{
    std::pair{GuestConvention::wasi, std::string_view{"wasi"}},
    std::pair{GuestConvention::env, std::string_view{"gstd:env"}},
    std::pair{GuestConvention::reactor, std::string_view{"reactor"}},
};

constexpr std::array kCommitments{
    std::pair{CommitmentKind::sha256, std::string_view{"sha256"}},
    std::pair{CommitmentKind::keyed, std::string_view{"keyed"}},
};

Error out_of_bounds(std::string_view name, std::uint64_t low, std::uint64_t high) {
  return {ErrorCode::invalid_argument, std::string(name) + " must be " + std::to_string(low) + " to " + std::to_string(high),
          "limits"};
}

}  // namespace

std::string_view to_string(OutcomeKind kind) noexcept {
  for (const auto& name : kNames)
    if (name.kind == kind) return name.text;
  return "unknown";
}

std::optional<OutcomeKind> parse_outcome_kind(std::string_view text) noexcept {
  for (const auto& name : kNames)
    if (name.text == text) return name.kind;
  return std::nullopt;
}

bool is_comparable(OutcomeKind kind) noexcept {
  for (const auto& name : kNames)
    if (name.kind == kind) return name.comparable;
  return false;
}

std::string_view outcome_class(OutcomeKind kind) noexcept {
  if (kind == OutcomeKind::completed || kind == OutcomeKind::exited) return "result";
  return is_comparable(kind) ? "guest_failure" : "not_comparable";
}

std::string_view to_string(CommitmentKind kind) noexcept {
  for (const auto& [value, text] : kCommitments)
    if (value == kind) return text;
  return "unknown";
}

std::optional<CommitmentKind> parse_commitment_kind(std::string_view name) noexcept {
  for (const auto& [value, text] : kCommitments)
    if (text == name) return value;
  return std::nullopt;
}

std::string_view to_string(GuestConvention convention) noexcept {
  for (const auto& [value, text] : kConventions)
    if (value == convention) return text;
  return "unknown";
}

std::optional<GuestConvention> parse_guest_convention(std::string_view name) noexcept {
  for (const auto& [value, text] : kConventions)
    if (text == name) return value;
  return std::nullopt;
}

Result<void> check_limits(const RunLimits& limits) {
  if (limits.fuel == 0 || limits.fuel > kFuelMax) return out_of_bounds("fuel", 1, kFuelMax);
  if (limits.memory_bytes_max < kMemoryBytesMin || limits.memory_bytes_max > kMemoryBytesMax)
    return out_of_bounds("memory_bytes_max", kMemoryBytesMin, kMemoryBytesMax);
  if (limits.wall_time.count() <= 0 || limits.wall_time > kWallTimeMax)
    return out_of_bounds("wall_ms", 1, static_cast<std::uint64_t>(kWallTimeMax.count()));
  if (limits.output_bytes_max == 0 || limits.output_bytes_max > kOutputBytesMax)
    return out_of_bounds("output_bytes_max", 1, kOutputBytesMax);
  if (limits.log_bytes_max > kLogBytesMax) return out_of_bounds("log_bytes_max", 0, kLogBytesMax);
  return {};
}

}  // namespace gstd

// The target of a request, taken apart: the path as it came, and the query parameters, decoded and bounded.
#pragma once

#include <gstd/base.hpp>

namespace gstd::coordinator {

inline constexpr std::size_t kTargetCharsMax = 2048;
inline constexpr std::size_t kQueryParametersMax = 16;

struct Target {
  std::string path;  ///< Still with its percent escapes: "a%2Fb" is one segment.
  std::vector<std::pair<std::string, std::string>> query;

  const std::string* parameter(std::string_view name) const noexcept;
};

/// Errors: invalid_argument, reason "target": too long, a broken percent escape, a parameter that comes twice.
/// Source: RFC 3986 sections 2.1 and 3.3; "+" stands for itself, also in the query.
Result<Target> parse_target(std::string_view target);

/// Errors: invalid_argument, reason "target": a broken percent escape.
Result<std::string> percent_decode(std::string_view text);

/// A parameter that is a whole number; `fallback` where it is absent.
/// Errors: invalid_argument, reason "field": not a decimal number of 64 bits.
Result<std::uint64_t> number_parameter(const Target& target, std::string_view name, std::uint64_t fallback);

}  // namespace gstd::coordinator

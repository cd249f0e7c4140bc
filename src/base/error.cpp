#include <gstd/base.hpp>

namespace gstd {
namespace {

struct Name {
  ErrorCode code;
  std::string_view text;
};

constexpr std::array kNames{
    Name{ErrorCode::cancelled, "cancelled"},
    Name{ErrorCode::unknown, "unknown"},
    Name{ErrorCode::invalid_argument, "invalid_argument"},
    Name{ErrorCode::deadline_exceeded, "deadline_exceeded"},
    Name{ErrorCode::not_found, "not_found"},
    Name{ErrorCode::already_exists, "already_exists"},
    Name{ErrorCode::permission_denied, "permission_denied"},
    Name{ErrorCode::resource_exhausted, "resource_exhausted"},
    Name{ErrorCode::failed_precondition, "failed_precondition"},
    Name{ErrorCode::aborted, "aborted"},
    Name{ErrorCode::out_of_range, "out_of_range"},
    Name{ErrorCode::unimplemented, "unimplemented"},
    Name{ErrorCode::internal, "internal"},
    Name{ErrorCode::unavailable, "unavailable"},
    Name{ErrorCode::data_loss, "data_loss"},
    Name{ErrorCode::unauthenticated, "unauthenticated"},
};

}  // namespace

std::string_view to_string(ErrorCode code) noexcept {
  for (const auto& name : kNames)
    if (name.code == code) return name.text;
  return "unknown";
}

std::optional<ErrorCode> parse_error_code(std::string_view text) noexcept {
  for (const auto& name : kNames)
    if (name.text == text) return name.code;
  return std::nullopt;
}

}  // namespace gstd

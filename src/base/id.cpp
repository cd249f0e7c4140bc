#include <gstd/base.hpp>

namespace gstd {

Result<void> check_id(std::string_view text) {
  if (text.empty()) return Error{ErrorCode::invalid_argument, "the id is empty", "id"};
  if (text.size() > kIdCharsMax)
    return Error{ErrorCode::invalid_argument, "the id is longer than " + std::to_string(kIdCharsMax) + " characters", "id"};
  constexpr std::string_view kPunctuation = "._:@+=/-";
  for (char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!letter && kPunctuation.find(c) == std::string_view::npos)
      return Error{ErrorCode::invalid_argument, "the id holds a character outside [A-Za-z0-9._:@+=/-]", "id"};
  }
  return {};
}

}  // namespace gstd

#include <gstd/task.hpp>

namespace gstd {
namespace {

constexpr std::size_t kWordCharsMax = 50;

Error bad_field(std::string_view field, const std::string& bounds) {
  return {ErrorCode::invalid_argument, std::string(field) + " must be " + bounds, "field"};
}

Result<void> check_word(std::string_view field, std::string_view word) {
  if (word.empty() || word.size() > kWordCharsMax) return bad_field(field, "1 to " + std::to_string(kWordCharsMax) + " characters");
  return {};
}

}  // namespace

Result<void> check_spec(const TaskSpec& spec) {
  if (auto checked = check_word("type", spec.type); !checked) return checked;
  if (auto checked = check_word("operation", spec.operation); !checked) return checked;
  if (auto checked = check_limits(spec.limits); !checked) return checked;
  if (spec.budget.nano <= 0 || spec.budget > kAmountMax) return bad_field("budget", "above zero and at most ten million GSTD");
  if (spec.priority < kPriorityHighest || spec.priority > kPriorityLowest)
    return bad_field("priority", std::to_string(kPriorityHighest) + " to " + std::to_string(kPriorityLowest));
  return {};
}

}  // namespace gstd

#include "verify/comparison.hpp"

#include <algorithm>

namespace gstd::verification {

bool compare(Verdict& verdict, Aspect aspect, std::string receipt, std::string here, std::string_view about) {
  const bool agrees = receipt == here;
  std::string message =
      std::string(about) + (agrees ? ": as the receipt says" : ": the receipt says " + receipt + ", here it is " + here);
  verdict.findings.push_back(
      {aspect, agrees ? Agreement::agrees : Agreement::differs, std::move(receipt), std::move(here), std::move(message)});
  return agrees;
}

void note(Verdict& verdict, Aspect aspect, Agreement agreement, std::string message) {
  verdict.findings.push_back({aspect, agreement, {}, {}, std::move(message)});
}

const Finding* first_difference(const Verdict& verdict) noexcept {
  const auto found = std::ranges::find_if(verdict.findings, [](const Finding& finding) {
    return finding.agreement == Agreement::differs && finding.aspect != Aspect::engine;
  });
  return found == verdict.findings.end() ? nullptr : &*found;
}

void conclude(Verdict& verdict) {
  if (const Finding* difference = first_difference(verdict))
    conclude(verdict, Conclusion::refuted, to_string(difference->aspect), difference->message);
  else
    conclude(verdict, Conclusion::confirmed, {}, "all that was compared agrees with the receipt");
}

void conclude(Verdict& verdict, Conclusion conclusion, std::string_view reason, std::string message) {
  verdict.conclusion = conclusion;
  verdict.reason = reason;
  verdict.message = std::move(message);
}

}  // namespace gstd::verification

// How findings are made and what they add up to.
#pragma once

#include <gstd/verify.hpp>

namespace gstd::verification {

using Aspect = Finding::Aspect;
using Agreement = Finding::Agreement;
using Conclusion = Verdict::Conclusion;

/// Notes both sides and whether they are the same text. `about` says what is compared, as the subject of a sentence.
/// Returns whether they agree.
bool compare(Verdict& verdict, Aspect aspect, std::string receipt, std::string here, std::string_view about);

/// Notes a check that is no comparison of two texts.
void note(Verdict& verdict, Aspect aspect, Agreement agreement, std::string message);

/// Refuted where a finding but `engine` differs, else confirmed.
void conclude(Verdict& verdict);

/// Sets the conclusion and why.
void conclude(Verdict& verdict, Conclusion conclusion, std::string_view reason, std::string message);

/// Whether anything but the engine differs so far.
const Finding* first_difference(const Verdict& verdict) noexcept;

}  // namespace gstd::verification

// What every fuzz target shares: an input as text, and a check that ends the run where it fails.
#pragma once

#include <cstdlib>
#include <gstd/base.hpp>

namespace gstd::fuzz {

/// Ends the program in the way that libFuzzer reports as a finding.
inline void require(bool holds) {
  if (!holds) std::abort();
}

/// What a parser of untrusted text may answer with: a refusal with a sentence, never an internal fault.
inline void require_clear_refusal(const Error& error) {
  require(!error.message.empty());
  require(error.code == ErrorCode::invalid_argument || error.code == ErrorCode::unauthenticated);
}

/// A message that is accepted must come back as it went out; another one must be refused clearly.
template <class M, class Read, class Write>
void require_round_trip(std::string_view text, Read&& read, Write&& write) {
  const auto message = read(text);
  if (!message) return require_clear_refusal(message.error());
  const std::string once = write(*message);
  const auto again = read(once);
  require(again.has_value());
  require(write(*again) == once);
}

}  // namespace gstd::fuzz

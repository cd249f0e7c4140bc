#include "client/answers.hpp"

#include <algorithm>

namespace gstd::client {

std::uint64_t shortened(std::chrono::milliseconds wait, const CallOptions& options) {
  constexpr std::chrono::milliseconds kAnswerTime{2'000};
  const auto fitting = std::max(std::chrono::milliseconds{0}, std::min(wait, options.timeout - kAnswerTime));
  return static_cast<std::uint64_t>(fitting.count());
}

Result<protocol::ModuleMetadata> about(const Digest& module, Result<protocol::ModuleMetadata> answer) {
  if (answer && answer->sha256 != module) return Transport::not_of_the_protocol("it is about another module");
  return answer;
}

Result<protocol::Claim> check(Result<protocol::Claim> claim) {
  if (!claim) return claim;
  if (!claim->claimed || claim->attempt == 0) return Transport::not_of_the_protocol("the claim has no attempt number");
  if (claim->lease_ms <= 0 || claim->lease_ms > kLeaseTimeMax.count())
    return Transport::not_of_the_protocol("the lease is shorter than a millisecond or longer than a day");
  if (auto limits = check_limits(claim->limits); !limits) return Transport::not_of_the_protocol(limits.error().message);
  // Of an encrypted one the digest is a commitment, which open_input() checks.
  if (!claim->encryption && sha256(claim->input) != claim->input_sha256)
    return Transport::not_of_the_protocol("the input is not the one of its digest");
  return claim;
}

Result<protocol::EventPage> check(Result<protocol::EventPage> page, std::uint64_t since) {
  if (!page) return page;
  std::uint64_t last = since;
  for (const auto& event : page->events) {
    if (event.sequence <= last) return Transport::not_of_the_protocol("the events are not in order");
    last = event.sequence;
  }
  if (page->next < last) return Transport::not_of_the_protocol("the next page would start before this one's end");
  return page;
}

}  // namespace gstd::client

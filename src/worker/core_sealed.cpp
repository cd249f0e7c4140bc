// What an encrypted task takes more than another: its key, before the run, and a sealed output after it.
#include "worker/core.hpp"

#include "client/patience.hpp"

#include <algorithm>

namespace gstd::worker {
namespace {

// Over the time that a question may wait at the coordinator: for the way there and back.
constexpr std::chrono::milliseconds kAnswerTime{10'000};
// Until the task is given back. A requester that is there grants at once; one that went away must not hold a slot for long.
constexpr std::chrono::milliseconds kKeyWaitMax{20'000};

}  // namespace

Result<bool> Core::unseal(Taken& taken, std::stop_token stop) {
  if (!taken.claim.encryption) return true;
  if (!taken.recipient)
    return Error{ErrorCode::failed_precondition, "the task turned out to be encrypted, and was claimed without a key for it", {}};
  const client::Deadline deadline{clock_, kKeyWaitMax};
  Backoff backoff{random_};
  for (;;) {
    auto key = client_.task_key(taken.claim, *taken.recipient, deadline.remaining(), {deadline.remaining() + kAnswerTime, stop});
    if (key && *key) {
      auto input = open_input(taken.claim, **key);
      if (!input) return std::move(input).error();
      taken.claim.input = *std::move(input);
      taken.content_key = **std::move(key);
      return true;
    }
    const bool passing = key || key.error().code == ErrorCode::unavailable || key.error().code == ErrorCode::deadline_exceeded ||
                         key.error().code == ErrorCode::resource_exhausted;
    if (!passing) return std::move(key).error();
    if (deadline.spent() || !client::wait_for(std::min(backoff.next(), deadline.remaining()), stop)) return false;
  }
}

Result<Core::Handed> Core::hand_in(const Taken& taken, const Bytes& output) {
  const Digest digest = sha256(output);
  if (!taken.content_key) return Handed{output, digest};
  const protocol::Claim& claim = taken.claim;
  auto sealed =
      seal(*taken.content_key,
           {claim.task_id, claim.attempt, SealingDirection::result, *client_.public_key(), SealingSuite::x25519_aes256gcm}, output,
           random_);
  if (!sealed) return std::move(sealed).error();
  return Handed{*std::move(sealed), keyed_commitment(*taken.content_key, SealingDirection::result, digest)};
}

}  // namespace gstd::worker

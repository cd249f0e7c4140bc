// Goal:   whatever a strange coordinator gives out and a strange worker answers with is a message or one clear refusal, and so is
// the
//         check of the one against the other; a digest is the one of docs/protocol.md, "Proof of work".
// Method: the input's first line as a challenge, the rest as an answer, each there and back; then the answer is checked, and what
// was
//         hashed is laid out here once more.
#include <gstd/crypto.hpp>
#include <gstd/pow.hpp>
#include <gstd/protocol.hpp>

#include <algorithm>

#include "check.hpp"

namespace {

using namespace gstd;

template <class M>
void require_message_round_trip(std::string_view text) {
  fuzz::require_round_trip<M>(
      text, [](std::string_view json) { return protocol::read<M>(json); },
      [](const M& message) { return protocol::write(message); });
}

std::string field(std::string_view content) {
  const auto size = content.size();
  std::string out;
  for (const int shift : {24, 16, 8, 0}) out += static_cast<char>(size >> shift);
  return out.append(content);
}

Digest digest_of(const pow::Challenge& challenge, std::string_view nonce) {
  if (challenge.version == pow::Version::v1)
    return sha256(as_bytes(challenge.challenge + challenge.task.str() + challenge.wallet.str() + std::string(nonce)));
  const Bytes random = *decode_hex(challenge.challenge);
  const Digest fields =
      sha256(as_bytes(field("gstd-pow-v2") + field(as_text(random)) + field(challenge.task.str()) + field(challenge.wallet.str())));
  const Bytes number = *decode_hex(nonce);
  Bytes hashed(fields.bytes.begin(), fields.bytes.end());
  hashed.resize(hashed.size() + 12);
  hashed.insert(hashed.end(), number.begin(), number.end());
  return sha256(hashed);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = as_text({data, size});
  const auto line_end = std::min(text.find('\n'), text.size());
  const auto first = text.substr(0, line_end);
  const auto rest = text.substr(std::min(line_end + 1, text.size()));
  require_message_round_trip<protocol::PowChallenge>(first);
  require_message_round_trip<protocol::PowAnswer>(rest);
  require_message_round_trip<protocol::PowRequest>(rest);

  const auto given = protocol::read<protocol::PowChallenge>(first);
  const auto answer = protocol::read<protocol::PowAnswer>(rest);
  if (!given || !answer) return 0;
  // A version beyond what the type holds is none that the library knows, and neither is the highest that it does hold.
  const auto version = static_cast<pow::Version>(std::min<std::uint32_t>(given->version, 255));
  const pow::Challenge challenge{given->challenge,  answer->task_id,   answer->worker_wallet,
                                 given->difficulty, given->expires_at, version};
  const auto verdict = pow::verify(challenge, answer->nonce);
  if (!verdict) {
    fuzz::require_clear_refusal(verdict.error());
    return 0;
  }
  fuzz::require(verdict->digest == digest_of(challenge, answer->nonce));
  fuzz::require(verdict->valid == (verdict->leading_zeros >= given->difficulty));
  return 0;
}

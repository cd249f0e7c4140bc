// Goal:   a coordinator's words about its log are a message or one clear refusal, and a proof of nobody's proves nothing.
// Method: the input is read as each message; proofs that are read are held against roots that no list has.
#include <gstd/protocol.hpp>

#include "check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gstd;
  const std::string_view text = as_text({data, size});
  const auto round_trip = [text]<class M>(const M&) {
    fuzz::require_round_trip<M>(
        text, [](std::string_view json) { return protocol::read<M>(json); },
        [](const M& message) { return protocol::write(message); });
  };
  round_trip(protocol::SignedTreeHead{});
  round_trip(protocol::SignedAcceptance{});
  round_trip(protocol::LogPage{});
  round_trip(protocol::InclusionProof{});
  round_trip(protocol::ConsistencyProof{});
  const Digest nobodys = sha256(as_bytes("no root"));
  if (const auto proof = protocol::read<protocol::InclusionProof>(text))
    fuzz::require(!protocol::verify_inclusion({}, *proof, {proof->size, nobodys, {}, {}}));
  if (const auto proof = protocol::read<protocol::ConsistencyProof>(text))
    fuzz::require(!protocol::verify_consistency({proof->first, nobodys, {}, {}}, {proof->second, sha256({}), {}, {}}, *proof));
  return 0;
}

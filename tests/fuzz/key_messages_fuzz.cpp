// Goal:   what carries keys of encrypted tasks between strangers is read as it was written, or refused clearly.
// Method: every message that has a part in it, requests and answers alike; one that is accepted must come back as it went out.
#include <gstd/protocol.hpp>

#include "check.hpp"

namespace {

template <class M>
void try_as(std::string_view text) {
  using namespace gstd;
  fuzz::require_round_trip<M>(
      text, [](std::string_view json) { return protocol::read<M>(json); },
      [](const M& message) { return protocol::write(message); });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = gstd::as_text({data, size});
  try_as<gstd::protocol::TaskEncryption>(text);
  try_as<gstd::protocol::KeyWanted>(text);
  try_as<gstd::protocol::KeysWanted>(text);
  try_as<gstd::protocol::TaskKey>(text);
  try_as<gstd::protocol::ClaimRequest>(text);
  try_as<gstd::protocol::Claim>(text);
  return 0;
}

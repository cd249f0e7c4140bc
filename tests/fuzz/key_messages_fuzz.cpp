// Goal:   what carries keys of encrypted tasks between strangers is read as it was written, or refused clearly.
// Method: every message that has a part in it, requests and answers alike; one that is accepted must come back as it went out.
#include "messages.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = gstd::as_text({data, size});
  gstd::fuzz::require_message<gstd::protocol::TaskEncryption>(text);
  gstd::fuzz::require_message<gstd::protocol::KeyWanted>(text);
  gstd::fuzz::require_message<gstd::protocol::KeysWanted>(text);
  gstd::fuzz::require_message<gstd::protocol::TaskKey>(text);
  gstd::fuzz::require_message<gstd::protocol::ClaimRequest>(text);
  gstd::fuzz::require_message<gstd::protocol::Claim>(text);
  return 0;
}

// Goal:   nobody without a key is believed, and every refusal has its reason; a proper signature is never refused for its request.
// Method: the input's lines are the three headers, host, method and target, what is left is the body. As it stands it must be
//         refused; signed here it must be accepted, unless a component cannot be signed at all.
#include <gstd/protocol.hpp>

#include "check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gstd;
  auto rest = as_text({data, size});
  const auto take_line = [&rest] {
    const auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    return line;
  };
  protocol::SignatureHeaders headers;
  headers.content_digest = take_line();
  headers.signature_input = take_line();
  headers.signature = take_line();
  const auto authority = take_line();
  const auto method = take_line();
  const auto target = take_line();
  const protocol::RequestParts parts{method, authority, target, as_bytes(rest)};
  const Timestamp now{std::chrono::seconds{1'768'757'000}};

  const auto checked = protocol::verify_request(parts, headers, now);
  fuzz::require(!checked);
  fuzz::require_clear_refusal(checked.error());
  fuzz::require(!checked.error().reason.empty());

  static const auto key = *SigningKey::from_seed(Bytes(kSeedBytes, 0x17));
  const auto again = protocol::verify_request(parts, protocol::sign_request(parts, key, now, Bytes(16, 1)), now);
  fuzz::require(again || again.error().reason == "signature_malformed");
  return 0;
}

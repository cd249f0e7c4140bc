// Goal:   a hostile proof is refused with a clear error and never proves a wallet whose key did not sign.
// Method: the input's lines are the fields of a proof; nobody can forge a signature here, so what is accepted must be the vector's.
#include <gstd/ton.hpp>

#include "check.hpp"

namespace {

std::string_view next_line(std::string_view& text) {
  const auto end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gstd;
  std::string_view text = as_text({data, size});
  ton::TonProof proof;
  proof.address = next_line(text);
  proof.network = next_line(text);
  proof.domain = next_line(text);
  proof.domain_bytes = proof.domain.size();
  const auto payload = next_line(text);
  proof.payload = payload;
  const auto signature = next_line(text);
  if (auto bytes = decode_base64(signature)) proof.signature = *bytes;
  if (auto key = PublicKey::parse_hex(next_line(text))) proof.public_key = *key;
  const auto state_init = next_line(text);
  if (auto bytes = decode_base64(state_init); bytes && !state_init.empty()) proof.state_init = *bytes;
  proof.timestamp = 1'767'225'600;
  const std::vector<std::string> domains{"coordinator.example"};
  const ton::ProofRules rules{domains, ton::Network::mainnet, Timestamp{std::chrono::seconds{proof.timestamp}}};
  const auto proven = ton::verify_ton_proof(proof, rules);
  if (!proven)
    fuzz::require_clear_refusal(proven.error());
  else
    fuzz::require(proven->key.hex() == "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8");
  if (const auto parsed = ton::parse_platform_payload(payload)) {
    const ton::PlatformLogin login{proof.address, proof.payload, std::string(signature), proof.public_key.value_or(PublicKey{})};
    const auto logged_in = ton::verify_platform_login_compat(login, *parsed, rules);
    fuzz::require(!logged_in || logged_in->key == login.public_key);
  }
  return 0;
}

#include <gstd/ton.hpp>

#include "ton/hash.hpp"
#include "ton/login_rules.hpp"
#include "ton/wallet_of_key.hpp"

#include <algorithm>

namespace gstd::ton {
namespace {

constexpr std::string_view kMessagePrefix = "ton-proof-item-v2/";
constexpr std::string_view kDigestPrefix = "\xff\xffton-connect";

void append_little_endian(Bytes& out, std::uint64_t value, unsigned bytes) {
  for (unsigned i = 0; i < bytes; ++i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i) & 0xff));
}

void append(Bytes& out, BytesView bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

// One answer for all that is wrong with key, contract or signature.
Error not_proven() {
  return {ErrorCode::unauthenticated,
          "the proof does not show that its sender holds the wallet's key; sign in with the wallet again, and send its state_init",
          "ton_proof"};
}

std::optional<WalletContract> contract_in(BytesView boc) {
  const auto root = read_boc(boc);
  if (!root) return std::nullopt;
  auto contract = recognise_wallet(**root);
  if (!contract) return std::nullopt;
  return *std::move(contract);
}

// The wallet that the proof is about, by its contract or by the usual contracts of the claimed key; not yet that anybody signed.
std::optional<ProvenWallet> claimed_wallet(const TonProof& proof, const Address& address, Network network) {
  if (!proof.state_init) {
    if (!proof.public_key) return std::nullopt;
    const auto version = usual_wallet_of(*proof.public_key, address, network);
    if (!version) return std::nullopt;
    return ProvenWallet{address, *proof.public_key, *version};
  }
  const auto contract = contract_in(*proof.state_init);
  if (!contract || contract->hash != address.hash) return std::nullopt;
  if (proof.public_key && *proof.public_key != contract->key) return std::nullopt;
  return ProvenWallet{address, contract->key, contract->version};
}

}  // namespace

Bytes ton_proof_message(const Address& address, std::string_view domain, std::int64_t timestamp, std::string_view payload) {
  Bytes out;
  append(out, as_bytes(kMessagePrefix));
  const auto workchain = static_cast<std::uint32_t>(std::int32_t{address.workchain});
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(workchain >> shift & 0xff));
  append(out, address.hash.view());
  // From here on the other way round, as the standard has it.
  append_little_endian(out, domain.size(), 4);
  append(out, as_bytes(domain));
  append_little_endian(out, static_cast<std::uint64_t>(timestamp), 8);
  append(out, as_bytes(payload));
  return out;
}

Digest ton_proof_digest(BytesView message) noexcept { return sha256({as_bytes(kDigestPrefix), sha256({message}).view()}); }

Result<ProvenWallet> verify_ton_proof(const TonProof& proof, const ProofRules& rules) {
  if (proof.domain.size() > kProofDomainBytesMax || proof.domain_bytes != proof.domain.size() ||
      std::find(rules.domains.begin(), rules.domains.end(), proof.domain) == rules.domains.end())
    return Error{ErrorCode::unauthenticated, "the proof was made for another domain; sign in from a page of this coordinator's",
                 "ton_proof_domain"};
  if (!is_fresh(proof.timestamp, rules.now, kProofAgeMax)) return not_fresh("proof", rules.now, "ton_proof_expired");
  auto address = address_on(proof.address, rules.network);
  if (!address) return std::move(address).error();
  if (parse_network(proof.network) != rules.network)
    return Error{ErrorCode::unauthenticated,
                 "the wallet is on another network; switch it to network " + std::string(to_string(rules.network)),
                 "ton_proof_network"};
  const auto signature = Signature::from_bytes(proof.signature);
  const auto wallet = claimed_wallet(proof, *address, rules.network);
  if (!signature || !wallet || proof.payload.size() > kProofPayloadBytesMax) return not_proven();
  const Digest digest = ton_proof_digest(ton_proof_message(*address, proof.domain, proof.timestamp, proof.payload));
  if (!verify_ed25519(wallet->key, digest.view(), *signature)) return not_proven();
  return *wallet;
}

}  // namespace gstd::ton

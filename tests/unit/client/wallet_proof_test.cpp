// What a wallet answers when it is asked who it is.
#include <gstd/login.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gstd {
namespace {

const SigningKey& wallet_key() {
  static const SigningKey key = *SigningKey::from_seed(Bytes(kSeedBytes, 9));
  return key;
}

protocol::LoginPayload asked() {
  protocol::LoginPayload payload;
  payload.payload = "gstd-login:once";
  payload.domains = {"coordinator.example", "other.example"};
  payload.network = "-239";
  return payload;
}

Result<ton::ProvenWallet> judge(const protocol::Login& login, std::vector<std::string> domains) {
  ton::TonProof proof;
  proof.address = login.address;
  proof.network = login.network;
  proof.domain = login.domain;
  proof.domain_bytes = login.domain_bytes;
  proof.timestamp = login.timestamp;
  proof.payload = login.payload;
  proof.signature = login.signature;
  proof.public_key = login.public_key;
  ton::ProofRules rules;
  rules.domains = domains;
  rules.now = system_clock().now();
  return ton::verify_ton_proof(proof, rules);
}

// Goal:   a coordinator believes what is made here, for every wallet that it knows by its key.
// Method: the verification that coordinators use, for each of them; their addresses differ.
TEST(WalletProof, IsBelieved) {
  std::vector<ton::Address> addresses;
  for (const auto version : kWalletsKnownByKey) {
    const auto login = prove_wallet(asked(), wallet_key(), {.version = *parse_wallet_version(to_string(version))});
    ASSERT_TRUE(login) << login.error().message;
    EXPECT_EQ(login->domain, "coordinator.example");
    const auto proven = judge(*login, asked().domains);
    ASSERT_TRUE(proven) << proven.error().message;
    EXPECT_EQ(proven->version, version);
    EXPECT_EQ(proven->key, wallet_key().public_key());
    EXPECT_THAT(addresses, testing::Not(testing::Contains(proven->address)));
    addresses.push_back(proven->address);
  }
}

// Goal:   it is for the domain that was named, and comes from whoever has the key.
// Method: another domain, signed by an external signer; a coordinator with and without that domain.
TEST(WalletProof, IsForOneDomain) {
  const auto signer = Signer::external(wallet_key().public_key(), [](BytesView message, const SignReply& reply) {
    EXPECT_EQ(message.size(), Digest::kSize);
    reply.answer(wallet_key().sign(message));
  });
  const auto login = prove_wallet(asked(), signer, {.domain = "third.example"});
  ASSERT_TRUE(login) << login.error().message;
  EXPECT_TRUE(judge(*login, {"third.example"}));
  EXPECT_EQ(judge(*login, asked().domains).error().reason, "ton_proof_domain");
}

// Goal:   what cannot become a login is refused before anything is signed.
// Method: a wallet whose key does not tell its address, an unknown name, an answer without domains, another network, a signer that
//         refuses.
TEST(WalletProof, RefusesWhatIsNoLogin) {
  int signatures = 0;
  const auto signer = Signer::external(wallet_key().public_key(), [&](BytesView, const SignReply& reply) {
    ++signatures;
    reply.refuse("no");
  });
  EXPECT_EQ(prove_wallet(asked(), signer, {.version = ton::WalletVersion::v1r1}).error().reason, "wallet_version");
  EXPECT_EQ(parse_wallet_version("v1r1").error().reason, "wallet_version");
  EXPECT_EQ(parse_wallet_version("").error().reason, "wallet_version");
  auto unknown = asked();
  unknown.domains.clear();
  EXPECT_EQ(prove_wallet(unknown, signer).error().reason, "answer");
  unknown = asked();
  unknown.network = "1";
  EXPECT_EQ(prove_wallet(unknown, signer).error().reason, "answer");
  EXPECT_EQ(signatures, 0);
  EXPECT_EQ(prove_wallet(asked(), signer).error().reason, "signer");
  EXPECT_EQ(signatures, 1);
  auto draft = *draft_wallet_proof(asked(), wallet_key().public_key());
  EXPECT_TRUE(draft.signature.empty());
  draft.address = "0:00";
  EXPECT_EQ(wallet_proof_digest(draft).error().reason, "wallet_address");
}

}  // namespace
}  // namespace gstd

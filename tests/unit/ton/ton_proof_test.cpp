#include <gstd/ton.hpp>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "unit/flipped_bit.hpp"
#include "unit/ton/vectors.hpp"

namespace gstd::ton {
namespace {

using test::unbase64;
using test::unhex;
using test::with_flipped_bit;

const std::vector<std::string> kDomains{"other.example", std::string(test::kDomain)};
constexpr Timestamp kNow{std::chrono::seconds{test::kProofTime + 5}};

ProofRules rules(Timestamp now = kNow) { return {kDomains, Network::mainnet, now}; }

TonProof good_proof() {
  TonProof proof;
  proof.address = test::kWalletA;
  proof.network = "-239";
  proof.domain = test::kDomain;
  proof.domain_bytes = test::kDomain.size();
  proof.timestamp = test::kProofTime;
  proof.payload = test::kPayload;
  proof.signature = unhex(test::kSignature);
  proof.state_init = unbase64(test::kStateInitA);
  proof.public_key = test::key_a().public_key();
  return proof;
}

// A proof of any key's wallet, without StateInit unless one is put in.
TonProof proof_of(const SigningKey& key, const Address& address) {
  TonProof proof = good_proof();
  proof.address = address.raw();
  proof.state_init.reset();
  proof.public_key = key.public_key();
  const Bytes message = ton_proof_message(address, proof.domain, proof.timestamp, proof.payload);
  const Signature signature = key.sign(ton_proof_digest(message).view());
  proof.signature.assign(signature.bytes.begin(), signature.bytes.end());
  return proof;
}

std::string verdict(const TonProof& proof, const ProofRules& by = rules()) {
  const auto wallet = verify_ton_proof(proof, by);
  return wallet ? "ok" : std::string(to_string(wallet.error().code)) + "/" + wallet.error().reason;
}

constexpr std::string_view kNotProven = "unauthenticated/ton_proof";

// Goal:   what is signed is what wallets sign.
// Method: message, digest and signature of the vector; the signature also made here.
TEST(TonProof, GivesTheVector) {
  const Address address = test::address(test::kWalletA);
  const Bytes message = ton_proof_message(address, test::kDomain, test::kProofTime, test::kPayload);
  EXPECT_EQ(encode_hex(message),
            "746f6e2d70726f6f662d6974656d2d76322f00000000d371439c26fc2d331e11e956dbfae602b4910b0b3000bdd0f8dfd7dcd98d1436"
            "13000000636f6f7264696e61746f722e6578616d706c6500b9556900000000677374642d6c6f67696e3a3031323334353637383961626364"
            "65663031323334353637383961626364656"
            "6");
  EXPECT_EQ(sha256(message).hex(), "39694ef9affe16e0ec3cb6b3bc678c9a0195999410d829cbfa90783d25de91d3");
  EXPECT_EQ(ton_proof_digest(message).hex(), "b6c7c0b7dcf019a91c00fc7b103ddf49aaa18fdb65278c43564fff16f15d2b0f");
  EXPECT_EQ(test::key_a().sign(ton_proof_digest(message).view()).hex(), test::kSignature);
  const auto wallet = verify_ton_proof(good_proof(), rules());
  ASSERT_TRUE(wallet) << wallet.error().message;
  EXPECT_EQ(wallet->address, address);
  EXPECT_EQ(wallet->key, test::key_a().public_key());
  EXPECT_EQ(wallet->version, WalletVersion::v4r2);
}

// Goal:   every usual wallet of a key is recognised without its StateInit, and no other.
// Method: each version's address, on both networks; a subwallet, which only a StateInit could show.
TEST(TonProof, KnowsAKeysUsualWallets) {
  const auto key = test::key_b();
  for (const Network network : {Network::mainnet, Network::testnet})
    for (std::size_t i = 0; i < kWalletVersions; ++i) {
      const auto version = static_cast<WalletVersion>(i);
      TonProof proof = proof_of(key, *address_of(version, key.public_key(), {kBasechain, network, 0}));
      proof.network = to_string(network);
      ProofRules by = rules();
      by.network = network;
      const bool is_usual = version == WalletVersion::v5r1 || version == WalletVersion::v4r2 || version == WalletVersion::v3r2 ||
                            version == WalletVersion::v3r1 || version == WalletVersion::v4r1;
      EXPECT_EQ(verdict(proof, by), is_usual ? "ok" : kNotProven) << to_string(version);
    }
  EXPECT_EQ(verdict(proof_of(key, *address_of(WalletVersion::v4r2, key.public_key(), {kBasechain, Network::mainnet, 1}))),
            kNotProven);
  TonProof nameless = proof_of(key, *address_of(WalletVersion::v4r2, key.public_key()));
  nameless.public_key.reset();
  EXPECT_EQ(verdict(nameless), kNotProven) << "neither StateInit nor key";
}

// Goal:   the claimed key is not needed beside a StateInit, but must not contradict it; addresses are taken in every form.
// Method: the vector without it, with another, and with its address spelled otherwise.
TEST(TonProof, TakesTheKeyFromTheStateInit) {
  TonProof proof = good_proof();
  proof.public_key.reset();
  EXPECT_EQ(verdict(proof), "ok");
  proof.public_key = test::key_b().public_key();
  EXPECT_EQ(verdict(proof), kNotProven);
  proof = good_proof();
  proof.address = "UQDTcUOcJvwtMx4R6Vbb-uYCtJELCzAAvdD439fc2Y0UNpjM";
  EXPECT_EQ(verdict(proof), "ok");
  proof.address = test::address(test::kWalletA).friendly({true, true});
  EXPECT_EQ(verdict(proof), "invalid_argument/wallet_address") << "of the test network";
  proof.address = "0:d371";
  EXPECT_EQ(verdict(proof), "invalid_argument/wallet_address");
}

// Goal:   somebody else's address is not proven by one's own key.
// Method: the contract of key B, signed by key B, at the address of key A, with and without claim; key B's signature under A's
// contract.
TEST(TonProof, RefusesAnotherKeysAddress) {
  TonProof proof = proof_of(test::key_b(), test::address(test::kWalletA));
  EXPECT_EQ(verdict(proof), kNotProven);
  const auto code = (*read_boc(unbase64(test::kStateInitA)))->refs().at(0);
  const auto data = CellBuilder().uint(0, 32).uint(698'983'191, 32).bytes(test::key_b().public_key().view()).bit(false).build();
  proof.state_init = *write_boc(**CellBuilder().uint(0b00110, 5).ref(code).ref(*data).build());
  EXPECT_EQ(verdict(proof), kNotProven);
  proof.public_key.reset();
  EXPECT_EQ(verdict(proof), kNotProven);
  proof.state_init = unbase64(test::kStateInitA);
  EXPECT_EQ(verdict(proof), kNotProven);
}

// Goal:   everything that is signed matters.
// Method: each part of the vector changed alone, also so that the rules allow it; integers turned round.
TEST(TonProof, RefusesEveryChange) {
  const auto changed = [](auto&& change) {
    TonProof proof = good_proof();
    change(proof);
    return verdict(proof);
  };
  EXPECT_EQ(changed([](TonProof& p) { p.domain = "other.example", p.domain_bytes = p.domain.size(); }), kNotProven);
  EXPECT_EQ(changed([](TonProof& p) { p.domain = "evil.example", p.domain_bytes = p.domain.size(); }),
            "unauthenticated/ton_proof_domain");
  EXPECT_EQ(changed([](TonProof& p) { p.domain_bytes += 1; }), "unauthenticated/ton_proof_domain");
  EXPECT_EQ(changed([](TonProof& p) { p.timestamp += 1; }), kNotProven);
  EXPECT_EQ(changed([](TonProof& p) { p.payload.back() = '0'; }), kNotProven);
  EXPECT_EQ(changed([](TonProof& p) { p.payload.resize(kProofPayloadBytesMax + 1, '0'); }), kNotProven);
  EXPECT_EQ(changed([](TonProof& p) { p.address.replace(0, 1, "-1"); }), kNotProven);
  EXPECT_EQ(changed([](TonProof& p) { p.network = "-3"; }), "unauthenticated/ton_proof_network");
  EXPECT_EQ(changed([](TonProof& p) { p.network = ""; }), "unauthenticated/ton_proof_network");
  EXPECT_EQ(changed([](TonProof& p) { p.signature.pop_back(); }), kNotProven);
  EXPECT_EQ(changed([](TonProof& p) { p.signature.clear(); }), kNotProven);
  EXPECT_EQ(changed([](TonProof& p) { p.state_init->clear(); }), kNotProven);

  TonProof turned = good_proof();
  Bytes message = ton_proof_message(test::address(test::kWalletA), turned.domain, turned.timestamp, turned.payload);
  const std::size_t timestamp_at = message.size() - turned.payload.size() - 8;
  std::reverse(message.begin() + static_cast<std::ptrdiff_t>(timestamp_at),
               message.begin() + static_cast<std::ptrdiff_t>(timestamp_at + 8));
  const Signature signature = test::key_a().sign(ton_proof_digest(message).view());
  turned.signature.assign(signature.bytes.begin(), signature.bytes.end());
  EXPECT_EQ(verdict(turned), kNotProven) << "a big-endian timestamp";
}

// Goal:   a proof is good for its time, and a refusal tells ours.
// Method: both ends of the window and the millisecond beyond; times that no calendar has.
TEST(TonProof, IsGoodForItsTime) {
  constexpr Timestamp kMade{std::chrono::seconds{test::kProofTime}};
  constexpr std::chrono::milliseconds kMoment{1};
  EXPECT_EQ(verdict(good_proof(), rules(kMade + kProofAgeMax)), "ok");
  EXPECT_EQ(verdict(good_proof(), rules(kMade - kProofAheadMax)), "ok");
  for (const Timestamp now : {kMade + kProofAgeMax + kMoment, kMade - kProofAheadMax - kMoment}) {
    const auto refused = verify_ton_proof(good_proof(), rules(now));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().reason, "ton_proof_expired");
    EXPECT_NE(refused.error().message.find(format_rfc3339(now)), std::string::npos) << refused.error().message;
  }
  for (const std::int64_t timestamp : {std::int64_t{-1}, INT64_MIN, INT64_MAX, std::int64_t{0}}) {
    TonProof proof = good_proof();
    proof.timestamp = timestamp;
    EXPECT_EQ(verdict(proof), "unauthenticated/ton_proof_expired");
  }
}

// Goal:   no bit of anything in a proof may be other than it was.
// Method: a random bit of a random part is flipped.
RC_GTEST_PROP(TonProofProperty, AnyFlippedBitIsRefused, ()) {
  TonProof proof = good_proof();
  switch (test::any_below(8)) {
    case 0:
      proof.signature = with_flipped_bit(proof.signature);
      break;
    case 1:
      proof.state_init = with_flipped_bit(*proof.state_init);
      break;
    case 2:
      proof.payload = with_flipped_bit(proof.payload);
      break;
    case 3:
      proof.address = with_flipped_bit(proof.address);
      // The other case of a letter spells the same address.
      RC_PRE(Address::parse(proof.address).value_or(Address{}) != test::address(test::kWalletA));
      break;
    case 4:
      proof.public_key = with_flipped_bit(*proof.public_key);
      break;
    case 5:
      proof.timestamp ^= std::int64_t{1} << test::any_below(64);
      break;
    case 6:
      proof.domain_bytes ^= std::uint64_t{1} << test::any_below(64);
      break;
    default:
      proof.domain = with_flipped_bit(proof.domain);
  }
  RC_ASSERT(!verify_ton_proof(proof, rules()));
}

// Goal:   no two proofs share what is signed: chain, account, domain, time and payload can each be told from the bytes.
// Method: pairs of few values, whose texts look like parts of lengths and times.
RC_GTEST_PROP(TonProofProperty, NoTwoShareTheirMessage, ()) {
  using Parts = std::tuple<Address, std::string, std::int64_t, std::string>;
  const auto any_text = [] { return std::string(test::any_below(4), '\0') + *rc::gen::element<std::string>("", "", "a"); };
  const auto any = [&]() -> Parts {
    Address address{*rc::gen::element<std::int8_t>(0, -1), {}};
    address.hash.bytes[31] = *rc::gen::element<std::uint8_t>(0, 1);
    return {address, any_text(), *rc::gen::element<std::int64_t>(0, 0, 1, 256), any_text()};
  };
  const auto message = [](const Parts& parts) { return std::apply(ton_proof_message, parts); };
  const Parts one = any();
  // Those that would blur are rare among pairs; many of them cost little.
  for (int pair = 0; pair < 10; ++pair) {
    Parts two = any();
    if (*rc::gen::arbitrary<bool>()) std::get<0>(two) = std::get<0>(one);
    if (*rc::gen::arbitrary<bool>()) std::get<1>(two) = std::get<1>(one);
    if (*rc::gen::arbitrary<bool>()) std::get<2>(two) = std::get<2>(one);
    if (*rc::gen::arbitrary<bool>()) std::get<3>(two) = std::get<3>(one);
    RC_ASSERT((message(one) == message(two)) == (one == two));
    RC_ASSERT((ton_proof_digest(message(one)) == ton_proof_digest(message(two))) == (one == two));
  }
}

PlatformLogin login(std::string_view payload, std::string_view signature, const SigningKey& key = test::key_a()) {
  return {address_of(WalletVersion::v4r2, key.public_key())->friendly(), std::string(payload), std::string(signature),
          key.public_key()};
}

std::string verdict(const PlatformLogin& login, const PlatformPayload& payload) {
  const auto wallet = verify_platform_login_compat(login, payload, rules(Timestamp{std::chrono::seconds{payload.timestamp + 5}}));
  return wallet ? "ok" : std::string(to_string(wallet.error().code)) + "/" + wallet.error().reason;
}

// Goal:   logins that the platform takes are taken.
// Method: its signatures over three payloads. Origin: the platform's Go code (gstdcoin/ai 2baf09d), run.
TEST(PlatformLogin, GivesTheVectors) {
  EXPECT_EQ(verdict(login(R"({"nonce":"0123456789abcdef","timestamp":1767225600})",
                          "1EaGnCpFf1+4IWW7HK++KuhXsGLJAq4p/jPt5A+2AqVRKl+LgnT3Bne3WGy/pfkYOEsGGm7t70XiIL9N++geCg=="),
                    {"0123456789abcdef", 1'767'225'600}),
            "ok");
  const auto payload = parse_platform_payload("gstd_auth:1768757000");
  ASSERT_TRUE(payload);
  EXPECT_EQ(verdict(login("gstd_auth:1768757000",
                          "uiy8N0SnfyaLkcp53ik1KtewkhQxKHVqCSB/1cclTd9asmy8BVFGLfVIso/q8wGIG6Yxqj5Y5C58B20nqosdDQ=="),
                    *payload),
            "ok");
  // Names another wallet than the key's: the signature is the vector's, the claim is refused.
  EXPECT_EQ(verdict(login(R"({"nonce":"n-1","timestamp":1768757000,"address":"EQAgISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0-P0pD"})",
                          "lC/8mpOPG+kZeGbH8rnY1auBWs9Rba8j19T9Q86qc80VOENiapjlHODcu9ZLULb6EqmnGIeu70lQW3VeSKctDQ=="),
                    {"n-1", 1'768'757'000, "EQAgISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0-P0pD"}),
            "unauthenticated/login_signature");
}

// Goal:   nothing but a signature logs anybody in.
// Method: the platform's bypass, hexadecimal, another key, another payload, a nonce that is empty.
TEST(PlatformLogin, HasNoBypass) {
  constexpr std::string_view kText = "gstd_auth:1768757000";
  const PlatformPayload payload = *parse_platform_payload(kText);
  const auto sign = [&](const SigningKey& key) { return key.sign(sha256(as_bytes(kText)).view()); };
  const Signature good = sign(test::key_a());
  EXPECT_EQ(verdict(login(kText, encode_base64(good.view())), payload), "ok");
  constexpr std::string_view kRefused = "unauthenticated/login_signature";
  EXPECT_EQ(verdict(login(kText, "simple_connect"), payload), kRefused);
  EXPECT_EQ(verdict(login(kText, "simple_connect=="), payload), kRefused);
  EXPECT_EQ(verdict(login(kText, ""), payload), kRefused);
  EXPECT_EQ(verdict(login(kText, good.hex()), payload), kRefused);
  EXPECT_EQ(verdict(login(kText, encode_base64(sign(test::key_b()).view())), payload), kRefused);
  EXPECT_EQ(verdict(login("gstd_auth:1768757001", encode_base64(good.view())), payload), kRefused);
  EXPECT_EQ(verdict(login(kText, encode_base64(good.view())), {"", payload.timestamp}), kRefused);
  PlatformLogin elsewhere = login(kText, encode_base64(good.view()));
  elsewhere.address = address_of(WalletVersion::v4r2, test::key_b().public_key())->raw();
  EXPECT_EQ(verdict(elsewhere, payload), kRefused);
}

// Goal:   a signature is read as the platform reads it: in base64, line breaks or not, and never in hexadecimal.
// Method: what clients send, as `base64` wraps it, and what is no base64 of 64 bytes.
TEST(PlatformLogin, ReadsThePlatformsBase64) {
  constexpr std::string_view kText = "gstd_auth:1768757000";
  const PlatformPayload payload = *parse_platform_payload(kText);
  const std::string good = encode_base64(test::key_a().sign(sha256(as_bytes(kText)).view()).view());
  EXPECT_EQ(verdict(login(kText, good + "\n"), payload), "ok");
  EXPECT_EQ(verdict(login(kText, good.substr(0, 76) + "\r\n" + good.substr(76)), payload), "ok");
  for (const std::string& wrong : {good.substr(0, 86), " " + good, good + "=", good + "AAAA", encode_hex(*decode_base64(good))})
    EXPECT_EQ(verdict(login(kText, wrong), payload), "unauthenticated/login_signature") << wrong;
}

// Goal:   no bit of payload, signature, key or address may be other than it was.
// Method: random payloads that are signed; then a random bit of a random part is flipped.
RC_GTEST_PROP(PlatformLogin, AnyFlippedBitIsRefused, (std::uint64_t seed)) {
  SeededRandom random{seed};
  const auto key = SigningKey::generate(random);
  const std::string text = "n" + std::to_string(seed) + ":1768757000";
  const PlatformPayload payload = *parse_platform_payload(text);
  const Signature signature = key.sign(sha256(as_bytes(text)).view());
  RC_ASSERT(verdict(login(text, encode_base64(signature.view()), key), payload) == "ok");
  PlatformLogin changed = login(text, encode_base64(signature.view()), key);
  switch (test::any_below(4)) {
    case 0:
      changed.payload = with_flipped_bit(text);
      break;
    case 1:
      changed.signature = encode_base64(with_flipped_bit(signature).view());
      break;
    case 2:
      changed.public_key = with_flipped_bit(key.public_key());
      break;
    default:
      changed.address = with_flipped_bit(changed.address);
      RC_PRE(Address::parse(changed.address).value_or(Address{}) != *Address::parse(login(text, "", key).address));
  }
  RC_ASSERT(verdict(changed, payload) != "ok");
}

// Goal:   the short form of a payload is read with and without an address, in both of its forms, and nothing else is.
// Method: each, and what resembles it; the ends of its time.
TEST(PlatformLogin, ReadsTheShortPayload) {
  EXPECT_EQ(parse_platform_payload("n:17")->timestamp, 17);
  EXPECT_FALSE(parse_platform_payload("n:17")->address);
  EXPECT_EQ(parse_platform_payload("n:17:0:ab")->address, "0:ab");
  EXPECT_EQ(parse_platform_payload("n:17:EQ")->address, "EQ");
  for (const auto* text : {"", ":", "n", "n:", ":17", "n:-1", "n:1x", "n: 1", "n:99999999999999999999"})
    EXPECT_FALSE(parse_platform_payload(text)) << text;
  const PlatformLogin any = login("n:1768757000", "");
  const PlatformPayload payload = *parse_platform_payload("n:1768757000");
  const Timestamp made{std::chrono::seconds{payload.timestamp}};
  for (const Timestamp now : {made + kPlatformLoginAgeMax + std::chrono::seconds{1}, made - std::chrono::seconds{61}})
    EXPECT_EQ(verify_platform_login_compat(any, payload, rules(now)).error().reason, "login_expired");
}

}  // namespace
}  // namespace gstd::ton

#include <gstd/crypto.hpp>

#include <algorithm>
#include <thread>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "unit/crypto/unhex.hpp"

namespace gstd {
namespace {

using test::unhex;
using test::unhex_as;

struct Vector {
  std::string_view seed, public_key, message, signature;
};

// Origin: RFC 8032 section 7.1, TEST 1, 2, 3 and SHA(abc).
constexpr std::array kRfcVectors{
    Vector{
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e"
        "7a100b"},
    Vector{
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612"
        "bb0c00"},
    Vector{
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea"
        "1ec40a"},
    Vector{
        "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa5"
        "4ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef11773"
        "31a704"},
};

// The platform's key: docs/protocol.md, "The platform's result signature".
constexpr std::string_view kPlatformSeed = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
constexpr std::string_view kPlatformKey = "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8";

SigningKey key_of(std::string_view seed) { return *SigningKey::from_seed(unhex(seed)); }

// Goal:   keys and signatures are those of the standard.
// Method: published vectors, both ways.
TEST(SigningKey, GivesTheStandardsSignatures) {
  for (const auto& vector : kRfcVectors) {
    const auto key = key_of(vector.seed);
    const auto message = unhex(vector.message);
    EXPECT_EQ(key.public_key().hex(), vector.public_key);
    EXPECT_EQ(key.sign(message).hex(), vector.signature);
    EXPECT_TRUE(verify_signature(key.public_key(), message, unhex_as<Signature>(vector.signature)));
  }
}

// Goal:   signatures are those that the platform accepts for results (plain and digested form) and for logins.
// Method: its vectors; the last three sign a SHA-256 digest.
TEST(SigningKey, GivesThePlatformsSignatures) {
  const auto key = key_of(kPlatformSeed);
  EXPECT_EQ(key.public_key().hex(), kPlatformKey);
  EXPECT_EQ(encode_base64(key.sign(as_bytes(R"(3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b{"answer":42})")).view()),
            "rtenrUsawJWrTHjwxv6RJUUEgzv+xEkB31BuR0fVkyFYVNkNNlWsvw9MOO+E0DxaQFfz5bowu8OzP5U+h9rTBQ==");
  EXPECT_EQ(
      key.sign(as_bytes(R"(3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b{ "answer": 42, "html": "<b>&" })")).hex(),
      "9948a4a44dff74f55d6051821b6867a39b14df39a549bf05d68a1cbb55a00323b3194762862af48f4cbb02a309e99810b27bc58662e4cd5f9d76d67667"
      "800009");

  const auto digest = sha256(as_bytes("3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5bC/L8m5WytXWZNRl9EokvOWwzk6Cd9WJxyWITljo="));
  EXPECT_EQ(digest.hex(), "311686e486e32a29605edeaa32b826552b88dd882c3e8814548f2446ef4f045e");
  EXPECT_EQ(
      key.sign(digest.view()).hex(),
      "7e18ba97f33b0516f6ac0c5ea8ba423c6a0d02a45eab6c7d00e143ee4a34c35b4c1749661cd1fa48777e0ee5b62cbb3d56fa517ce351e582c52bdf8d06"
      "e5380e");

  EXPECT_EQ(encode_base64(key.sign(sha256(as_bytes("gstd_auth:1768757000")).view()).view()),
            "uiy8N0SnfyaLkcp53ik1KtewkhQxKHVqCSB/1cclTd9asmy8BVFGLfVIso/q8wGIG6Yxqj5Y5C58B20nqosdDQ==");
  EXPECT_EQ(
      encode_base64(
          key.sign(
                 sha256(
                     as_bytes(
                         R"({"nonce":"n-1","timestamp":1768757000,"address":"EQAgISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0-P0pD"})"))
                     .view())
              .view()),
      "lC/8mpOPG+kZeGbH8rnY1auBWs9Rba8j19T9Q86qc80VOENiapjlHODcu9ZLULb6EqmnGIeu70lQW3VeSKctDQ==");
}

// Goal:   a key comes from the given randomness and nothing else, and its seed makes it again.
// Method: seeded generators, equal and different.
TEST(SigningKey, IsDrawnFromTheGivenRandom) {
  SeededRandom one{1}, same{1}, other{2};
  Bytes expected_seed(kSeedBytes);
  SeededRandom{1}.fill(expected_seed);
  const auto key = SigningKey::generate(one);
  EXPECT_TRUE(std::ranges::equal(key.seed().view(), expected_seed));
  EXPECT_EQ(key.public_key(), SigningKey::generate(same).public_key());
  EXPECT_NE(key.public_key(), SigningKey::generate(other).public_key());
  EXPECT_EQ(key.public_key(), SigningKey::from_seed(key.seed().view())->public_key());
  EXPECT_NE(SigningKey::generate().public_key(), SigningKey::generate().public_key());
}

// Goal:   seeds of another length are refused.
// Method: none, one too short, one too long.
TEST(SigningKey, RefusesSeedsOfAnotherLength) {
  for (const std::size_t size : {0, 31, 33, 64}) {
    const auto key = SigningKey::from_seed(Bytes(size));
    ASSERT_FALSE(key);
    EXPECT_EQ(key.error().code, ErrorCode::invalid_argument);
  }
}

// Goal:   copies share one key, which lives as long as any of them, and sign from several threads at once.
// Method: the first goes before its copy signs on two threads.
TEST(SigningKey, IsSharedBetweenCopiesAndThreads) {
  std::optional<SigningKey> first = key_of(kPlatformSeed);
  const SigningKey second = *first;
  first.reset();
  std::array<Signature, 2> signatures;
  {
    std::jthread other{[&] { signatures[0] = second.sign(as_bytes("m")); }};
    signatures[1] = second.sign(as_bytes("m"));
  }
  EXPECT_EQ(signatures[0], signatures[1]);
  EXPECT_TRUE(verify_signature(second.public_key(), as_bytes("m"), signatures[0]));
}

// Goal:   a key of small order, under which one signature fits every message, is refused.
// Method: the identity point as key and as R, with S = 0, solves the verification equation for all messages.
TEST(VerifySignature, RefusesKeysOfSmallOrder) {
  PublicKey identity;
  identity.bytes[0] = 1;
  Signature signature;
  signature.bytes[0] = 1;
  EXPECT_FALSE(verify_signature(identity, as_bytes("anything"), signature));
  EXPECT_FALSE(verify_signature(PublicKey{}, as_bytes("anything"), Signature{}));
}

// Goal:   the second spelling of a signature, S plus the group order, is refused: no two signatures for one message and key.
// Method: add L (RFC 8032 section 5.1: 2^252 + 27742317777372353535851937790883648493) to a good S.
TEST(VerifySignature, RefusesNonCanonicalS) {
  const auto key = key_of(kRfcVectors[0].seed);
  const auto order = unhex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");  // little-endian
  Signature signature = key.sign({});
  unsigned carry = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    carry += signature.bytes[32 + i] + order[i];
    signature.bytes[32 + i] = static_cast<std::uint8_t>(carry);
    carry >>= 8;
  }
  ASSERT_EQ(carry, 0u);
  EXPECT_FALSE(verify_signature(key.public_key(), {}, signature));
}

// Goal:   what is signed verifies, and one flipped bit in message, signature or key does not.
// Method: random seeds, messages and bits.
RC_GTEST_PROP(VerifySignature, RefusesEveryFlippedBit, (const Bytes& message, std::uint64_t seed)) {
  SeededRandom random{seed};
  const auto key = SigningKey::generate(random);
  const auto signature = key.sign(message);
  RC_ASSERT(verify_signature(key.public_key(), message, signature));

  const auto bit_of = [](auto bytes) {
    const auto bit = *rc::gen::inRange<std::size_t>(0, bytes.size() * 8);
    bytes[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
    return bytes;
  };
  RC_ASSERT(!verify_signature(key.public_key(), message, Signature{bit_of(signature.bytes)}));
  RC_ASSERT(!verify_signature(PublicKey{bit_of(key.public_key().bytes)}, message, signature));
  if (!message.empty()) RC_ASSERT(!verify_signature(key.public_key(), bit_of(message), signature));
}

}  // namespace
}  // namespace gstd

#include <gstd/pow.hpp>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "unit/pow/vectors.hpp"

namespace gstd::pow {
namespace {

using test::kPowVectors;
using test::kTask;
using test::kWallet;

constexpr std::string_view kOtherChallenge = "54f012fb9d2c1bc24376a3a3e3979f1116b824d1882152c6d4db67a36350241d";

// Goal:   answers that the platform accepts are accepted, with its digest and its count of zeros, and one bit more is too much.
// Method: its vectors, decimal and hexadecimal, each at its own difficulty, at its exact count and above.
TEST(Verify, AcceptsThePlatformsVectors) {
  std::vector<test::PowVector> vectors(kPowVectors.begin(), kPowVectors.end());
  vectors.push_back({"b3c40072d91b49d0cc95a4399958b91e2264f4812a79cbcededf4ffb7667ecbe", kTask, kWallet, 12, "0x00001c17",
                     "000860139b8bbae244d53985e90db866841d8f5d45f40078b1fed23a7e64dd2b", 12});
  for (const auto& vector : vectors) {
    auto challenge = test::make_challenge(vector);
    const auto verdict = verify(challenge, vector.nonce);
    ASSERT_TRUE(verdict) << verdict.error().message;
    EXPECT_TRUE(verdict->valid);
    EXPECT_EQ(verdict->leading_zeros, vector.zeros);
    EXPECT_EQ(verdict->digest.hex(), vector.digest);
    challenge.difficulty_bits = vector.zeros;
    EXPECT_TRUE(verify(challenge, vector.nonce)->valid);
    challenge.difficulty_bits = vector.zeros + 1;
    EXPECT_FALSE(verify(challenge, vector.nonce)->valid);
  }
}

// Goal:   a wrong nonce is a verdict, not an error, and spellings of one number are different nonces.
// Method: the platform's negative vectors: "0" and "00" for one challenge.
TEST(Verify, GivesAVerdictOnWrongNonces) {
  const auto challenge = test::make_challenge(kOtherChallenge, kTask, kWallet, 16);
  const auto zero = verify(challenge, "0");
  ASSERT_TRUE(zero);
  EXPECT_FALSE(zero->valid);
  EXPECT_EQ(zero->leading_zeros, 1u);
  EXPECT_EQ(zero->digest.hex(), "78c03b7a8b984b5a049ab7d875d0f7d42e103d3376ddb4a3f3ec911f98b98b17");
  const auto double_zero = verify(challenge, "00");
  ASSERT_TRUE(double_zero);
  EXPECT_EQ(double_zero->leading_zeros, 0u);
  EXPECT_EQ(double_zero->digest.hex(), "84eb86d785f725b92a170ffb555228288c72cf807eeb8f8cecb04406d9e5ad83");
}

// Goal:   the layout is the platform's in its weakness too: task and wallet are concatenated without a separator.
// Method: its ambiguity vector: two pairs, one digest.
TEST(Verify, ConcatenatesWithoutSeparator) {
  const std::string challenge(64, 'c');
  for (const auto& [task, wallet] : {std::pair{"task1", "2EQwallet"}, std::pair{"task12", "EQwallet"}})
    EXPECT_EQ(verify(test::make_challenge(challenge, task, wallet, 0), "7")->digest.hex(),
              "0a8c9b0d77a792a8c56afc806d0316cbb16a68ea9dbf162ddfb7d77a60e21493");
}

// Goal:   what cannot be an answer is refused before it is hashed.
// Method: challenges of another length, alphabet or difficulty or without ids, and a malformed nonce.
TEST(Verify, RefusesMalformedInput) {
  const auto good = test::make_challenge(kOtherChallenge, kTask, kWallet, 16);
  const auto refused = [](const Challenge& challenge, std::string_view nonce, std::string_view reason) {
    const auto verdict = verify(challenge, nonce);
    return !verdict && verdict.error().code == ErrorCode::invalid_argument && verdict.error().reason == reason;
  };
  auto bad = good;
  bad.challenge.pop_back();
  EXPECT_TRUE(refused(bad, "1", "pow_challenge"));
  bad.challenge += 'A';
  EXPECT_TRUE(refused(bad, "1", "pow_challenge"));
  bad = good;
  bad.difficulty_bits = 257;
  EXPECT_TRUE(refused(bad, "1", "pow_challenge"));
  bad = good;
  bad.task = {};
  EXPECT_TRUE(refused(bad, "1", "pow_challenge"));
  bad = good;
  bad.wallet = {};
  EXPECT_TRUE(refused(bad, "1", "pow_challenge"));
  EXPECT_TRUE(refused(good, "1.5", "pow_nonce"));
}

// Goal:   the form of a nonce is judged as the platform's verifier does.
// Method: both sides of each of its rules, the edges of 64 bits and of the length.
TEST(CheckNonce, JudgesAsThePlatform) {
  const std::string longest_decimal = std::string(44, '0') + "18446744073709551615";
  for (const std::string& good : {std::string("0"), std::string("7"), std::string("07"), std::string("007"), std::string("0x07"),
                                  std::string("0x"), std::string("ab"), std::string("AbCd"), std::string("18446744073709551615"),
                                  std::string("18446744073709551616"),  // too large for 64 bits, but ten pairs of hex digits
                                  longest_decimal, std::string(64, 'f')})
    EXPECT_TRUE(check_nonce(Version::v1, good)) << good;
  for (const std::string& bad : {std::string(), std::string("abc"), std::string("0x1"), std::string("0xgg"), std::string("0X07"),
                                 std::string("-1"), std::string("+1"), std::string(" 1"), std::string("1 "), std::string("1_0"),
                                 std::string("184467440737095516160"),  // too large, and an odd number of digits
                                 std::string(65, '1'), std::string("12\0", 3)})
    EXPECT_EQ(check_nonce(Version::v1, bad).has_value() ? "" : check_nonce(Version::v1, bad).error().reason, "pow_nonce") << bad;
}

// Goal:   a version 2 nonce has one spelling only.
// Method: sixteen lower-case hex digits, and their neighbours.
TEST(CheckNonce, Version2IsSixteenHexDigits) {
  for (const char* good : {"0000000000000000", "ffffffffffffffff", "0123456789abcdef"}) EXPECT_TRUE(check_nonce(Version::v2, good));
  for (const char* bad :
       {"", "0", "000000000000000", "00000000000000000", "000000000000000A", "0x00000000000000", "000000000000000g"})
    EXPECT_EQ(check_nonce(Version::v2, bad).has_value() ? "" : check_nonce(Version::v2, bad).error().reason, "pow_nonce") << bad;
}

// Goal:   version 2 hashes the documented bytes, and neighbouring fields do not blur.
// Method: vectors from another implementation; the pair of fields that version 1 takes for each other.
TEST(Verify, Version2) {
  for (const auto& vector : test::kPowVectors2) {
    const auto verdict = verify(test::make_challenge(vector, Version::v2), vector.nonce);
    ASSERT_TRUE(verdict) << verdict.error().message;
    EXPECT_TRUE(verdict->valid);
    EXPECT_EQ(verdict->digest.hex(), vector.digest);
    EXPECT_EQ(verdict->leading_zeros, vector.zeros);
  }
  const std::string text(64, 'c');
  const auto one = test::make_challenge(text, "task1", "2EQwallet", 0), other = test::make_challenge(text, "task12", "EQwallet", 0);
  EXPECT_EQ(verify(one, "7")->digest, verify(other, "7")->digest);
  auto one2 = one, other2 = other;
  one2.version = other2.version = Version::v2;
  EXPECT_NE(verify(one2, "0000000000000007")->digest, verify(other2, "0000000000000007")->digest);
  one2.version = static_cast<Version>(3);
  EXPECT_EQ(verify(one2, "0000000000000007").error().reason, "pow_challenge");
}

// Goal:   no two challenges of version 2 with their nonces are hashed alike, wherever one name ends and the next begins.
// Method: pairs of few values, which differ in some of them.
RC_GTEST_PROP(VerifyProperty, Version2SharesNoMessage, ()) {
  struct Answer {
    Challenge challenge;
    std::string nonce;
  };
  const auto any = [] {
    const auto name = [] { return *rc::gen::element<std::string>("a", "aa", "aaa", "ab", "b", "ba"); };
    Answer answer;
    answer.challenge.version = Version::v2;
    answer.challenge.challenge = std::string(63, '0') + *rc::gen::element('0', '1');
    answer.challenge.task = *TaskId::parse(name());
    answer.challenge.wallet = *WalletId::parse(name());
    answer.nonce = std::string(15, '0') + *rc::gen::element('0', '1');
    return answer;
  };
  const Answer one = any(), two = any();
  const bool same = one.challenge.challenge == two.challenge.challenge && one.challenge.task == two.challenge.task &&
                    one.challenge.wallet == two.challenge.wallet && one.nonce == two.nonce;
  RC_ASSERT((verify(one.challenge, one.nonce)->digest == verify(two.challenge, two.nonce)->digest) == same);
}

// Goal:   a challenge is 32 bytes of the given randomness in lower-case hex.
// Method: compare with the generator's own bytes.
TEST(MakeChallenge, SpellsTheGivenRandomness) {
  SeededRandom random{3}, same{3};
  Bytes expected(32);
  same.fill(expected);
  EXPECT_EQ(make_challenge(random), encode_hex(expected));
}

}  // namespace
}  // namespace gstd::pow

#include <gstd/compat.hpp>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "unit/crypto/unhex.hpp"
#include "unit/flipped_bit.hpp"

namespace gstd {
namespace {

using test::unhex;
using test::with_flipped_bit;

struct Vector {
  std::string_view task, result, signature;
};

// Origin: the platform's Go code (gstdcoin/ai 2baf09d), run with the seed 000102...1f. The last is what its Python client signs,
// the result written in a form of its own, which the platform takes only where the body has it in that form, too.
constexpr std::array kVectors{
    Vector{"3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b", R"({"answer":42})",
           "aed7a7ad4b1ac095ab4c78f0c6fe91254504833bfec44901df506e4747d593215854d90d3655acbf0f4c38ef84d03c5a4057f3e5ba30bbc3b33f953"
           "e87da"
           "d305"},
    Vector{"3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b", R"({ "answer": 42, "html": "<b>&" })",
           "9948a4a44dff74f55d6051821b6867a39b14df39a549bf05d68a1cbb55a00323b3194762862af48f4cbb02a309e99810b27bc58662e4cd5f9d76d67"
           "66780"
           "0009"},
    Vector{"00000000-0000-4000-8000-000000000001", R"({"output":"ok"})",
           "ca4443993dfcae391d55d3867ca4374782b33048b04ca3e1378ea43a6afcabd5273eb902d6a2d21948e6aba585436218ab7680da2af901f5327761e"
           "6c909"
           "a00a"},
    Vector{"00000000-0000-4000-8000-000000000001", R"({"a": "\u00e9", "b": 1})",
           "73984db4f704aa6a13724adf63efffcbe03cbc2219eed6d772228b62cf7bfeab3d9745f0d1c0ed1fbe6be40c307ae109c5be3dea039a884e6807624"
           "8f850"
           "b60d"},
};
constexpr std::string_view kBase64 = "rtenrUsawJWrTHjwxv6RJUUEgzv+xEkB31BuR0fVkyFYVNkNNlWsvw9MOO+E0DxaQFfz5bowu8OzP5U+h9rTBQ==";

SigningKey platform_key() {
  return *SigningKey::from_seed(unhex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"));
}
TaskId id(std::string_view text) { return *TaskId::parse(text); }

bool is_refused(const Result<void>& result) {
  return !result && result.error().code == ErrorCode::unauthenticated && result.error().reason == "result_signature";
}

std::string upper(std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
  return text;
}

// Goal:   signatures are those that the platform makes and takes, byte for byte, in both of its spellings.
// Method: its vectors, both ways.
TEST(CompatResult, GivesThePlatformsSignatures) {
  const auto key = platform_key();
  for (const auto& vector : kVectors) {
    const auto signature = compat::sign_result(id(vector.task), as_bytes(vector.result), key);
    ASSERT_TRUE(signature);
    EXPECT_EQ(compat::write_result_signature(*signature), vector.signature);
    EXPECT_TRUE(compat::verify_result(key.public_key(), id(vector.task), as_bytes(vector.result), vector.signature));
    const auto base64 = compat::write_result_signature(*signature, compat::SignatureText::base64);
    EXPECT_TRUE(compat::verify_result(key.public_key(), id(vector.task), as_bytes(vector.result), base64));
  }
  const auto first = *compat::read_result_signature(kVectors[0].signature);
  EXPECT_EQ(compat::write_result_signature(first, compat::SignatureText::base64), kBase64);
}

// Goal:   what is signed is the value as it was sent: another spelling of it, nothing for null, another task are other results.
// Method: each beside a vector; the digest that the platform signed before is not taken either.
TEST(CompatResult, IsOfTheExactBytes) {
  const auto key = platform_key().public_key();
  const auto& vector = kVectors[0];
  EXPECT_TRUE(compat::verify_result(key, id(vector.task), as_bytes(vector.result), vector.signature));
  for (const std::string_view other : {R"({"answer": 42})", R"( {"answer":42})", R"({"answer":42} )", R"({"answer":42.0})", ""})
    EXPECT_TRUE(is_refused(compat::verify_result(key, id(vector.task), as_bytes(other), vector.signature))) << other;
  EXPECT_TRUE(is_refused(compat::verify_result(key, id(kVectors[2].task), as_bytes(vector.result), vector.signature)));
  EXPECT_TRUE(is_refused(compat::verify_result({}, id(vector.task), as_bytes(vector.result), vector.signature)));

  const auto nothing = *compat::sign_result(id("task"), {}, platform_key());
  EXPECT_TRUE(compat::verify_result(key, id("task"), {}, nothing.hex()));
  EXPECT_TRUE(is_refused(compat::verify_result(key, id("task"), as_bytes("null"), nothing.hex())));

  const auto message = compat::result_message(id(vector.task), as_bytes("C/L8m5WytXWZNRl9EokvOWwzk6Cd9WJxyWITljo="));
  const auto digested = platform_key().sign(sha256(message).view());
  EXPECT_EQ(
      digested.hex(),
      "7e18ba97f33b0516f6ac0c5ea8ba423c6a0d02a45eab6c7d00e143ee4a34c35b4c1749661cd1fa48777e0ee5b62cbb3d56fa517ce351e582c52bdf8d06"
      "e5380e");
  EXPECT_TRUE(is_refused(
      compat::verify_result(key, id(vector.task), as_bytes("C/L8m5WytXWZNRl9EokvOWwzk6Cd9WJxyWITljo="), digested.hex())));
}

// Goal:   every text that the platform takes for this signature is taken, and no other.
// Method: what hex.DecodeString, and where that fails base64.StdEncoding.DecodeString, of Go 1.26 made of each: the same 64 bytes,
//         others, or none.
TEST(CompatResult, TakesThePlatformsSpellingsAlone) {
  const std::string hex{kVectors[0].signature}, base64{kBase64};
  const auto expected = *Signature::parse_hex(hex);
  const std::string more_left_over = base64.substr(0, 85) + "f==";
  for (const std::string& good :
       {hex, upper(hex), upper(hex.substr(0, 64)) + hex.substr(64), base64, base64 + "\n", "\n" + base64,
        base64.substr(0, 76) + "\r\n" + base64.substr(76), base64.substr(0, 87) + "\n=", more_left_over}) {
    const auto read = compat::read_result_signature(good);
    ASSERT_TRUE(read) << good;
    EXPECT_EQ(*read, expected) << good;
  }
  const std::string url_alphabet = [&] {
    std::string text = base64;
    for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
    return text;
  }();
  for (const std::string& wrong : {std::string(),
                                   "0x" + hex,
                                   hex + "\n",
                                   " " + hex,
                                   hex.substr(0, 126),
                                   hex.substr(0, 127),
                                   hex + "00",
                                   hex.substr(0, 64) + "\n" + hex.substr(64),
                                   base64.substr(0, 86),
                                   base64.substr(0, 87),
                                   base64 + "=",
                                   base64 + "AAAA",
                                   base64 + std::string(1, '\0'),
                                   base64.substr(0, 10) + " " + base64.substr(10),
                                   base64.substr(0, 10) + "\t" + base64.substr(10),
                                   base64.substr(0, 85) + "===",
                                   url_alphabet,
                                   encode_base64(as_bytes(hex)),
                                   encode_base64(Bytes(63)),
                                   encode_base64(Bytes(65)),
                                   std::string("dummy_signature_bypass"),
                                   std::string("simple_connect")}) {
    const auto read = compat::read_result_signature(wrong);
    ASSERT_FALSE(read) << wrong;
    EXPECT_EQ(read.error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(read.error().reason, "result_signature");
    const auto& vector = kVectors[0];
    EXPECT_TRUE(is_refused(compat::verify_result(platform_key().public_key(), id(vector.task), as_bytes(vector.result), wrong)));
  }
}

// Goal:   a refusal does not tell a text that is no signature from one that does not fit.
// Method: the words of both.
TEST(CompatResult, RefusesAlike) {
  const auto key = platform_key().public_key();
  const auto no_text = compat::verify_result(key, id("task"), as_bytes("1"), "?");
  const auto no_fit = compat::verify_result(key, id("task"), as_bytes("1"), kVectors[0].signature);
  ASSERT_FALSE(no_text);
  ASSERT_FALSE(no_fit);
  EXPECT_EQ(no_text.error(), no_fit.error());
}

// Goal:   whoever's key, whatever the result: the signature verifies in both spellings; with a flipped bit in task, result, key or
//         signature it does not.
// Method: random keys and results, one random bit of each part in turn.
RC_GTEST_PROP(CompatResult, RefusesEveryFlippedBit, (const Bytes& result, std::uint64_t seed)) {
  SeededRandom random{seed};
  const auto key = SigningKey::generate(random);
  const auto task = id("task" + std::to_string(seed));
  const auto signature = *compat::sign_result(task, result, key);
  const auto passes = [&](const PublicKey& by, const TaskId& of, BytesView what, const Signature& as) {
    const bool hex = compat::verify_result(by, of, what, as.hex()).has_value();
    RC_ASSERT(hex == compat::verify_result(by, of, what, encode_base64(as.view())).has_value());
    return hex;
  };
  RC_ASSERT(passes(key.public_key(), task, result, signature));

  if (!result.empty()) RC_ASSERT(!passes(key.public_key(), task, with_flipped_bit(result), signature));
  RC_ASSERT(!passes(with_flipped_bit(key.public_key()), task, result, signature));
  RC_ASSERT(!passes(key.public_key(), task, result, with_flipped_bit(signature)));
  RC_ASSERT(!passes(key.public_key(), id("Task" + std::to_string(seed)), result, signature));
}

// Goal:   no character of a signature's text stands for nothing but those that the platform passes over.
// Method: another character at a random place of either spelling: refused, or one that reads as the same 64 bytes for a reason that
//         is known.
RC_GTEST_PROP(CompatResult, HasNoOtherSpelling, ()) {
  const bool as_hex = *rc::gen::arbitrary<bool>();
  const std::string good{as_hex ? kVectors[0].signature : kBase64};
  const auto at = test::any_below(good.size());
  std::string changed = good;
  changed[at] = *rc::gen::distinctFrom(rc::gen::arbitrary<char>(), good[at]);
  const auto read = compat::read_result_signature(changed);
  const bool same = read && read->hex() == kVectors[0].signature;
  // The other case of a hexadecimal digit, and the 16 digits that differ in the bits that are left over.
  const bool known = as_hex ? upper(changed) == upper(good)
                            : at == 85 && std::string_view("QRSTUVWXYZabcdef").find(changed[at]) != std::string_view::npos;
  RC_ASSERT(same == known);
}

}  // namespace
}  // namespace gstd

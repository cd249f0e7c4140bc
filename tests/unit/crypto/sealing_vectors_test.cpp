// Suite 1 against the platform, suite 2 against an implementation of its own, in another language.
#include <gstd/sealing.hpp>

#include <numeric>

#include <gtest/gtest.h>

#include "unit/crypto/unhex.hpp"

namespace gstd {
namespace {

using test::unhex;
using test::unhex_as;

const TaskId kTask = *TaskId::parse("3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b");
const PublicKey kSender = unhex_as<PublicKey>("03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8");
constexpr std::string_view kAnswer = R"({"answer":42})";

// 0, 1, 2 and so on.
class CountingRandom final : public Random {
 public:
  explicit CountingRandom(std::uint8_t first = 0) : next_(first) {}
  void fill(std::span<std::uint8_t> out) override {
    for (auto& byte : out) byte = next_++;
  }

 private:
  std::uint8_t next_;
};

EncryptionKey encryption_key() {
  Bytes seed(kSeedBytes);
  std::iota(seed.begin(), seed.end(), std::uint8_t{0});
  return *EncryptionKey::derive(seed);
}
ContentKey content_key() { return *ContentKey::derive(encryption_key(), kTask); }

Bytes sealed(std::uint32_t attempt, SealingDirection direction, BytesView plaintext) {
  CountingRandom random;
  return *seal(content_key(), {kTask, attempt, direction, kSender}, plaintext, random);
}

Bytes long_text(std::size_t size) {
  Bytes text(size);
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<std::uint8_t>(i % 251);
  return text;
}

// Goal:   every byte of suite 2 is where docs/protocol.md says: keys, streams of no, one and several chunks, wraps, commitments.
// Method: what sealing_vectors.py prints, which is written from the same page over another library.
TEST(SealingVectors, AreThoseOfAnotherImplementation) {
  EXPECT_EQ(encode_hex(encryption_key().secret().view()), "8b441f68600ac9182b8cfff6da6d75c7977949a63044fc1af324a5dff868b8be");
  EXPECT_EQ(encryption_key().public_key().hex(), "0bfe419f3398da04585e99d702c7833aad600008a498d7c283b46925e45a3b17");
  EXPECT_EQ(encode_hex(content_key().view()), "0bd9e280e19810359225dff21cce04a19aa9fcf83d8995d75ecf8d0a61067ec6");
  EXPECT_EQ(encode_hex(sealed(0, SealingDirection::input, as_bytes(kAnswer))),
            "4753544401021000000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
            "f96540f0e16507c53b6af9fae9c42179712841928fd5be80ba566e6f7f");
  EXPECT_EQ(encode_hex(sealed(3, SealingDirection::result, {})),
            "4753544401021000000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
            "f35b4f9da339c1a60fd8a329d8e11947");
  EXPECT_EQ(sha256(sealed(3, SealingDirection::result, long_text(2 * kSealedChunkBytes))).hex(),
            "ac234a51e098491d6b09543d28637548c8aa6d1b474f4ad844fc7a01fde194df");
  EXPECT_EQ(sha256(sealed(3, SealingDirection::result, long_text(2 * kSealedChunkBytes + 5))).hex(),
            "b5c52c7b0dbe1d8ff388f344f8fb01e516cdc5537ad0d437d1b655253aede7d9");

  CountingRandom random;
  const WrapContext wrap{kTask, 3, SealingDirection::input, kSender, encryption_key().public_key()};
  EXPECT_EQ(wrap_key(content_key(), wrap, random)->hex(),
            "028f40c5adb68f25624ae5b214ea767a6ec94d829d3d7b5e1ad1ba6f3e2138285f"
            "d41daf488c70f4d6288db9fb1bff1d1fc4e7675338d10d02a5badc2f23262183f66b6e8ba7a7f149bbf7668727670cca");
  const auto digest = sha256(as_bytes(kAnswer));
  EXPECT_EQ(keyed_commitment(content_key(), SealingDirection::input, digest).hex(),
            "ee18336056d32e7f7d0b7221917f887cf46b867cf925113b93a7d10123325f86");
  EXPECT_EQ(keyed_commitment(content_key(), SealingDirection::result, digest).hex(),
            "34776824da7169c166064dec728f58bce1ce4d98b7b6cd9097e76234fe0984a9");
}

// Goal:   suite 1 is the platform's byte for byte, both ways.
// Method: its two vectors (docs/protocol.md); the second has no plaintext.
TEST(CompatSealing, GivesThePlatformsResultData) {
  constexpr std::string_view kRequester = "EQAAAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHx2j";
  CountingRandom from_zero, from_a0{0xa0};
  const auto answer = *compat_seal(kTask, kRequester, as_bytes(kAnswer), from_zero);
  EXPECT_EQ(answer, (CompatSealed{"C/L8m5WytXWZNRl9EokvOWwzk6Cd9WJxyWITljo=", "AAECAwQFBgcICQoL"}));
  EXPECT_EQ(as_text(*compat_open(kTask, kRequester, answer)), kAnswer);
  const auto nothing = *compat_seal(kTask, kRequester, {}, from_a0);
  EXPECT_EQ(nothing, (CompatSealed{"JSexmEjwzyg4kvdvqe5Byg==", "oKGio6Slpqeoqaqr"}));
  EXPECT_TRUE(compat_open(kTask, kRequester, nothing)->empty());
}

// Goal:   what is not the platform's form, or was changed, or is somebody else's, is one and the same error.
// Method: no base64, too short a nonce or text, a changed one, another task, another requester.
TEST(CompatSealing, RefusesAllElseAlike) {
  const auto good = *compat_seal(kTask, "me", as_bytes(kAnswer));
  const auto other = *TaskId::parse("other");
  for (const auto& result :
       {compat_open(kTask, "me", {"*", good.aead_nonce}), compat_open(kTask, "me", {good.data, "AAAA"}),
        compat_open(kTask, "me", {"AAAA", good.aead_nonce}), compat_open(kTask, "me", {good.data, "AAAAAAAAAAAAAAAA"}),
        compat_open(other, "me", good), compat_open(kTask, "you", good)}) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::data_loss);
    EXPECT_EQ(result.error().reason, "sealed");
    EXPECT_EQ(result.error().message, compat_open(other, "you", good).error().message);
  }
}

}  // namespace
}  // namespace gstd

#include <gstd/crypto.hpp>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "unit/crypto/unhex.hpp"

namespace gstd {
namespace {

using test::unhex;

struct Vector {
  std::string_view key, aead_nonce, associated, plaintext, sealed;
};

constexpr std::string_view kZeroKey = "0000000000000000000000000000000000000000000000000000000000000000";
constexpr std::string_view kNistKey = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308";

// Origin: McGrew and Viega, "The Galois/Counter Mode of Operation", test cases 13 to 16, as submitted to NIST for SP 800-38D.
constexpr std::array kVectors{
    Vector{kZeroKey, "000000000000000000000000", "", "", "530f8afbc74536b9a963b4f1c4cb738b"},
    Vector{kZeroKey, "000000000000000000000000", "", "00000000000000000000000000000000",
           "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"},
    Vector{
        kNistKey, "cafebabefacedbaddecaf888", "",
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391a"
        "afd255",
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f66289"
        "8015adb094dac5d93471bdec1a502270e3cc6c"},
    Vector{
        kNistKey, "cafebabefacedbaddecaf888", "feedfacedeadbeeffeedfacedeadbeefabaddad2",
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f66276"
        "fc6ece0f4e1768cddf8853bb2d551b"},
};

// Goal:   sealing and opening are those of the standard.
// Method: published vectors, both ways.
TEST(Aead, GivesTheStandardsCiphertextAndTag) {
  for (const auto& vector : kVectors) {
    const auto key = unhex(vector.key), nonce = unhex(vector.aead_nonce), associated = unhex(vector.associated);
    EXPECT_EQ(encode_hex(*aead_seal(key, nonce, associated, unhex(vector.plaintext))), vector.sealed);
    EXPECT_EQ(encode_hex(*aead_open(key, nonce, associated, unhex(vector.sealed))), vector.plaintext);
  }
}

// Origin: NIST CAVP, gcmEncryptExtIV256.rsp: the first vectors of the groups with a 96-bit IV and a 128-bit tag, with plaintext and
// associated data of 0 or 128 bits.
constexpr std::array kCavpVectors{
    Vector{"b52c505a37d78eda5dd34f20c22540ea1b58963cf8e5bf8ffa85f9f2492505b4", "516c33929df5a3284ff463d7", "", "",
           "bdc1ac884d332457a1d2664f168c76f0"},
    Vector{"5fe0861cdc2690ce69b3658c7f26f8458eec1c9243c5ba0845305d897e96ca0f", "770ac1a5a3d476d5d96944a1", "", "",
           "196d691e1047093ca4b3d2ef4baba216"},
    Vector{"78dc4e0aaf52d935c3c01eea57428f00ca1fd475f5da86a49c8dd73d68c8e223", "d79cf22d504cc793c3fb6c8a",
           "b96baa8c1c75a671bfb2d08d06be5f36", "", "3e5d486aa2e30b22e040b85723a06e76"},
    Vector{"31bdadd96698c204aa9ce1448ea94ae1fb4a9a0b3c9d773b51bb1822666b8f22", "0d18e06c7c725ac9e362e1ce", "",
           "2db5168e932556f8089a0622981d017d", "fa4362189661d163fcd6a56d8bf0405ad636ac1bbedd5cc3ee727dc2ab4a9489"},
    Vector{"460fc864972261c2560e1eb88761ff1c992b982497bd2ac36c04071cbb8e5d99", "8a4a16b9e210eb68bcb6f58d", "",
           "99e4e926ffe927f691893fb79a96b067", "133fc15751621b5f325c7ff71ce08324ec4e87e0cf74a13618d0b68636ba9fa7"},
    Vector{"92e11dcdaa866f5ce790fd24501f92509aacf4cb8b1339d50c9c1240935dd08b", "ac93a1a6145299bde902f21a",
           "1e0889016f67601c8ebea4943bc23ad6", "2d71bcfa914e4ac045b2aa60955fad24",
           "8995ae2e6df3dbf96fac7b7137bae67feca5aa77d51d4a0a14d9c51e1da474ab"},
};

// Goal:   a key that is set up once gives what one gives that is set up for each message, in any order, also after a refusal.
// Method: NIST's vectors both ways, sealing and opening in turns and twice; between them one that is bad.
TEST(AeadKey, GivesTheStandardsCiphertextAndTagTimeAndAgain) {
  for (const auto& vector : kCavpVectors) {
    const auto nonce = unhex(vector.aead_nonce), associated = unhex(vector.associated), plaintext = unhex(vector.plaintext);
    auto key = *AeadKey::create(unhex(vector.key));
    for (int round = 0; round < 2; ++round) {
      auto sealed = *key.seal(nonce, associated, plaintext);
      EXPECT_EQ(encode_hex(sealed), vector.sealed);
      EXPECT_EQ(sealed, *aead_seal(unhex(vector.key), nonce, associated, plaintext));
      EXPECT_EQ(*key.open(nonce, associated, sealed), plaintext);
      sealed.back() ^= 1;
      EXPECT_EQ(key.open(nonce, associated, sealed).error().code, ErrorCode::data_loss);
    }
  }
}

// Goal:   wrong lengths are named, and leave the key as good as it was.
// Method: each too short or too long, then a message.
TEST(AeadKey, RefusesWrongLengths) {
  EXPECT_EQ(AeadKey::create(Bytes(31)).error().code, ErrorCode::invalid_argument);
  auto key = *AeadKey::create(Bytes(kAeadKeyBytes));
  EXPECT_EQ(key.seal(Bytes(11), {}, {}).error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(key.open(Bytes(13), {}, Bytes(kAeadTagBytes)).error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(key.open(Bytes(kAeadNonceBytes), {}, Bytes(kAeadTagBytes - 1)).error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(encode_hex(*key.seal(Bytes(kAeadNonceBytes), {}, {})), kVectors[0].sealed);
}

// Goal:   the platform's task encryption comes out with its key derivation.
// Method: its vectors (docs/protocol.md, "Task and result encryption"): SHA-256 twice over task and requester.
TEST(Aead, GivesThePlatformsResultData) {
  const auto task_key = sha256(as_bytes("3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5bEQAAAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHx2j"));
  EXPECT_EQ(task_key.hex(), "7321f9320aeba462a3c10ddb21d221c50a1803f172c49beb1550cd69838dd3db");
  const auto key = sha256(task_key.view());
  EXPECT_EQ(key.hex(), "faf67a4e94b2d570f57e427d2d0b2ef5e4911a4eb890010180e633c0b7d6ccb1");
  EXPECT_EQ(encode_base64(*aead_seal(key.view(), unhex("000102030405060708090a0b"), {}, as_bytes(R"({"answer":42})"))),
            "C/L8m5WytXWZNRl9EokvOWwzk6Cd9WJxyWITljo=");
  EXPECT_EQ(encode_base64(*aead_seal(key.view(), unhex("a0a1a2a3a4a5a6a7a8a9aaab"), {}, {})), "JSexmEjwzyg4kvdvqe5Byg==");
}

// Goal:   wrong lengths are named before anything is computed.
// Method: key, nonce and sealed data each too short or too long.
TEST(Aead, RefusesWrongLengths) {
  const Bytes key(kAeadKeyBytes), nonce(kAeadNonceBytes), sealed(kAeadTagBytes);
  const auto refused = [](const Result<Bytes>& result) { return !result && result.error().code == ErrorCode::invalid_argument; };
  for (const std::size_t size : {0, 16, 31, 33}) {
    EXPECT_TRUE(refused(aead_seal(Bytes(size), nonce, {}, {})));
    EXPECT_TRUE(refused(aead_open(Bytes(size), nonce, {}, sealed)));
  }
  for (const std::size_t size : {0, 11, 13, 16}) {
    EXPECT_TRUE(refused(aead_seal(key, Bytes(size), {}, {})));
    EXPECT_TRUE(refused(aead_open(key, Bytes(size), {}, sealed)));
  }
  EXPECT_TRUE(refused(aead_open(key, nonce, {}, {})));
  EXPECT_TRUE(refused(aead_open(key, nonce, {}, Bytes(kAeadTagBytes - 1))));
}

// Goal:   what was sealed opens to the same; one flipped bit in any input, or a byte less, is data_loss.
// Method: random keys, data and bits.
RC_GTEST_PROP(Aead, RefusesEveryFlippedBit, (const Bytes& associated, const Bytes& plaintext, std::uint64_t seed)) {
  SeededRandom random{seed};
  Bytes key(kAeadKeyBytes), nonce(kAeadNonceBytes);
  random.fill(key);
  random.fill(nonce);
  const auto sealed = *aead_seal(key, nonce, associated, plaintext);
  RC_ASSERT(*aead_open(key, nonce, associated, sealed) == plaintext);

  const auto flipped = [](Bytes bytes) {
    const auto bit = *rc::gen::inRange<std::size_t>(0, bytes.size() * 8);
    bytes[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
    return bytes;
  };
  const auto lost = [](const Result<Bytes>& result) { return !result && result.error().code == ErrorCode::data_loss; };
  RC_ASSERT(lost(aead_open(key, nonce, associated, flipped(sealed))));
  RC_ASSERT(lost(aead_open(flipped(key), nonce, associated, sealed)));
  RC_ASSERT(lost(aead_open(key, flipped(nonce), associated, sealed)));
  if (!associated.empty()) RC_ASSERT(lost(aead_open(key, nonce, flipped(associated), sealed)));
  if (!plaintext.empty()) RC_ASSERT(lost(aead_open(key, nonce, associated, BytesView{sealed}.first(sealed.size() - 1))));
}

}  // namespace
}  // namespace gstd

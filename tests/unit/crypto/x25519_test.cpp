#include <gstd/sealing.hpp>

#include <algorithm>

#include <gtest/gtest.h>

#include "unit/crypto/unhex.hpp"

namespace gstd {
namespace {

using test::unhex;
using test::unhex_as;

EncryptionKey key_of(std::string_view secret) { return *EncryptionKey::from_secret(unhex(secret)); }
EncryptionPublicKey point(std::string_view hex) { return unhex_as<EncryptionPublicKey>(hex); }
std::string agreed(const EncryptionKey& key, const EncryptionPublicKey& other) {
  return encode_hex(key.shared_secret(other)->view());
}

// Goal:   X25519 is that of the standard.
// Method: RFC 7748 section 5.2's two vectors (scalars and points that are not clamped, or have the bit set that is ignored).
TEST(EncryptionKey, GivesTheStandardsProducts) {
  EXPECT_EQ(agreed(key_of("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4"),
                   point("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c")),
            "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552");
  EXPECT_EQ(agreed(key_of("4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d"),
                   point("e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493")),
            "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957");
}

// Goal:   key pairs and shared secrets are the standard's.
// Method: RFC 7748 section 6.1, Bob's side.
TEST(EncryptionKey, GivesTheStandardsKeyPairAndSecret) {
  const auto bob = key_of("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
  EXPECT_EQ(bob.public_key().hex(), "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
  EXPECT_EQ(agreed(bob, point("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a")),
            "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
}

// Goal:   no scalar or point that occurs in practice is handled otherwise than in the standard.
// Method: RFC 7748 section 5.2's iteration, each product the next scalar and the scalar the next point, once and 1000 times.
TEST(EncryptionKey, SurvivesTheStandardsIteration) {
  EncryptionPublicKey scalar, from;
  scalar.bytes[0] = from.bytes[0] = 9;
  for (int i = 1; i <= 1000; ++i) {
    const auto product = EncryptionKey::from_secret(scalar.view())->shared_secret(from);
    ASSERT_TRUE(product);
    from = std::exchange(scalar, *EncryptionPublicKey::from_bytes(product->view()));
    if (i == 1) {
      EXPECT_EQ(scalar.hex(), "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079");
    }
  }
  EXPECT_EQ(scalar.hex(), "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51");
}

// Goal:   points whose secret everybody knows are refused.
// Method: zero, one, and a point of order 8 (the first three of the list in libsodium's and cr.yp.to's advice on X25519).
TEST(EncryptionKey, RefusesPointsOfSmallOrder) {
  const auto key = EncryptionKey::generate();
  EncryptionPublicKey one;
  one.bytes[0] = 1;
  for (const auto& bad : {EncryptionPublicKey{}, one, point("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800")}) {
    const auto shared = key.shared_secret(bad);
    ASSERT_FALSE(shared);
    EXPECT_EQ(shared.error().code, ErrorCode::data_loss);
    EXPECT_EQ(shared.error().reason, "sealed");
  }
}

// Goal:   a key comes from the given randomness alone and its secret makes it again; two ends agree.
// Method: seeded generators, equal and different.
TEST(EncryptionKey, IsDrawnFromTheGivenRandom) {
  SeededRandom one{1}, same{1}, other{2};
  const auto key = EncryptionKey::generate(one);
  const auto stranger = EncryptionKey::generate(other);
  EXPECT_EQ(key.public_key(), EncryptionKey::generate(same).public_key());
  EXPECT_NE(key.public_key(), stranger.public_key());
  EXPECT_EQ(key.public_key(), EncryptionKey::from_secret(key.secret().view())->public_key());
  EXPECT_EQ(agreed(key, stranger.public_key()), agreed(stranger, key.public_key()));
}

// Goal:   one seed gives one key for signing and one for reading, which share nothing that shows.
// Method: the key of a seed against the secret that the seed itself would be, and against another seed's.
TEST(EncryptionKey, IsDerivedFromASeedUnderItsOwnLabel) {
  Bytes seed(kSeedBytes, 7);
  const auto key = *EncryptionKey::derive(seed);
  EXPECT_EQ(key.public_key(), EncryptionKey::derive(seed)->public_key());
  EXPECT_NE(key.public_key(), EncryptionKey::from_secret(seed)->public_key());
  seed[31] ^= 1;
  EXPECT_NE(key.public_key(), EncryptionKey::derive(seed)->public_key());
}

// Goal:   secrets and seeds of another length are refused.
// Method: none, one too short, one too long.
TEST(EncryptionKey, RefusesOtherLengths) {
  for (const std::size_t size : {0, 31, 33, 64}) {
    EXPECT_EQ(EncryptionKey::from_secret(Bytes(size)).error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(EncryptionKey::derive(Bytes(size)).error().code, ErrorCode::invalid_argument);
  }
}

}  // namespace
}  // namespace gstd

#include <gstd/ton.hpp>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "unit/ton/vectors.hpp"

namespace gstd::ton {
namespace {

using test::address;
using test::unbase64;
using enum WalletVersion;

struct Vector {
  WalletVersion version;
  Network network;
  std::string_view address;
};

constexpr std::array kWalletsOfA{
    Vector{v1r1, Network::mainnet, "0:fd527d2a65b420fbdb67bf035177e1d231d46c09bd1091392028e31915a792bd"},
    Vector{v1r2, Network::mainnet, "0:504fe70adad8c550f33d443079594e2a13788d682f020a68eca72171b4df5399"},
    Vector{v1r3, Network::mainnet, "0:c42a7ce2a77a5c6c62d9626e2c0cef4615ae3445ce476e85be1845571c95a801"},
    Vector{v2r1, Network::mainnet, "0:9fde32bec2fe80ef80123a2ddbe22401b8c8a395e28ade8a385a5ef3e3b4983e"},
    Vector{v2r2, Network::mainnet, "0:123f4dab0f25e3ecab403e70d2954e382fd2af21efd996fa165b8e135346e196"},
    Vector{v3r1, Network::mainnet, "0:c287cbe56d9f1bfb2244a377aaf253175e883471da6e28bab08b7a5c4d9c82e8"},
    Vector{v3r2, Network::mainnet, "0:e4fbbdcecd98affdf7d701b65510664e7236c8c0103ee82cc7bbd538eb15239a"},
    Vector{v4r2, Network::mainnet, test::kWalletA},
    Vector{v4r2, Network::testnet, test::kWalletA},
    Vector{v5r1, Network::mainnet, "UQDygBQZqqGzcEoNULWIjcy1UR7W4xkbmdFEoE6p6jkMUsqe"},
    Vector{v5r1, Network::mainnet, "0:f2801419aaa1b3704a0d50b5888dccb5511ed6e3191b99d144a04ea9ea390c52"},
    Vector{v5r1, Network::testnet, "UQCMl1E74JODppZXvb4cvI1apmQxftnqOFk79fmGKgX3jzyx"},
    Vector{v5r1, Network::testnet, "0:8c97513be09383a69657bdbe1cbc8d5aa664317ed9ea38593bf5f9862a05f78f"},
    Vector{v5_beta, Network::mainnet, "0:d102566c6ee57347a892e1d3abe9e2d1a74fc305519a2a94a27bc0b52403f3ad"},
    Vector{v5_beta, Network::testnet, "0:7ae30c1fe5f4933d9ec84e1e8db2337a5add1dd601e7b941765a73ebff61c3fd"},
};
constexpr std::array kWalletsOfB{
    Vector{v4r2, Network::mainnet, "0:dc07f707c7d61fc2fe1be2c2dc5b6b518381cd8d924baa3af44c12822f6fbb35"},
    Vector{v3r2, Network::mainnet, "0:98138e45826c23f57dc8b0fb28290df470bd28347dec9a004090cf51fae70955"},
    Vector{v5r1, Network::mainnet, "UQA6mmlmbvTArSX2TKXXLms7q7saf0UZzGu3Ub66VXPZHdAE"},
};
constexpr std::array kWalletsOfC{
    Vector{v4r2, Network::mainnet, "0:141aeaf912c5274636860031ceb8da6c69382da3cda51a9cdb7f22e6d75ca6c0"},
    Vector{v3r2, Network::mainnet, "0:3d6655817cb1a0ef2438b17ca7cdd4c18c901625675411d385bfa4bed0371795"},
    Vector{v5r1, Network::mainnet, "UQC9rVYftQutjD6pxHKHfrISz1EoyQLeF95ZNP1ovFGRlMRo"},
};

void expect_addresses(std::span<const Vector> vectors, const SigningKey& key) {
  for (const auto& vector : vectors) {
    const auto made = address_of(vector.version, key.public_key(), {kBasechain, vector.network, 0});
    ASSERT_TRUE(made);
    EXPECT_EQ(*made, address(vector.address)) << to_string(vector.version) << " " << to_string(vector.network);
  }
}

// Goal:   a key has the addresses that wallet programs show for it.
// Method: every version; main and test network where they differ.
TEST(TonWalletAddress, GivesTheVectors) {
  expect_addresses(kWalletsOfA, test::key_a());
  expect_addresses(kWalletsOfB, test::key_b());
  expect_addresses(kWalletsOfC, test::key_c());
  // Origin: 24 words made with @ton/crypto, as the platform's Python client has its identity.
  const auto key = *PublicKey::parse_hex("5b9f0b783942845dc5731da4523fc3812c57d88517f17fa8794e3f61d01839c3");
  EXPECT_EQ(address_of(v4r2, key)->friendly(), "EQCmbhVbpzxvk1Ai9FyTjqUyKIkiwegcLWjAtPa9DavBZyfr");
}

// Goal:   places that a version does not have are refused, the others lead to addresses of their own.
// Method: subwallets at and beyond their bounds, and the other chain.
TEST(TonWalletAddress, KnowsItsPlaces) {
  const auto key = test::key_a().public_key();
  EXPECT_NE(*address_of(v5r1, key, {kBasechain, Network::mainnet, 1}), *address_of(v5r1, key));
  EXPECT_TRUE(address_of(v5r1, key, {kBasechain, Network::mainnet, 0x7fff}));
  EXPECT_FALSE(address_of(v5r1, key, {kBasechain, Network::mainnet, 0x8000}));
  EXPECT_FALSE(address_of(v2r2, key, {kBasechain, Network::mainnet, 1}));
  EXPECT_FALSE(address_of(v4r2, key, {1, Network::mainnet, 0}));
  EXPECT_EQ(address_of(v4r2, key, {kMasterchain, Network::mainnet, 0})->workchain, kMasterchain);
}

CellRef build(const CellBuilder& builder) {
  auto cell = builder.build();
  if (!cell) throw std::invalid_argument(cell.error().message);
  return *cell;
}

CellRef code_of_v4r2() { return (*read_boc(unbase64(test::kStateInitA)))->refs().at(0); }

CellRef state_init(CellRef code, const CellBuilder& data) {
  return build(CellBuilder().uint(0b00110, 5).ref(std::move(code)).ref(build(data)));
}

CellBuilder v4_data(const PublicKey& key, std::uint32_t wallet_id = 698'983'191) {
  return CellBuilder().uint(0, 32).uint(wallet_id, 32).bytes(key.view());
}

// Goal:   a StateInit tells version and key.
// Method: the vector; the same contract for other keys, another wallet id, and with a plugin.
TEST(TonStateInit, TellsVersionAndKey) {
  const auto known = recognise_wallet(**read_boc(unbase64(test::kStateInitA)));
  ASSERT_TRUE(known) << known.error().message;
  EXPECT_EQ(known->version, v4r2);
  EXPECT_EQ(known->key, test::key_a().public_key());
  EXPECT_EQ("0:" + known->hash.hex(), test::kWalletA);

  const auto key = test::key_b().public_key();
  const auto other = recognise_wallet(*state_init(code_of_v4r2(), v4_data(key).bit(false)));
  ASSERT_TRUE(other);
  EXPECT_EQ(other->key, key);
  EXPECT_EQ((Address{kBasechain, other->hash}), address(kWalletsOfB[0].address));
  EXPECT_EQ(recognise_wallet(*state_init(code_of_v4r2(), v4_data(key, 7).bit(false)))->key, key);
  EXPECT_EQ(recognise_wallet(*state_init(code_of_v4r2(), v4_data(key).bit(true).ref(build({}))))->key, key);
}

// Goal:   what is not the StateInit of a wallet is refused.
// Method: each part spoilt in turn.
TEST(TonStateInit, RefusesWhatIsNone) {
  const auto key = test::key_a().public_key();
  const CellBuilder good = v4_data(key).bit(false);
  const CellRef data = build(good);
  const std::array<CellRef, 9> bad{
      build({}),
      state_init(build({}), good),                                                    // code of no wallet
      build(CellBuilder().uint(0b00110, 5).ref(code_of_v4r2())),                      // no data
      build(CellBuilder().uint(0b00110, 5).ref(code_of_v4r2()).ref(data).ref(data)),  // too much
      build(CellBuilder().uint(0b001100, 6).ref(code_of_v4r2()).ref(data)),           // a bit more
      build(CellBuilder().uint(0b00111, 5).ref(code_of_v4r2()).ref(data)),            // with a library
      state_init(code_of_v4r2(), v4_data(key)),                                       // data too short
      state_init(code_of_v4r2(), v4_data(key).bit(true)),                             // a dictionary that is not there
      state_init(code_of_v4r2(), v4_data(key).bit(false).ref(build({}))),             // one that should not be
  };
  for (std::size_t i = 0; i < bad.size(); ++i) {
    const auto known = recognise_wallet(*bad[i]);
    ASSERT_FALSE(known) << i;
    EXPECT_EQ(known.error().reason, "state_init");
  }
}

// Goal:   keys do not share addresses, nor do a key's versions.
// Method: random keys, every pair of version and key.
RC_GTEST_PROP(TonWalletProperty, AddressesDiffer, ()) {
  std::set<Address> seen;
  for (int keys = 0; keys < 2; ++keys) {
    PublicKey key;
    for (auto& byte : key.bytes) byte = *rc::gen::arbitrary<std::uint8_t>();
    key.bytes[0] = static_cast<std::uint8_t>((key.bytes[0] & 0xfe) | keys);
    for (std::size_t version = 0; version < kWalletVersions; ++version)
      RC_ASSERT(seen.insert(*address_of(static_cast<WalletVersion>(version), key)).second);
  }
}

}  // namespace
}  // namespace gstd::ton

#include <gstd/ton.hpp>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "unit/ton/vectors.hpp"

namespace gstd::ton {
namespace {

using test::address;

struct Spelled {
  std::string_view raw;
  std::array<std::string_view, 4> friendly;  // bounceable, not, both for the test network
};

constexpr std::array kSpelled{
    Spelled{"0:a45c594d46cb9b529ed487b960fd2714a8b0a27dfd5008bb1d414d1aee4a61a9",
            {"EQCkXFlNRsubUp7Uh7lg_ScUqLCiff1QCLsdQU0a7kphqVzG", "UQCkXFlNRsubUp7Uh7lg_ScUqLCiff1QCLsdQU0a7kphqQED",
             "kQCkXFlNRsubUp7Uh7lg_ScUqLCiff1QCLsdQU0a7kphqedM", "0QCkXFlNRsubUp7Uh7lg_ScUqLCiff1QCLsdQU0a7kphqbqJ"}},
    Spelled{"-1:e56754f83426f69b09267bd876ac97c44821345b7e266bd956a7bfbfb98df35c",
            {"Ef_lZ1T4NCb2mwkme9h2rJfESCE0W34ma9lWp7-_uY3zXDvq", "Uf_lZ1T4NCb2mwkme9h2rJfESCE0W34ma9lWp7-_uY3zXGYv",
             "kf_lZ1T4NCb2mwkme9h2rJfESCE0W34ma9lWp7-_uY3zXIBg", "0f_lZ1T4NCb2mwkme9h2rJfESCE0W34ma9lWp7-_uY3zXN2l"}},
    Spelled{"0:0000000000000000000000000000000000000000000000000000000000000000",
            {"EQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAM9c", "UQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAJKZ",
             "kQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAHTW", "0QAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAACkT"}},
    Spelled{"0:ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            {"EQD__________________________________________0vo", "UQD__________________________________________xYt",
             "kQD___________________________________________Bi", "0QD__________________________________________62n"}},
};

struct HalfSpelled {
  std::string_view raw, bounceable, non_bounceable;
};

constexpr std::array kHalfSpelled{
    HalfSpelled{"-1:3333333333333333333333333333333333333333333333333333333333333333",
                "Ef8zMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzM0vF", "Uf8zMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMxYA"},
    HalfSpelled{test::kWalletA, "EQDTcUOcJvwtMx4R6Vbb-uYCtJELCzAAvdD439fc2Y0UNsUJ",
                "UQDTcUOcJvwtMx4R6Vbb-uYCtJELCzAAvdD439fc2Y0UNpjM"},
    HalfSpelled{"0:dc07f707c7d61fc2fe1be2c2dc5b6b518381cd8d924baa3af44c12822f6fbb35",
                "EQDcB_cHx9Yfwv4b4sLcW2tRg4HNjZJLqjr0TBKCL2-7NaUo", "UQDcB_cHx9Yfwv4b4sLcW2tRg4HNjZJLqjr0TBKCL2-7Nfjt"},
};

constexpr FriendlyFlags flags_of(std::size_t form) { return {form % 2 == 0, form >= 2}; }

// Goal:   every form of the vectors is read to the same address and written as it stands.
// Method: both ways, and the flags of each friendly form.
TEST(TonAddress, ReadsAndWritesEveryForm) {
  for (const auto& spelled : kSpelled) {
    const Address expected = address(spelled.raw);
    EXPECT_EQ(expected.raw(), spelled.raw);
    for (std::size_t form = 0; form < spelled.friendly.size(); ++form) {
      const auto parsed = parse_address(spelled.friendly[form]);
      ASSERT_TRUE(parsed) << spelled.friendly[form] << ": " << parsed.error().message;
      EXPECT_EQ(parsed->address, expected);
      EXPECT_EQ(parsed->flags, flags_of(form));
      EXPECT_EQ(expected.friendly(flags_of(form)), spelled.friendly[form]);
    }
  }
  for (const auto& spelled : kHalfSpelled) {
    EXPECT_EQ(address(spelled.bounceable).raw(), spelled.raw);
    EXPECT_EQ(address(spelled.non_bounceable).raw(), spelled.raw);
    EXPECT_EQ(address(spelled.raw).friendly(), spelled.bounceable);
    EXPECT_EQ(address(spelled.raw).friendly({false, false}), spelled.non_bounceable);
  }
}

// Goal:   the standard alphabet is read as well, and hexadecimal digits in both cases.
// Method: one vector, and its raw form in capitals.
TEST(TonAddress, ReadsTheOtherSpellings) {
  const Address expected = address(kSpelled[0].raw);
  constexpr std::string_view kStandard = "EQCkXFlNRsubUp7Uh7lg/ScUqLCiff1QCLsdQU0a7kphqVzG";
  EXPECT_EQ(address(kStandard), expected);
  EXPECT_EQ(expected.friendly({}, Base64Alphabet::standard), kStandard);
  EXPECT_EQ(address("0:A45C594D46CB9B529ED487B960FD2714A8B0A27DFD5008BB1D414D1AEE4A61A9"), expected);
}

// Origin: the forms that the same two implementations make wrong on purpose, and constants with mistakes in the sources of
// gstdcoin/ai and gstdcoin/A2A.
constexpr std::array<std::string_view, 31> kInvalid{
    "EQCkXFlNRsubUp7Uh7lg_ScUqLCiff1QCLsdQU0a7kphqVzH",   // last character changed
    "EQCkXFlNRsAbUp7Uh7lg_ScUqLCiff1QCLsdQU0a7kphqVzG",   // one of the hash
    "EQCkXFlNRsubUp7Uh7lg_ScUqLCiff1QCLsdQU0a7kphqcZc",   // checksum little-endian
    "EQCkXFlNRsubUp7Uh7lg_ScUqLCiff1QCLsdQU0a7kphqVz",    // 47 characters
    "EQCkXFlNRsubUp7Uh7lg_ScUqLCiff1QCLsdQU0a7kphqVzGA",  // 49
    "EgCkXFlNRsubUp7Uh7lg_ScUqLCiff1QCLsdQU0a7kphqeiI",   // tag 0x12, checksum right
    "MQCkXFlNRsubUp7Uh7lg_ScUqLCiff1QCLsdQU0a7kphqfo0",   // tag 0x31, checksum right
    "EQGkXFlNRsubUp7Uh7lg_ScUqLCiff1QCLsdQU0a7kphqdEa",   // workchain 1, all else right
    " EQCkXFlNRsubUp7Uh7lg_ScUqLCiff1QCLsdQU0a7kphqVzG",
    "EQCkXFlNRsubUp7Uh7lg_ScUqLCiff1QCLsdQU0a7kphqVzG ",
    "EQCkXFlNRsubUp7Uh7lg_ScUqLCiff1QCLsdQU0a7kphqVzG=",
    "EQCkXFlNRsubUp7Uh7lg_ScUqLCiff1QCLsdQU0a7kphqVz=",
    "EQCkXFlNRsubUp7Uh7lg_ScUqLCiff1QCLsdQU0a7kphqVzG\n",
    "EQD__________________________________________/vo",  // two alphabets
    "0:a45c",
    "0:a45c594d46cb9b529ed487b960fd2714a8b0a27dfd5008bb1d414d1aee4a61a",
    "0:a45c594d46cb9b529ed487b960fd2714a8b0a27dfd5008bb1d414d1aee4a61a9a",
    "0:g45c594d46cb9b529ed487b960fd2714a8b0a27dfd5008bb1d414d1aee4a61a9",
    "00:a45c594d46cb9b529ed487b960fd2714a8b0a27dfd5008bb1d414d1aee4a61a9",
    "+0:a45c594d46cb9b529ed487b960fd2714a8b0a27dfd5008bb1d414d1aee4a61a9",
    "-0:a45c594d46cb9b529ed487b960fd2714a8b0a27dfd5008bb1d414d1aee4a61a9",
    "1:a45c594d46cb9b529ed487b960fd2714a8b0a27dfd5008bb1d414d1aee4a61a9",
    ":a45c594d46cb9b529ed487b960fd2714a8b0a27dfd5008bb1d414d1aee4a61a9",
    "EQCkXFlNRsubUp7Uh7lg_ScUqLCiff1QCLsdQU0a7kphqZ7_",
    "EQAIYlrr3UiMJ9fqI-B4j2nJdiiD7WzyaNL1MX_wiONc4OUj",
    "EQCxE6mUtQJKFnGfaROTKOt1lZbDiiX1kCixqV-Riwa854wa",
    "EQCyD8v6khUUrce9BCvHOaBC9PrvlV9S7D5v67O80p444XAr",
    "EQ_Agent_A_Wallet_Address",
    "",
    "0:",
    "EQCkXFlNRsubUp7Uh7lg_ScUqLCiff1QCLsdQU0a7kph\tVzG",
};

// Goal:   what is no address is refused, for whatever reason, by the one reason.
// Method: every invalid vector.
TEST(TonAddress, RefusesWhatIsNone) {
  for (const auto text : kInvalid) {
    const auto parsed = Address::parse(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(parsed.error().reason, "wallet_address");
  }
}

Address any_address() {
  Address made;
  made.workchain = *rc::gen::element(std::int8_t{kBasechain}, std::int8_t{kMasterchain});
  for (auto& byte : made.hash.bytes) byte = *rc::gen::arbitrary<std::uint8_t>();
  return made;
}

// Goal:   every address survives every spelling.
// Method: random addresses, flags and alphabets.
RC_GTEST_PROP(TonAddressProperty, RoundTrips, ()) {
  const Address made = any_address();
  const FriendlyFlags flags{*rc::gen::arbitrary<bool>(), *rc::gen::arbitrary<bool>()};
  const auto alphabet = *rc::gen::element(Base64Alphabet::url, Base64Alphabet::standard);
  RC_ASSERT(address(made.raw()) == made);
  const auto parsed = parse_address(made.friendly(flags, alphabet));
  RC_ASSERT(parsed.has_value());
  RC_ASSERT(parsed->address == made);
  RC_ASSERT(parsed->flags == flags);
  RC_ASSERT(looks_like_address(made.raw()));
  RC_ASSERT(looks_like_address(made.friendly(flags, alphabet)));
}

// Goal:   no single wrong bit in a friendly form goes unseen.
// Method: each bit of each character of a random address is flipped. (The checksum finds every error of up to 16 bits in a row.)
RC_GTEST_PROP(TonAddressProperty, AnyFlippedBitIsRefused, ()) {
  const std::string text = any_address().friendly();
  for (std::size_t at = 0; at < text.size(); ++at)
    for (unsigned bit = 0; bit < 8; ++bit) {
      std::string changed = text;
      changed[at] = static_cast<char>(changed[at] ^ (1 << bit));
      RC_ASSERT(!Address::parse(changed));
    }
}

WalletId wallet(std::string_view text) { return *WalletId::parse(text); }

// Goal:   one wallet has one name, and a mistyped address is never taken for a name.
// Method: all spellings of an address, spoilt ones, names that are none, and a form of the other network.
TEST(TonWallet, HasOneName) {
  for (const auto& spelled : kSpelled)
    for (std::size_t form = 0; form < spelled.friendly.size(); ++form) {
      const WalletId friendly = wallet(spelled.friendly[form]);
      const auto name = canonical_wallet(friendly, Network::testnet);
      ASSERT_TRUE(name);
      EXPECT_EQ(name->str(), spelled.raw);
      EXPECT_EQ(canonical_wallet(friendly, Network::mainnet).has_value(), !flags_of(form).test_only);
      EXPECT_TRUE(same_wallet(friendly, wallet(spelled.raw)));
      EXPECT_FALSE(same_wallet(friendly, wallet(kHalfSpelled[0].raw)));
    }
  for (const auto* name :
       {"EQ_Agent_A_Wallet_Address", "requester-1", "ed25519:03a107bff3ce10be", "EQ", "a:b",
        "GQCkXFlNRsubUp7Uh7lg_ScUqLCiff1QCLsdQU0a7kphqVzH", "EQCkXFlNRsubUp7Uh7lg_ScUqLCiff1QCLsdQU0a7kph.VzH"}) {
    EXPECT_EQ(canonical_wallet(wallet(name), Network::mainnet)->str(), name);
    EXPECT_TRUE(same_wallet(wallet(name), wallet(name)));
    EXPECT_FALSE(same_wallet(wallet(name), wallet("another")));
  }
  for (const auto* mistyped : {"EQCkXFlNRsubUp7Uh7lg_ScUqLCiff1QCLsdQU0a7kphqVzH", "0:a45c", "1:x", "-1:", "+0:7",
                               "kQALh-JBBIKK7gr0o4AVf9JZnEsFndqO0qTCyT-D-yBsWk0v"}) {
    const auto name = canonical_wallet(wallet(mistyped), Network::mainnet);
    ASSERT_FALSE(name) << mistyped;
    EXPECT_EQ(name.error().reason, "wallet_address");
  }
}

}  // namespace
}  // namespace gstd::ton

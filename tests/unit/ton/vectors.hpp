// Vectors of addresses, cells and proofs. Origin, where nothing else is said: computed twice, by an implementation written for that
// purpose and by @ton/core 0.63, @ton/ton 16.3 and @ton/crypto.
#pragma once

#include <gstd/crypto.hpp>
#include <gstd/ton.hpp>

#include <stdexcept>

namespace gstd::test {

inline Bytes unhex(std::string_view text) {
  auto bytes = decode_hex(text);
  if (!bytes) throw std::invalid_argument(bytes.error().message);
  return *std::move(bytes);
}

inline Bytes unbase64(std::string_view text) {
  auto bytes = decode_base64(text);
  if (!bytes) throw std::invalid_argument(bytes.error().message);
  return *std::move(bytes);
}

inline ton::Address address(std::string_view text) {
  auto parsed = ton::Address::parse(text);
  if (!parsed) throw std::invalid_argument(parsed.error().message);
  return *parsed;
}

inline SigningKey key_a() {
  return *SigningKey::from_seed(unhex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"));
}
inline SigningKey key_b() { return *SigningKey::from_seed(Bytes(32, 0x11)); }
inline SigningKey key_c() { return *SigningKey::from_seed(Bytes(32, 0x22)); }

// The wallet v4r2 of key A.
inline constexpr std::string_view kWalletA = "0:d371439c26fc2d331e11e956dbfae602b4910b0b3000bdd0f8dfd7dcd98d1436";
inline constexpr std::string_view kDomain = "coordinator.example";
inline constexpr std::int64_t kProofTime = 1'767'225'600;
inline constexpr std::string_view kPayload = "gstd-login:0123456789abcdef0123456789abcdef";
inline constexpr std::string_view kSignature =
    "16cccca54b14d1dd7dc7b14d7b66cd64a4b971c3a07c072ba08c3112430c5d497d659099b49d8a8fa30400ac204fa76bb0627792e58dd8a4867d44cc43d388"
    "0e";

// walletStateInit of that wallet: 22 cells.
inline constexpr std::string_view kStateInitA =
    "te6cckECFgEAAwQAAgE0ARUBFP8A9KQT9LzyyAsCAgEgAxACAUgEBwLm0AHQ0wMhcbCSXwTgItdJwSCSXwTgAtMfIYIQcGx1Z70ighBkc3RyvbCSXwXgA/"
    "pAMCD6RAHIygfL/8nQ7UTQgQFA1yH0BDBcgQEI9ApvoTGzkl8H4AXTP8glghBwbHVnupI4MOMNA4IQZHN0crqSXwbjDQUGAHgB+gD0BDD4J28iMFAKoSG+"
    "8uBQghBwbHVngx6xcIAYUATLBSbPFlj6Ahn0AMtpF8sfUmDLPyDJgED7AAYAilAEgQEI9Fkw7UTQgQFA1yDIAc8W9ADJ7VQBcrCOI4IQZHN0coMesXCAGF"
    "AFywVQA88WI/oCE8tqyx/LP8mAQPsAkl8D4gIBIAgPAgEgCQ4CAVgKCwA9sp37UTQgQFA1yH0BDACyMoHy//J0AGBAQj0Cm+hMYAIBIAwNABmtznaiaEAg"
    "a5Drhf/AABmvHfaiaEAQa5DrhY/AABG4yX7UTQ1wsfgAWb0kK29qJoQICga5D6AhhHDUCAhHpJN9KZEM5pA+n/mDeBKAG3gQFImHFZ8xhAT48oMI1xgg0x"
    "/TH9MfAvgju/Jk7UTQ0x/TH9P/9ATRUUO68qFRUbryogX5AVQQZPkQ8qP4ACSkyMsfUkDLH1Iwy/9SEPQAye1U+A8B0wchwACfbFGTINdKltMH1AL7AOgw"
    "4CHAAeMAIcAC4wABwAORMOMNA6TIyx8Syx/L/xESExQAbtIH+gDU1CL5AAXIygcVy//J0Hd0gBjIywXLAiLPFlAF+gIUy2sSzMzJc/sAyEAUgQEI9FHypw"
    "IAcIEBCNcY+gDTP8hUIEeBAQj0UfKnghBub3RlcHSAGMjLBcsCUAbPFlAE+gIUy2oSyx/LP8lz+wACAGyBAQjXGPoA0z8wUiSBAQj0WfKnghBkc3RycHSA"
    "GMjLBcsCUAXPFlAD+gITy2rLHxLLP8lz+wAACvQAye1UAFEAAAAAKamjFwOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4QLWQx80=";

}  // namespace gstd::test

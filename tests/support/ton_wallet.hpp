// A wallet of TON as its owner's telephone has it: a key, an address, and answers to requests for a ton_proof.
#pragma once

#include <gstd/ton.hpp>

#include "support/lab.hpp"

namespace gstd::test {

/// The StateInit of the wallet v4r2 of the key whose seed is 00 01 … 1f. Origin: @ton/ton 16.3.
inline constexpr std::string_view kStateInitOfTheFirstWallet =
    "te6cckECFgEAAwQAAgE0ARUBFP8A9KQT9LzyyAsCAgEgAxACAUgEBwLm0AHQ0wMhcbCSXwTgItdJwSCSXwTgAtMfIYIQcGx1Z70ighBkc3RyvbCSXwXgA/"
    "pAMCD6RAHIygfL/8nQ7UTQgQFA1yH0BDBcgQEI9ApvoTGzkl8H4AXTP8glghBwbHVnupI4MOMNA4IQZHN0crqSXwbjDQUGAHgB+gD0BDD4J28iMFAKoSG+"
    "8uBQghBwbHVngx6xcIAYUATLBSbPFlj6Ahn0AMtpF8sfUmDLPyDJgED7AAYAilAEgQEI9Fkw7UTQgQFA1yDIAc8W9ADJ7VQBcrCOI4IQZHN0coMesXCAGF"
    "AFywVQA88WI/oCE8tqyx/LP8mAQPsAkl8D4gIBIAgPAgEgCQ4CAVgKCwA9sp37UTQgQFA1yH0BDACyMoHy//J0AGBAQj0Cm+hMYAIBIAwNABmtznaiaEAg"
    "a5Drhf/AABmvHfaiaEAQa5DrhY/AABG4yX7UTQ1wsfgAWb0kK29qJoQICga5D6AhhHDUCAhHpJN9KZEM5pA+n/mDeBKAG3gQFImHFZ8xhAT48oMI1xgg0x"
    "/TH9MfAvgju/Jk7UTQ0x/TH9P/9ATRUUO68qFRUbryogX5AVQQZPkQ8qP4ACSkyMsfUkDLH1Iwy/9SEPQAye1U+A8B0wchwACfbFGTINdKltMH1AL7AOgw"
    "4CHAAeMAIcAC4wABwAORMOMNA6TIyx8Syx/L/xESExQAbtIH+gDU1CL5AAXIygcVy//J0Hd0gBjIywXLAiLPFlAF+gIUy2sSzMzJc/sAyEAUgQEI9FHypw"
    "IAcIEBCNcY+gDTP8hUIEeBAQj0UfKnghBub3RlcHSAGMjLBcsCUAbPFlAE+gIUy2oSyx/LP8lz+wACAGyBAQjXGPoA0z8wUiSBAQj0WfKnghBkc3RycHSA"
    "GMjLBcsCUAXPFlAD+gITy2rLHxLLP8lz+wAACvQAye1UAFEAAAAAKamjFwOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4QLWQx80=";

struct TonWallet {
  explicit TonWallet(SigningKey signer, ton::WalletVersion version = ton::WalletVersion::v5r1)
      : key(std::move(signer)), address(must(ton::address_of(version, key.public_key()))) {}
  /// With a key that follows from the name.
  explicit TonWallet(const std::string& name) : TonWallet(must(SigningKey::from_seed(sha256(as_bytes("wallet " + name)).view()))) {}

  /// The one of the vectors, with its StateInit.
  static TonWallet first() {
    Bytes seed(kSeedBytes);
    for (std::size_t i = 0; i < seed.size(); ++i) seed[i] = static_cast<std::uint8_t>(i);
    TonWallet wallet(must(SigningKey::from_seed(seed)), ton::WalletVersion::v4r2);
    wallet.state_init = must(decode_base64(kStateInitOfTheFirstWallet));
    return wallet;
  }

  SigningKey key;
  ton::Address address;
  std::optional<Bytes> state_init{};

  WalletId name() const { return must(WalletId::parse(address.raw())); }

  protocol::Login prove(std::string_view payload, std::string_view domain, Timestamp now) const {
    protocol::Login login;
    login.address = address.raw();
    login.network = "-239";
    login.public_key = key.public_key();
    login.timestamp = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    login.domain = domain;
    login.domain_bytes = domain.size();
    login.payload = payload;
    const Bytes message = ton::ton_proof_message(address, domain, login.timestamp, payload);
    const Signature signature = key.sign(ton::ton_proof_digest(message).view());
    login.signature.assign(signature.bytes.begin(), signature.bytes.end());
    login.state_init = state_init;
    return login;
  }
};

inline protocol::LoginPayload ask_for_payload(Lab& lab) {
  return must(lab.call<protocol::LoginPayload>({"POST", "/users/payload"}));
}

inline Result<protocol::LoggedIn> log_in(Lab& lab, const protocol::Login& login) {
  return lab.call<protocol::LoggedIn>({"POST", "/users/login", protocol::write(login)});
}

/// Payload, proof and login at once.
inline Result<protocol::LoggedIn> log_in(Lab& lab, const TonWallet& wallet) {
  const auto issued = ask_for_payload(lab);
  return log_in(lab, wallet.prove(issued.payload, issued.domains.at(0), lab.clock.now()));
}

/// A request with a session's token instead of a signature.
inline Ask with_session(std::string method, std::string path, const std::string& token, std::string body = {}) {
  return {std::move(method), std::move(path), std::move(body), nullptr, {{"X-Session-Token", token}}, {}, {}};
}

}  // namespace gstd::test

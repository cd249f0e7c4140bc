// Proof-of-work vectors. Origin: the platform's protocol (docs/protocol.md, "Proof of work"), made with its own verifier.
#pragma once

#include <gstd/pow.hpp>

namespace gstd::test {

struct PowVector {
  std::string_view challenge, task, wallet;
  unsigned bits;
  std::string_view nonce, digest;
  unsigned zeros;
};

inline constexpr std::string_view kWallet = "EQAgISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0-P0pD";
inline constexpr std::string_view kTask = "3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b";

/// Of version 1. In each, the nonce is the lowest decimal one.
inline constexpr std::array kPowVectors{
    PowVector{"aa126f06440e49a6922759f093bff165ce588932c1639652b9e9482b867946c0", kTask, kWallet, 12, "3482",
              "000b535864fc9397b4bd63822937f07e47a31820e1a0ff2367f7d91ef8fd60d2", 12},
    PowVector{"54f012fb9d2c1bc24376a3a3e3979f1116b824d1882152c6d4db67a36350241d", kTask, kWallet, 16, "28749",
              "00007db6884463c3a82c05efa5b56c2d0a9622b72356d5e44a49ac555dff7804", 17},
    PowVector{"d428ee436ac17cf8c6b7ca0966dcaf1f49302ba82df1a1571931c1ab9989c034", "TASK-ABCDEFGHIJKL",
              "0:202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f", 18, "37369",
              "00003f022935e77704ed185a4618ab0eeb00ef0a55895f1e54406dec64eb3bfc", 18},
    PowVector{"10c85f0325c70c0266a112aa4b902475bef60aefa03eb4b9b75a8820237b9e9d", kTask, kWallet, 20, "404359",
              "0000034613f4e498ff6e425dffaadcbf29acdd1a66248792b02ad3613f95eb70", 22},
    PowVector{"f92f3d20bed2c1ef4d1ec7bb2672a4ce3a0d4bca8638d5fadb0ddb94522eb51e", kTask, kWallet, 24, "11735442",
              "000000ab425061ec233d9e51bdd74e3e53dc6c58eef5a019108ae266f0a74325", 24},
};

/// Of version 2, made with Python's hashlib from the layout in docs/pow.md. In each, the nonce is the lowest one.
inline constexpr std::array kPowVectors2{
    PowVector{"aa126f06440e49a6922759f093bff165ce588932c1639652b9e9482b867946c0", kTask, kWallet, 12, "0000000000002c8a",
              "000c3f3b7853ddd57385642a1326ecf2d60197ab7cfb577cc6c560c71fbf5cd2", 12},
    PowVector{"54f012fb9d2c1bc24376a3a3e3979f1116b824d1882152c6d4db67a36350241d", kTask, kWallet, 16, "00000000000164c5",
              "000066adc6e78e9e28d4a50e67857bc4b9a9c29365bd29ea49ecee10ac076ae6", 17},
    PowVector{"d428ee436ac17cf8c6b7ca0966dcaf1f49302ba82df1a1571931c1ab9989c034", "TASK-ABCDEFGHIJKL",
              "0:202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f", 20, "000000000007c5e8",
              "00000f6ca7cae46fe8446832741f362e3fdd9b240221506ee68e40cdeddf3e5b", 20},
};

/// Alive for ever, so that tests need no clock.
inline pow::Challenge make_challenge(std::string_view challenge, std::string_view task, std::string_view wallet, unsigned bits,
                                     pow::Version version = pow::Version::v1) {
  return {std::string(challenge), *TaskId::parse(task), *WalletId::parse(wallet), bits, Timestamp::max(), version};
}

inline pow::Challenge make_challenge(const PowVector& vector, pow::Version version = pow::Version::v1) {
  return make_challenge(vector.challenge, vector.task, vector.wallet, vector.bits, version);
}

}  // namespace gstd::test

// A wallet's address is the hash of the cell that its account starts from: code, which is one of a few, and data, which holds the
// key. Hence no code is needed here, only its hash.
#include <gstd/ton.hpp>

#include "ton/hash.hpp"

#include <algorithm>

namespace gstd::ton {
namespace {

constexpr unsigned kKeyBits = 8 * PublicKey::kSize;

struct Contract {
  WalletVersion version;
  std::string_view name;
  std::string_view code_hash;
  std::uint16_t code_depth;
  std::size_t data_bits;
  std::size_t key_at;   // in bits
  bool has_dictionary;  // the data's last bit: of plugins or extensions, in a reference
};

// Hashes are those of the published contracts (ton-blockchain/wallet-contract and its successors), as @ton/ton has them.
constexpr std::array<Contract, kWalletVersions> kContracts{{
    {WalletVersion::v1r1, "v1r1", "a0cfc2c48aee16a271f2cfc0b7382d81756cecb1017d077faaab3bb602f6868c", 0, 288, 32, false},
    {WalletVersion::v1r2, "v1r2", "d4902fcc9fad74698fa8e353220a68da0dcf72e32bcb2eb9ee04217c17d3062c", 0, 288, 32, false},
    {WalletVersion::v1r3, "v1r3", "587cc789eff1c84f46ec3797e45fc809a14ff5ae24f1e0c7a6a99cc9dc9061ff", 0, 288, 32, false},
    {WalletVersion::v2r1, "v2r1", "5c9a5e68c108e18721a07c42f9956bfb39ad77ec6d624b60c576ec88eee65329", 0, 288, 32, false},
    {WalletVersion::v2r2, "v2r2", "fe9530d3243853083ef2ef0b4c2908c0abf6fa1c31ea243aacaa5bf8c7d753f1", 0, 288, 32, false},
    {WalletVersion::v3r1, "v3r1", "b61041a58a7980b946e8fb9e198e3c904d24799ffa36574ea4251c41a566f581", 0, 320, 64, false},
    {WalletVersion::v3r2, "v3r2", "84dafa449f98a6987789ba232358072bc0f76dc4524002a5d0918b9a75d2d599", 0, 320, 64, false},
    {WalletVersion::v4r1, "v4r1", "64dd54805522c5be8a9db59cea0105ccf0d08786ca79beb8cb79e880a8d7322d", 7, 321, 64, true},
    {WalletVersion::v4r2, "v4r2", "feb5ff6820e2ff0d9483e7e0d62c817d846789fb4ae580c878866d959dabd5c0", 7, 321, 64, true},
    {WalletVersion::v5_beta, "v5_beta", "f3d7ca53493deedac28b381986a849403cbac3d2c584779af081065af0ac4b93", 0, 370, 113, true},
    {WalletVersion::v5r1, "v5r1", "20834b7b72b112147e1b2fb457b84e74d1a30f04f737d4f62a668e9552d2b72f", 6, 322, 65, true},
}};

const Contract& contract_of(WalletVersion version) noexcept { return kContracts[static_cast<std::size_t>(version)]; }

consteval bool is_indexed_by_version() {
  for (std::size_t i = 0; i < kContracts.size(); ++i)
    if (static_cast<std::size_t>(kContracts[i].version) != i) return false;
  return true;
}
static_assert(is_indexed_by_version());

// No split depth, nothing special, code and data, no library: the StateInit of every wallet.
constexpr std::uint64_t kStateInit = 0b00110;
constexpr unsigned kStateInitBits = 5;

// The wallet id of v3 and v4 in workchain 0: the first four bytes of the network's first block.
constexpr std::uint32_t kWalletId = 698'983'191;
// 15 bits are left to the subwallet beside workchain and version in the 32 of v5r1.
constexpr std::uint32_t kV5SubwalletMax = (1u << 15) - 1;

Error refuse(std::string_view why) {
  return {ErrorCode::invalid_argument, "not the StateInit of a wallet: " + std::string(why), "state_init"};
}

CellBuilder data_of(WalletVersion version, const PublicKey& key, const WalletPlace& place) {
  constexpr std::uint32_t kNewSeqno = 0;
  const auto network = static_cast<std::uint32_t>(place.network);
  const auto workchain = static_cast<std::uint8_t>(place.workchain);
  CellBuilder data;
  switch (version) {
    case WalletVersion::v1r1:
    case WalletVersion::v1r2:
    case WalletVersion::v1r3:
    case WalletVersion::v2r1:
    case WalletVersion::v2r2:
      data.uint(kNewSeqno, 32).bytes(key.view());
      break;
    case WalletVersion::v3r1:
    case WalletVersion::v3r2:
    case WalletVersion::v4r1:
    case WalletVersion::v4r2: {
      const auto wallet_id = kWalletId + static_cast<std::uint32_t>(place.workchain) + place.subwallet;
      data.uint(kNewSeqno, 32).uint(wallet_id, 32).bytes(key.view());
      break;
    }
    case WalletVersion::v5_beta:
      // Network, workchain, version 0, subwallet.
      data.uint(kNewSeqno, 33).uint(network, 32).uint(workchain, 8).uint(0, 8).uint(place.subwallet, 32).bytes(key.view());
      break;
    case WalletVersion::v5r1: {
      // A one for "made by a client", workchain, version 0, subwallet; mixed with the network, so that addresses differ between
      // them.
      const std::uint32_t context = 1u << 31 | static_cast<std::uint32_t>(workchain) << 23 | place.subwallet;
      data.bit(true).uint(kNewSeqno, 32).uint(network ^ context, 32).bytes(key.view());
      break;
    }
  }
  if (contract_of(version).has_dictionary) data.bit(false);
  return data;
}

}  // namespace

std::string_view to_string(WalletVersion version) noexcept {
  const auto index = static_cast<std::size_t>(version);
  return index < kContracts.size() ? kContracts[index].name : "unknown";
}

Result<WalletContract> recognise_wallet(const Cell& state_init) {
  CellReader reader(state_init);
  const auto head = reader.uint(kStateInitBits);
  if (!head || *head != kStateInit || reader.bits_left() != 0 || reader.refs_left() != 2)
    return refuse("it is not laid out as one");
  const CellRef code = *reader.ref();
  const CellRef data = *reader.ref();
  const std::string code_hash = code->hash().hex();
  const auto found =
      std::find_if(kContracts.begin(), kContracts.end(), [&](const Contract& c) { return c.code_hash == code_hash; });
  if (found == kContracts.end()) return refuse("its code is no wallet's that is known here (v1r1 to v5r1)");

  if (data->bits() != found->data_bits) return refuse("its data is not laid out as its code expects");
  CellReader fields(*data);
  // Only where this is set does a v5r1 do what its key signs.
  if (found->version == WalletVersion::v5r1 && !*fields.bit()) return refuse("it does not obey its key");
  if (!fields.skip(found->key_at - (data->bits() - fields.bits_left()))) return refuse("its data is too short");
  const auto key = fields.bytes(PublicKey::kSize);
  if (!key) return refuse("its data is too short");
  const bool has_dictionary = found->has_dictionary && *fields.bit();
  if (fields.refs_left() != (has_dictionary ? 1u : 0u)) return refuse("its data is not laid out as its code expects");
  return WalletContract{found->version, *PublicKey::from_bytes(*key), state_init.hash()};
}

Result<Address> address_of(WalletVersion version, const PublicKey& key, const WalletPlace& place) {
  if (place.workchain != kBasechain && place.workchain != kMasterchain)
    return Error{ErrorCode::invalid_argument, "no such chain runs, only 0 and -1", "wallet_place"};
  const bool is_numbered = contract_of(version).data_bits > 32 + kKeyBits;
  if ((!is_numbered && place.subwallet != 0) || (version == WalletVersion::v5r1 && place.subwallet > kV5SubwalletMax))
    return Error{ErrorCode::invalid_argument, "this version of a wallet has no such subwallet", "wallet_place"};
  auto data = data_of(version, key, place).build();
  if (!data) return std::move(data).error();
  const Contract& contract = contract_of(version);
  // The representation of the StateInit cell: two references, five bits with their completion tag, depths, hashes.
  const std::array<std::uint8_t, 7> head{
      2, 1, 0b00110'100, static_cast<std::uint8_t>(contract.code_depth >> 8), static_cast<std::uint8_t>(contract.code_depth & 0xff),
      0, 0};
  const auto code_hash = Digest::parse_hex(contract.code_hash);
  return Address{place.workchain, sha256({head, code_hash->view(), (*data)->hash().view()})};
}

}  // namespace gstd::ton

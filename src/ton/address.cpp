#include <gstd/ton.hpp>

#include "ton/crc.hpp"

#include <algorithm>

namespace gstd::ton {
namespace {

constexpr std::uint8_t kBounceableTag = 0x11;
constexpr std::uint8_t kNonBounceableTag = 0x51;
constexpr std::uint8_t kTestOnlyFlag = 0x80;

// tag, workchain, hash, checksum; 36 bytes are 48 characters without padding
constexpr std::size_t kCheckedBytes = 1 + 1 + Digest::kSize;
constexpr std::size_t kFriendlyBytes = kCheckedBytes + 2;
static_assert(kFriendlyBytes / 3 * 4 == kFriendlyChars && kFriendlyBytes % 3 == 0);

// The first two characters of the friendly forms of the chains that run. They hold the tag and half of the workchain.
constexpr std::array<std::string_view, 8> kPrefixes{"EQ", "UQ", "kQ", "0Q", "Ef", "Uf", "kf", "0f"};

Error refuse(std::string_view why) {
  return {ErrorCode::invalid_argument, "not an address of TON: " + std::string(why) + "; copy it from the wallet again",
          "wallet_address"};
}

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

// An optional minus, digits, and a colon.
std::size_t raw_prefix_chars(std::string_view text) noexcept {
  std::size_t at = text.starts_with('-') || text.starts_with('+') ? 1 : 0;
  const std::size_t first_digit = at;
  while (at < text.size() && is_digit(text[at])) ++at;
  return at > first_digit && at < text.size() && text[at] == ':' ? at + 1 : 0;
}

Result<ParsedAddress> parse_raw(std::string_view text) {
  ParsedAddress parsed;
  if (text.starts_with("0:"))
    parsed.address.workchain = kBasechain;
  else if (text.starts_with("-1:"))
    parsed.address.workchain = kMasterchain;
  else
    return refuse("the raw form starts with 0: or -1:");
  auto hash = Digest::parse_hex(text.substr(text.find(':') + 1));
  if (!hash) return refuse("64 hexadecimal digits follow the colon");
  parsed.address.hash = *hash;
  return parsed;
}

Result<ParsedAddress> parse_friendly(std::string_view text) {
  const bool has_url = text.find_first_of("-_") != std::string_view::npos;
  const bool has_standard = text.find_first_of("+/") != std::string_view::npos;
  if (has_url && has_standard) return refuse("two base64 alphabets are mixed");
  if (text.find('=') != std::string_view::npos) return refuse("the friendly form has no padding");
  std::string standard(text);
  std::replace(standard.begin(), standard.end(), '-', '+');
  std::replace(standard.begin(), standard.end(), '_', '/');
  const auto bytes = decode_base64(standard);
  if (!bytes) return refuse("it has a character outside base64");
  const BytesView checked = BytesView(*bytes).first(kCheckedBytes);
  const std::uint16_t crc = crc16(checked);
  if ((*bytes)[kCheckedBytes] != crc >> 8 || (*bytes)[kCheckedBytes + 1] != (crc & 0xff)) return refuse("the checksum is wrong");

  ParsedAddress parsed;
  const std::uint8_t tag = checked[0];
  const auto plain_tag = static_cast<std::uint8_t>(tag & ~kTestOnlyFlag);
  if (plain_tag != kBounceableTag && plain_tag != kNonBounceableTag) return refuse("its first byte is unknown");
  parsed.flags = FriendlyFlags{plain_tag == kBounceableTag, (tag & kTestOnlyFlag) != 0};
  parsed.address.workchain = static_cast<std::int8_t>(checked[1]);
  if (parsed.address.workchain != kBasechain && parsed.address.workchain != kMasterchain)
    return refuse("no such chain runs, only 0 and -1");
  std::copy(checked.begin() + 2, checked.end(), parsed.address.hash.bytes.begin());
  return parsed;
}

}  // namespace

std::string_view to_string(Network network) noexcept { return network == Network::testnet ? "-3" : "-239"; }

std::optional<Network> parse_network(std::string_view text) noexcept {
  for (const Network network : {Network::mainnet, Network::testnet})
    if (text == to_string(network)) return network;
  return std::nullopt;
}

Result<ParsedAddress> parse_address(std::string_view text) {
  if (text.find(':') != std::string_view::npos) return parse_raw(text);
  if (text.size() != kFriendlyChars)
    return refuse("the friendly form has " + std::to_string(kFriendlyChars) + " characters, this has " +
                  std::to_string(text.size()));
  return parse_friendly(text);
}

Result<Address> Address::parse(std::string_view text) {
  auto parsed = parse_address(text);
  if (!parsed) return std::move(parsed).error();
  return parsed->address;
}

std::string Address::raw() const { return std::to_string(workchain) + ":" + hash.hex(); }

std::string Address::friendly(FriendlyFlags flags, Base64Alphabet alphabet) const {
  Bytes bytes;
  bytes.reserve(kFriendlyBytes);
  bytes.push_back(
      static_cast<std::uint8_t>((flags.bounceable ? kBounceableTag : kNonBounceableTag) | (flags.test_only ? kTestOnlyFlag : 0)));
  bytes.push_back(static_cast<std::uint8_t>(workchain));
  bytes.insert(bytes.end(), hash.bytes.begin(), hash.bytes.end());
  const std::uint16_t crc = crc16(bytes);
  bytes.push_back(static_cast<std::uint8_t>(crc >> 8));
  bytes.push_back(static_cast<std::uint8_t>(crc & 0xff));
  std::string text = encode_base64(bytes);
  if (alphabet == Base64Alphabet::url) {
    std::replace(text.begin(), text.end(), '+', '-');
    std::replace(text.begin(), text.end(), '/', '_');
  }
  return text;
}

bool looks_like_address(std::string_view text) noexcept {
  if (raw_prefix_chars(text) != 0) return true;
  if (text.size() != kFriendlyChars) return false;
  if (std::find(kPrefixes.begin(), kPrefixes.end(), text.substr(0, 2)) == kPrefixes.end()) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '+' || c == '/';
  });
}

Result<WalletId> canonical_wallet(const WalletId& wallet, Network network) {
  auto parsed = parse_address(wallet.str());
  if (!parsed) {
    if (looks_like_address(wallet.str())) return std::move(parsed).error();
    return wallet;
  }
  if (parsed->flags && parsed->flags->test_only && network != Network::testnet)
    return refuse("this one is for the test network alone");
  return WalletId::parse(parsed->address.raw());
}

bool same_wallet(const WalletId& a, const WalletId& b) {
  if (a == b) return true;
  const auto first = Address::parse(a.str());
  if (!first) return false;
  const auto second = Address::parse(b.str());
  return second && *first == *second;
}

}  // namespace gstd::ton

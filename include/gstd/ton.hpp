// The TON blockchain, as far as identities need it: addresses, cells, wallet contracts, and the proof that somebody holds a wallet.
// Nothing here asks a network or a clock.
#pragma once

#include <gstd/base.hpp>

#include <memory>

namespace gstd::ton {

// ---------------------------------------------------------------------------------------------------------------------
// Networks and addresses

/// Numbers are TON's global ids, as TonConnect writes them.
enum class Network : std::int32_t { mainnet = -239, testnet = -3 };

/// "-239" or "-3".
std::string_view to_string(Network network) noexcept;
std::optional<Network> parse_network(std::string_view text) noexcept;

inline constexpr std::int8_t kBasechain = 0;
inline constexpr std::int8_t kMasterchain = -1;

/// Characters of the friendly form: base64 of tag, workchain, hash and checksum, 36 bytes, without padding.
inline constexpr std::size_t kFriendlyChars = 48;

/// What a friendly form says beside the address.
struct FriendlyFlags {
  bool bounceable = true;
  bool test_only = false;  ///< Meant for the test network; elsewhere a mistake.
  bool operator==(const FriendlyFlags&) const = default;
};

enum class Base64Alphabet { url, standard };

/// An account. Two addresses are the same if chain and hash are, however they were spelled.
struct Address {
  std::int8_t workchain = kBasechain;
  Digest hash;  ///< Of the account's first StateInit cell.

  /// Reads the raw form ("0:" and 64 hex digits) or a friendly one. White space, padding, a wrong checksum, an unknown tag, two
  /// base64 alphabets in one text, and chains other than 0 and -1 are refused.
  /// Errors: invalid_argument, reason "wallet_address".
  /// Source: TEP-2.
  static Result<Address> parse(std::string_view text);

  /// Workchain, ":", lower-case hex: the form to store and compare.
  std::string raw() const;
  std::string friendly(FriendlyFlags flags = {}, Base64Alphabet alphabet = Base64Alphabet::url) const;

  auto operator<=>(const Address&) const = default;
};

struct ParsedAddress {
  Address address;
  std::optional<FriendlyFlags> flags;  ///< Nothing for the raw form.
};

/// As Address::parse(), and tells what a friendly form says beside the address.
Result<ParsedAddress> parse_address(std::string_view text);

/// Whether a text is meant as an address, good or bad: it starts as the raw form does ("0:", "-1:", any number), or has the length,
/// the alphabet and the first two characters of a friendly form.
bool looks_like_address(std::string_view text) noexcept;

/// The one name of a wallet: the raw form of what is an address, anything else as it is (names need not be addresses).
/// Errors: invalid_argument, reason "wallet_address": it looks like an address and is none, or is one for the test network alone
/// while `network` is another.
Result<WalletId> canonical_wallet(const WalletId& wallet, Network network);

/// Whether two names mean one wallet: they are equal, or are the same address.
bool same_wallet(const WalletId& a, const WalletId& b);

// ---------------------------------------------------------------------------------------------------------------------
// Cells

inline constexpr std::size_t kCellBitsMax = 1023;
inline constexpr std::size_t kCellRefsMax = 4;
/// Deepest tree of cells that is built. A StateInit of a wallet is 9 deep, bodies of messages 3; TON itself allows 1024.
inline constexpr std::size_t kCellDepthMax = 64;

class Cell;
using CellRef = std::shared_ptr<const Cell>;

/// An ordinary cell: up to 1023 bits and up to four more cells. Never changes; may be shared between threads.
/// Source: "The Open Network", section 3.1.
class Cell {
 public:
  /// `data` holds `bits` bits, the first one highest; what follows them in the last byte is ignored.
  /// Errors: invalid_argument, reason "cell": more bits than `data` or a cell holds, too many or missing references, too deep.
  static Result<CellRef> create(BytesView data, std::size_t bits, std::vector<CellRef> refs = {});

  std::size_t bits() const noexcept { return bits_; }
  BytesView data() const noexcept { return data_; }  ///< ceil(bits / 8) bytes; the bits after the last are zero.
  const std::vector<CellRef>& refs() const noexcept { return refs_; }
  std::size_t depth() const noexcept { return depth_; }  ///< 0 without references.
  const Digest& hash() const noexcept { return hash_; }  ///< SHA-256 of the representation.

  /// Descriptor bytes, data with completion tag, depths and hashes of the references.
  Bytes representation() const;

 private:
  Cell() = default;
  Bytes data_;
  std::size_t bits_ = 0;
  std::vector<CellRef> refs_;
  std::size_t depth_ = 0;
  Digest hash_;
};

/// Puts a cell together, bit by bit. What does not fit is remembered and refused by build(). Not shared between threads.
class CellBuilder {
 public:
  CellBuilder& bit(bool value);
  CellBuilder& uint(std::uint64_t value, unsigned bits);  ///< The lowest `bits` bits, at most 64.
  CellBuilder& bytes(BytesView bytes);
  CellBuilder& address(const Address& address);  ///< addr_std without anycast: 267 bits.
  CellBuilder& ref(CellRef cell);

  /// Errors: those of Cell::create().
  Result<CellRef> build() const;

 private:
  Bytes data_;
  std::size_t bits_ = 0;
  std::vector<CellRef> refs_;
};

/// Takes a cell apart from its first bit on. Every member answers with an Error where the cell has no more.
/// Errors: invalid_argument, reason "cell". Ownership: borrows the cell. Not shared between threads.
class CellReader {
 public:
  explicit CellReader(const Cell& cell) : cell_(cell) {}

  Result<bool> bit();
  Result<std::uint64_t> uint(unsigned bits);  ///< At most 64.
  Result<Bytes> bytes(std::size_t count);
  Result<Address> address();  ///< addr_std without anycast, the only form that is read.
  Result<CellRef> ref();
  Result<void> skip(std::size_t bits);

  std::size_t bits_left() const noexcept { return cell_.bits() - at_; }
  std::size_t refs_left() const noexcept { return cell_.refs().size() - next_ref_; }

 private:
  const Cell& cell_;
  std::size_t at_ = 0;
  std::size_t next_ref_ = 0;
};

// ---------------------------------------------------------------------------------------------------------------------
// Bags of cells

/// The longest that is read. The largest thing that this protocol needs, a wallet's StateInit, has 788 bytes.
inline constexpr std::size_t kBocBytesMax = 16u << 10;
/// That StateInit has 22 cells.
inline constexpr std::size_t kBocCellsMax = 256;

/// The tree of cells in a bag with one root, with or without index and checksum; memory and time are bounded by the constants
/// above. Errors: invalid_argument, reason "boc": anything else, e.g. exotic or absent cells, references backwards, bytes left
/// over. Source: "The Open Network", section 5.1; TL-B serialized_boc#b5ee9c72.
Result<CellRef> read_boc(BytesView bytes);

/// Writes a bag with one root and a checksum, each cell once.
/// Errors: invalid_argument, reason "boc": beyond the bounds of read_boc().
Result<Bytes> write_boc(const Cell& root);

// ---------------------------------------------------------------------------------------------------------------------
// Wallet contracts

/// Standard wallets, oldest first.
enum class WalletVersion { v1r1, v1r2, v1r3, v2r1, v2r2, v3r1, v3r2, v4r1, v4r2, v5_beta, v5r1 };
std::string_view to_string(WalletVersion version) noexcept;
inline constexpr std::size_t kWalletVersions = 11;

/// A wallet contract as its StateInit describes it.
struct WalletContract {
  WalletVersion version = WalletVersion::v5r1;
  PublicKey key;
  Digest hash;  ///< Of the whole StateInit: the hash of its address.
};

/// What wallet a StateInit is of, by the hash of its code; its data tells the key.
/// Errors: invalid_argument, reason "state_init": not a StateInit, of no wallet known here, its data not laid out as that wallet's,
/// or a v5r1 that does not obey its key.
Result<WalletContract> recognise_wallet(const Cell& state_init);

struct WalletPlace {
  std::int8_t workchain = kBasechain;
  Network network = Network::mainnet;  ///< Part of the address of v5 only.
  std::uint32_t subwallet = 0;         ///< Added to the usual wallet id of v3 and v4; 15 bits with v5r1. Nothing to v1 and v2.
};

/// The address that a new wallet of this version has for a key.
/// Errors: invalid_argument: a subwallet that the version does not have, or a chain other than 0 and -1.
Result<Address> address_of(WalletVersion version, const PublicKey& key, const WalletPlace& place = {});

// ---------------------------------------------------------------------------------------------------------------------
// ton_proof

inline constexpr std::size_t kProofDomainBytesMax = 128;   ///< TonConnect's bound.
inline constexpr std::size_t kProofPayloadBytesMax = 128;  ///< As above.
/// How old a proof may be: long enough to find the telephone and confirm.
inline constexpr std::chrono::minutes kProofAgeMax{15};
/// How far its clock may be ahead of ours.
inline constexpr std::chrono::seconds kProofAheadMax{60};

/// What a wallet answers when it is asked for `ton_addr` and `ton_proof`.
struct TonProof {
  std::string address;                    ///< Raw or friendly.
  std::string network;                    ///< "-239" or "-3".
  std::string domain;                     ///< Who asked, as the wallet saw it.
  std::uint64_t domain_bytes = 0;         ///< What the wallet says is its length in UTF-8.
  std::int64_t timestamp = 0;             ///< Unix seconds.
  std::string payload;                    ///< What it was asked to sign.
  Bytes signature;                        ///< 64 bytes.
  std::optional<Bytes> state_init{};      ///< The bag of cells that the wallet starts from.
  std::optional<PublicKey> public_key{};  ///< Proves nothing by itself.
};

/// What is signed of a proof: the bytes, and the digest over them that goes into Ed25519. `domain_bytes` and `signature` take no
/// part. Source: TonConnect, "Address proof signature (ton_proof)".
Bytes ton_proof_message(const Address& address, std::string_view domain, std::int64_t timestamp, std::string_view payload);
Digest ton_proof_digest(BytesView message) noexcept;

struct ProofRules {
  std::span<const std::string> domains;  ///< For which proofs are taken; compared byte by byte.
  Network network = Network::mainnet;
  Timestamp now{};
};

struct ProvenWallet {
  Address address;
  PublicKey key;
  WalletVersion version = WalletVersion::v5r1;
};

/// Whether the sender of a proof holds the key of the wallet at its address. The caller has issued `proof.payload`, and has used it
/// up before it believes the answer. The key is the one in `state_init`, whose hash must be the address; without one, the claimed
/// key, where a new wallet v5r1, v4r2, v3r2, v3r1 or v4r1 of it has this address. Errors: invalid_argument, reason
/// "wallet_address": the address is none of this network. unauthenticated, reason "ton_proof_domain",
///         "ton_proof_expired" (the message tells our time), "ton_proof_network": as they say; reason "ton_proof": everything about
///         key, contract and signature, which are not told apart.
/// Threads: any. Source: TonConnect, as ton_proof_message().
Result<ProvenWallet> verify_ton_proof(const TonProof& proof, const ProofRules& rules);

// ---------------------------------------------------------------------------------------------------------------------
// The platform's own login, for `compat` alone

/// How old the payload of such a login may be, as the platform has it.
inline constexpr std::chrono::minutes kPlatformLoginAgeMax{20};

struct PlatformLogin {
  std::string address;    ///< Raw or friendly.
  std::string payload;    ///< {"nonce","timestamp","address"?} as JSON text, or nonce:timestamp[:address]; made by the client.
  std::string signature;  ///< Base64 of 64 bytes: Ed25519 over the SHA-256 of the payload.
  PublicKey public_key;
};

/// The parts of such a payload that matter, once somebody has read them.
struct PlatformPayload {
  std::string nonce;
  std::int64_t timestamp = 0;  ///< Unix seconds.
  std::optional<std::string> address{};
};

/// Reads the form nonce:timestamp[:address]. Errors: invalid_argument, reason "login_payload".
Result<PlatformPayload> parse_platform_payload(std::string_view text);

/// Verifies the platform's login signature for a wallet whose address is that of a new wallet v5r1, v4r2, v3r2, v3r1 or v4r1 of the
/// key. `payload` is what `login.payload` says. It binds no domain and its nonce is the client's own: remember nonces, and take
/// this form under `compat` alone. There is no signature text that stands for all. Errors: as verify_ton_proof(); reason
/// "login_signature" in place of "ton_proof", "login_expired" of "ton_proof_expired".
Result<ProvenWallet> verify_platform_login_compat(const PlatformLogin& login, const PlatformPayload& payload,
                                                  const ProofRules& rules);

}  // namespace gstd::ton

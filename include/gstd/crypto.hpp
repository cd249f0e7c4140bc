// Keys, digests, authenticated encryption and signed receipts.
#pragma once

#include <gstd/base.hpp>

#include <memory>

namespace gstd {

// ---------------------------------------------------------------------------------------------------------------------
// Secrets

/// Bytes that are locked in memory where the system allows it and wiped when they go. Move only; never printed, never copied.
class SecretBytes {
 public:
  SecretBytes() = default;
  explicit SecretBytes(std::size_t size);

  /// Copies `source`, which the caller should wipe.
  static SecretBytes copy_of(BytesView source);

  SecretBytes(SecretBytes&& other) noexcept;
  SecretBytes& operator=(SecretBytes&& other) noexcept;
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  ~SecretBytes();

  std::span<std::uint8_t> span() noexcept { return {data_, size_}; }
  BytesView view() const noexcept { return {data_, size_}; }
  std::size_t size() const noexcept { return size_; }

 private:
  std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
};

/// Overwrites memory in a way that the compiler does not remove.
void wipe(std::span<std::uint8_t> memory) noexcept;

/// Compares in a time that depends on the lengths only.
bool equal_in_constant_time(BytesView a, BytesView b) noexcept;

// ---------------------------------------------------------------------------------------------------------------------
// SHA-256

/// Source: FIPS 180-4.
Digest sha256(BytesView data) noexcept;

/// SHA-256 over data that comes in pieces. Not shared between threads.
class Sha256 {
 public:
  Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  ~Sha256();

  Sha256& update(BytesView data);
  /// The digest of all data so far; the object starts anew.
  Digest finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// ---------------------------------------------------------------------------------------------------------------------
// Ed25519

inline constexpr std::size_t kSeedBytes = 32;

/// An Ed25519 key pair. Copies share the secret: it is wiped when the last of them goes.
/// Threads: const members may be called from several threads.
/// Source: RFC 8032 (pure Ed25519, no context).
class SigningKey {
 public:
  static SigningKey generate(Random& random = system_random());

  /// Errors: invalid_argument: the seed is not kSeedBytes long.
  static Result<SigningKey> from_seed(BytesView seed);

  const PublicKey& public_key() const noexcept;
  Signature sign(BytesView message) const;

  /// The 32-byte seed, for writing a key file. The caller's copy is wiped when it goes.
  SecretBytes seed() const;

 private:
  struct State;
  explicit SigningKey(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  std::shared_ptr<const State> state_;
};

/// False also for keys and signatures that are not canonical or of small order, as libsodium decides.
bool verify_signature(const PublicKey& key, BytesView message, const Signature& signature) noexcept;

// ---------------------------------------------------------------------------------------------------------------------
// X25519

using EncryptionPublicKey = FixedBytes<32, struct EncryptionPublicKeyTag>;

// ---------------------------------------------------------------------------------------------------------------------
// AES-256-GCM

inline constexpr std::size_t kAeadKeyBytes = 32;
inline constexpr std::size_t kAeadNonceBytes = 12;
inline constexpr std::size_t kAeadTagBytes = 16;

/// Encrypts and authenticates. Returns ciphertext followed by the 16-byte tag. One nonce must never serve twice under one key.
/// Errors: invalid_argument: key not 32 bytes, nonce not 12 bytes.
/// Source: NIST SP 800-38D.
Result<Bytes> aead_seal(BytesView key, BytesView aead_nonce, BytesView associated, BytesView plaintext);

/// Errors: invalid_argument: key, nonce or input of a wrong length. data_loss: not what was sealed with this key, nonce and
/// associated data; nothing of the plaintext is returned.
Result<Bytes> aead_open(BytesView key, BytesView aead_nonce, BytesView associated, BytesView sealed);

/// A key that serves for many messages: it is set up once, which for a short message is most of the work. Move only; not shared
/// between threads. What is set up is wiped when it goes.
class AeadKey {
 public:
  /// Errors: invalid_argument: the key is not 32 bytes.
  static Result<AeadKey> create(BytesView key);
  AeadKey(AeadKey&&) noexcept;
  AeadKey& operator=(AeadKey&&) noexcept;
  ~AeadKey();

  /// As aead_seal() and aead_open() with this key.
  Result<Bytes> seal(BytesView aead_nonce, BytesView associated, BytesView plaintext);
  Result<Bytes> open(BytesView aead_nonce, BytesView associated, BytesView sealed);

 private:
  struct State;
  explicit AeadKey(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// ---------------------------------------------------------------------------------------------------------------------
// Receipts

inline constexpr std::size_t kEngineCharsMax = 128;

/// Version of the encoding that encode_receipt() makes.
inline constexpr std::uint32_t kReceiptVersion = 3;

/// What a worker vouches for: this attempt at this task, with this module and input under these limits, ended so.
/// With the module and the input at hand anybody can run it again and compare.
struct Receipt {
  TaskId task;
  std::uint32_t attempt = 0;
  WalletId worker;
  DeviceId device;
  Digest module;
  Digest input;  ///< A commitment of the kind `commitment`, as is `output`.
  Digest output;
  OutcomeKind outcome = OutcomeKind::completed;
  std::int32_t exit_code = 0;
  std::uint64_t fuel_used = 0;
  RunLimits limits;
  std::string engine;  ///< The engine's fingerprint: printable ASCII, at most kEngineCharsMax.
  GuestConvention convention = GuestConvention::wasi;
  // All below: since version 3.
  CommitmentKind commitment = CommitmentKind::sha256;
  PublicKey key;                        ///< The worker's, with which it signs.
  ReceiptNonce nonce;                   ///< That of the claim.
  std::uint64_t memory_bytes_peak = 0;  ///< Linear memory at the end of the run; it never shrinks.
  Timestamp started_at{};               ///< By the worker's clock, as `ended_at`. From 1970 on, at most kReceiptTimeMax.
  Timestamp ended_at{};

  /// Of the encoding that it was read from; encode_receipt() makes kReceiptVersion of any.
  std::uint32_t version = kReceiptVersion;

  bool operator==(const Receipt&) const = default;
};

/// The last millisecond of the year 9999, the last that RFC 3339 can write.
inline constexpr Timestamp kReceiptTimeMax{std::chrono::milliseconds{253'402'300'799'999}};

/// The one encoding that is signed: domain tag "gstd-receipt-v3", then every field but `version` in the order above, integers
/// big-endian with fixed width, times as milliseconds since 1970, texts with a 4-byte length. No two receipts share an encoding. At
/// most kReceiptBytesMax. A receipt that lacks an id, or whose engine or times break their bounds, is encoded too, but
/// decode_receipt() refuses it.
Bytes encode_receipt(const Receipt& receipt);
inline constexpr std::size_t kReceiptBytesMax = 1024;

/// Reads also what was signed before: tag "gstd-receipt-v2", without the fields since version 3, and "gstd-receipt-v1", from before
/// there was more than one convention, also without that, which is `wasi`. Such evidence stays good; it is not what
/// encode_receipt() makes, so keep the bytes that were signed. Errors: invalid_argument: not the canonical encoding of any receipt
/// (wrong tag, length, enum, id, engine or time, or bytes left over).
Result<Receipt> decode_receipt(BytesView encoded);

/// Signs encode_receipt(receipt).
Signature sign_receipt(const Receipt& receipt, const SigningKey& key);

/// Whether `signature` is `key`'s over exactly these bytes, and they carry a receipt's domain tag, of any version. Their fields
/// are decode_receipt()'s business.
bool verify_receipt(BytesView encoded, const PublicKey& key, const Signature& signature) noexcept;

/// Whether a run can have ended as the receipt says: fuel and memory within their limits, exit code 0 exactly where `completed`,
/// and no end before its start.
/// Errors: invalid_argument, reason "receipt_mismatch".
Result<void> check_consistent(const Receipt& receipt);

}  // namespace gstd

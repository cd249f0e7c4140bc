// Sealing: what a requester and a worker send each other through a coordinator that must not read it. docs/protocol.md, "Sealed
// streams", has the bytes; docs/security.md says what they reveal, and to whom.
#pragma once

#include <gstd/crypto.hpp>

namespace gstd {

// ---------------------------------------------------------------------------------------------------------------------
// HKDF

/// Most bytes that one derivation gives: 255 digests (RFC 5869 section 2.3).
inline constexpr std::size_t kHkdfBytesMax = 255 * Digest::kSize;

/// Fills `out` with bytes that only who has `key` can compute; another `salt` or `info` gives others.
/// Errors: invalid_argument: an empty key, or `out` longer than kHkdfBytesMax.
/// Source: RFC 5869 with SHA-256.
Result<void> hkdf_sha256(BytesView key, BytesView salt, BytesView info, std::span<std::uint8_t> out);

// ---------------------------------------------------------------------------------------------------------------------
// X25519

inline constexpr std::size_t kEncryptionSecretBytes = 32;

/// An X25519 key pair, to which others wrap keys. Copies share the secret: it is wiped when the last of them goes.
/// Threads: const members may be called from several threads.
/// Source: RFC 7748.
class EncryptionKey {
 public:
  static EncryptionKey generate(Random& random = system_random());

  /// Errors: invalid_argument: the secret is not kEncryptionSecretBytes long.
  static Result<EncryptionKey> from_secret(BytesView secret);

  /// The key that goes with an Ed25519 seed, so that one key file serves for signing and for reading. HKDF under a label of its own
  /// makes it: nothing that is learnt of one key helps with the other.
  /// Errors: invalid_argument: the seed is not kSeedBytes long.
  static Result<EncryptionKey> derive(BytesView seed);

  const EncryptionPublicKey& public_key() const noexcept;

  /// What both ends of an exchange come to. Not yet a key: put it through hkdf_sha256().
  /// Errors: data_loss, reason "sealed": `other` is of small order, so that the secret would be the same for everybody.
  Result<SecretBytes> shared_secret(const EncryptionPublicKey& other) const;

  /// The 32 bytes, for a key file. The caller's copy is wiped when it goes.
  SecretBytes secret() const;

 private:
  struct State;
  explicit EncryptionKey(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  std::shared_ptr<const State> state_;
};

// ---------------------------------------------------------------------------------------------------------------------
// Suites, and what a seal is bound to

/// Numbers stand on the wire: append only.
enum class SealingSuite : std::int32_t {
  compat = 1,            ///< The platform's. Its key is made of two public names, so it hides nothing: for interoperation only.
  x25519_aes256gcm = 2,  ///< The default: what this header is about.
};

/// Stable name: "compat", "x25519-aes256gcm".
std::string_view to_string(SealingSuite suite) noexcept;
std::optional<SealingSuite> parse_sealing_suite(std::string_view name) noexcept;

/// Which way a stream goes. Numbers are part of what is bound: append only.
enum class SealingDirection : std::int32_t {
  input = 0,   ///< From requester to worker.
  result = 1,  ///< From worker to requester.
};

/// What a stream is for. It opens under exactly this and nothing else, so that nobody can pass one task's for another's, an older
/// attempt's for this one's, or a result for an input.
struct SealingContext {
  TaskId task;
  std::uint32_t attempt = 0;  ///< 0 for an input, which serves every attempt.
  SealingDirection direction = SealingDirection::input;
  PublicKey sender;  ///< Who sealed: the requester's Ed25519 key, or the worker's.
  SealingSuite suite = SealingSuite::x25519_aes256gcm;

  bool operator==(const SealingContext&) const = default;
};

/// The bytes that stand for a context. No two contexts share theirs.
Bytes encode_sealing_context(const SealingContext& context);

// ---------------------------------------------------------------------------------------------------------------------
// Content keys

inline constexpr std::size_t kContentKeyBytes = 32;

/// The key of one task's input and results. Move only; wiped when it goes.
/// Threads: const members may be called from several threads.
class ContentKey {
 public:
  static ContentKey generate(Random& random = system_random());

  /// Errors: invalid_argument: not kContentKeyBytes long.
  static Result<ContentKey> from_bytes(BytesView bytes);

  /// The content key that the owner of `key` uses for `task`: as good as a random one to everybody else, and there again after a
  /// restart without having been saved. Task ids are unique (a requester draws them at random), and each stream has a random salt,
  /// so that even a task id that came twice would not use one nonce twice.
  static Result<ContentKey> derive(const EncryptionKey& key, const TaskId& task);

  /// To be wrapped or saved; nothing else.
  BytesView view() const noexcept { return bytes_.view(); }

 private:
  explicit ContentKey(SecretBytes bytes) : bytes_(std::move(bytes)) {}
  SecretBytes bytes_;
};

// ---------------------------------------------------------------------------------------------------------------------
// Sealed streams. Every failure to open one, or a wrapped key, is the same error: data_loss, reason "sealed". It does not say
// whether the key was wrong, the context, or the bytes, for that would help only who tries.

/// Plaintext in one chunk. Chunks are sealed one by one, so that neither end ever holds more than one of them.
inline constexpr std::size_t kSealedChunkBytes = 64u << 10;
/// At the stream's beginning: magic, version, suite, chunk size, salt.
inline constexpr std::size_t kSealedHeaderBytes = 40;
/// Most chunks under one key: positions have four bytes. 256 TiB.
inline constexpr std::uint64_t kSealedChunksMax = std::uint64_t{1} << 32;

/// How long the stream of so much plaintext is: the length of what is sealed is no secret.
constexpr std::uint64_t sealed_size(std::uint64_t plaintext_bytes) noexcept {
  const std::uint64_t chunks = plaintext_bytes == 0 ? 1 : (plaintext_bytes - 1) / kSealedChunkBytes + 1;
  return kSealedHeaderBytes + plaintext_bytes + chunks * kAeadTagBytes;
}

/// Seals data that comes in pieces, in constant memory. How it is cut does not matter: the stream is the same. Move only; not
/// shared between threads.
/// Source: the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizar, "Online Authenticated-Encryption and its Nonce-Reuse
/// Misuse-Resistance", 2015) with AES-256-GCM.
class Sealer {
 public:
  /// Errors: invalid_argument, reason "sealing": the context's suite has no streams, or it names no task.
  static Result<Sealer> create(const ContentKey& key, const SealingContext& context, Random& random = system_random());
  Sealer(Sealer&&) noexcept;
  Sealer& operator=(Sealer&&) noexcept;
  ~Sealer();

  /// Appends to `out` what of the stream is ready: the header with the first call, then whole chunks.
  /// Errors: invalid_argument, reason "sealing": more than kSealedChunksMax chunks. failed_precondition: it is finished.
  Result<void> update(BytesView plaintext, Bytes& out);

  /// Appends the last chunk. A stream that lacks it does not open.
  /// Errors: as update().
  Result<void> finish(Bytes& out);

 private:
  struct State;
  explicit Sealer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Opens a stream that comes in pieces, in constant memory. Move only; not shared between threads.
class Opener {
 public:
  /// Errors: as Sealer::create().
  static Result<Opener> create(const ContentKey& key, const SealingContext& context);
  Opener(Opener&&) noexcept;
  Opener& operator=(Opener&&) noexcept;
  ~Opener();

  /// Appends to `out` the plaintext of the chunks that are whole. Each has been checked: it is what was sealed at this place. But
  /// only after finish() is it known that nothing is missing at the end.
  /// Errors: data_loss, reason "sealed"; every later call gives the same. failed_precondition: it is finished.
  Result<void> update(BytesView sealed, Bytes& out);

  /// Appends the last chunk's plaintext.
  /// Errors: as update().
  Result<void> finish(Bytes& out);

 private:
  struct State;
  explicit Opener(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Both at once, for what is in memory anyway. Errors: those of Sealer and Opener. open() returns nothing of a stream that is not
/// good to its end.
Result<Bytes> seal(const ContentKey& key, const SealingContext& context, BytesView plaintext, Random& random = system_random());
Result<Bytes> open(const ContentKey& key, const SealingContext& context, BytesView sealed);

// ---------------------------------------------------------------------------------------------------------------------
// Key wrapping

/// A content key that only the owner of one encryption key can unwrap: suite, ephemeral public key, ciphertext, tag.
inline constexpr std::size_t kWrappedKeyBytes = 1 + EncryptionPublicKey::kSize + kContentKeyBytes + kAeadTagBytes;
using WrappedKey = FixedBytes<kWrappedKeyBytes, struct WrappedKeyTag>;

/// Whom a wrapped key is for, and what for. It unwraps under exactly this and nothing else.
struct WrapContext {
  TaskId task;
  std::uint32_t attempt = 0;
  SealingDirection direction = SealingDirection::input;  ///< Which way the key goes: `input` to a worker.
  PublicKey sender;                                      ///< Who wraps. Not proved by the wrap itself: sign what carries it.
  EncryptionPublicKey recipient;

  bool operator==(const WrapContext&) const = default;
};

/// The bytes that stand for a context. No two contexts share theirs.
Bytes encode_wrap_context(const WrapContext& context);

/// Wraps for `context.recipient` under a key pair that is made for this and forgotten: not even the sender can unwrap it again.
/// Errors: invalid_argument, reason "sealing": the recipient's key is of small order, or the context names no task.
/// Source: X25519 (RFC 7748), HKDF-SHA-256 (RFC 5869), AES-256-GCM; layout in docs/protocol.md, "Wrapped keys".
Result<WrappedKey> wrap_key(const ContentKey& key, const WrapContext& context, Random& random = system_random());

/// Errors: data_loss, reason "sealed": not wrapped for this key under this context, or changed since.
Result<ContentKey> unwrap_key(const WrappedKey& wrapped, const EncryptionKey& recipient, const WrapContext& context);

// ---------------------------------------------------------------------------------------------------------------------
// What requester and worker sign for each other, since the coordinator that carries it is not to be believed

/// What a requester says of an encrypted task. Its signature keeps the coordinator from exchanging the module, or the input
/// together with a worker of an earlier attempt, who has the key.
struct SealedTask {
  TaskId task;
  Digest module;
  GuestConvention convention = GuestConvention::wasi;
  Digest input;  ///< The keyed commitment.
  PublicKey sender;

  bool operator==(const SealedTask&) const = default;
};
Bytes encode_sealed_task(const SealedTask& task);

/// What a worker's device says of the encryption key that it made for one claim: who wraps for that key wraps for this device.
struct KeyRequest {
  TaskId task;
  DeviceId device;
  EncryptionPublicKey recipient;

  bool operator==(const KeyRequest&) const = default;
};
Bytes encode_key_request(const KeyRequest& request);

/// What a requester says when it wraps a content key: this wrap, for this attempt, for this device and no other.
struct KeyGrant {
  TaskId task;
  std::uint32_t attempt = 0;
  DeviceId device;
  PublicKey device_key;
  EncryptionPublicKey recipient;
  WrappedKey wrapped;

  bool operator==(const KeyGrant&) const = default;
};
Bytes encode_key_grant(const KeyGrant& grant);

/// Whether bytes have the form of a sealed stream: its header, and a length that is possible. Whether they open is for who has the
/// key.
bool has_sealed_form(BytesView bytes) noexcept;

// ---------------------------------------------------------------------------------------------------------------------
// Keyed commitments

/// Stands for a task's input or result towards those who have not its content key: equal data of one task and direction have equal
/// commitments, so that results can be compared by who cannot read them; without the key they cannot be told from random, not even
/// by who guesses the data.
/// Source: HMAC-SHA-256 (RFC 2104); layout in docs/protocol.md, "Keyed commitments".
Digest keyed_commitment(const ContentKey& key, SealingDirection direction, const Digest& plaintext_sha256);

// ---------------------------------------------------------------------------------------------------------------------
// Suite 1, the platform's

/// As the platform stores it: both in standard padded base64.
struct CompatSealed {
  std::string data;        ///< Ciphertext and tag.
  std::string aead_nonce;  ///< 12 bytes.
  bool operator==(const CompatSealed&) const = default;
};

/// The platform's encryption of inputs and results. Anybody who knows task and requester can open it: it is no protection, and
/// exists so that data of the platform can be read and made.
/// Errors: invalid_argument: longer than AES-GCM allows.
/// Source: the platform's encryption_service.go; docs/protocol.md, "Sealed streams".
Result<CompatSealed> compat_seal(const TaskId& task, std::string_view requester, BytesView plaintext,
                                 Random& random = system_random());

/// Errors: data_loss, reason "sealed".
Result<Bytes> compat_open(const TaskId& task, std::string_view requester, const CompatSealed& sealed);

}  // namespace gstd

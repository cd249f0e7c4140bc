// Two forms. Encrypted, five lines, each ended by a line feed:
//   gstd-key-file 2
//   public-key HEX32
//   argon2id13 PASSES MEMORY_KIB HEX16        salt
//   xchacha20-poly1305 HEX24                  nonce
//   sealed HEX48                              seed and tag; the four lines above are its associated data
// Not encrypted, and the form of earlier versions: "gstd-ed25519-seed:" HEX32. There is one spelling of everything.
#include "crypto/key_file_text.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "crypto/sodium.hpp"

namespace gstd::crypto {
namespace {

constexpr std::string_view kPlainPrefix = "gstd-ed25519-seed:";
constexpr std::string_view kFirstLine = "gstd-key-file 2\n";
constexpr std::string_view kKeyPrefix = "public-key ";
constexpr std::string_view kKdfPrefix = "argon2id13 ";
constexpr std::string_view kCipherPrefix = "xchacha20-poly1305 ";
constexpr std::string_view kSealedPrefix = "sealed ";

constexpr std::size_t kSaltBytes = crypto_pwhash_argon2id_SALTBYTES;
constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t kDerivedBytes = crypto_aead_xchacha20poly1305_ietf_KEYBYTES;
static_assert(kSaltBytes == 16 && kNonceBytes == 24 && kTagBytes == 16 && kDerivedBytes == 32);

Error not_a_key(std::string_view name) {
  return {ErrorCode::invalid_argument, std::string(name) + " is not a key file; make one with `gstd keygen`", "key_file_format"};
}

// Into memory that is wiped, and in constant time, since the digits may be a seed's.
bool read_hex(std::string_view digits, std::span<std::uint8_t> out) noexcept {
  if (digits.size() != 2 * out.size() || std::any_of(digits.begin(), digits.end(), [](char c) { return c >= 'A' && c <= 'F'; }))
    return false;
  std::size_t size = 0;
  return sodium_hex2bin(out.data(), out.size(), digits.data(), digits.size(), nullptr, &size, nullptr) == 0 && size == out.size();
}

std::optional<std::uint64_t> read_number(std::string_view digits) noexcept {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc{} || end != digits.data() + digits.size() || digits.empty() || digits.front() == '0') return std::nullopt;
  return number;
}

// What stands up to `end`; the text goes on behind it.
std::optional<std::string_view> take_until(std::string_view& text, char end) noexcept {
  const auto at = text.find(end);
  if (at == std::string_view::npos) return std::nullopt;
  const auto taken = text.substr(0, at);
  text.remove_prefix(at + 1);
  return taken;
}

bool take(std::string_view& text, std::string_view prefix) noexcept {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

struct Sealed {
  PublicKey public_key;
  KdfCost cost{};
  std::array<std::uint8_t, kSaltBytes> salt{};
  std::array<std::uint8_t, kNonceBytes> nonce{};
  std::array<std::uint8_t, kSeedBytes + kTagBytes> sealed{};
  std::string_view header;  // the associated data, in the text
};

std::optional<Sealed> parse_sealed(std::string_view text, const KdfBounds& bounds) noexcept {
  const std::string_view whole = text;
  Sealed out;
  if (!take(text, kFirstLine) || !take(text, kKeyPrefix)) return std::nullopt;
  const auto key = take_until(text, '\n');
  if (!key || !read_hex(*key, out.public_key.bytes) || !take(text, kKdfPrefix)) return std::nullopt;
  const auto passes = take_until(text, ' ');
  const auto memory = passes ? take_until(text, ' ') : std::nullopt;
  const auto salt = memory ? take_until(text, '\n') : std::nullopt;
  if (!salt || !read_hex(*salt, out.salt) || !take(text, kCipherPrefix)) return std::nullopt;
  const auto passes_number = read_number(*passes);
  const auto memory_number = read_number(*memory);
  if (!passes_number || !memory_number || *passes_number > bounds.passes_max || *memory_number > bounds.memory_kib_max ||
      *memory_number < crypto_pwhash_argon2id_MEMLIMIT_MIN / 1024)
    return std::nullopt;
  out.cost = {*passes_number, *memory_number};
  const auto nonce = take_until(text, '\n');
  if (!nonce || !read_hex(*nonce, out.nonce)) return std::nullopt;
  out.header = whole.substr(0, whole.size() - text.size());
  if (!take(text, kSealedPrefix)) return std::nullopt;
  const auto sealed = take_until(text, '\n');
  if (!sealed || !read_hex(*sealed, out.sealed) || !text.empty()) return std::nullopt;
  return out;
}

// Errors: resource_exhausted: no memory.
Result<SecretBytes> derive(BytesView passphrase, const std::array<std::uint8_t, kSaltBytes>& salt, const KdfCost& cost) {
  ensure_sodium();
  SecretBytes key{kDerivedBytes};
  if (crypto_pwhash_argon2id(key.span().data(), key.size(), reinterpret_cast<const char*>(passphrase.data()), passphrase.size(),
                             salt.data(), cost.passes, cost.memory_kib * 1024, crypto_pwhash_argon2id_ALG_ARGON2ID13) != 0)
    return Error{
        ErrorCode::resource_exhausted,
        "there is not enough memory to work with the passphrase: it takes " + std::to_string(cost.memory_kib / 1024) + " MiB",
        "memory"};
  return key;
}

// Of an unencrypted file; nothing where it is none.
std::optional<SigningKey> read_plain(std::string_view text) {
  if (!take(text, kPlainPrefix)) return std::nullopt;
  if (text.ends_with('\n')) text.remove_suffix(1);  // earlier versions took a file without it
  SecretBytes seed{kSeedBytes};
  if (!read_hex(text, seed.span())) return std::nullopt;
  return *SigningKey::from_seed(seed.view());  // refuses wrong lengths only
}

std::string header_of(const PublicKey& key, const KdfCost& cost, BytesView salt, BytesView nonce) {
  std::string header(kFirstLine);
  header.append(kKeyPrefix).append(key.hex()).append("\n").append(kKdfPrefix).append(std::to_string(cost.passes)).append(" ");
  header.append(std::to_string(cost.memory_kib)).append(" ").append(encode_hex(salt)).append("\n");
  return header.append(kCipherPrefix).append(encode_hex(nonce)).append("\n");
}

}  // namespace

SecretBytes plain_key(const SigningKey& key) {
  const SecretBytes seed = key.seed();
  // One more for the NUL that libsodium writes, which becomes the line feed.
  SecretBytes text{kPlainPrefix.size() + 2 * kSeedBytes + 1};
  std::memcpy(text.span().data(), kPlainPrefix.data(), kPlainPrefix.size());
  auto* const digits = reinterpret_cast<char*>(text.span().data() + kPlainPrefix.size());
  sodium_bin2hex(digits, 2 * kSeedBytes + 1, seed.view().data(), seed.size());
  text.span().back() = '\n';
  return text;
}

Result<SecretBytes> seal_key(const SigningKey& key, BytesView passphrase, const KdfCost& cost, Random& random) {
  std::array<std::uint8_t, kSaltBytes> salt{};
  std::array<std::uint8_t, kNonceBytes> nonce{};
  random.fill(salt);
  random.fill(nonce);
  const auto derived = derive(passphrase, salt, cost);
  if (!derived) return derived.error();
  std::string text = header_of(key.public_key(), cost, salt, nonce);
  const SecretBytes seed = key.seed();
  std::array<std::uint8_t, kSeedBytes + kTagBytes> sealed{};
  crypto_aead_xchacha20poly1305_ietf_encrypt(sealed.data(), nullptr, seed.view().data(), seed.size(), as_bytes(text).data(),
                                             text.size(), nullptr, nonce.data(), derived->view().data());
  text.append(kSealedPrefix).append(encode_hex(sealed)).append("\n");
  return SecretBytes::copy_of(as_bytes(text));
}

Result<SigningKey> open_key(BytesView text, BytesView passphrase, std::string_view name, const KdfBounds& bounds) {
  if (auto key = read_plain(as_text(text))) return *std::move(key);
  const auto file = parse_sealed(as_text(text), bounds);
  if (!file) return not_a_key(name);
  if (passphrase.empty())
    return Error{ErrorCode::failed_precondition, std::string(name) + " is encrypted; give its passphrase", "key_file_locked"};
  // Also where it is too long to be the one, which costs nothing to say.
  const Error wrong{
      ErrorCode::unauthenticated,
      "the passphrase is not that of " + std::string(name) + ", or the file is damaged; try again, or take a copy of it",
      "key_file_passphrase"};
  if (passphrase.size() > kPassphraseBytesMax) return wrong;
  const auto derived = derive(passphrase, file->salt, file->cost);
  if (!derived) return derived.error();
  SecretBytes seed{kSeedBytes};
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(seed.span().data(), nullptr, nullptr, file->sealed.data(), file->sealed.size(),
                                                 as_bytes(file->header).data(), file->header.size(), file->nonce.data(),
                                                 derived->view().data()) != 0)
    return wrong;
  auto key = SigningKey::from_seed(seed.view());
  if (key && key->public_key() != file->public_key) return wrong;
  return key;
}

Result<KeyFileInfo> inspect_key(BytesView text, std::string_view name, const KdfBounds& bounds) {
  if (const auto key = read_plain(as_text(text))) return KeyFileInfo{key->public_key(), false};
  const auto file = parse_sealed(as_text(text), bounds);
  if (!file) return not_a_key(name);
  return KeyFileInfo{file->public_key, true};
}

}  // namespace gstd::crypto

#include "wasm/code_file.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <algorithm>

namespace gstd::wasm {
namespace {

constexpr std::string_view kMagic = "gstdcode";
constexpr std::string_view kKeyLabel = "gstd code cache, one-time key, v1";
constexpr std::size_t kOneTimeKeyBytes = 32;

constexpr std::size_t kVersionAt = kMagic.size();
constexpr std::size_t kKeyAt = kVersionAt + 4;
constexpr std::size_t kSaltAt = kKeyAt + Digest::kSize;
constexpr std::size_t kLengthAt = kSaltAt + kCodeSaltBytes;
static_assert(kLengthAt + 8 == kCodeHeaderBytes);

void write_number(std::span<std::uint8_t> out, std::uint64_t number) noexcept {
  for (auto& byte : out) {
    byte = static_cast<std::uint8_t>(number);
    number >>= 8;
  }
}

std::uint64_t read_number(BytesView bytes) noexcept {
  std::uint64_t number = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) number = number << 8 | bytes[i];
  return number;
}

using MacContext = std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)>;

}  // namespace

CodeHeader make_code_header(const Digest& key, const CodeSalt& salt, std::uint64_t code_bytes) noexcept {
  CodeHeader header{};
  std::copy(kMagic.begin(), kMagic.end(), header.begin());
  write_number(std::span{header}.subspan(kVersionAt, 4), kCodeFormatVersion);
  std::copy(key.bytes.begin(), key.bytes.end(), header.begin() + kKeyAt);
  std::copy(salt.begin(), salt.end(), header.begin() + kSaltAt);
  write_number(std::span{header}.subspan(kLengthAt, 8), code_bytes);
  return header;
}

std::optional<CodeFile> parse_code_file(BytesView file, const Digest& key) noexcept {
  if (file.size() < kCodeHeaderBytes + kCodeTagBytes) return std::nullopt;
  const std::size_t code_bytes = file.size() - kCodeHeaderBytes - kCodeTagBytes;
  if (code_bytes > kCachedCodeBytesMax || read_number(file.subspan(kLengthAt, 8)) != code_bytes) return std::nullopt;
  if (as_text(file.first(kMagic.size())) != kMagic) return std::nullopt;
  if (read_number(file.subspan(kVersionAt, 4)) != kCodeFormatVersion) return std::nullopt;
  if (!std::ranges::equal(file.subspan(kKeyAt, Digest::kSize), key.bytes)) return std::nullopt;
  return CodeFile{file.subspan(kSaltAt, kCodeSaltBytes), file.subspan(kCodeHeaderBytes, code_bytes),
                  file.first(kCodeHeaderBytes + code_bytes), file.last(kCodeTagBytes)};
}

struct CodeAuthenticator::State {
  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    OPENSSL_cleanse(secret.data(), secret.size());
    EVP_MAC_free(poly1305);
  }

  std::array<std::uint8_t, kSecretBytes> secret{};
  EVP_MAC* poly1305 = nullptr;  // fetched once: looking an algorithm up takes longer than checking a small file
};

CodeAuthenticator::CodeAuthenticator(std::unique_ptr<State> state) : state_(std::move(state)) {}
CodeAuthenticator::CodeAuthenticator(CodeAuthenticator&&) noexcept = default;
CodeAuthenticator& CodeAuthenticator::operator=(CodeAuthenticator&&) noexcept = default;
CodeAuthenticator::~CodeAuthenticator() = default;

Result<CodeAuthenticator> CodeAuthenticator::create(std::span<const std::uint8_t, kSecretBytes> secret) {
  auto state = std::make_unique<State>();
  std::copy(secret.begin(), secret.end(), state->secret.begin());
  state->poly1305 = EVP_MAC_fetch(nullptr, "POLY1305", nullptr);
  if (!state->poly1305) return Error{ErrorCode::internal, "Poly1305 is not available from the crypto library", {}};
  return CodeAuthenticator{std::move(state)};
}

std::optional<CodeTag> CodeAuthenticator::tag(BytesView salt, BytesView head, BytesView body) const noexcept {
  if (salt.size() != kCodeSaltBytes) return std::nullopt;
  std::array<std::uint8_t, kKeyLabel.size() + kCodeSaltBytes> derived_from;
  std::copy(salt.begin(), salt.end(), std::copy(kKeyLabel.begin(), kKeyLabel.end(), derived_from.begin()));
  std::array<std::uint8_t, kOneTimeKeyBytes> key;
  unsigned key_bytes = 0;
  const bool derived = HMAC(EVP_sha256(), state_->secret.data(), static_cast<int>(state_->secret.size()), derived_from.data(),
                            derived_from.size(), key.data(), &key_bytes) != nullptr &&
                       key_bytes == key.size();
  const MacContext context{EVP_MAC_CTX_new(state_->poly1305), EVP_MAC_CTX_free};
  CodeTag out{};
  std::size_t written = 0;
  const bool good = derived && context && EVP_MAC_init(context.get(), key.data(), key.size(), nullptr) == 1 &&
                    EVP_MAC_update(context.get(), head.data(), head.size()) == 1 &&
                    (body.empty() || EVP_MAC_update(context.get(), body.data(), body.size()) == 1) &&
                    EVP_MAC_final(context.get(), out.data(), &written, out.size()) == 1 && written == out.size();
  OPENSSL_cleanse(key.data(), key.size());
  if (!good) return std::nullopt;
  return out;
}

bool CodeAuthenticator::is_authentic(const CodeFile& file) const noexcept {
  const auto expected = tag(file.salt, file.authenticated, {});
  return expected && file.tag.size() == expected->size() && CRYPTO_memcmp(file.tag.data(), expected->data(), expected->size()) == 0;
}

}  // namespace gstd::wasm

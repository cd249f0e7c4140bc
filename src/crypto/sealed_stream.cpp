#include "crypto/sealed_stream.hpp"

#include <algorithm>

#include "crypto/canonical.hpp"
#include "crypto/sealed_error.hpp"
#include "crypto/wiped.hpp"

namespace gstd {
namespace {

// "GSTD", version 1 of the layout, suite, the chunk size's binary logarithm, zero.
constexpr std::array<std::uint8_t, 8> kHeaderStart{'G', 'S', 'T', 'D', 1, static_cast<std::uint8_t>(SealingSuite::x25519_aes256gcm),
                                                   16,  0};
static_assert(kSealedChunkBytes == 1u << 16);
constexpr std::size_t kSaltBytes = kSealedHeaderBytes - kHeaderStart.size();
static_assert(kSaltBytes == 32);

Error cipher_failed() { return {ErrorCode::internal, "OpenSSL could not seal or open; see its configuration", "aead"}; }

}  // namespace

Result<void> check_sealing_context(const SealingContext& context) {
  if (context.suite != SealingSuite::x25519_aes256gcm) return sealing_refused("only suite 2, x25519-aes256gcm, has streams");
  if (context.task.empty()) return sealing_refused("the context names no task");
  return {};
}

SealedHeader make_sealed_header(Random& random) {
  SealedHeader header{};
  std::ranges::copy(kHeaderStart, header.begin());
  random.fill(std::span{header}.subspan(kHeaderStart.size()));
  return header;
}

bool is_sealed_header(const SealedHeader& header) noexcept {
  return std::equal(kHeaderStart.begin(), kHeaderStart.end(), header.begin());
}

// A key of its own for each stream: that is what makes nonces out of positions alone safe.
ChunkCipher::ChunkCipher(Gcm::Direction direction, const ContentKey& key, const Bytes& encoded_context, const SealedHeader& header)
    : associated_(header.begin(), header.end()) {
  associated_.insert(associated_.end(), encoded_context.begin(), encoded_context.end());
  Wiped<kAeadKeyBytes> stream_key;
  const auto info = canonical::labelled("gstd-stream-key-v1").bytes(encoded_context).take();
  if (hkdf_sha256(key.view(), std::span{header}.subspan(kHeaderStart.size()), info, stream_key.span()))
    gcm_.emplace(direction, stream_key.view());
}

// Seven zeros, the position, and whether it is the last: each chunk fits its own place and no other.
std::array<std::uint8_t, kAeadNonceBytes> ChunkCipher::next_nonce(bool is_last) noexcept {
  std::array<std::uint8_t, kAeadNonceBytes> nonce{};
  for (std::size_t i = 0; i < 4; ++i) nonce.at(7 + i) = static_cast<std::uint8_t>(position_ >> (24 - 8 * i));
  nonce.back() = is_last ? 1 : 0;
  ++position_;
  return nonce;
}

Result<void> ChunkCipher::seal(BytesView chunk, bool is_last, std::uint8_t* sealed) {
  if (!gcm_->seal(next_nonce(is_last), associated_, chunk, sealed)) return cipher_failed();
  return {};
}

Result<void> ChunkCipher::open(BytesView sealed, bool is_last, std::uint8_t* chunk) {
  if (gcm_->open(next_nonce(is_last), associated_, sealed, chunk) != Gcm::Opened::good) return not_opened();
  return {};
}

}  // namespace gstd

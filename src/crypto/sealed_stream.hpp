// What sealing and opening a stream have in common: its header, its key, and the nonce of each chunk.
#pragma once

#include <gstd/sealing.hpp>

#include "crypto/gcm.hpp"

namespace gstd {

using SealedHeader = std::array<std::uint8_t, kSealedHeaderBytes>;
inline constexpr std::size_t kSealedChunkWithTagBytes = kSealedChunkBytes + kAeadTagBytes;

/// Errors: those of Sealer::create().
Result<void> check_sealing_context(const SealingContext& context);

SealedHeader make_sealed_header(Random& random);
/// Whether all but the salt is as it must be.
bool is_sealed_header(const SealedHeader& header) noexcept;

/// The chunks of one stream, in their order.
class ChunkCipher {
 public:
  /// Not ready() where OpenSSL fails.
  ChunkCipher(Gcm::Direction direction, const ContentKey& key, const Bytes& encoded_context, const SealedHeader& header);
  bool ready() const noexcept { return gcm_.has_value() && gcm_->ready(); }

  /// Whether there may be another chunk, and whether there was none yet.
  bool is_full() const noexcept { return position_ == kSealedChunksMax; }
  bool is_first() const noexcept { return position_ == 0; }

  /// Errors: internal: OpenSSL fails. `sealed` has room for the chunk and its tag.
  Result<void> seal(BytesView chunk, bool is_last, std::uint8_t* sealed);
  /// Errors: data_loss, reason "sealed". `chunk` has room for all but the tag.
  Result<void> open(BytesView sealed, bool is_last, std::uint8_t* chunk);

 private:
  std::array<std::uint8_t, kAeadNonceBytes> next_nonce(bool is_last) noexcept;

  std::optional<Gcm> gcm_;
  Bytes associated_;  // header and context
  std::uint64_t position_ = 0;
};

}  // namespace gstd

// Streams of what is in memory anyway: the same bytes as Sealer and Opener make, without holding back and copying a chunk, and
// without a copy of the key.
#include <algorithm>

#include "crypto/sealed_error.hpp"
#include "crypto/sealed_stream.hpp"

namespace gstd {
namespace {

Error cipher_failed() { return {ErrorCode::internal, "OpenSSL could not set up AES-256-GCM; see its configuration", "aead"}; }

// All chunks of `in`, of which only the last may be shorter than `whole`. Space is made chunk by chunk: what is filled with zeros
// then is still in the processor's cache when it is written over.
template <class Put>
Result<void> for_each_chunk(BytesView in, std::size_t whole, Put put) {
  for (;;) {
    const auto chunk = in.first(std::min(in.size(), whole));
    in = in.subspan(chunk.size());
    if (auto done = put(chunk, in.empty()); !done || in.empty()) return done;
  }
}

}  // namespace

Result<Bytes> seal(const ContentKey& key, const SealingContext& context, BytesView plaintext, Random& random) {
  if (auto checked = check_sealing_context(context); !checked) return std::move(checked).error();
  if (plaintext.size() > kSealedChunksMax * kSealedChunkBytes) return sealing_refused("a sealed stream has at most 2^32 chunks");
  const SealedHeader header = make_sealed_header(random);
  ChunkCipher cipher{Gcm::Direction::seal, key, encode_sealing_context(context), header};
  if (!cipher.ready()) return cipher_failed();
  Bytes out;
  out.reserve(sealed_size(plaintext.size()));
  out.assign(header.begin(), header.end());
  auto sealed = for_each_chunk(plaintext, kSealedChunkBytes, [&](BytesView chunk, bool is_last) {
    const std::size_t at = out.size();
    out.resize(at + chunk.size() + kAeadTagBytes);
    return cipher.seal(chunk, is_last, out.data() + at);
  });
  if (!sealed) return std::move(sealed).error();
  return out;
}

Result<Bytes> open(const ContentKey& key, const SealingContext& context, BytesView sealed) {
  if (auto checked = check_sealing_context(context); !checked) return std::move(checked).error();
  if (!has_sealed_form(sealed)) return not_opened();
  SealedHeader header{};
  std::copy_n(sealed.begin(), header.size(), header.begin());
  ChunkCipher cipher{Gcm::Direction::open, key, encode_sealing_context(context), header};
  if (!cipher.ready()) return cipher_failed();
  Bytes out;
  out.reserve(sealed.size());  // more than enough, so that plaintext is never moved
  auto opened = for_each_chunk(sealed.subspan(header.size()), kSealedChunkWithTagBytes, [&](BytesView chunk, bool is_last) {
    if (cipher.is_full()) return Result<void>{not_opened()};
    const std::size_t at = out.size();
    out.resize(at + chunk.size() - kAeadTagBytes);
    return cipher.open(chunk, is_last, out.data() + at);
  });
  if (opened) return out;
  wipe(out);
  return std::move(opened).error();
}

}  // namespace gstd

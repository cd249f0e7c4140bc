#include <algorithm>

#include "crypto/sealed_error.hpp"
#include "crypto/sealed_stream.hpp"

namespace gstd {

struct Opener::State {
  ContentKey key;  // until the header is there
  Bytes context;
  std::optional<ChunkCipher> cipher{};
  Bytes held{};  // the header, or a chunk, that is not whole, or may be the last
  bool failed = false;
  bool finished = false;

  // Takes from `sealed` what `held` lacks of `size` bytes. False: that was all there is.
  bool fill(std::size_t size, BytesView& sealed) {
    held.reserve(kSealedChunkWithTagBytes);
    const auto more = sealed.first(std::min(sealed.size(), size - held.size()));
    held.insert(held.end(), more.begin(), more.end());
    sealed = sealed.subspan(more.size());
    return held.size() == size;
  }

  Result<void> start() {
    SealedHeader header{};
    std::ranges::copy(held, header.begin());
    held.clear();
    if (!is_sealed_header(header)) return not_opened();
    cipher.emplace(Gcm::Direction::open, key, context, header);
    if (!cipher->ready()) return Error{ErrorCode::internal, "OpenSSL could not set up AES-256-GCM; see its configuration", "aead"};
    return {};
  }

  Result<void> put(BytesView chunk, bool is_last, Bytes& out) {
    if (cipher->is_full()) return not_opened();
    const std::size_t at = out.size();
    out.resize(at + chunk.size() - kAeadTagBytes);
    auto opened = cipher->open(chunk, is_last, out.data() + at);
    if (!opened) out.resize(at);
    return opened;
  }

  Result<void> update(BytesView sealed, Bytes& out) {
    if (!cipher) {
      if (!fill(kSealedHeaderBytes, sealed)) return {};
      if (auto started = start(); !started) return started;
    }
    if (!held.empty()) {
      if (!fill(kSealedChunkWithTagBytes, sealed) || sealed.empty()) return {};  // what is whole may still be the last
      if (auto put_out = put(held, false, out); !put_out) return put_out;
      held.clear();
    }
    while (sealed.size() > kSealedChunkWithTagBytes) {
      if (auto put_out = put(sealed.first(kSealedChunkWithTagBytes), false, out); !put_out) return put_out;
      sealed = sealed.subspan(kSealedChunkWithTagBytes);
    }
    static_cast<void>(fill(kSealedChunkWithTagBytes, sealed));
    return {};
  }

  Result<void> finish(Bytes& out) {
    // One plaintext, one stream: only a stream without any data ends with an empty chunk.
    if (!cipher || held.size() < kAeadTagBytes || (held.size() == kAeadTagBytes && !cipher->is_first())) return not_opened();
    return put(held, true, out);
  }
};

Opener::Opener(std::unique_ptr<State> state) : state_(std::move(state)) {}
Opener::Opener(Opener&&) noexcept = default;
Opener& Opener::operator=(Opener&&) noexcept = default;
Opener::~Opener() = default;

Result<Opener> Opener::create(const ContentKey& key, const SealingContext& context) {
  if (auto checked = check_sealing_context(context); !checked) return std::move(checked).error();
  auto copy = ContentKey::from_bytes(key.view());
  if (!copy) return std::move(copy).error();
  return Opener{std::unique_ptr<State>{new State{*std::move(copy), encode_sealing_context(context)}}};
}

Result<void> Opener::update(BytesView sealed, Bytes& out) {
  if (state_->failed) return not_opened();
  if (state_->finished) return Error{ErrorCode::failed_precondition, "the stream is finished; make another Opener", "sealing"};
  auto updated = state_->update(sealed, out);
  state_->failed = !updated;
  return updated;
}

Result<void> Opener::finish(Bytes& out) {
  if (state_->failed) return not_opened();
  if (state_->finished) return Error{ErrorCode::failed_precondition, "the stream is finished already", "sealing"};
  auto finished = state_->finish(out);
  state_->failed = !finished;
  state_->finished = finished.has_value();
  return finished;
}

}  // namespace gstd

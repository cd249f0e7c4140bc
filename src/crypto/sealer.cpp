#include <algorithm>

#include "crypto/sealed_error.hpp"
#include "crypto/sealed_stream.hpp"

namespace gstd {

struct Sealer::State {
  SealedHeader header;
  ChunkCipher cipher;
  Bytes held{};  // plaintext that waits for its chunk to fill, or for a byte behind it: which chunk is the last is known only then
  bool begun = false;
  bool finished = false;

  ~State() { wipe(held); }

  Result<void> put(BytesView chunk, bool is_last, Bytes& out) {
    if (cipher.is_full()) return sealing_refused("a sealed stream has at most 2^32 chunks; split the data");
    const std::size_t at = out.size();
    out.resize(at + chunk.size() + kAeadTagBytes);
    return cipher.seal(chunk, is_last, out.data() + at);
  }
  void begin(Bytes& out) {
    if (!std::exchange(begun, true)) out.insert(out.end(), header.begin(), header.end());
  }
};

Sealer::Sealer(std::unique_ptr<State> state) : state_(std::move(state)) {}
Sealer::Sealer(Sealer&&) noexcept = default;
Sealer& Sealer::operator=(Sealer&&) noexcept = default;
Sealer::~Sealer() = default;

Result<Sealer> Sealer::create(const ContentKey& key, const SealingContext& context, Random& random) {
  if (auto checked = check_sealing_context(context); !checked) return std::move(checked).error();
  const SealedHeader header = make_sealed_header(random);
  ChunkCipher cipher{Gcm::Direction::seal, key, encode_sealing_context(context), header};
  if (!cipher.ready()) return Error{ErrorCode::internal, "OpenSSL could not set up AES-256-GCM; see its configuration", "aead"};
  return Sealer{std::unique_ptr<State>{new State{header, std::move(cipher)}}};
}

Result<void> Sealer::update(BytesView plaintext, Bytes& out) {
  State& state = *state_;
  if (state.finished) return Error{ErrorCode::failed_precondition, "the stream is finished; make another Sealer", "sealing"};
  state.begin(out);
  if (!state.held.empty()) {
    const auto more = plaintext.first(std::min(plaintext.size(), kSealedChunkBytes - state.held.size()));
    state.held.insert(state.held.end(), more.begin(), more.end());
    plaintext = plaintext.subspan(more.size());
    if (plaintext.empty()) return {};  // a chunk that is full may still be the last
    if (auto put = state.put(state.held, false, out); !put) return put;
    state.held.clear();
  }
  while (plaintext.size() > kSealedChunkBytes) {
    if (auto put = state.put(plaintext.first(kSealedChunkBytes), false, out); !put) return put;
    plaintext = plaintext.subspan(kSealedChunkBytes);
  }
  state.held.reserve(kSealedChunkBytes);  // never moved again, so that no copy of it stays behind unwiped
  state.held.assign(plaintext.begin(), plaintext.end());
  return {};
}

Result<void> Sealer::finish(Bytes& out) {
  State& state = *state_;
  if (state.finished) return Error{ErrorCode::failed_precondition, "the stream is finished already", "sealing"};
  state.begin(out);
  state.finished = true;
  return state.put(state.held, true, out);
}

}  // namespace gstd

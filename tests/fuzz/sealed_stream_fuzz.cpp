// Goal:   no input brings the opener down, and only what was sealed opens, however it comes cut.
// Method: the first byte says what is tried. Bytes as they come: refused, alike at once and cut in two. Bytes as an edit of a good
//         stream: opens only where they leave it as it was.
#include <gstd/sealing.hpp>

#include <algorithm>

#include "check.hpp"

namespace {

using namespace gstd;

const ContentKey& key() {
  static const ContentKey key = *ContentKey::from_bytes(Bytes(kContentKeyBytes, 1));
  return key;
}

const SealingContext& context() {
  static const SealingContext context{*TaskId::parse("task"), 1, SealingDirection::result, {}};
  return context;
}

Result<Bytes> open_in_two(BytesView sealed, std::size_t cut) {
  auto opener = Opener::create(key(), context());
  Bytes out;
  auto opened = opener->update(sealed.first(cut), out);
  if (opened) opened = opener->update(sealed.subspan(cut), out);
  if (opened) opened = opener->finish(out);
  if (!opened) return std::move(opened).error();
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const BytesView rest{data + 2, size - 2};
  SeededRandom random{1};
  // Short, or just beyond one chunk.
  const Bytes plaintext((data[0] & 2u) != 0 ? kSealedChunkBytes + 3 : 5, 'p');
  const Bytes good = *seal(key(), context(), plaintext, random);
  Bytes tried(rest.begin(), rest.end());
  if ((data[0] & 1u) != 0) {
    tried = good;
    const std::size_t at = (data[1] * tried.size()) / 256;
    for (std::size_t i = 0; i < rest.size() && at + i < tried.size(); ++i) tried[at + i] ^= rest[i];
  }
  const auto opened = open(key(), context(), tried);
  const auto in_two = open_in_two(tried, std::min<std::size_t>(tried.size(), data[1] * std::size_t{300}));
  fuzz::require(opened.has_value() == in_two.has_value());
  if (opened) {
    // Not only `good`: comparing shows the fuzzer good streams byte by byte, and in time it brings one of them as its own.
    SeededRandom again{1};
    fuzz::require(*opened == *in_two && tried == *seal(key(), context(), *opened, again));
  } else {
    fuzz::require(tried != good && opened.error() == in_two.error());
    fuzz::require(opened.error().code == ErrorCode::data_loss && opened.error().reason == "sealed");
  }
  return 0;
}

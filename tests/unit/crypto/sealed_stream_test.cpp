#include <gstd/sealing.hpp>

#include <algorithm>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace gstd {
namespace {

template <class IdType>
IdType id(std::string_view text) {
  return *IdType::parse(text);
}

SealingContext sample_context() {
  SealingContext context{id<TaskId>("task"), 2, SealingDirection::result, {}};
  context.sender.bytes.fill(9);
  return context;
}

Bytes random_bytes(std::size_t size, std::uint64_t seed) {
  Bytes bytes(size);
  SeededRandom{seed}.fill(bytes);
  return bytes;
}

bool is_refused(const Result<Bytes>& result) {
  return !result &&
         result.error() == Error{ErrorCode::data_loss,
                                 "this was not sealed for this key and purpose, or was changed since; ask its sender for it again",
                                 "sealed"};
}

SealingContext any_context() {
  static constexpr std::string_view kLetters = "abcAZ09._:@+=/-";
  SealingContext context;
  const auto size = *rc::gen::inRange<std::size_t>(1, 40);
  context.task = id<TaskId>(*rc::gen::container<std::string>(size, rc::gen::elementOf(std::string(kLetters))));
  context.attempt = *rc::gen::arbitrary<std::uint32_t>();
  context.direction = *rc::gen::element(SealingDirection::input, SealingDirection::result);
  context.sender.bytes = *rc::gen::arbitrary<std::array<std::uint8_t, 32>>();
  return context;
}

// Sizes at which something changes: nothing, around one chunk, around two.
std::size_t any_size() {
  return *rc::gen::element<std::size_t>(0, 1, 100, kSealedChunkBytes - 1, kSealedChunkBytes, kSealedChunkBytes + 1,
                                        2 * kSealedChunkBytes - 1, 2 * kSealedChunkBytes, 2 * kSealedChunkBytes + 1);
}

// Goal:   what was sealed opens to the same, and is as long as promised.
// Method: random keys and contexts, sizes around chunk borders.
RC_GTEST_PROP(SealedStream, OpensToWhatWasSealed, (std::uint64_t seed)) {
  SeededRandom random{seed};
  const auto key = ContentKey::generate(random);
  const auto context = any_context();
  const auto plaintext = random_bytes(any_size(), seed);
  const auto sealed = *seal(key, context, plaintext, random);
  RC_ASSERT(sealed.size() == sealed_size(plaintext.size()));
  RC_ASSERT(*open(key, context, sealed) == plaintext);
}

// Goal:   how data is cut for update() does not matter, for sealing and for opening.
// Method: random cuts of data around chunk borders; the stream is that of one call, and what opens is what was sealed.
RC_GTEST_PROP(SealedStream, DoesNotDependOnThePieces, (std::uint64_t seed)) {
  SeededRandom random{seed}, same{seed};
  const auto key = ContentKey::generate(random);
  RC_ASSERT(equal_in_constant_time(ContentKey::generate(same).view(), key.view()));
  const auto plaintext = random_bytes(any_size(), seed);
  const auto in_pieces = [&](auto& machine, const Bytes& all) {
    Bytes out;
    BytesView left = all;
    while (!left.empty()) {
      const auto size = std::min(left.size(), *rc::gen::element<std::size_t>(0, 1, 39, 40, 41, 1000, kSealedChunkBytes - 1,
                                                                             kSealedChunkBytes, kSealedChunkBytes + kAeadTagBytes,
                                                                             kSealedChunkBytes + 17, 2 * kSealedChunkBytes));
      RC_ASSERT(machine.update(left.first(size), out).has_value());
      left = left.subspan(size);
    }
    RC_ASSERT(machine.finish(out).has_value());
    return out;
  };
  auto sealer = *Sealer::create(key, sample_context(), random);
  const auto sealed = in_pieces(sealer, plaintext);
  RC_ASSERT(sealed == *seal(key, sample_context(), plaintext, same));
  auto opener = *Opener::create(key, sample_context());
  RC_ASSERT(in_pieces(opener, sealed) == plaintext);
}

// Goal:   a flipped bit anywhere, a byte less or more, another key or context is refused, always by the same words.
// Method: every bit of the header, random bits of the rest, and every field of the context.
RC_GTEST_PROP(SealedStream, RefusesEveryChange, (std::uint64_t seed)) {
  SeededRandom random{seed};
  const auto key = ContentKey::generate(random);
  const auto context = any_context();
  const auto plaintext = random_bytes(*rc::gen::element<std::size_t>(0, 1, 50, kSealedChunkBytes, kSealedChunkBytes + 1), seed);
  auto sealed = *seal(key, context, plaintext, random);
  const auto flip = [&](std::size_t bit) { sealed[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8); };

  const auto header_bit = *rc::gen::inRange<std::size_t>(0, kSealedHeaderBytes * 8);
  const auto bit = *rc::gen::inRange<std::size_t>(kSealedHeaderBytes * 8, sealed.size() * 8);
  for (const auto each : {header_bit, bit, sealed.size() * 8 - 1}) {
    flip(each);
    RC_ASSERT(is_refused(open(key, context, sealed)));
    flip(each);
  }
  RC_ASSERT(is_refused(open(key, context, BytesView{sealed}.first(*rc::gen::inRange<std::size_t>(0, sealed.size())))));
  auto longer = sealed;
  longer.push_back(0);
  RC_ASSERT(is_refused(open(key, context, longer)));

  auto other = context;
  switch (*rc::gen::inRange(0, 4)) {
    case 0:
      other.task = id<TaskId>(context.task.str() + "a");
      break;
    case 1:
      other.attempt ^= 1u << *rc::gen::inRange(0, 32);
      break;
    case 2:
      other.direction = context.direction == SealingDirection::input ? SealingDirection::result : SealingDirection::input;
      break;
    case 3:
      other.sender.bytes.at(*rc::gen::inRange<std::size_t>(0, 32)) ^= 1;
      break;
  }
  RC_ASSERT(is_refused(open(key, other, sealed)));
  RC_ASSERT(is_refused(open(ContentKey::generate(random), context, sealed)));
  RC_ASSERT(*open(key, context, sealed) == plaintext);
}

// Goal:   whole chunks cannot be dropped, doubled, exchanged or carried into another stream, although each is good in itself.
// Method: three chunks and a rest, put together anew in every such way.
TEST(SealedStream, RefusesChunksInAnotherOrder) {
  const auto key = ContentKey::generate();
  const auto plaintext = random_bytes(3 * kSealedChunkBytes + 10, 1);
  const auto sealed = *seal(key, sample_context(), plaintext);
  const auto again = *seal(key, sample_context(), plaintext);
  ASSERT_NE(sealed, again);
  constexpr std::size_t kWhole = kSealedChunkBytes + kAeadTagBytes;
  const auto part = [&](const Bytes& from, std::size_t index) {
    const auto rest = BytesView{from}.subspan(kSealedHeaderBytes + index * kWhole);
    return rest.first(std::min(rest.size(), kWhole));
  };
  const auto made_of = [&](std::initializer_list<BytesView> parts) {
    Bytes out(sealed.begin(), sealed.begin() + kSealedHeaderBytes);
    for (const auto each : parts) out.insert(out.end(), each.begin(), each.end());
    return out;
  };
  ASSERT_EQ(made_of({part(sealed, 0), part(sealed, 1), part(sealed, 2), part(sealed, 3)}), sealed);
  EXPECT_TRUE(is_refused(open(key, sample_context(), made_of({}))));
  EXPECT_TRUE(is_refused(open(key, sample_context(), made_of({part(sealed, 3)}))));
  EXPECT_TRUE(is_refused(open(key, sample_context(), made_of({part(sealed, 0), part(sealed, 1), part(sealed, 2)}))));
  EXPECT_TRUE(
      is_refused(open(key, sample_context(), made_of({part(sealed, 0), part(sealed, 2), part(sealed, 1), part(sealed, 3)}))));
  EXPECT_TRUE(is_refused(open(key, sample_context(), made_of({part(sealed, 0), part(sealed, 2), part(sealed, 3)}))));
  EXPECT_TRUE(is_refused(
      open(key, sample_context(), made_of({part(sealed, 0), part(sealed, 0), part(sealed, 1), part(sealed, 2), part(sealed, 3)}))));
  EXPECT_TRUE(is_refused(
      open(key, sample_context(), made_of({part(sealed, 0), part(sealed, 1), part(sealed, 2), part(sealed, 3), part(sealed, 3)}))));
  EXPECT_TRUE(
      is_refused(open(key, sample_context(), made_of({part(sealed, 0), part(again, 1), part(sealed, 2), part(sealed, 3)}))));
}

// Goal:   neither end holds more than a chunk, whatever the length of the stream; chunks come out as soon as they are checked.
// Method: a long stream goes through both, in small pieces; what is held back is counted after each.
TEST(SealedStream, HoldsOneChunkAtMost) {
  const auto key = ContentKey::generate();
  auto sealer = *Sealer::create(key, sample_context());
  auto opener = *Opener::create(key, sample_context());
  const auto piece = random_bytes(10'000, 1);
  std::size_t given = 0, returned = 0;
  Bytes sealed, opened;
  for (int i = 0; i < 100; ++i) {
    given += piece.size();
    ASSERT_TRUE(sealer.update(piece, sealed));
    ASSERT_TRUE(opener.update(sealed, opened));
    sealed.clear();
    returned += opened.size();
    opened.clear();
    ASSERT_LE(given - returned, 2 * kSealedChunkBytes);
  }
  ASSERT_TRUE(sealer.finish(sealed));
  ASSERT_TRUE(opener.update(sealed, opened));
  ASSERT_TRUE(opener.finish(opened));
  EXPECT_EQ(returned + opened.size(), given);
}

// Goal:   nothing that was not checked comes out, and a stream that failed stays failed.
// Method: the second of three chunks is changed: the first comes out, then nothing, also for what is good again.
TEST(SealedStream, StaysFailed) {
  const auto key = ContentKey::generate();
  auto sealed = *seal(key, sample_context(), Bytes(2 * kSealedChunkBytes + 1, 'x'));
  sealed[kSealedHeaderBytes + kSealedChunkBytes + kAeadTagBytes + 5] ^= 1;
  auto opener = *Opener::create(key, sample_context());
  Bytes out;
  EXPECT_FALSE(opener.update(sealed, out));
  EXPECT_EQ(out, Bytes(kSealedChunkBytes, 'x'));
  auto again = opener.update(*seal(key, sample_context(), {}), out);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().reason, "sealed");
  EXPECT_FALSE(opener.finish(out));
  EXPECT_EQ(out.size(), kSealedChunkBytes);
}

// Goal:   one plaintext has one stream: an empty last chunk behind a full one, which a careless sealer could write, is refused.
// Method: a stream of one chunk and one byte, of which the last chunk is cut to a tag of its own, never fits; the sealer itself
// makes
//         of exactly one chunk a stream with one tag.
TEST(SealedStream, EndsWithDataWhereThereIsAny) {
  const auto key = ContentKey::generate();
  EXPECT_EQ(seal(key, sample_context(), Bytes(kSealedChunkBytes))->size(), kSealedHeaderBytes + kSealedChunkBytes + kAeadTagBytes);
  EXPECT_EQ(seal(key, sample_context(), {})->size(), kSealedHeaderBytes + kAeadTagBytes);
  auto sealed = *seal(key, sample_context(), Bytes(kSealedChunkBytes + 1));
  sealed.pop_back();
  EXPECT_TRUE(is_refused(open(key, sample_context(), sealed)));
}

// Goal:   the form of a stream is known without its key, and what has not that form never opens.
// Method: streams of many lengths have it; other headers, and lengths that no stream has, do not.
TEST(SealedStream, HasAForm) {
  const auto key = ContentKey::generate();
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, kSealedChunkBytes - 1, kSealedChunkBytes, kSealedChunkBytes + 1,
                                 2 * kSealedChunkBytes, 2 * kSealedChunkBytes + 1})
    EXPECT_TRUE(has_sealed_form(*seal(key, sample_context(), Bytes(size)))) << size;
  auto longest = *seal(key, sample_context(), Bytes(kSealedChunkBytes + 1));
  for (const std::size_t size :
       {std::size_t{0}, kSealedHeaderBytes, kSealedHeaderBytes + kAeadTagBytes - 1,
        kSealedHeaderBytes + kSealedChunkBytes + kAeadTagBytes + 1, kSealedHeaderBytes + kSealedChunkBytes + 2 * kAeadTagBytes})
    EXPECT_FALSE(has_sealed_form(BytesView{longest}.first(size))) << size;
  longest[5] = 1;
  EXPECT_FALSE(has_sealed_form(longest));
}

// Goal:   misuse is told from attack: another suite, no task, going on after the end.
// Method: each, with the code of a caller's mistake.
TEST(SealedStream, NamesTheCallersMistakes) {
  const auto key = ContentKey::generate();
  auto context = sample_context();
  context.suite = SealingSuite::compat;
  EXPECT_EQ(seal(key, context, {}).error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(open(key, context, {}).error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(seal(key, SealingContext{}, {}).error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(ContentKey::from_bytes(Bytes(31)).error().code, ErrorCode::invalid_argument);

  Bytes sealed, opened;
  auto sealer = *Sealer::create(key, sample_context());
  ASSERT_TRUE(sealer.finish(sealed));
  EXPECT_EQ(sealer.update({}, sealed).error().code, ErrorCode::failed_precondition);
  EXPECT_EQ(sealer.finish(sealed).error().code, ErrorCode::failed_precondition);
  auto opener = *Opener::create(key, sample_context());
  ASSERT_TRUE(opener.update(sealed, opened));
  ASSERT_TRUE(opener.finish(opened));
  EXPECT_EQ(opener.update({}, opened).error().code, ErrorCode::failed_precondition);
  EXPECT_EQ(opener.finish(opened).error().code, ErrorCode::failed_precondition);
}

// Goal:   suites have stable names that read back.
// Method: both, and one that is none.
TEST(SealingSuite, HasAName) {
  for (const auto suite : {SealingSuite::compat, SealingSuite::x25519_aes256gcm})
    EXPECT_EQ(parse_sealing_suite(to_string(suite)), suite);
  EXPECT_EQ(parse_sealing_suite("unknown"), std::nullopt);
  EXPECT_EQ(to_string(static_cast<SealingSuite>(3)), "unknown");
}

}  // namespace
}  // namespace gstd

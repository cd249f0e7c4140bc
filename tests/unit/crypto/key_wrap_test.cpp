#include <gstd/sealing.hpp>

#include <algorithm>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace gstd {
namespace {

bool is_refused(const Result<ContentKey>& result) {
  return !result && result.error().code == ErrorCode::data_loss && result.error().reason == "sealed";
}

bool equal(const ContentKey& one, const ContentKey& two) { return equal_in_constant_time(one.view(), two.view()); }

WrapContext context_for(const EncryptionKey& recipient) {
  WrapContext context{*TaskId::parse("task"), 1, SealingDirection::input, {}, recipient.public_key()};
  context.sender.bytes.fill(3);
  return context;
}

// Goal:   the recipient gets the key that was wrapped; a flipped bit anywhere, another recipient, or any other context gets
// nothing. Method: random keys and bits, each field of the context changed in turn.
RC_GTEST_PROP(WrappedKey, UnwrapsForItsRecipientAlone, (std::uint64_t seed)) {
  SeededRandom random{seed};
  const auto key = ContentKey::generate(random);
  const auto recipient = EncryptionKey::generate(random);
  const auto stranger = EncryptionKey::generate(random);
  const auto context = context_for(recipient);
  const auto wrapped = *wrap_key(key, context, random);
  RC_ASSERT(equal(*unwrap_key(wrapped, recipient, context), key));
  RC_ASSERT(is_refused(unwrap_key(wrapped, stranger, context)));
  RC_ASSERT(is_refused(unwrap_key(wrapped, stranger, context_for(stranger))));

  auto changed = wrapped;
  const auto bit = *rc::gen::inRange<std::size_t>(0, WrappedKey::kSize * 8);
  changed.bytes[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
  RC_ASSERT(is_refused(unwrap_key(changed, recipient, context)));

  auto other = context;
  other.task = *TaskId::parse("task1");
  RC_ASSERT(is_refused(unwrap_key(wrapped, recipient, other)));
  other = context;
  other.attempt = 2;
  RC_ASSERT(is_refused(unwrap_key(wrapped, recipient, other)));
  other = context;
  other.direction = SealingDirection::result;
  RC_ASSERT(is_refused(unwrap_key(wrapped, recipient, other)));
  other = context;
  other.sender.bytes[31] ^= 1;
  RC_ASSERT(is_refused(unwrap_key(wrapped, recipient, other)));
}

// Goal:   the bit that X25519 ignores is not ignored here, wherever it stands.
// Method: the highest bit of the ephemeral key and of the recipient's.
TEST(WrappedKey, BindsTheBitThatX25519Ignores) {
  const auto key = ContentKey::generate();
  const auto recipient = EncryptionKey::generate();
  const auto context = context_for(recipient);
  auto wrapped = *wrap_key(key, context);
  wrapped.bytes[32] ^= 0x80;
  EXPECT_TRUE(is_refused(unwrap_key(wrapped, recipient, context)));

  auto spelt_otherwise = context;
  spelt_otherwise.recipient.bytes[31] ^= 0x80;
  EXPECT_TRUE(is_refused(unwrap_key(*wrap_key(key, spelt_otherwise), recipient, context)));
}

// Goal:   nothing shows that two wraps are of one key.
// Method: the same key twice for the same recipient: no eight bytes in common at one place but the suite's.
TEST(WrappedKey, DiffersEachTime) {
  const auto key = ContentKey::generate();
  const auto context = context_for(EncryptionKey::generate());
  const auto one = *wrap_key(key, context), two = *wrap_key(key, context);
  for (std::size_t at = 1; at + 8 <= WrappedKey::kSize; at += 8)
    EXPECT_FALSE(std::equal(one.bytes.begin() + at, one.bytes.begin() + at + 8, two.bytes.begin() + at)) << at;
}

// Goal:   a recipient whose key makes no secret, and a context without a task, are the caller's mistakes.
// Method: the zero point; an empty context.
TEST(WrappedKey, NamesTheCallersMistakes) {
  const auto key = ContentKey::generate();
  auto context = context_for(EncryptionKey::generate());
  context.recipient = {};
  EXPECT_EQ(wrap_key(key, context).error().code, ErrorCode::invalid_argument);
  context = context_for(EncryptionKey::generate());
  context.task = {};
  EXPECT_EQ(wrap_key(key, context).error().code, ErrorCode::invalid_argument);
}

// Goal:   one secret gives each task a key of its own, the same again after a restart.
// Method: two tasks, two secrets.
TEST(ContentKey, IsDerivedForOneTask) {
  const auto key = EncryptionKey::generate();
  const auto one = *TaskId::parse("one"), two = *TaskId::parse("two");
  EXPECT_TRUE(equal(*ContentKey::derive(key, one), *ContentKey::derive(*EncryptionKey::from_secret(key.secret().view()), one)));
  EXPECT_FALSE(equal(*ContentKey::derive(key, one), *ContentKey::derive(key, two)));
  EXPECT_FALSE(equal(*ContentKey::derive(key, one), *ContentKey::derive(EncryptionKey::generate(), one)));
}

// Goal:   equal data of one key and direction commit alike; anything else does not.
// Method: the same twice, then another digest, direction, key; and it is not the digest itself.
RC_GTEST_PROP(KeyedCommitment, IsSharedByEqualResultsOnly, (std::uint64_t seed)) {
  SeededRandom random{seed};
  const auto key = ContentKey::generate(random);
  const auto digest = sha256(key.view());
  auto other = digest;
  other.bytes[*rc::gen::inRange<std::size_t>(0, 32)] ^= static_cast<std::uint8_t>(1u << *rc::gen::inRange(0, 8));
  const auto commitment = keyed_commitment(key, SealingDirection::result, digest);
  RC_ASSERT(commitment == keyed_commitment(key, SealingDirection::result, digest));
  RC_ASSERT(commitment != keyed_commitment(key, SealingDirection::input, digest));
  RC_ASSERT(commitment != keyed_commitment(key, SealingDirection::result, other));
  RC_ASSERT(commitment != keyed_commitment(ContentKey::generate(random), SealingDirection::result, digest));
  RC_ASSERT(commitment != digest);
}

// Goal:   what is signed for is unambiguous: no two statements share their bytes, of one kind or of two.
// Method: statements that differ in one field, or in where one text ends and the next begins.
TEST(SealingStatements, ShareNoBytes) {
  const auto id = [](std::string_view text) { return *TaskId::parse(text); };
  const auto device = [](std::string_view text) { return *DeviceId::parse(text); };
  Digest digest;
  digest.bytes[31] = 1;
  PublicKey key;
  key.bytes[0] = 1;
  EncryptionPublicKey recipient;
  recipient.bytes[0] = 1;
  WrappedKey wrapped;
  wrapped.bytes[80] = 1;
  const std::vector<Bytes> statements{
      encode_sealed_task({id("a"), {}, GuestConvention::wasi, {}, {}}),
      encode_sealed_task({id("ab"), {}, GuestConvention::wasi, {}, {}}),
      encode_sealed_task({id("a"), digest, GuestConvention::wasi, {}, {}}),
      encode_sealed_task({id("a"), {}, GuestConvention::env, {}, {}}),
      encode_sealed_task({id("a"), {}, GuestConvention::wasi, digest, {}}),
      encode_sealed_task({id("a"), {}, GuestConvention::wasi, {}, key}),
      encode_key_request({id("a"), device("bc"), {}}),
      encode_key_request({id("ab"), device("c"), {}}),
      encode_key_request({id("a"), device("bc"), recipient}),
      encode_key_grant({id("a"), 1, device("bc"), {}, {}, {}}),
      encode_key_grant({id("a"), 2, device("bc"), {}, {}, {}}),
      encode_key_grant({id("ab"), 1, device("c"), {}, {}, {}}),
      encode_key_grant({id("a"), 1, device("bc"), key, {}, {}}),
      encode_key_grant({id("a"), 1, device("bc"), {}, recipient, {}}),
      encode_key_grant({id("a"), 1, device("bc"), {}, {}, wrapped}),
      encode_wrap_context({id("a"), 1, SealingDirection::input, {}, {}}),
      encode_wrap_context({id("a"), 1, SealingDirection::result, {}, {}}),
      encode_wrap_context({id("a"), 1, SealingDirection::input, key, {}}),
      encode_wrap_context({id("a"), 1, SealingDirection::input, {}, recipient}),
      encode_sealing_context({id("a"), 1, SealingDirection::input, {}}),
  };
  for (std::size_t i = 0; i < statements.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) EXPECT_NE(statements[i], statements[j]) << i << " and " << j;
}

}  // namespace
}  // namespace gstd

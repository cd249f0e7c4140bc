#include <gstd/signer.hpp>

#include <gtest/gtest.h>

#include <future>
#include <thread>

namespace gstd {
namespace {

using std::chrono::milliseconds;

// Far beyond what an answer takes; a test that waits this long has failed.
const CallOptions kPatient{milliseconds{60'000}, {}};
const CallOptions kNow{milliseconds{0}, {}};

SigningKey key_of(std::uint8_t fill) { return *SigningKey::from_seed(Bytes(kSeedBytes, fill)); }

void expect_refused(const Result<Signature>& result, ErrorCode code, std::string_view part = {}) {
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, code) << result.error().message;
  EXPECT_EQ(result.error().reason, "signer");
  EXPECT_NE(result.error().message.find(part), std::string::npos) << result.error().message;
}

// Holds on to the questions that it is asked.
struct Desk {
  std::mutex mutex;
  std::vector<SignReply> replies;

  Signer signer(const PublicKey& key) {
    return Signer::external(key, [this](BytesView, SignReply reply) {
      const std::lock_guard lock{mutex};
      replies.push_back(std::move(reply));
    });
  }
};

// Goal:   a key is a signer as it is, and its signatures are the key's.
// Method: one key, both ways.
TEST(Signer, OfAKeySignsAsTheKey) {
  const SigningKey key = key_of(1);
  const Signer signer = key;
  EXPECT_EQ(signer.public_key(), key.public_key());
  EXPECT_FALSE(signer.is_external());
  ASSERT_NE(signer.key(), nullptr);
  EXPECT_EQ(signer.key()->public_key(), key.public_key());
  EXPECT_EQ(*signer.sign(as_bytes("message"), kNow), key.sign(as_bytes("message")));
}

// Goal:   an external signer sees the bytes to sign, and its answer is the signature.
// Method: a function that answers at once, with time for nothing else.
TEST(Signer, TakesAnAnswerAtOnce) {
  const SigningKey key = key_of(1);
  std::string seen;
  const Signer signer = Signer::external(key.public_key(), [&](BytesView message, SignReply reply) {
    seen = as_text(message);
    EXPECT_TRUE(reply.answer(key.sign(reply.message())));
  });
  EXPECT_TRUE(signer.is_external());
  EXPECT_EQ(signer.key(), nullptr);
  EXPECT_EQ(*signer.sign(as_bytes("message"), kNow), key.sign(as_bytes("message")));
  EXPECT_EQ(seen, "message");
}

// Goal:   the answer may come later and from another thread, of several calls at once.
// Method: four calls; a thread waits until all are asked and answers them, last first.
TEST(Signer, WaitsForALateAnswerFromAnotherThread) {
  const SigningKey key = key_of(1);
  Desk desk;
  const Signer signer = desk.signer(key.public_key());
  constexpr std::size_t kCalls = 4;
  std::vector<std::future<Result<Signature>>> calls;
  for (std::size_t i = 0; i < kCalls; ++i)
    calls.push_back(
        std::async(std::launch::async, [&signer, i] { return signer.sign(as_bytes("message " + std::to_string(i)), kPatient); }));
  std::thread wallet([&] {
    for (bool all = false; !all; std::this_thread::yield()) {
      const std::lock_guard lock{desk.mutex};
      all = desk.replies.size() == kCalls;
    }
    for (; !desk.replies.empty(); desk.replies.pop_back())
      EXPECT_TRUE(desk.replies.back().answer(key.sign(desk.replies.back().message())));
  });
  for (std::size_t i = 0; i < kCalls; ++i) {
    const auto signature = calls[i].get();
    ASSERT_TRUE(signature);
    EXPECT_TRUE(verify_signature(key.public_key(), as_bytes("message " + std::to_string(i)), *signature));
  }
  wallet.join();
}

// Goal:   a signer that never answers costs the call its time, not more; the answer that comes later harms nobody.
// Method: no time at all; then a stop from another thread, once the question was asked; then both are answered.
TEST(Signer, EndsByDeadlineAndByStop) {
  const SigningKey key = key_of(1);
  Desk desk;
  std::optional<Signer> signer = desk.signer(key.public_key());
  expect_refused(signer->sign(as_bytes("first"), kNow), ErrorCode::deadline_exceeded, "in time");

  std::stop_source stop;
  std::thread other([&] {
    for (bool asked = false; !asked; std::this_thread::yield()) {
      const std::lock_guard lock{desk.mutex};
      asked = desk.replies.size() == 2;
    }
    stop.request_stop();
  });
  expect_refused(signer->sign(as_bytes("second"), {milliseconds::max(), stop.get_token()}), ErrorCode::cancelled);
  other.join();
  signer.reset();
  for (const SignReply& reply : desk.replies) EXPECT_FALSE(reply.answer(key.sign(reply.message())));
}

// Goal:   a reply that is let go of is an error at once, not a wait; one that throws, an error with its words.
// Method: functions that return, throw, or keep a copy for a while.
TEST(Signer, IsRefusedWhereNobodyAnswers) {
  const PublicKey key = key_of(1).public_key();
  expect_refused(Signer::external(key, [](BytesView, const SignReply&) {}).sign({}, kPatient), ErrorCode::unauthenticated,
                 "without an answer");
  expect_refused(Signer::external(key, [](BytesView, const SignReply&) { throw std::runtime_error("no card"); }).sign({}, kPatient),
                 ErrorCode::unauthenticated, "no card");
  expect_refused(Signer::external(key, [](BytesView, const SignReply&) { throw 7; }).sign({}, kPatient),
                 ErrorCode::unauthenticated);
  expect_refused(
      Signer::external(key, [](BytesView, const SignReply& reply) { reply.refuse("the user said no"); }).sign({}, kPatient),
      ErrorCode::unauthenticated, "the user said no");
  expect_refused(Signer::external(key, {}).sign({}, kPatient), ErrorCode::unauthenticated, "empty function");
  std::thread late;
  const Signer drops_later = Signer::external(
      key, [&late](BytesView, SignReply reply) { late = std::thread([kept = std::move(reply)] { std::this_thread::yield(); }); });
  expect_refused(drops_later.sign({}, kPatient), ErrorCode::unauthenticated, "without an answer");
  late.join();
}

// Goal:   what is not this key's signature over these bytes is never used.
// Method: another key's, another message's, a flipped bit.
TEST(Signer, RefusesAWrongSignature) {
  const SigningKey key = key_of(1);
  const auto answering = [&](const Signature& signature) {
    return Signer::external(key.public_key(), [signature](BytesView, const SignReply& reply) { reply.answer(signature); });
  };
  Signature flipped = key.sign(as_bytes("message"));
  flipped.bytes[0] ^= 1;
  for (const Signature& wrong : {key_of(2).sign(as_bytes("message")), key.sign(as_bytes("messagf")), flipped, Signature{}})
    expect_refused(answering(wrong).sign(as_bytes("message"), kPatient), ErrorCode::unauthenticated, "not the key's");
  EXPECT_TRUE(answering(key.sign(as_bytes("message"))).sign(as_bytes("message"), kPatient));
}

// Goal:   the first answer counts, also against a second one and against a refusal.
// Method: answers a wrong second signature and refuses, after a right first one.
TEST(Signer, TakesTheFirstAnswerAlone) {
  const SigningKey key = key_of(1);
  const Signer signer = Signer::external(key.public_key(), [&](BytesView message, SignReply reply) {
    EXPECT_TRUE(reply.answer(key.sign(message)));
    EXPECT_FALSE(reply.answer(Signature{}));
    EXPECT_FALSE(reply.refuse("too late"));
    const SignReply moved = std::move(reply);
    EXPECT_FALSE(reply.answer(Signature{}));  // NOLINT(bugprone-use-after-move): a reply without a question refuses
    EXPECT_TRUE(reply.message().empty());     // NOLINT(bugprone-use-after-move)
  });
  EXPECT_EQ(*signer.sign(as_bytes("message"), kPatient), key.sign(as_bytes("message")));
}

// Goal:   the function may let go of the signer that asks it.
// Method: it destroys the last one from inside, and answers afterwards.
TEST(Signer, OutlivesItsOwnEnd) {
  const SigningKey key = key_of(1);
  std::optional<Signer> signer;
  signer = Signer::external(key.public_key(), [&signer, key](BytesView, const SignReply& reply) {
    const SigningKey kept = key;
    signer.reset();
    EXPECT_TRUE(reply.answer(kept.sign(reply.message())));
  });
  EXPECT_TRUE(signer->sign(as_bytes("message"), kPatient));
}

// Goal:   a receipt is signed over its one encoding, whoever signs.
// Method: verified as any receipt.
TEST(Signer, SignsReceipts) {
  const SigningKey key = key_of(1);
  const Receipt receipt;
  const auto signature = sign_receipt(receipt, Signer{key}, kNow);
  ASSERT_TRUE(signature);
  EXPECT_TRUE(verify_receipt(encode_receipt(receipt), key.public_key(), *signature));
}

}  // namespace
}  // namespace gstd

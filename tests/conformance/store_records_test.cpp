#include "conformance/store_fixture.hpp"

namespace gstd::test {
namespace {

using std::chrono::seconds;

INSTANTIATE_TEST_SUITE_P(Every, StoreTest, testing::Values("memory", "sqlite"), [](const auto& param) { return param.param; });

// Goal:   a blob comes back byte for byte, the first content stays, and an unknown one is not found.
// Method: all byte values, no bytes at all, and a megabyte.
TEST_P(StoreTest, BlobsComeBack) {
  Bytes all;
  for (int i = 0; i < 256; ++i) all.push_back(static_cast<std::uint8_t>(i));
  const std::vector<Bytes> contents{all, {}, Bytes(1u << 20, 0xab)};
  for (std::size_t i = 0; i < contents.size(); ++i) {
    const auto digest = filled<Digest>(static_cast<std::uint8_t>(i + 1));
    ASSERT_TRUE(write([&](Transaction& t) { return t.put_blob(digest, contents[i]); }));
    ASSERT_TRUE(write([&](Transaction& t) { return t.put_blob(digest, Bytes{1}); }));
    const auto found = read([&](Transaction& t) { return t.blob(digest); });
    ASSERT_TRUE(found);
    EXPECT_EQ(*found, contents[i]);
  }
  EXPECT_EQ(describe(read([](Transaction& t) { return t.blob(filled<Digest>(99)); })), "not_found/");
}

// Goal:   a module keeps its first uploader, and every name that it has.
// Method: the same module twice, from two wallets; names that are empty, odd, and such that have a line break.
TEST_P(StoreTest, ModulesKeepTheirFirstUploader) {
  const store::ModuleRecord first{
      filled<Digest>(1), 1234, id<WalletId>("a"), kStart, {"env.f", ""}, {"", std::string("a\0b", 3), "\xc3\xa9", "_start"}, 7};
  store::ModuleRecord second = first;
  second.uploader = id<WalletId>("b");
  ASSERT_TRUE(write([&](Transaction& t) { return t.put_module(first); }));
  ASSERT_TRUE(write([&](Transaction& t) { return t.put_module(second); }));
  EXPECT_EQ(describe(read([&](Transaction& t) { return t.module(first.sha256); })), describe(first));
  EXPECT_EQ(describe(read([](Transaction& t) { return t.module(filled<Digest>(9)); })), "not_found/");
  const store::ModuleRecord nameless{filled<Digest>(2), 8, id<WalletId>("a"), kStart, {}, {}, 0};
  ASSERT_TRUE(write([&](Transaction& t) { return t.put_module(nameless); }));
  EXPECT_EQ(describe(read([&](Transaction& t) { return t.module(nameless.sha256); })), describe(nameless));
  store::ModuleRecord broken = nameless;
  broken.exports = {"a\nb"};
  EXPECT_EQ(describe(write([&](Transaction& t) { return t.put_module(broken); })), "invalid_argument/field");
}

// Goal:   a nonce serves once per key until its time is over.
// Method: the same nonce again, under another key, and after its end was swept, just before and just at it.
TEST_P(StoreTest, NoncesServeOnce) {
  const auto use = [&](std::uint8_t key) {
    return describe(write([&](Transaction& t) { return t.use_nonce(filled<PublicKey>(key), "n", kStart + seconds{5}); }));
  };
  EXPECT_EQ(use(1), "ok");
  EXPECT_EQ(use(1), "already_exists/");
  EXPECT_EQ(use(2), "ok");
  ASSERT_TRUE(write([](Transaction& t) { return t.drop_expired(kStart + seconds{5} - std::chrono::milliseconds{1}); }));
  EXPECT_EQ(use(1), "already_exists/");
  ASSERT_TRUE(write([](Transaction& t) { return t.drop_expired(kStart + seconds{5}); }));
  EXPECT_EQ(use(1), "ok");
}

// Goal:   a submission comes back whole, one per task and attempt.
// Method: every field set, the largest fuel, a negative exit code.
TEST_P(StoreTest, SubmissionsAreKeptPerAttempt) {
  const Submission first = make_submission("t", 1);
  ASSERT_TRUE(write([&](Transaction& t) { return t.insert_submission(first); }));
  EXPECT_EQ(describe(write([&](Transaction& t) { return t.insert_submission(first); })), "already_exists/");
  ASSERT_TRUE(write([](Transaction& t) { return t.insert_submission(make_submission("t", 2)); }));
  EXPECT_EQ(describe(read([](Transaction& t) { return t.submission(id<TaskId>("t"), 1); })), describe(first));
  EXPECT_EQ(describe(read([](Transaction& t) { return t.submission(id<TaskId>("t"), 3); })), "not_found/");
}

// Goal:   there is one challenge per task and wallet, it is spent once, and its time ends.
// Method: put, replace, spend, spend again, replace again; count and sweep in its last millisecond and in the one behind it.
TEST_P(StoreTest, ChallengesAreSpentOnce) {
  const auto task = id<TaskId>("t");
  const auto wallet = id<WalletId>("w");
  const auto count = [&](Timestamp now) { return *read([&](Transaction& t) { return t.challenge_count(wallet, now); }); };
  const auto spend = [&] {
    return describe(write([&](Transaction& t) { return t.spend_challenge(task, wallet, "42", kStart + seconds{1}); }));
  };
  EXPECT_EQ(spend(), "not_found/");
  auto challenge = make_challenge("t", "w");
  ASSERT_TRUE(write([&](Transaction& t) { return t.put_challenge(challenge); }));
  ASSERT_TRUE(write([](Transaction& t) { return t.put_challenge(make_challenge("t2", "w")); }));
  ASSERT_TRUE(write([](Transaction& t) { return t.put_challenge(make_challenge("t", "other")); }));
  EXPECT_EQ(describe(read([&](Transaction& t) { return t.challenge(task, wallet); })), describe(challenge));
  EXPECT_EQ(count(kStart), 2u);
  EXPECT_EQ(spend(), "ok");
  EXPECT_EQ(spend(), "aborted/pow_spent");
  EXPECT_EQ(count(kStart), 1u);
  const auto spent = read([&](Transaction& t) { return t.challenge(task, wallet); });
  EXPECT_EQ(spent->nonce, "42");
  EXPECT_EQ(spent->verified_at, kStart + seconds{1});
  ASSERT_TRUE(write([&](Transaction& t) { return t.put_challenge(challenge); }));
  EXPECT_EQ(spend(), "ok");
  const Timestamp behind = challenge.expires_at + std::chrono::milliseconds{1};
  EXPECT_EQ(count(challenge.expires_at), 1u);
  EXPECT_EQ(count(behind), 0u);
  ASSERT_TRUE(write([&](Transaction& t) { return t.drop_expired(challenge.expires_at); }));
  EXPECT_EQ(spend(), "aborted/pow_spent") << "it is there until its last moment is over";
  ASSERT_TRUE(write([&](Transaction& t) { return t.drop_expired(behind); }));
  EXPECT_EQ(describe(read([&](Transaction& t) { return t.challenge(task, wallet); })), "not_found/");
}

// Goal:   the log of proofs comes back whole, newest first, of one wallet or of all, and no more than was asked for.
// Method: entries of two wallets whose times are not in order, one with every field set and one with none.
TEST_P(StoreTest, PowAuditIsListedNewestFirst) {
  const auto list = [&](const char* wallet, std::size_t limit) {
    return describe(read([&](Transaction& t) { return t.pow_audit(*wallet ? id<WalletId>(wallet) : WalletId{}, limit); }));
  };
  EXPECT_EQ(list("", 10), "");
  const auto first = make_audit_entry("a", kStart + seconds{2});
  const auto second = make_audit_entry("b", kStart + seconds{1});
  store::PowAuditEntry third;
  third.wallet = id<WalletId>("a");
  for (const auto& entry : {first, second, third}) ASSERT_TRUE(write([&](Transaction& t) { return t.append_pow_audit(entry); }));
  EXPECT_EQ(list("a", 10), describe(std::vector{third, first}));
  EXPECT_EQ(list("b", 10), describe(std::vector{second}));
  EXPECT_EQ(list("c", 10), "");
  EXPECT_EQ(list("", 2), describe(std::vector{third, second}));
  EXPECT_EQ(list("", SIZE_MAX), describe(std::vector{third, second, first}));
  EXPECT_EQ(list("a", 0), "");
}

// Goal:   a challenge that nobody answered is in the log once it is dropped, one that was answered is not.
// Method: two that expire, one of them spent, and one that lives; dropped twice.
TEST_P(StoreTest, PowAuditKeepsWhatExpiresUnused) {
  const auto unused = make_challenge("t1", "w");
  auto living = make_challenge("t3", "w");
  living.expires_at += std::chrono::milliseconds{1};
  for (const auto& challenge : {unused, make_challenge("t2", "w"), living})
    ASSERT_TRUE(write([&](Transaction& t) { return t.put_challenge(challenge); }));
  ASSERT_TRUE(write([](Transaction& t) { return t.spend_challenge(id<TaskId>("t2"), id<WalletId>("w"), "42", kStart); }));
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(write([&](Transaction& t) { return t.drop_expired(living.expires_at); }));
  EXPECT_EQ(describe(read([](Transaction& t) { return t.pow_audit({}, 10); })),
            describe(unused.expires_at) + " t1 w  v2 12 \"\" expired  \n");
}

// Goal:   the log keeps nothing for longer than it says.
// Method: an entry just as old, one a millisecond younger.
TEST_P(StoreTest, PowAuditForgetsWhatIsOld) {
  const auto young = make_audit_entry("b", kStart + std::chrono::milliseconds{1});
  for (const auto& entry : {young, make_audit_entry("a", kStart)})
    ASSERT_TRUE(write([&](Transaction& t) { return t.append_pow_audit(entry); }));
  ASSERT_TRUE(write([](Transaction& t) { return t.drop_expired(kStart + store::kPowAuditRetention); }));
  EXPECT_EQ(describe(read([](Transaction& t) { return t.pow_audit({}, 10); })), describe(std::vector{young}));
}

// Goal:   the log keeps no more than it says, whatever happens in a day.
// Method: three entries more than that, the first of another wallet; what follows afterwards is kept, too.
TEST_P(StoreTest, PowAuditIsBounded) {
  ASSERT_TRUE(write([](Transaction& t) { return t.append_pow_audit(make_audit_entry("first", kStart)); }));
  ASSERT_TRUE(write([](Transaction& t) -> Result<void> {
    const auto entry = make_audit_entry("w", kStart);
    for (std::uint64_t i = 0; i < store::kPowAuditEntriesMax + 2; ++i)
      if (auto done = t.append_pow_audit(entry); !done) return done;
    return {};
  }));
  const auto count = [&](const WalletId& wallet) {
    return read([&](Transaction& t) { return t.pow_audit(wallet, SIZE_MAX); })->size();
  };
  EXPECT_EQ(count({}), store::kPowAuditEntriesMax + 3);
  ASSERT_TRUE(write([](Transaction& t) { return t.drop_expired(kStart); }));
  EXPECT_EQ(count({}), store::kPowAuditEntriesMax);
  EXPECT_EQ(count(id<WalletId>("first")), 0u);
  ASSERT_TRUE(write([](Transaction& t) { return t.append_pow_audit(make_audit_entry("last", kStart)); }));
  ASSERT_TRUE(write([](Transaction& t) { return t.drop_expired(kStart); }));
  EXPECT_EQ(count({}), store::kPowAuditEntriesMax);
  EXPECT_EQ(count(id<WalletId>("last")), 1u);
}

// Goal:   the reply under a key is the first one's, for each wallet apart.
// Method: the same key twice, and under another wallet.
TEST_P(StoreTest, RepliesAreKeptPerWalletAndKey) {
  const store::IdempotentReply first{filled<Digest>(1), "{\"task_id\":\"t\"}"};
  const auto put = [&](const char* wallet, const store::IdempotentReply& reply) {
    return describe(write([&](Transaction& t) { return t.put_reply(id<WalletId>(wallet), "key", reply); }));
  };
  EXPECT_EQ(put("a", first), "ok");
  EXPECT_EQ(put("a", {filled<Digest>(2), "other"}), "already_exists/");
  EXPECT_EQ(put("b", {filled<Digest>(2), ""}), "ok");
  EXPECT_EQ(describe(read([](Transaction& t) { return t.reply(id<WalletId>("a"), "key"); })), describe(first));
  EXPECT_EQ(read([](Transaction& t) { return t.reply(id<WalletId>("b"), "key"); })->body, "");
  EXPECT_EQ(describe(read([](Transaction& t) { return t.reply(id<WalletId>("a"), "no"); })), "not_found/");
}

}  // namespace
}  // namespace gstd::test

// Logins: payloads that are signed once, and sessions.
#include "conformance/store_fixture.hpp"

namespace gstd::test {
namespace {

using std::chrono::seconds;
constexpr Timestamp kEnd = kStart + seconds{60};
constexpr std::chrono::milliseconds kMoment{1};
constexpr std::uint64_t kMany = 1'000;

store::Session make_session(std::uint8_t token, const std::string& wallet, Timestamp expires_at = kEnd) {
  return {filled<Digest>(token), id<WalletId>(wallet), filled<PublicKey>(7), kStart, expires_at};
}

std::string describe_session(const Result<store::Session>& s) {
  if (!s) return describe(s.error());
  return s->token_sha256.hex() + " " + s->wallet.str() + " " + s->key.hex() + " " + describe(s->created_at) + " " +
         describe(s->expires_at);
}

class StoreLoginTest : public StoreTest {
 protected:
  std::string put(const std::string& payload, Timestamp expires_at = kEnd, std::uint64_t kept_max = kMany) {
    return describe(write([&](Transaction& t) { return t.put_login_payload(payload, expires_at, kept_max); }));
  }
  std::string use(const std::string& payload, Timestamp now = kStart) {
    return describe(write([&](Transaction& t) { return t.use_login_payload(payload, now); }));
  }
  bool is_open(const std::string& payload, Timestamp now = kStart) {
    return *read([&](Transaction& t) { return t.is_login_payload_open(payload, now); });
  }
  std::string insert_session(const store::Session& session, const store::SessionBounds& bounds = {kMany, kMany}) {
    return describe(write([&](Transaction& t) { return t.insert_session(session, bounds); }));
  }
  std::string session(std::uint8_t token) {
    return describe_session(read([&](Transaction& t) { return t.session(filled<Digest>(token)); }));
  }
  /// Which of the tokens 1 to 9 have a session.
  std::string sessions() {
    std::string out;
    for (std::uint8_t token = 1; token <= 9; ++token)
      if (session(token) != "not_found/") out += std::to_string(token);
    return out;
  }
};

// Goal:   a payload is good once, until its end.
// Method: unknown, issued, in its last moment, over, used, used again; the same one twice.
TEST_P(StoreLoginTest, PayloadsAreUsedOnce) {
  EXPECT_FALSE(is_open("a"));
  EXPECT_EQ(use("a"), "not_found/");
  EXPECT_EQ(put("a"), "ok");
  EXPECT_EQ(put("a"), "already_exists/");
  EXPECT_TRUE(is_open("a", kEnd - kMoment));
  EXPECT_FALSE(is_open("a", kEnd));
  EXPECT_EQ(use("a", kEnd), "not_found/");
  EXPECT_EQ(use("a", kEnd - kMoment), "ok");
  EXPECT_FALSE(is_open("a"));
  EXPECT_EQ(use("a"), "not_found/");
}

// Goal:   the use of a payload in a write that fails is undone with it, so that whoever refuses says whether it counts.
// Method: used and refused in one write.
TEST_P(StoreLoginTest, PayloadsSurviveAFailedWrite) {
  EXPECT_EQ(put("a"), "ok");
  const auto refused = store_->write([](Transaction& t) -> Result<void> {
    if (auto used = t.use_login_payload("a", kStart); !used) return used;
    return Error{ErrorCode::aborted, "refused", "test"};
  });
  EXPECT_EQ(describe(refused), "aborted/test");
  EXPECT_TRUE(is_open("a"));
}

// Goal:   however many are asked for, only so many are remembered, the last ones.
// Method: three with room for two; and a sweep.
TEST_P(StoreLoginTest, PayloadsAreBounded) {
  for (const auto* payload : {"a", "b", "c"}) EXPECT_EQ(put(payload, kEnd, 2), "ok");
  EXPECT_FALSE(is_open("a"));
  EXPECT_TRUE(is_open("b"));
  EXPECT_TRUE(is_open("c"));
  EXPECT_EQ(put("d", kEnd + kMoment), "ok");
  ASSERT_TRUE(write([](Transaction& t) { return t.drop_expired(kEnd); }));
  EXPECT_EQ(put("c", kEnd + kMoment), "ok") << "it was dropped";
  EXPECT_TRUE(is_open("d", kEnd));
}

// Goal:   a session comes back whole by its token's digest, moves its end, and goes.
// Method: each step on one of two sessions; what is not there.
TEST_P(StoreLoginTest, SessionsAreFoundByToken) {
  EXPECT_EQ(session(1), "not_found/");
  EXPECT_EQ(insert_session(make_session(1, "w")), "ok");
  EXPECT_EQ(insert_session(make_session(1, "other")), "already_exists/");
  EXPECT_EQ(insert_session(make_session(2, "w")), "ok");
  EXPECT_EQ(session(1), describe_session(make_session(1, "w")));
  const auto move = [&](std::uint8_t token) {
    return describe(write([&](Transaction& t) { return t.set_session_end(filled<Digest>(token), kEnd + kMoment); }));
  };
  EXPECT_EQ(move(1), "ok");
  EXPECT_EQ(move(3), "not_found/");
  EXPECT_EQ(session(1), describe_session(make_session(1, "w", kEnd + kMoment)));
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(write([](Transaction& t) { return t.drop_session(filled<Digest>(2)); }));
  EXPECT_EQ(sessions(), "1");
  ASSERT_TRUE(write([](Transaction& t) { return t.drop_expired(kEnd); }));
  EXPECT_EQ(sessions(), "1");
  ASSERT_TRUE(write([](Transaction& t) { return t.drop_expired(kEnd + kMoment); }));
  EXPECT_EQ(sessions(), "");
}

// Goal:   sessions are bounded for each wallet and in all, and the oldest give way; revoking a wallet's takes all of them alone.
// Method: bounds of two and four; two wallets, and a third.
TEST_P(StoreLoginTest, SessionsAreBounded) {
  const store::SessionBounds bounds{2, 4};
  for (std::uint8_t token = 1; token <= 3; ++token) EXPECT_EQ(insert_session(make_session(token, "a"), bounds), "ok");
  EXPECT_EQ(sessions(), "23");
  for (std::uint8_t token = 4; token <= 5; ++token) EXPECT_EQ(insert_session(make_session(token, "b"), bounds), "ok");
  EXPECT_EQ(sessions(), "2345");
  EXPECT_EQ(insert_session(make_session(6, "c"), bounds), "ok");
  EXPECT_EQ(sessions(), "3456");
  ASSERT_TRUE(write([](Transaction& t) { return t.drop_sessions_of(id<WalletId>("b")); }));
  EXPECT_EQ(sessions(), "36");
}

INSTANTIATE_TEST_SUITE_P(Every, StoreLoginTest, testing::Values("memory", "sqlite"), [](const auto& param) { return param.param; });

}  // namespace
}  // namespace gstd::test

#include "coordinator/proof.hpp"
#include "support/lab.hpp"

namespace gstd::test {
namespace {

// The first moment behind the life of a challenge that is given out now.
constexpr std::chrono::milliseconds kBehindLife = pow::kChallengeLifetime + std::chrono::milliseconds{1};

std::string wrong_nonce(const protocol::PowChallenge& challenge) { return Lab::solve(challenge, false); }

class Proof : public testing::Test {
 protected:
  Lab lab{LabOptions{store::open_memory(), 8, {}, 1}};
  const Party requester = lab.requester();
  const Party worker = lab.worker();
};

// Goal:   no claim without a live, unspent, sufficient proof.
// Method: without a challenge, with a wrong nonce, with a malformed one, after the challenge's end.
TEST_F(Proof, IsThePriceOfAClaim) {
  const TaskId id = lab.create(requester);
  EXPECT_TRUE(refused(lab.claim(worker, id, "1"), ErrorCode::failed_precondition, "pow_required"));
  const auto challenge = must(lab.challenge(worker, id));
  EXPECT_EQ(challenge.challenge.size(), pow::kChallengeHexChars);
  EXPECT_EQ(challenge.expires_at, lab.clock.now() + pow::kChallengeLifetime);
  EXPECT_TRUE(refused(lab.claim(worker, id, wrong_nonce(challenge)), ErrorCode::failed_precondition, "pow_insufficient"));
  EXPECT_TRUE(refused(lab.claim(worker, id, "not a nonce"), ErrorCode::invalid_argument, "pow_nonce"));
  const std::string nonce = lab.solve(challenge);
  lab.clock.advance(kBehindLife);
  EXPECT_TRUE(refused(lab.claim(worker, id, nonce), ErrorCode::failed_precondition, "pow_expired"));
  lab.clock.advance(std::chrono::minutes{4});  // the coordinator has cleaned up meanwhile, whenever its thread came to it
  EXPECT_TRUE(refused(lab.claim(worker, id, nonce), ErrorCode::failed_precondition, "pow_expired"));
  const auto next = must(lab.challenge(worker, id));
  EXPECT_NE(next.challenge, challenge.challenge);
  must(lab.claim(worker, id, lab.solve(next)));
}

// Goal:   a proof buys one claim, also when the task comes back.
// Method: the task is given back, and the old nonce tried again.
TEST_F(Proof, IsSpentOnce) {
  const TaskId id = lab.create(requester);
  const auto challenge = must(lab.challenge(worker, id));
  const std::string nonce = lab.solve(challenge);
  const auto claim = must(lab.claim(worker, id, nonce));
  must(lab.fail(worker, claim, "draining", true));
  EXPECT_TRUE(refused(lab.claim(worker, id, nonce), ErrorCode::failed_precondition, "pow_spent"));
  EXPECT_EQ(must(lab.take(worker, id)).attempt, 2u);
}

// Goal:   a challenge lives for five minutes, and neither a millisecond less nor more.
// Method: a proof at the moment that its challenge names as its end, as the platform takes it, and another one millisecond behind.
TEST_F(Proof, LivesFiveMinutes) {
  const std::chrono::minutes five{5};
  const TaskId a = lab.create(requester, "a");
  const TaskId b = lab.create(requester, "b");
  const std::string for_a = lab.solve(must(lab.challenge(worker, a)));
  const auto challenge = must(lab.challenge(worker, b));
  EXPECT_EQ(challenge.expires_at, lab.clock.now() + five);
  lab.clock.advance(five);
  must(lab.claim(worker, a, for_a));
  lab.clock.advance(std::chrono::milliseconds{1});
  EXPECT_TRUE(refused(lab.claim(worker, b, lab.solve(challenge)), ErrorCode::failed_precondition, "pow_expired"));
}

// Goal:   a spent proof is not good again when nobody remembers any more that it was spent.
// Method: the task comes back, and the challenge's time runs out and is swept.
TEST_F(Proof, IsSpentForGood) {
  const TaskId id = lab.create(requester);
  const std::string nonce = lab.solve(must(lab.challenge(worker, id)));
  must(lab.fail(worker, must(lab.claim(worker, id, nonce)), "draining", true));
  lab.clock.advance(3 * pow::kChallengeLifetime);
  const std::string status = "/pow/status?task_id=" + id.str() + "&wallet=" + worker.wallet.str();
  for (int looks = 0; looks < 2'000 && lab.get<protocol::PowStatus>(worker, status); ++looks)
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  EXPECT_TRUE(refused(lab.claim(worker, id, nonce), ErrorCode::failed_precondition, "pow_required"));
}

// Goal:   a proof is for its task and its wallet, and serves neither for another task nor for another wallet.
// Method: in both versions a good nonce for another task and by another wallet, first without a challenge there, then with one;
//         of 16 bits, so that it is not good there by chance (the seed is fixed).
TEST_F(Proof, IsBoundToItsTaskAndWallet) {
  Lab hard{LabOptions{store::open_memory(), 16, {}, 1}};
  const Party buyer = hard.requester();
  const Party seller = hard.worker();
  const Party other = hard.worker("other");
  for (const std::uint32_t version : {1u, 2u}) {
    const TaskId id = hard.create(buyer);
    const auto challenge = must(hard.challenge(seller, id, {version}));
    const std::string nonce = hard.solve(challenge);
    const auto expect_refused = [&](const Party& by, const TaskId& task) {
      EXPECT_TRUE(refused(hard.claim(by, task, nonce), ErrorCode::failed_precondition, "pow_required"));
      EXPECT_NE(must(hard.challenge(by, task, {version})).challenge, challenge.challenge);
      EXPECT_TRUE(refused(hard.claim(by, task, nonce), ErrorCode::failed_precondition, "pow_insufficient"));
    };
    expect_refused(seller, hard.create(buyer));
    expect_refused(other, id);
    must(hard.claim(seller, id, nonce));
  }
}

// Goal:   asking again while a challenge lives gives the same one, so that work under way is not void.
// Method: two questions; then another wallet's, which is its own.
TEST_F(Proof, IsAskedForOnce) {
  const TaskId id = lab.create(requester);
  const Party other = lab.worker("other");
  const auto first = must(lab.challenge(worker, id));
  lab.clock.advance(std::chrono::seconds{10});
  EXPECT_EQ(protocol::write(must(lab.challenge(worker, id))), protocol::write(first));
  EXPECT_NE(must(lab.challenge(other, id)).challenge, first.challenge);
}

// Goal:   both versions buy a claim, the best one that both sides know is given, and what only the asker knows does not disturb.
// Method: the whole way over HTTP for lists in different orders and with numbers that nobody has given out yet.
TEST_F(Proof, IsOfTheBestVersionThatBothKnow) {
  const std::pair<std::vector<std::uint32_t>, std::uint32_t> rows[] = {
      {{1}, 1}, {{2}, 2}, {{2, 1}, 2}, {{1, 2}, 2}, {{4'294'967'295, 1, 0, 1}, 1}, {{3, 2, 1}, 2}};
  for (const auto& [versions, expected] : rows) {
    const TaskId id = lab.create(requester);
    const auto challenge = must(lab.challenge(worker, id, versions));
    EXPECT_EQ(challenge.version, expected);
    const std::string status_path = "/pow/status?task_id=" + id.str() + "&wallet=" + worker.wallet.str();
    EXPECT_EQ(must(lab.get<protocol::PowStatus>(worker, status_path)).version, expected);
    const std::string nonce = lab.solve(challenge);
    EXPECT_TRUE(must(lab.post<protocol::PowVerdict>(worker, "/pow/verify", protocol::PowAnswer{id, worker.wallet, nonce})).valid);
    EXPECT_TRUE(refused(lab.claim(worker, id, wrong_nonce(challenge)), ErrorCode::failed_precondition, "pow_insufficient"));
    must(lab.claim(worker, id, nonce));
    EXPECT_EQ(must(lab.get<protocol::PowStatus>(worker, status_path)).version, expected);
  }
}

// Goal:   a client of the platform, which knows of no versions, gets the platform's.
// Method: its request, letter for letter; decimal nonces, from 0 on, over the text of its own concatenation.
TEST_F(Proof, IsThePlatformsForItsClients) {
  const TaskId id = lab.create(requester);
  const std::string body = R"({"task_id":")" + id.str() + R"(","worker_wallet":")" + worker.wallet.str() + R"("})";
  const auto challenge = must(lab.call<protocol::PowChallenge>({"POST", "/pow/challenge", body, &worker}));
  EXPECT_EQ(challenge.version, 1u);
  int nonce = 0;
  while (sha256(as_bytes(challenge.challenge + id.str() + worker.wallet.str() + std::to_string(nonce))).bytes[0] != 0) ++nonce;
  must(lab.claim(worker, id, std::to_string(nonce)));
}

// Goal:   who can answer nothing that is given out is told so, and gets nothing.
// Method: no version, unknown ones, and what is no list of numbers.
TEST_F(Proof, IsRefusedToWhoKnowsNoVersion) {
  const TaskId id = lab.create(requester);
  for (const std::vector<std::uint32_t>& versions : {std::vector<std::uint32_t>{}, {0}, {3, 4}})
    EXPECT_TRUE(refused(lab.challenge(worker, id, versions), ErrorCode::invalid_argument, "pow_version"));
  for (const char* versions : {"2", "\"2\"", "[\"2\"]", "[-1]", "[1.5]", "[4294967296]", "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]"}) {
    const std::string body =
        R"({"task_id":")" + id.str() + R"(","worker_wallet":")" + worker.wallet.str() + R"(","versions":)" + versions + "}";
    EXPECT_TRUE(
        refused(lab.call<protocol::PowChallenge>({"POST", "/pow/challenge", body, &worker}), ErrorCode::invalid_argument, "field"))
        << versions;
  }
  EXPECT_TRUE(refused(lab.claim(worker, id, "1"), ErrorCode::failed_precondition, "pow_required"));
}

// Goal:   a live challenge stands for as long as its wallet can answer it, and only one of them stands.
// Method: asked for with lists that have its version, which also name a better one, and with one that has not; under a limit of
//         one challenge.
TEST_F(Proof, IsReplacedOnlyForWhoCannotAnswerIt) {
  Lab strict{LabOptions{store::open_memory(), 8, [](CoordinatorOptions& o) { o.challenges_per_wallet_max = 1; }, 1}};
  const Party buyer = strict.requester();
  const Party seller = strict.worker();
  const TaskId id = strict.create(buyer);
  const auto second = must(strict.challenge(seller, id, {2, 1}));
  EXPECT_EQ(must(strict.challenge(seller, id, {2})).challenge, second.challenge);
  const auto first = must(strict.challenge(seller, id, {1}));
  EXPECT_EQ(first.version, 1u);
  EXPECT_NE(first.challenge, second.challenge);
  EXPECT_EQ(protocol::write(must(strict.challenge(seller, id, {2, 1}))), protocol::write(first));
  must(strict.claim(seller, id, strict.solve(first)));
}

// Goal:   a nonce has the form of its challenge's version.
// Method: each version's nonces for the other's challenge. (16 hex digits are a form of version 1 too, of another digest.)
TEST_F(Proof, WantsTheNonceOfItsVersion) {
  const TaskId id = lab.create(requester);
  const auto challenge = must(lab.challenge(worker, id, {2}));
  for (const char* nonce : {"7", "0x00000000000000", "000000000000000G", "00000000000000AB", "00000000000000000"})
    EXPECT_TRUE(refused(lab.claim(worker, id, nonce), ErrorCode::invalid_argument, "pow_nonce")) << nonce;
  EXPECT_TRUE(refused(lab.post<protocol::PowVerdict>(worker, "/pow/verify", protocol::PowAnswer{id, worker.wallet, "7"}),
                      ErrorCode::invalid_argument, "pow_nonce"));
  must(lab.claim(worker, id, lab.solve(challenge)));
}

// Goal:   looking at a proof does not use it up, as it does in the platform's original.
// Method: verify, wrong and right, twice; status before and after the claim.
TEST_F(Proof, CanBeLookedAtWithoutBeingSpent) {
  const TaskId id = lab.create(requester);
  const auto challenge = must(lab.challenge(worker, id));
  const std::string nonce = lab.solve(challenge);
  const auto verify = [&](const std::string& answer) {
    return lab.post<protocol::PowVerdict>(worker, "/pow/verify", protocol::PowAnswer{id, worker.wallet, answer});
  };
  EXPECT_FALSE(must(verify(wrong_nonce(challenge))).valid);
  lab.clock.advance(std::chrono::seconds{2});
  EXPECT_TRUE(must(verify(nonce)).valid);
  const auto verdict = must(verify(nonce));
  EXPECT_TRUE(verdict.valid);
  EXPECT_GE(verdict.leading_zeros, 8u);
  EXPECT_EQ(verdict.time_taken_ms, 2'000);
  const std::string status_path = "/pow/status?task_id=" + id.str() + "&wallet=" + worker.wallet.str();
  EXPECT_FALSE(must(lab.get<protocol::PowStatus>(worker, status_path)).verified);
  must(lab.claim(worker, id, nonce));
  const auto status = must(lab.get<protocol::PowStatus>(worker, status_path));
  EXPECT_TRUE(status.verified);
  EXPECT_EQ(status.nonce, nonce);
  EXPECT_TRUE(refused(verify(nonce), ErrorCode::failed_precondition, "pow_spent"));
}

// Goal:   a challenge costs nothing to ask for, so a wallet gets a bounded number of live ones, and only for open tasks.
// Method: three tasks under a limit of two; then the time runs them out; then an assigned task.
TEST_F(Proof, IsBoundedPerWallet) {
  Lab strict{LabOptions{store::open_memory(), 0, [](CoordinatorOptions& o) { o.challenges_per_wallet_max = 2; }, 1}};
  const Party buyer = strict.requester();
  const Party seller = strict.worker();
  const TaskId a = strict.create(buyer, "a");
  const TaskId b = strict.create(buyer, "b");
  const TaskId c = strict.create(buyer, "c");
  must(strict.challenge(seller, a));
  must(strict.challenge(seller, b));
  EXPECT_TRUE(refused(strict.challenge(seller, c), ErrorCode::resource_exhausted, "challenges"));
  strict.clock.advance(pow::kChallengeLifetime);
  EXPECT_TRUE(refused(strict.challenge(seller, c), ErrorCode::resource_exhausted, "challenges"));
  strict.clock.advance(std::chrono::milliseconds{1});
  must(strict.take(seller, c));
  EXPECT_TRUE(refused(strict.challenge(seller, c), ErrorCode::failed_precondition, "not_pending"));
}

// Goal:   the coordinator hashes for nobody: wrong nonces are counted, wherever they are tried, and so many close the challenge.
// Method: half of them in claims, half in looks, with a change of the version in between; the right one then comes too late,
//         another wallet's does not; the end of the challenge makes room for another.
TEST_F(Proof, ClosesAfterTooManyWrongNonces) {
  const TaskId id = lab.create(requester);
  const Party other = lab.worker("other");
  const auto verify = [&](const std::string& nonce) {
    return lab.post<protocol::PowVerdict>(worker, "/pow/verify", protocol::PowAnswer{id, worker.wallet, nonce});
  };
  auto challenge = must(lab.challenge(worker, id, {1}));
  for (std::uint32_t tried = 0; tried < coordinator::kWrongNoncesMax / 2; ++tried)
    ASSERT_TRUE(refused(lab.claim(worker, id, wrong_nonce(challenge)), ErrorCode::failed_precondition, "pow_insufficient"));
  challenge = must(lab.challenge(worker, id, {2}));
  EXPECT_TRUE(refused(lab.claim(worker, id, "no nonce"), ErrorCode::invalid_argument, "pow_nonce"));
  for (std::uint32_t tried = coordinator::kWrongNoncesMax / 2; tried < coordinator::kWrongNoncesMax; ++tried)
    ASSERT_FALSE(must(verify(wrong_nonce(challenge))).valid);
  const auto closed = [](const auto& answer) { return refused(answer, ErrorCode::resource_exhausted, "pow_attempts"); };
  EXPECT_TRUE(closed(verify(wrong_nonce(challenge))));
  EXPECT_TRUE(closed(verify(lab.solve(challenge))));
  EXPECT_TRUE(closed(lab.claim(worker, id, lab.solve(challenge))));
  EXPECT_TRUE(closed(lab.challenge(worker, id, {1})));
  lab.clock.advance(pow::kChallengeLifetime - std::chrono::milliseconds{1'500});
  const auto late = lab.challenge(worker, id, {2});
  EXPECT_TRUE(closed(late));
  EXPECT_TRUE(late.error().message.ends_with("ask for another in 2 s")) << late.error().message;
  must(lab.challenge(other, id));
  lab.clock.advance(std::chrono::milliseconds{1'500});
  const auto last = lab.challenge(worker, id, {2});
  EXPECT_TRUE(closed(last));
  EXPECT_TRUE(last.error().message.ends_with("ask for another in 1 s")) << last.error().message;
  lab.clock.advance(std::chrono::milliseconds{1});
  must(lab.claim(worker, id, lab.solve(must(lab.challenge(worker, id, {2})))));
}

// Goal:   nobody is told of more nonces than the bound by asking for many at once.
// Method: sixteen threads with more wrong nonces than are allowed.
TEST_F(Proof, CountsWrongNoncesThatRace) {
  const TaskId id = lab.create(requester);
  const std::string nonce = wrong_nonce(must(lab.challenge(worker, id)));
  constexpr std::uint32_t kThreads = 16;
  constexpr std::uint32_t kEach = coordinator::kWrongNoncesMax / kThreads + 2;
  std::atomic<std::uint32_t> told{0};
  std::atomic<std::uint32_t> closed{0};
  std::vector<std::thread> threads;
  for (std::uint32_t i = 0; i < kThreads; ++i)
    threads.emplace_back([&] {
      for (std::uint32_t k = 0; k < kEach; ++k) {
        const auto claim = lab.claim(worker, id, nonce);
        if (!claim && claim.error().reason == "pow_insufficient") ++told;
        if (!claim && claim.error().reason == "pow_attempts") ++closed;
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(told, coordinator::kWrongNoncesMax);
  EXPECT_EQ(closed, kThreads * kEach - coordinator::kWrongNoncesMax);
}

// Goal:   the operator can read what became of every proof.
// Method: each way in which one can go, over HTTP; then the store's log, oldest first.
TEST_F(Proof, IsLogged) {
  const auto store = store::open_memory();
  Lab logged{LabOptions{store, 8, [](CoordinatorOptions& o) { o.challenges_per_wallet_max = 1; }, 1}};
  const Party buyer = logged.requester();
  const Party seller = logged.worker();
  const TaskId a = logged.create(buyer, "a");
  const TaskId b = logged.create(buyer, "b");
  const auto verify = [&](const std::string& nonce) {
    return logged.post<protocol::PowVerdict>(seller, "/pow/verify", protocol::PowAnswer{a, seller.wallet, nonce});
  };
  std::vector<std::string> expected;
  const auto expect = [&](const TaskId& task, std::string_view rest) { expected.push_back(task.str() + " " + std::string(rest)); };

  EXPECT_FALSE(logged.claim(seller, a, "1"));
  expect(a, "device-worker v0 0 1 rejected pow_required 127.0.0.1");
  auto challenge = must(logged.challenge(seller, a));
  expect(a, " v1 8  issued  127.0.0.1");
  must(logged.challenge(seller, a));
  EXPECT_FALSE(logged.challenge(seller, b));
  expect(b, " v0 0  rejected challenges 127.0.0.1");
  EXPECT_FALSE(must(verify(wrong_nonce(challenge))).valid);
  expect(a, " v1 8 " + wrong_nonce(challenge) + " rejected pow_insufficient 127.0.0.1");
  EXPECT_FALSE(verify("x"));
  expect(a, " v1 8 x rejected pow_nonce 127.0.0.1");
  logged.clock.advance(kBehindLife);
  const std::string late = logged.solve(challenge);
  EXPECT_FALSE(logged.claim(seller, a, late));
  expect(a, "device-worker v1 8 " + late + " rejected pow_expired 127.0.0.1");
  challenge = must(logged.challenge(seller, a, {2}));
  expect(a, " v1 8  expired  ");
  expect(a, " v2 8  issued  127.0.0.1");
  const std::string nonce = logged.solve(challenge);
  EXPECT_TRUE(must(verify(nonce)).valid);
  must(logged.claim(seller, a, nonce));
  expect(a, "device-worker v2 8 " + nonce + " verified  127.0.0.1");
  EXPECT_TRUE(refused(logged.claim(seller, a, "1"), ErrorCode::aborted, "claim_lost"));
  EXPECT_FALSE(verify("1"));
  expect(a, " v2 8 1 rejected pow_spent 127.0.0.1");

  std::vector<std::string> found;
  must(store->read([&](store::Transaction& records) -> Result<void> {
    auto entries = records.pow_audit(seller.wallet, 100);
    if (!entries) return entries.error();
    for (auto entry = entries->rbegin(); entry != entries->rend(); ++entry)
      found.push_back(entry->task.str() + " " + entry->device.str() + " v" + std::to_string(entry->version) + " " +
                      std::to_string(entry->difficulty_bits) + " " + entry->nonce + " " + std::string(to_string(entry->outcome)) +
                      " " + entry->reason + " " + entry->peer);
    return {};
  }));
  EXPECT_EQ(found, expected);
}

// Goal:   a challenge that expires is in the log once, also where another takes its place before the sweep.
// Method: several, each replaced as soon as its time is over.
TEST_F(Proof, IsLoggedWhereItExpiresAndIsReplaced) {
  const auto store = store::open_memory();
  Lab logged{LabOptions{store, 8, {}, 1}};
  const Party buyer = logged.requester();
  const Party seller = logged.worker();
  const TaskId id = logged.create(buyer);
  for (int i = 0; i < 5; ++i) {
    must(logged.challenge(seller, id));
    logged.clock.advance(kBehindLife);
  }
  must(logged.challenge(seller, id));
  int expired = 0;
  must(store->read([&](store::Transaction& records) -> Result<void> {
    auto entries = records.pow_audit({}, 100);
    if (!entries) return entries.error();
    for (const auto& entry : *entries) expired += entry.outcome == store::PowAuditOutcome::expired ? 1 : 0;
    return {};
  }));
  EXPECT_EQ(expired, 5);
}

// Goal:   without a fixed difficulty the platform's rule holds.
// Method: two rewards with known bits (0.95 GSTD: 17, 950 GSTD: 23; docs/protocol.md, "Proof of work").
TEST_F(Proof, CostsByReward) {
  Lab platform{LabOptions{store::open_memory(), 0, [](CoordinatorOptions& o) { o.difficulty_bits.reset(); }, 1}};
  const Party buyer = platform.requester();
  const Party seller = platform.worker();
  platform.pay_in(buyer, gstd(1000));
  EXPECT_EQ(must(platform.challenge(seller, platform.create(buyer, "a", gstd(1)))).difficulty, 17u);
  const auto dear = must(platform.challenge(seller, platform.create(buyer, "b", gstd(1000))));
  EXPECT_EQ(dear.difficulty, 23u);
  EXPECT_EQ(dear.estimated_time, "~16s");
}

// Goal:   an operator can raise what the rule says, for every task alike, up to what a digest has.
// Method: the same rewards with bits on top; what a worker is told before it asks for a challenge; more bits than there are.
TEST_F(Proof, CostsMoreWhereTheOperatorSaysSo) {
  const std::array<unsigned, 3> rows[] = {{6, 23, 29}, {238, 255, 256}, {256, 256, 256}};
  for (const auto& [extra, cheap_bits, dear_bits] : rows) {
    Lab raised{LabOptions{store::open_memory(), 0,
                          [extra = extra](CoordinatorOptions& o) {
                            o.difficulty_bits.reset();
                            o.difficulty_extra_bits = extra;
                          },
                          1}};
    const Party buyer = raised.requester();
    const Party seller = raised.worker();
    raised.pay_in(buyer, gstd(1000));
    const TaskId cheap = raised.create(buyer, "a", gstd(1));
    EXPECT_EQ(must(raised.get<protocol::QueueItem>(seller, "/orchestrator/next-task")).pow_difficulty, cheap_bits);
    EXPECT_EQ(must(raised.challenge(seller, cheap)).difficulty, cheap_bits);
    EXPECT_EQ(must(raised.challenge(seller, raised.create(buyer, "b", gstd(1000)))).difficulty, dear_bits);
  }
}

}  // namespace
}  // namespace gstd::test

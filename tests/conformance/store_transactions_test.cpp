#include "conformance/store_fixture.hpp"

#include <atomic>
#include <latch>
#include <stdexcept>
#include <thread>

namespace gstd::test {
namespace {

/// Does something in every table.
Result<void> touch_everything(Transaction& t) {
  if (auto r = t.put_blob(filled<Digest>(50), Bytes{1, 2}); !r) return r;
  if (auto r = t.put_module({filled<Digest>(50), 1, id<WalletId>("w"), kStart, {}, {}, 0}); !r) return r;
  if (auto r = t.insert_device(make_device("new", "w", 50)); !r) return r;
  if (auto r = t.use_nonce(filled<PublicKey>(50), "n", kStart); !r) return r;
  if (auto r = t.insert_task(make_task("new")); !r) return r;
  if (auto r = t.apply(*gstd::fund(make_task("new"), kStart), TaskState::awaiting_escrow, 0, kStart); !r) return r.error();
  const auto old = t.task(id<TaskId>("old"));
  if (!old) return old.error();
  const auto claim = gstd::assign(*old, make_lease(), kLeaseTime, kStart);
  if (!claim) return claim.error();
  if (auto r = t.apply(*claim, old->state, old->attempt, kStart); !r) return r.error();
  if (auto r = t.set_lease_end(old->id, 1, kStart + 2 * kLeaseTime); !r) return r;
  if (auto r = t.insert_submission(make_submission("new", 1)); !r) return r;
  if (auto r = t.put_challenge(make_challenge("new", "w")); !r) return r;
  if (auto r = t.spend_challenge(id<TaskId>("old"), id<WalletId>("w"), "1", kStart); !r) return r;
  if (auto r = t.append_pow_audit(make_audit_entry("w", kStart)); !r) return r;
  if (auto r = t.put_reply(id<WalletId>("w"), "k", {filled<Digest>(50), "b"}); !r) return r;
  if (auto r = t.transfer(deposit_transfer("d2", id<WalletId>("w"), {7}), kStart); !r) return r.error();
  return t.drop_expired(kStart + std::chrono::hours{1});
}

std::string everything(Transaction& t) {
  const auto w = id<WalletId>("w");
  std::string out = describe(t.blob(filled<Digest>(50))) + "\n" + describe(t.module(filled<Digest>(50))) + "\n" +
                    describe(t.device(id<DeviceId>("new"))) + "\n" + describe(t.task(id<TaskId>("new"))) + "\n" +
                    describe(t.task(id<TaskId>("old"))) + "\n" + describe(t.submission(id<TaskId>("new"), 1)) + "\n" +
                    describe(t.challenge(id<TaskId>("old"), w)) + "\n" + describe(t.challenge(id<TaskId>("new"), w)) + "\n" +
                    describe(t.reply(w, "k")) + "\n" + describe(t.balance(wallet_account(w))) + "\n" +
                    describe(t.balance(external_account())) + "\n" + describe(t.events_after(0, {}, 100)) + "\n";
  out += describe(t.ready_tasks(kStart, UINT64_MAX, 100)) + describe(t.expired_leases(kStart + std::chrono::hours{1}, 100)) +
         describe(t.pow_audit({}, 100)) + describe(t.recent_tasks_of(id<WalletId>("requester-1"), 100)) +
         describe(t.task_counts()) + describe(t.check_ledger());
  return out;
}

class StoreTransactionTest : public StoreTest {
 protected:
  void SetUp() override {
    insert(make_task("old"));
    fund("old");
    ASSERT_TRUE(write([](Transaction& t) { return t.put_challenge(make_challenge("old", "w")); }));
    ASSERT_TRUE(write([](Transaction& t) { return t.transfer(deposit_transfer("d", id<WalletId>("w"), {100}), kStart); }));
  }

  std::string snapshot() {
    std::string out;
    EXPECT_TRUE(store_->read([&](Transaction& t) -> Result<void> {
      out = everything(t);
      return {};
    }));
    return out;
  }
};
INSTANTIATE_TEST_SUITE_P(Every, StoreTransactionTest, testing::Values("memory", "sqlite"),
                         [](const auto& param) { return param.param; });

// Goal:   work that answers with an error leaves nothing behind, and its error comes through.
// Method: a change in every table, then an error; the same work without it does change them.
TEST_P(StoreTransactionTest, FailedWorkIsUndoneCompletely) {
  const std::string before = snapshot();
  const auto failed = store_->write([](Transaction& t) -> Result<void> {
    if (auto done = touch_everything(t); !done) return done;
    return Error{ErrorCode::resource_exhausted, "enough", "mine"};
  });
  EXPECT_EQ(describe(failed), "resource_exhausted/mine");
  EXPECT_EQ(snapshot(), before);
  // A nonce that was used in undone work is free again.
  EXPECT_EQ(describe(store_->write(touch_everything)), "ok");
  EXPECT_NE(snapshot(), before);
}

// Goal:   work that throws leaves nothing behind, and what it threw reaches its caller.
// Method: as above, with an exception.
TEST_P(StoreTransactionTest, ThrowingWorkIsUndoneCompletely) {
  const std::string before = snapshot();
  EXPECT_THROW(static_cast<void>(store_->write([](Transaction& t) -> Result<void> {
                 if (auto done = touch_everything(t); !done) return done;
                 throw std::runtime_error("mine");
               })),
               std::runtime_error);
  EXPECT_THROW(static_cast<void>(store_->read([](Transaction&) -> Result<void> { throw std::runtime_error("mine"); })),
               std::runtime_error);
  EXPECT_EQ(snapshot(), before);
  EXPECT_EQ(describe(store_->write(touch_everything)), "ok");
}

// Goal:   work sees what it has written itself, and a refused call inside it does not undo the rest.
// Method: an insert, the same insert again, and a question.
TEST_P(StoreTransactionTest, WorkSeesItsOwnWritesAndMayGoOnAfterARefusal) {
  std::string inside;
  ASSERT_TRUE(store_->write([&](Transaction& t) -> Result<void> {
    if (auto done = t.insert_task(make_task("x")); !done) return done;
    inside = describe(t.insert_task(make_task("x"))) + " " + describe(t.transfer({"z", {"poor"}, {"b"}, {1}, {}}, kStart)) + " " +
             t.task(id<TaskId>("x"))->id.str();
    return {};
  }));
  EXPECT_EQ(inside, "already_exists/ failed_precondition/insufficient_funds x");
  EXPECT_TRUE(task("x"));
}

// Goal:   a reading transaction refuses every change and makes none.
// Method: all members that write.
TEST_P(StoreTransactionTest, ReadersCannotWrite) {
  const std::string before = snapshot();
  std::vector<std::string> answers;
  ASSERT_TRUE(store_->read([&](Transaction& t) -> Result<void> {
    const auto w = id<WalletId>("w");
    const Task old = *t.task(id<TaskId>("old"));
    answers = {describe(t.put_blob(filled<Digest>(60), Bytes{1})),
               describe(t.put_module({})),
               describe(t.insert_device(make_device("r", "w", 1))),
               describe(t.use_nonce({}, "n", kStart)),
               describe(t.put_login_payload("p", kStart, 1)),
               describe(t.use_login_payload("p", kStart)),
               describe(t.insert_session({}, {1, 1})),
               describe(t.set_session_end({}, kStart)),
               describe(t.drop_session({})),
               describe(t.drop_sessions_of(id<WalletId>("w"))),
               describe(t.drop_expired(Timestamp::max())),
               describe(t.insert_task(make_task("r"))),
               describe(t.apply(*gstd::assign(old, make_lease(), kLeaseTime, kStart), old.state, old.attempt, kStart)),
               describe(t.set_lease_end(old.id, 0, kStart)),
               describe(t.insert_submission(make_submission("r", 1))),
               describe(t.put_challenge(make_challenge("r", "w"))),
               describe(t.spend_challenge(old.id, w, "1", kStart)),
               describe(t.append_pow_audit(make_audit_entry("w", kStart))),
               describe(t.put_reply(w, "r", {})),
               describe(t.transfer(deposit_transfer("r", w, {1}), kStart))};
    return {};
  }));
  for (const auto& answer : answers) EXPECT_EQ(answer, "failed_precondition/read_only");
  EXPECT_EQ(answers.size(), 20u);
  EXPECT_EQ(snapshot(), before);
}

// Goal:   of many claims of one task exactly one wins, and every loser is told.
// Method: eight threads that all saw the task pending, over twenty tasks.
TEST_P(StoreTransactionTest, RacingClaimsHaveOneWinner) {
  constexpr int kThreads = 8;
  for (int round = 0; round < 20; ++round) {
    const std::string name = "race-" + std::to_string(round);
    insert(make_task(name));
    fund(name);
    const Task pending = *task(name);
    std::atomic<int> won = 0;
    std::atomic<int> lost = 0;
    std::latch start{kThreads};
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i)
      threads.emplace_back([&, i] {
        const auto claim = gstd::assign(pending, make_lease("worker-" + std::to_string(i)), kLeaseTime, kStart);
        start.arrive_and_wait();
        const auto result = store_->write([&](Transaction& t) -> Result<void> {
          const auto event = t.apply(*claim, pending.state, pending.attempt, kStart);
          return event ? Result<void>{} : event.error();
        });
        if (result) ++won;
        if (!result && result.error().reason == "changed") ++lost;
      });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(won, 1);
    EXPECT_EQ(lost, kThreads - 1);
    EXPECT_EQ(task(name)->attempt, 1u);
  }
}

// Goal:   of many good nonces for one challenge exactly one spends it, and stays in it.
// Method: eight threads with a nonce each, over twenty challenges, none of which looks at the challenge first.
TEST_P(StoreTransactionTest, RacingProofsSpendOnce) {
  constexpr int kThreads = 8;
  const auto wallet = id<WalletId>("w");
  for (int round = 0; round < 20; ++round) {
    const auto challenge = make_challenge("proof-" + std::to_string(round), "w");
    ASSERT_TRUE(write([&](Transaction& t) { return t.put_challenge(challenge); }));
    std::atomic<int> winner = -1;
    std::atomic<int> spent = 0;
    std::latch start{kThreads};
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i)
      threads.emplace_back([&, i] {
        start.arrive_and_wait();
        const auto result = store_->write(
            [&](Transaction& t) -> Result<void> { return t.spend_challenge(challenge.task, wallet, std::to_string(i), kStart); });
        if (result) winner = i;
        if (describe(result) == "aborted/pow_spent") ++spent;
      });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(spent, kThreads - 1);
    EXPECT_EQ(read([&](Transaction& t) { return t.challenge(challenge.task, wallet); })->nonce, std::to_string(winner));
  }
}

// Goal:   no update is lost and no money appears, whoever writes at the same time; each work has its own fate.
// Method: eight threads pay each other at random, every third work fails on purpose; the books are checked meanwhile.
TEST_P(StoreTransactionTest, ConcurrentWritersKeepTheBooks) {
  constexpr int kThreads = 8;
  constexpr int kEach = 40;
  ASSERT_TRUE(write([](Transaction& t) { return t.transfer({"start", external_account(), {"pot"}, {1'000}, {}}, kStart); }));
  std::atomic<int> moved = 0;
  std::atomic<bool> writing = true;
  std::latch start{kThreads + 1};
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i)
    threads.emplace_back([&, i] {
      start.arrive_and_wait();
      for (int k = 0; k < kEach; ++k) {
        const std::string transfer_id = std::to_string(i) + "/" + std::to_string(k);
        const auto result = store_->write([&](Transaction& t) -> Result<void> {
          if (auto done = t.transfer({transfer_id, {"pot"}, {"pot-" + std::to_string(i)}, {1}, {}}, kStart); !done)
            return done.error();
          if (k % 3 == 0) return Error{ErrorCode::cancelled, "on purpose", {}};
          return {};
        });
        if (result) ++moved;
      }
    });
  std::thread reader([&] {
    start.arrive_and_wait();
    while (writing) EXPECT_EQ(describe(store_->read([](Transaction& t) { return t.check_ledger(); })), "ok");
  });
  for (auto& thread : threads) thread.join();
  writing = false;
  reader.join();
  EXPECT_EQ(moved, kThreads * (kEach - (kEach + 2) / 3));
  EXPECT_EQ(read([](Transaction& t) { return t.balance({"pot"}); })->nano, 1'000 - moved);
}

// Goal:   a reader sees one moment, whatever is written while it looks.
// Method: a writer counts two accounts up together, readers compare them, with a pause in between for the writer to get ahead.
TEST_P(StoreTransactionTest, ReadersSeeOneMoment) {
  std::atomic<bool> reading = true;
  std::atomic<int> written = 0;
  std::thread writer([&] {
    for (int i = 0; reading; ++i) {
      const auto done = store_->write([&](Transaction& t) -> Result<void> {
        for (const char* account : {"left", "right"})
          if (auto r = t.transfer({account + std::to_string(i), external_account(), {account}, {1}, {}}, kStart); !r)
            return r.error();
        return {};
      });
      EXPECT_EQ(describe(done), "ok");
      ++written;
    }
  });
  for (int i = 0; i < 50; ++i) {
    std::int64_t left = -1;
    std::int64_t right = -1;
    ASSERT_TRUE(store_->read([&](Transaction& t) -> Result<void> {
      left = t.balance({"left"})->nano;
      // Lets a writer that is not kept out do a whole write between the two questions.
      const int before = written;
      for (int spin = 0; spin < 1'000 && written == before; ++spin) std::this_thread::yield();
      right = t.balance({"right"})->nano;
      return {};
    }));
    EXPECT_EQ(left, right);
  }
  reading = false;
  writer.join();
}

// Goal:   event numbers have no gaps and no repeats, also when works fail and run side by side.
// Method: threads that fund tasks, every other work failing after its event.
TEST_P(StoreTransactionTest, SequenceHasNoGaps) {
  const auto first = *read([](Transaction& t) { return t.last_sequence(); });
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&, i] {
      for (int k = 0; k < 10; ++k) {
        const Task task = make_task("s-" + std::to_string(i) + "-" + std::to_string(k));
        const auto done = store_->write([&](Transaction& t) -> Result<void> {
          if (auto r = t.insert_task(task); !r) return r;
          if (auto r = t.apply(*gstd::fund(task, kStart), task.state, 0, kStart); !r) return r.error();
          if (k % 2 == 0) return Error{ErrorCode::cancelled, "on purpose", {}};
          return {};
        });
        EXPECT_EQ(done.has_value(), k % 2 == 1);
      }
    });
  for (auto& thread : threads) thread.join();
  const auto events = *read([&](Transaction& t) { return t.events_after(first, {}, 100); });
  ASSERT_EQ(events.size(), 20u);
  for (std::size_t i = 0; i < events.size(); ++i) EXPECT_EQ(events[i].sequence, first + i + 1);
}

}  // namespace
}  // namespace gstd::test

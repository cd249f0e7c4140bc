#include "sqlite_fixture.hpp"

#include <sys/resource.h>
#include <atomic>
#include <csignal>
#include <latch>
#include <set>
#include <thread>

namespace gstd::test {
namespace {

using SqliteDurability = SqliteTest;

// Goal:   no write that was acknowledged is lost when the process is killed, and none is there by half.
// Method: a child writes from four threads and reports each success; the parent kills it in the middle and looks.
TEST_F(SqliteDurability, KilledProcessLosesNoAcknowledgedWrite) {
  constexpr int kAcknowledged = 200;
  int reports[2];
  ASSERT_EQ(pipe(reports), 0);
  const pid_t child = fork_child([&] {
    const auto store = *open();
    std::vector<std::thread> threads;
    for (std::uint32_t thread = 0; thread < 4; ++thread)
      threads.emplace_back([&, thread] {
        for (std::uint32_t i = 0;; ++i) {
          const std::uint32_t number = i * 4 + thread;
          const std::string name = std::to_string(number);
          const auto done = store->write([&](Transaction& t) -> Result<void> {
            if (auto r = t.insert_task(make_task(name)); !r) return r;
            if (auto r = t.transfer(deposit_transfer(name, id<WalletId>("w"), {1}), kStart); !r) return r.error();
            return {};
          });
          // Smaller than PIPE_BUF, so reports of several threads do not mix.
          if (!done || ::write(reports[1], &number, sizeof number) != sizeof number) _exit(1);
        }
      });
    for (auto& thread : threads) thread.join();
  });
  ::close(reports[1]);
  std::vector<std::uint32_t> acknowledged;
  std::uint32_t number = 0;
  while (acknowledged.size() < kAcknowledged && ::read(reports[0], &number, sizeof number) == sizeof number)
    acknowledged.push_back(number);
  kill(child, SIGKILL);
  // What it still reported before it died counts too.
  while (::read(reports[0], &number, sizeof number) == sizeof number) acknowledged.push_back(number);
  ::close(reports[0]);
  EXPECT_EQ(wait_for(child), -1);
  ASSERT_GE(acknowledged.size(), static_cast<std::size_t>(kAcknowledged));

  const auto store = open();
  ASSERT_TRUE(store) << store.error().message;
  ASSERT_TRUE((*store)->read([&](Transaction& t) -> Result<void> {
    for (const std::uint32_t n : acknowledged) EXPECT_TRUE(t.task(id<TaskId>(std::to_string(n)))) << n;
    const auto counts = t.task_counts();
    if (!counts) return counts.error();
    EXPECT_EQ(static_cast<std::uint64_t>(t.balance(wallet_account(id<WalletId>("w")))->nano),
              counts->at(TaskState::awaiting_escrow));
    return t.check_ledger();
  }));
}

// Goal:   a disk that takes no more is reported to the writer whose write failed, the store goes on reading, keeps all that was
//         acknowledged and nothing by half, and writes again once there is room.
// Method: a child with a limit on the size of files, which the kernel enforces at the same system calls as a full disk. Two sizes
//         of work: one that spills into the log while it runs, and one that fails at its commit.
TEST_F(SqliteDurability, FullDiskIsReportedAndLosesNothing) {
  for (const std::size_t bytes : {std::size_t{100}, std::size_t{20'000}, std::size_t{8} << 20}) {
    SCOPED_TRACE(bytes);
    std::filesystem::remove(path());
    EXPECT_EQ(wait_for(fork_child([&] {
                std::signal(SIGXFSZ, SIG_IGN);
                const auto store = *open();
                const rlimit limit{512 << 10, RLIM_INFINITY};
                ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
                const auto put = [&](int i) {
                  const std::string name = std::to_string(i);
                  return store->write([&](Transaction& t) -> Result<void> {
                    if (auto r = t.insert_task(make_task(name)); !r) return r;
                    Digest digest;
                    digest.bytes[0] = static_cast<std::uint8_t>(i);
                    digest.bytes[1] = static_cast<std::uint8_t>(i >> 8);
                    return t.put_blob(digest, Bytes(bytes, 7));
                  });
                };
                int stored = 0;
                Result<void> last;
                while (stored < 5'000 && (last = put(stored))) ++stored;
                ASSERT_FALSE(last);
                EXPECT_EQ(describe(last), "unavailable/storage") << last.error().message;
                EXPECT_GT(last.error().message.size(), 20u) << last.error().message;
                EXPECT_EQ(count_tasks(*store), static_cast<std::uint64_t>(stored));
                const rlimit unlimited{RLIM_INFINITY, RLIM_INFINITY};
                ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &unlimited), 0);
                EXPECT_EQ(describe(put(stored)), "ok");
                EXPECT_EQ(count_tasks(*store), static_cast<std::uint64_t>(stored) + 1);
              })),
              0);
    const auto store = open();
    ASSERT_TRUE(store) << store.error().message;
    EXPECT_GT(count_tasks(**store), 0u);
  }
}

// Goal:   work that makes light of a storage failure is not committed: it could be there by half.
// Method: as above; the work ignores the answer of its large write and reports success.
TEST_F(SqliteDurability, IgnoredStorageFailureIsNotCommitted) {
  EXPECT_EQ(wait_for(fork_child([&] {
              std::signal(SIGXFSZ, SIG_IGN);
              const auto store = *open();
              const rlimit limit{512 << 10, RLIM_INFINITY};
              ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
              const auto done = store->write([](Transaction& t) -> Result<void> {
                static_cast<void>(t.insert_task(make_task("t")));
                static_cast<void>(t.put_blob(filled<Digest>(1), Bytes(8u << 20, 7)));
                return {};
              });
              EXPECT_EQ(describe(done), "unavailable/storage");
              EXPECT_EQ(count_tasks(*store), 0u);
            })),
            0);
}

/// How many commits the write-ahead log holds: frames that carry the size of the database after them.
/// Source: SQLite file format, section 4.1 "WAL File Format".
int commits_in_log(const std::filesystem::path& database) {
  std::ifstream file(database.string() + "-wal", std::ios::binary);
  const std::string log{std::istreambuf_iterator<char>(file), {}};
  const auto word = [&](std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(log[at + i]);
    return value;
  };
  constexpr std::size_t kHeader = 32;
  constexpr std::size_t kFrameHeader = 24;
  if (log.size() < kHeader) return 0;
  const std::size_t frame = kFrameHeader + word(8);
  const std::uint32_t salt = word(16);
  int commits = 0;
  for (std::size_t at = kHeader; at + frame <= log.size(); at += frame)
    if (word(at + 8) == salt && word(at + 4) != 0) ++commits;
  return commits;
}

/// Commits that nine writers need for one write each, eight of whom come while the first is at work.
int commits_of_nine_writers(store::Store& store, const std::filesystem::path& path, const std::string& round) {
  constexpr int kWaiting = 8;
  const int before = commits_in_log(path);
  std::latch about_to_write{kWaiting};
  std::latch at_work{1};
  std::vector<std::thread> threads;
  threads.emplace_back([&] {
    EXPECT_TRUE(store.write([&](Transaction& t) {
      at_work.count_down();
      about_to_write.wait();
      return t.insert_task(make_task(round + "-first"));
    }));
  });
  at_work.wait();
  for (int i = 0; i < kWaiting; ++i)
    threads.emplace_back([&, i] {
      about_to_write.count_down();
      EXPECT_TRUE(put_task(store, round + "-" + std::to_string(i)));
    });
  for (auto& thread : threads) thread.join();
  return commits_in_log(path) - before;
}

// Goal:   writers that wait for each other share commits, as many as the option allows.
// Method: rounds of nine writes, counted as commits in the log: without sharing always nine; with it, in some round at least,
//         fewer (how many just miss the transaction under way is the scheduler's choice).
TEST_F(SqliteDurability, WaitingWritersShareACommit) {
  // Few enough rounds that SQLite does not start its log (1 000 pages) anew in between.
  constexpr int kRounds = 10;
  const auto shared = *store::open_sqlite({dir_ / "shared.db", 1, 256});
  int fewest = 9;
  for (int i = 0; i < kRounds && fewest == 9; ++i) fewest = commits_of_nine_writers(*shared, dir_ / "shared.db", std::to_string(i));
  EXPECT_LT(fewest, 9);
  const auto single = *store::open_sqlite({dir_ / "single.db", 1, 1});
  EXPECT_EQ(commits_of_nine_writers(*single, dir_ / "single.db", "0"), 9);
}

// Goal:   when a shared commit fails, all that it carried hear so, and nothing of any is there.
// Method: a child in which eight threads fill a small disk side by side; successes are compared with what is stored.
TEST_F(SqliteDurability, FailedSharedCommitIsNobodysSuccess) {
  EXPECT_EQ(wait_for(fork_child([&] {
              std::signal(SIGXFSZ, SIG_IGN);
              const auto store = *open();
              const rlimit limit{512 << 10, RLIM_INFINITY};
              ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
              std::atomic<std::uint64_t> stored = 0;
              std::vector<std::thread> threads;
              for (int i = 0; i < 8; ++i)
                threads.emplace_back([&, i] {
                  for (int k = 0; k < 5'000; ++k) {
                    const auto done = put_task(*store, std::to_string(i) + "-" + std::to_string(k));
                    if (!done) {
                      EXPECT_EQ(describe(done), "unavailable/storage");
                      return;
                    }
                    ++stored;
                  }
                  ADD_FAILURE() << "the limit was never reached";
                });
              for (auto& thread : threads) thread.join();
              EXPECT_EQ(count_tasks(*store), stored);
              EXPECT_GT(stored, 0u);
            })),
            0);
}

// Goal:   books that were tampered with do not pass.
// Method: another program changes a balance, invents an account, and makes money.
TEST_F(SqliteDurability, TamperedBooksAreNoticed) {
  const auto check = [&] {
    const auto store = *open();
    return describe(store->read([](Transaction& t) { return t.check_ledger(); }));
  };
  {
    const auto store = *open();
    ASSERT_TRUE(store->write([](Transaction& t) -> Result<void> {
      if (auto r = t.transfer(deposit_transfer("d", id<WalletId>("w"), {100}), kStart); !r) return r.error();
      return {};
    }));
  }
  EXPECT_EQ(check(), "ok");
  run_sql("UPDATE accounts SET balance = 101 WHERE name = 'wallet/w'");
  EXPECT_EQ(check(), "data_loss/ledger");
  run_sql("UPDATE accounts SET balance = 100 WHERE name = 'wallet/w'; INSERT INTO accounts VALUES ('thief', 5)");
  EXPECT_EQ(check(), "data_loss/ledger");
  run_sql("DELETE FROM accounts WHERE name = 'thief'");
  EXPECT_EQ(check(), "ok");
  run_sql("DELETE FROM accounts WHERE name = 'wallet/w'");
  EXPECT_EQ(check(), "data_loss/ledger");
  run_sql(
      "INSERT INTO accounts VALUES ('wallet/w', 100); INSERT INTO transfers VALUES ('x', 'wallet/w', 'y', 150, '', 0);"
      "UPDATE accounts SET balance = -50 WHERE name = 'wallet/w'; INSERT INTO accounts VALUES ('y', 150)");
  EXPECT_EQ(check(), "data_loss/ledger");
}

// Goal:   a row that our own code cannot have written is reported, not believed.
// Method: another program sets a state that does not exist and a digest of a wrong length.
TEST_F(SqliteDurability, SenselessRowsAreNoticed) {
  {
    const auto store = *open();
    ASSERT_TRUE(put_task(*store, "t"));
  }
  const auto read_task = [&] {
    const auto store = *open();
    Result<Task> task = Error{};
    EXPECT_TRUE(store->read([&](Transaction& t) -> Result<void> {
      task = t.task(id<TaskId>("t"));
      return {};
    }));
    return describe(task.has_value() ? Error{} : task.error());
  };
  run_sql("UPDATE tasks SET state = 77");
  EXPECT_EQ(read_task(), "data_loss/database_damaged");
  run_sql("UPDATE tasks SET state = 0, module = x'00'");
  EXPECT_EQ(read_task(), "data_loss/database_damaged");
}

}  // namespace
}  // namespace gstd::test

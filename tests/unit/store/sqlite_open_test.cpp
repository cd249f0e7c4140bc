#include "sqlite_fixture.hpp"
#include "support/no_threads.hpp"

#include <sys/stat.h>

namespace gstd::test {
namespace {

using SqliteOpen = SqliteTest;

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Goal:   what was written is there after the store was closed and opened again, and event numbers go on.
// Method: a task with an event, a blob, a transfer; then the next event.
TEST_F(SqliteOpen, ReopeningKeepsEverything) {
  const Task task = make_task("t");
  {
    const auto store = *open();
    ASSERT_TRUE(store->write([&](Transaction& t) -> Result<void> {
      if (auto done = t.insert_task(task); !done) return done;
      if (auto done = t.apply(*fund(task, kStart), task.state, 0, kStart); !done) return done.error();
      if (auto done = t.put_blob(filled<Digest>(1), Bytes{1, 2, 3}); !done) return done;
      if (auto done = t.transfer(deposit_transfer("d", task.requester, {5}), kStart); !done) return done.error();
      return {};
    }));
  }
  EXPECT_FALSE(std::filesystem::exists(path().string() + "-wal"));
  const auto store = *open();
  ASSERT_TRUE(store->write([&](Transaction& t) -> Result<void> {
    EXPECT_EQ(describe(t.task(task.id)), describe(fund(task, kStart)->task));
    EXPECT_EQ(describe(t.blob(filled<Digest>(1))), "010203");
    EXPECT_EQ(describe(t.balance(wallet_account(task.requester))), "5");
    const auto event = t.apply(*assign(*t.task(task.id), make_lease(), kLeaseTime, kStart), TaskState::pending, 0, kStart);
    EXPECT_EQ(event->sequence, 2u);
    return t.check_ledger();
  }));
}

// Goal:   a database has one coordinator at a time, in this process and in others, by whatever name it is called.
// Method: a second store while the first is open, by the same path, by a link, and in a child; then again once it is closed.
TEST_F(SqliteOpen, SecondCoordinatorIsKeptOff) {
  std::filesystem::create_symlink(path(), dir_ / "link.db");
  int ready[2];
  int go[2];
  ASSERT_EQ(pipe(ready), 0);
  ASSERT_EQ(pipe(go), 0);
  const pid_t child = fork_child([&] {
    char byte = 0;
    EXPECT_EQ(read(go[0], &byte, 1), 1);
    EXPECT_EQ(describe(open()), "failed_precondition/locked");
    EXPECT_EQ(write(ready[1], "x", 1), 1);
    EXPECT_EQ(read(go[0], &byte, 1), 1);
    EXPECT_TRUE(open());
  });
  char byte = 0;
  {
    const auto first = open();
    ASSERT_TRUE(first);
    EXPECT_EQ(describe(open()), "failed_precondition/locked");
    EXPECT_EQ(describe(store::open_sqlite({dir_ / "link.db"})), "failed_precondition/locked");
    ASSERT_EQ(write(go[1], "x", 1), 1);
    ASSERT_EQ(read(ready[0], &byte, 1), 1);
    EXPECT_TRUE(put_task(**first, "t"));
  }
  ASSERT_EQ(write(go[1], "x", 1), 1);
  EXPECT_EQ(wait_for(child), 0);
  EXPECT_TRUE(open());
  for (const int end : {ready[0], ready[1], go[0], go[1]}) ::close(end);
}

// Goal:   a file of an older libgstd is brought up to date, and what it holds is what it was.
// Method: a challenge in the first schema, which knew of no versions and counted no nonces: it is one of version 1; and a task from
//         when every guest was a WASI program.
TEST_F(SqliteOpen, OlderSchemaIsBroughtUpToDate) {
  Task task = make_task("t");
  {
    const auto store = open();
    ASSERT_TRUE(store);
    ASSERT_TRUE((*store)->write([&](Transaction& t) { return t.insert_task(task); }));
  }
  run_sql(
      "ALTER TABLE tasks DROP COLUMN convention; ALTER TABLE tasks DROP COLUMN lease_receipt_nonce; "
      "ALTER TABLE tasks DROP COLUMN sealing_suite; ALTER TABLE tasks DROP COLUMN sealed_input; "
      "ALTER TABLE tasks DROP COLUMN sealing_sender; ALTER TABLE tasks DROP COLUMN sealing_signature; "
      "ALTER TABLE challenges DROP COLUMN version; ALTER TABLE challenges DROP COLUMN wrong_nonces; "
      "ALTER TABLE devices DROP COLUMN encryption_key; ALTER TABLE devices DROP COLUMN issued_at; "
      "ALTER TABLE devices DROP COLUMN device_signature; ALTER TABLE devices DROP COLUMN owner_signature; "
      "ALTER TABLE devices DROP COLUMN revoked_at; "
      "DROP TABLE pow_audit_log; DROP TABLE login_payloads; DROP TABLE sessions; DROP TABLE receipt_log; "
      "DROP TABLE receipt_log_nodes; DROP TABLE key_exchanges; DROP TABLE wallet_owners; DROP TABLE revoked_keys; "
      "PRAGMA user_version = 1;"
      "INSERT INTO challenges (task, wallet, challenge, difficulty_bits, created_at, expires_at) VALUES ('t', 'w', 'c', 12, 1, 2)");
  const auto store = open();
  ASSERT_TRUE(store);
  ASSERT_TRUE((*store)->read([&](Transaction& t) -> Result<void> {
    EXPECT_EQ(describe(t.challenge(id<TaskId>("t"), id<WalletId>("w"))), "t w c 12 1 2 - - v1 0");
    EXPECT_EQ(describe(t.pow_audit({}, 1)), "");
    task.spec.convention = GuestConvention::wasi;
    EXPECT_EQ(describe(t.task(task.id)), describe(task));
    return {};
  }));
}

// Goal:   a file of a newer libgstd is refused and left as it is.
// Method: a schema version that is one too high.
TEST_F(SqliteOpen, NewerSchemaIsRefused) {
  ASSERT_TRUE(open());
  run_sql("PRAGMA user_version = 1000");
  const std::string before = read_file(path());
  EXPECT_EQ(describe(open()), "failed_precondition/newer_schema");
  EXPECT_EQ(read_file(path()), before);
}

// Goal:   another program's database is refused and left as it is.
// Method: one with a table and without our mark.
TEST_F(SqliteOpen, ForeignDatabaseIsRefused) {
  run_sql("CREATE TABLE theirs (x)");
  const std::string before = read_file(path());
  EXPECT_EQ(describe(open()), "failed_precondition/foreign_database");
  EXPECT_EQ(read_file(path()), before);
}

// Goal:   a file that is no database is refused and left as it is.
// Method: a text.
TEST_F(SqliteOpen, FileThatIsNoDatabaseIsRefused) {
  const std::string text(5'000, 'x');
  std::ofstream(path(), std::ios::binary) << text;
  EXPECT_EQ(describe(open()), "data_loss/database_damaged");
  EXPECT_EQ(read_file(path()), text);
}

// Goal:   an empty file is a new database.
// Method: one.
TEST_F(SqliteOpen, EmptyFileIsANewDatabase) {
  std::ofstream(path()).flush();
  const auto store = open();
  ASSERT_TRUE(store);
  EXPECT_TRUE(put_task(**store, "t"));
}

// Goal:   damage is reported as data loss before any work is accepted.
// Method: a database of many pages, cut in the middle; and one with a page overwritten.
TEST_F(SqliteOpen, DamageIsReported) {
  {
    const auto store = *open();
    for (int i = 0; i < 20; ++i)
      ASSERT_TRUE(
          store->write([&](Transaction& t) { return t.put_blob(filled<Digest>(static_cast<std::uint8_t>(i)), Bytes(10'000, 1)); }));
  }
  const std::string whole = read_file(path());
  ASSERT_GT(whole.size(), 200'000u);
  std::filesystem::resize_file(path(), whole.size() / 2);
  EXPECT_EQ(describe(open()), "data_loss/database_damaged");

  std::string damaged = whole;
  // Page 2 is the root of the first table.
  std::fill_n(damaged.begin() + 4'096, 4'096, '\x55');
  std::ofstream(path(), std::ios::binary) << damaged;
  EXPECT_EQ(describe(open()), "data_loss/database_damaged");

  std::ofstream(path(), std::ios::binary) << whole;
  EXPECT_TRUE(open());
}

// Goal:   options out of range and paths that lead nowhere are refused.
// Method: each bound, a folder that is not there, a folder in place of the file.
TEST_F(SqliteOpen, BadOptionsAreRefused) {
  EXPECT_EQ(describe(store::open_sqlite({{}})), "invalid_argument/field");
  EXPECT_EQ(describe(store::open_sqlite({path(), 0})), "invalid_argument/field");
  EXPECT_EQ(describe(store::open_sqlite({path(), 65})), "invalid_argument/field");
  EXPECT_EQ(describe(store::open_sqlite({path(), 1, 0})), "invalid_argument/field");
  EXPECT_EQ(describe(store::open_sqlite({dir_ / "no" / "gstd.db"})), "unavailable/storage");
  std::filesystem::create_directory(dir_ / "folder");
  EXPECT_EQ(describe(store::open_sqlite({dir_ / "folder"})), "unavailable/storage");
  EXPECT_TRUE(store::open_sqlite({path(), 64, 1}));
}

// Goal:   a file or a folder that may not be written is reported when it is opened.
// Method: a child without root's rights, since permissions do not stop root: first the file alone, then also its folder.
TEST_F(SqliteOpen, ReadOnlyFileIsReported) {
  ASSERT_TRUE(open());
  const auto open_as_nobody = [&] {
    return wait_for(fork_child([&] {
      constexpr uid_t kNobody = 65534;
      if (geteuid() == 0) {
        ASSERT_EQ(setuid(kNobody), 0);
      }
      const auto opened = open();
      EXPECT_EQ(describe(opened), "unavailable/storage");
      ASSERT_FALSE(opened);
      EXPECT_NE(opened.error().message.find("gstd.db"), std::string::npos) << opened.error().message;
    }));
  };
  ASSERT_EQ(chmod(path().c_str(), 0444), 0);
  ASSERT_EQ(chmod((path().string() + ".lock").c_str(), 0666), 0);
  ASSERT_EQ(chmod(dir_.path().c_str(), 0777), 0);
  EXPECT_EQ(open_as_nobody(), 0);
  std::filesystem::remove(path().string() + ".lock");
  ASSERT_EQ(chmod(dir_.path().c_str(), 0555), 0);
  EXPECT_EQ(open_as_nobody(), 0);
  ASSERT_EQ(chmod(dir_.path().c_str(), 0755), 0);
}

// Goal:   a system without a thread for the writer gets an error, and the file is free afterwards.
// Method: opened while no thread can be started, and again.
TEST(SqliteThreads, MissingThreadIsReported) {
  const TempDir dir;
  {
    const NoThreads none;
    EXPECT_EQ(describe(store::open_sqlite({dir / "gstd.db"})), "resource_exhausted/threads");
  }
  EXPECT_EQ(describe(store::open_sqlite({dir / "gstd.db"})), "opened");
}

}  // namespace
}  // namespace gstd::test

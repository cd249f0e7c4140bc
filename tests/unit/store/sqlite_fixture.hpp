// A database file, and children that come to grief while they use one.
#pragma once

#include "conformance/store_records.hpp"
#include "conformance/temp_dir.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

namespace gstd::test {

using store::Transaction;

class SqliteTest : public testing::Test {
 protected:
  std::filesystem::path path() const { return dir_ / "gstd.db"; }
  auto open() const { return store::open_sqlite({path()}); }

  /// Changes the file as another program would.
  void run_sql(const std::string& sql) const {
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open(path().c_str(), &db), SQLITE_OK);
    char* message = nullptr;
    EXPECT_EQ(sqlite3_exec(db, sql.c_str(), nullptr, nullptr, &message), SQLITE_OK) << message;
    sqlite3_free(message);
    sqlite3_close(db);
  }

  /// Runs `body` in a child, which gets no further than that. To be called while this process has no store open: its threads
  /// would be missing in the child.
  template <class Body>
  static pid_t fork_child(Body body) {
    const pid_t child = fork();
    if (child != 0) return child;
    body();
    _exit(testing::Test::HasFailure() ? 1 : 0);
  }

  /// The status of a child that ended by itself; -1 for one that was killed.
  static int wait_for(pid_t child) {
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  TempDir dir_;
};

inline Result<void> put_task(store::Store& store, const std::string& name) {
  return store.write([&](Transaction& t) { return t.insert_task(make_task(name)); });
}

inline std::uint64_t count_tasks(store::Store& store) {
  std::uint64_t count = 0;
  EXPECT_TRUE(store.read([&](Transaction& t) -> Result<void> {
    const auto counts = t.task_counts();
    if (!counts) return counts.error();
    for (const auto& [state, n] : *counts) count += n;
    return {};
  }));
  return count;
}

}  // namespace gstd::test

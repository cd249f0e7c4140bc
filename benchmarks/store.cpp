// Durable writes per second, alone and side by side. Peer: SQLite's own API, one commit per write, on the same schema's busiest
// path.
#include "store/sqlite/database.hpp"

#include <gstd/store.hpp>

#include <benchmark/benchmark.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>

namespace {

namespace fs = std::filesystem;
using namespace gstd;

/// A store in a folder of its own, on the disk that temporary files are on.
struct Bench {
  fs::path folder;
  std::shared_ptr<store::Store> store;
  std::atomic<std::uint64_t> next{0};
  std::string failed;
};

std::unique_ptr<Bench> bench;

fs::path make_folder() {
  std::string pattern = (fs::temp_directory_path() / "gstd-bench-XXXXXX").string();
  return mkdtemp(pattern.data()) ? fs::path(pattern) : fs::path();
}

void open_memory(const benchmark::State&) {
  bench = std::make_unique<Bench>();
  bench->store = store::open_memory();
}

void open_sqlite(const benchmark::State&) {
  bench = std::make_unique<Bench>();
  bench->folder = make_folder();
  auto opened = store::open_sqlite({bench->folder / "gstd.db"});
  if (opened)
    bench->store = *opened;
  else
    bench->failed = opened.error().message;
}

void close(const benchmark::State&) {
  bench->store.reset();
  if (!bench->folder.empty()) fs::remove_all(bench->folder);
  bench.reset();
}

/// What a create call writes: a task, its escrow, the event.
Result<void> create_task(store::Transaction& t, const Task& task, Timestamp now) {
  if (auto done = t.insert_task(task); !done) return done;
  if (auto done = t.transfer(deposit_transfer(task.id.str(), task.requester, task.spec.budget), now); !done) return done.error();
  if (auto done = t.transfer(lock_transfer(task), now); !done) return done.error();
  const auto funded = fund(task, now);
  if (!funded) return funded.error();
  if (auto done = t.apply(*funded, task.state, task.attempt, now); !done) return done.error();
  return {};
}

void create_tasks(benchmark::State& state) {
  if (!bench->store) {
    state.SkipWithError(bench->failed.c_str());
    return;
  }
  const Timestamp now{std::chrono::seconds{1'768'757'000}};
  Task task;
  task.requester = *WalletId::parse("requester-" + std::to_string(state.thread_index()));
  task.spec.budget = {1'000'000};
  task.created_at = now;
  for (auto _ : state) {
    task.id = *TaskId::parse("task-" + std::to_string(bench->next++));
    const auto done = bench->store->write([&](store::Transaction& t) { return create_task(t, task, now); });
    if (!done) {
      state.SkipWithError(done.error().message.c_str());
      return;
    }
  }
  state.SetItemsProcessed(state.iterations());
}

void memory_create(benchmark::State& state) { create_tasks(state); }
BENCHMARK(memory_create)->Setup(open_memory)->Teardown(close)->Threads(1)->Threads(8)->UseRealTime();

void sqlite_create(benchmark::State& state) { create_tasks(state); }
BENCHMARK(sqlite_create)->Setup(open_sqlite)->Teardown(close)->Threads(1)->Threads(8)->Threads(64)->UseRealTime();

/// The floor: one row, one commit, one fsync, with nothing of ours around it but the statement wrapper.
void sqlite_insert_by_hand(benchmark::State& state) {
  const fs::path folder = make_folder();
  {
    auto db = store::sqlite::Database::open(folder / "hand.db", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    if (!db || !db->script("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t (id TEXT PRIMARY KEY) STRICT;")) {
      state.SkipWithError("cannot open a database");
    } else {
      std::uint64_t next = 0;
      for (auto _ : state)
        if (!db->execute("INSERT INTO t (id) VALUES (?)", "task-" + std::to_string(next++))) state.SkipWithError("cannot insert");
      state.SetItemsProcessed(state.iterations());
    }
  }
  fs::remove_all(folder);
}
BENCHMARK(sqlite_insert_by_hand)->UseRealTime();

}  // namespace

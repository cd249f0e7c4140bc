#include "store/sqlite/file_lock.hpp"
#include "store/sqlite/migrations.hpp"
#include "store/sqlite/readers.hpp"
#include "store/sqlite/row.hpp"
#include "store/sqlite/select.hpp"
#include "store/sqlite/writer.hpp"

namespace gstd::store {
namespace {

using sqlite::Database;

constexpr std::size_t kReadersMax = 64;

// Files up to this size are read through when they are opened (about 0.1 s), so that damage shows before work is accepted; in
// larger ones SQLite reports it when it comes upon it.
constexpr std::uintmax_t kCheckedBytesMax = 64u << 20;

class SqliteStore final : public Store {
 public:
  SqliteStore(sqlite::FileLock lock, Database writer, std::vector<Database> readers, std::size_t commits_shared_max)
      : lock_(std::move(lock)), writer_(std::move(writer), commits_shared_max), readers_(std::move(readers)) {}

  Result<void> start() { return writer_.start(); }

  Result<void> write(const Work& work) override { return writer_.run(work); }
  Result<void> read(const Work& work) override { return readers_.run(work); }

 private:
  // In this order: readers close first, so that the writer's connection is the last and takes the write-ahead log with it; the
  // lock goes when all is closed.
  sqlite::FileLock lock_;
  sqlite::Writer writer_;
  sqlite::Readers readers_;
};

Result<void> check_options(const SqliteOptions& options) {
  if (options.path.empty()) return Error{ErrorCode::invalid_argument, "the database needs a path", "field"};
  if (options.readers < 1 || options.readers > kReadersMax)
    return Error{ErrorCode::invalid_argument, "readers must be 1 to " + std::to_string(kReadersMax), "field"};
  if (options.commits_shared_max < 1) return Error{ErrorCode::invalid_argument, "commits_shared_max must be at least 1", "field"};
  return {};
}

/// One spelling of the path for all that name the same file, so that they meet at the same lock.
Result<std::filesystem::path> resolve(const std::filesystem::path& path) {
  std::error_code failed;
  auto resolved = std::filesystem::weakly_canonical(std::filesystem::absolute(path, failed), failed);
  if (failed) return Error{ErrorCode::unavailable, "cannot resolve " + path.string() + ": " + failed.message(), "storage"};
  return resolved;
}

Result<void> check_pages(Database& db, const std::filesystem::path& path) {
  std::error_code failed;
  const auto size = std::filesystem::file_size(path, failed);
  if (failed || size > kCheckedBytesMax) return {};
  return sqlite::read_one(
             db.query("PRAGMA quick_check(1)"), Error{ErrorCode::internal, "quick_check gave no row", "database"},
             [](sqlite::Row row) -> Result<std::string> {
               return row.text();
             }).value_or("the file cannot be read") == "ok"
             ? Result<void>{}
             : Error{ErrorCode::data_loss, "the database " + path.string() + " is damaged; restore it from a copy",
                     "database_damaged"};
}

Result<Database> open_writer(const std::filesystem::path& path) {
  auto opened = Database::open(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  if (!opened) return opened;
  Database& db = *opened;
  // SQLite falls back to reading when it may not write; a coordinator cannot.
  if (db.is_read_only())
    return Error{ErrorCode::unavailable, path.string() + " can only be read; make the file and its folder writable", "storage"};
  // Also the first read of the file: here it turns out whether it is a database, and whether it is ours, before anything changes.
  if (auto migrated = sqlite::migrate(db); !migrated) return std::move(migrated).error();
  if (auto checked = check_pages(db, path); !checked) return std::move(checked).error();
  auto mode = sqlite::read_one(db.query("PRAGMA journal_mode = WAL"), Error{ErrorCode::internal, "no journal mode", "database"},
                               [](sqlite::Row row) -> Result<std::string> { return row.text(); });
  if (!mode) return std::move(mode).error();
  if (*mode != "wal")
    return Error{ErrorCode::unavailable, path.string() + " is on a file system without shared memory; move it to a local disk",
                 "storage"};
  // FULL: the log is synced at each commit, so that what was acknowledged outlives a power cut. The log shrinks back to 64 MiB
  // after a burst.
  if (auto set = db.script("PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864; PRAGMA trusted_schema = OFF;"); !set)
    return std::move(set).error();
  return opened;
}

}  // namespace

Result<std::shared_ptr<Store>> open_sqlite(const SqliteOptions& options) {
  if (auto checked = check_options(options); !checked) return std::move(checked).error();
  const auto path = resolve(options.path);
  if (!path) return path.error();
  auto lock = sqlite::FileLock::acquire(*path);
  if (!lock) return std::move(lock).error();
  auto writer = open_writer(*path);
  if (!writer) return std::move(writer).error();
  std::vector<Database> readers;
  readers.reserve(options.readers);
  for (std::size_t i = 0; i < options.readers; ++i) {
    auto reader = Database::open(*path, SQLITE_OPEN_READONLY);
    if (!reader) return std::move(reader).error();
    readers.push_back(*std::move(reader));
  }
  auto store = std::make_shared<SqliteStore>(*std::move(lock), *std::move(writer), std::move(readers), options.commits_shared_max);
  if (auto started = store->start(); !started) return std::move(started).error();
  return std::shared_ptr<Store>(std::move(store));
}

}  // namespace gstd::store

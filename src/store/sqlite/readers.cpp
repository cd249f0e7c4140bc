#include "store/sqlite/readers.hpp"

#include "store/read_only.hpp"
#include "store/sqlite/transaction.hpp"

namespace gstd::store::sqlite {

/// One connection, returned without a transaction, also when the work throws.
class Readers::Borrowed {
 public:
  explicit Borrowed(Readers& pool) : pool_(pool), db_(take(pool)) {}
  ~Borrowed() {
    if (db_.in_transaction()) static_cast<void>(db_.execute("ROLLBACK"));
    {
      const std::lock_guard lock{pool_.mutex_};
      pool_.free_.push_back(std::move(db_));
    }
    pool_.returned_.notify_one();
  }
  Borrowed(const Borrowed&) = delete;
  Borrowed& operator=(const Borrowed&) = delete;

  Database& db() noexcept { return db_; }

 private:
  static Database take(Readers& pool) {
    std::unique_lock lock{pool.mutex_};
    pool.returned_.wait(lock, [&] { return !pool.free_.empty(); });
    Database db = std::move(pool.free_.back());
    pool.free_.pop_back();
    return db;
  }

  Readers& pool_;
  Database db_;
};

Result<void> Readers::run(const Store::Work& work) {
  Borrowed connection{*this};
  if (auto begun = connection.db().execute("BEGIN DEFERRED"); !begun) return std::move(begun).error();
  SqliteTransaction transaction{connection.db()};
  ReadOnly read_only{transaction};
  return work(read_only);
}

}  // namespace gstd::store::sqlite

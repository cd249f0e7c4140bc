// One SQLite connection and its prepared statements, with errors as Results.
#pragma once

#include <gstd/base.hpp>

#include <sqlite3.h>

#include <filesystem>
#include <memory>
#include <type_traits>
#include <unordered_map>

namespace gstd::store::sqlite {

/// How long a connection waits for a lock. Ours never wait long for each other; this is for other programs that look into the file.
inline constexpr std::chrono::milliseconds kBusyTimeout{5'000};

/// A statement under way: bound, then stepped. Borrows the prepared statement from its Database and returns it, reset, at its end.
class Statement {
 public:
  Statement(sqlite3* db, sqlite3_stmt* prepared, int failed) : db_(db), prepared_(prepared), failed_(failed) {}
  ~Statement();
  Statement(Statement&& other) noexcept
      : db_(other.db_), prepared_(std::exchange(other.prepared_, nullptr)), failed_(other.failed_), bound_(other.bound_) {}
  Statement& operator=(Statement&&) = delete;

  /// Binds the next parameter. An error is kept for next().
  void bind(std::int64_t value);
  void bind(std::string_view text);
  void bind(BytesView blob);
  void bind(std::nullopt_t);

  /// False once there is no further row.
  Result<bool> next();

  sqlite3_stmt* row() const noexcept { return prepared_; }

 private:
  sqlite3* db_;
  sqlite3_stmt* prepared_;
  int failed_;
  int bound_ = 0;
};

/// What a parameter is to SQLite.
template <class T>
void bind_value(Statement& statement, const T& value) {
  if constexpr (std::is_enum_v<T> || std::is_integral_v<T>)
    // Unsigned 64-bit values beyond the signed range keep their bits and come back by the inverse cast.
    statement.bind(static_cast<std::int64_t>(value));
  else
    statement.bind(value);
}
template <std::size_t N, class Tag>
void bind_value(Statement& statement, const FixedBytes<N, Tag>& value) {
  statement.bind(value.view());
}
template <class Tag>
void bind_value(Statement& statement, const Id<Tag>& value) {
  statement.bind(std::string_view(value.str()));
}
inline void bind_value(Statement& statement, const std::string& value) { statement.bind(std::string_view(value)); }
inline void bind_value(Statement& statement, const Bytes& value) { statement.bind(BytesView(value)); }
inline void bind_value(Statement& statement, Amount value) { statement.bind(value.nano); }
inline void bind_value(Statement& statement, Timestamp value) {
  statement.bind(static_cast<std::int64_t>(value.time_since_epoch().count()));
}
inline void bind_value(Statement& statement, std::chrono::milliseconds value) {
  statement.bind(static_cast<std::int64_t>(value.count()));
}
template <class T>
void bind_value(Statement& statement, const std::optional<T>& value) {
  if (value)
    bind_value(statement, *value);
  else
    statement.bind(std::nullopt);
}

/// Not shared between threads at one time; may move from one to another.
class Database {
 public:
  /// Errors: unavailable: cannot be opened.
  static Result<Database> open(const std::filesystem::path& path, int flags);

  /// `sql` with its parameters in order. At most one statement of one text may be under way.
  template <class... Args>
  Statement query(std::string_view sql, const Args&... args) {
    Statement statement = prepare(sql);
    (bind_value(statement, args), ...);
    return statement;
  }

  /// Runs a statement that gives no rows. Answers with the number of rows that it changed.
  template <class... Args>
  Result<std::int64_t> execute(std::string_view sql, const Args&... args) {
    Statement statement = query(sql, args...);
    if (auto stepped = statement.next(); !stepped) return std::move(stepped).error();
    return static_cast<std::int64_t>(sqlite3_changes64(db_.get()));
  }

  /// Runs several statements without parameters.
  Result<void> script(const char* sql);

  std::int64_t last_row() const noexcept { return sqlite3_last_insert_rowid(db_.get()); }

  /// Whether a transaction is open: SQLite ends one by itself when the storage fails badly enough.
  bool in_transaction() const noexcept { return sqlite3_get_autocommit(db_.get()) == 0; }

  /// Whether the file could be opened for reading only.
  bool is_read_only() const noexcept { return sqlite3_db_readonly(db_.get(), "main") != 0; }

 private:
  struct Close {
    void operator()(sqlite3* db) const noexcept { sqlite3_close(db); }
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
  };

  explicit Database(std::unique_ptr<sqlite3, Close> db) : db_(std::move(db)) {}
  Statement prepare(std::string_view sql);

  std::unique_ptr<sqlite3, Close> db_;  // before the statements, which must be gone when it closes
  std::unordered_map<std::string, std::unique_ptr<sqlite3_stmt, Finalize>> prepared_;
};

/// The last failure of `db` as an Error.
Error failure_of(sqlite3* db);

}  // namespace gstd::store::sqlite

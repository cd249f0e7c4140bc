#include "store/sqlite/database.hpp"

#include <cstring>

namespace gstd::store::sqlite {

Error failure_of(sqlite3* db) {
  std::string message = std::string("the database failed: ") + sqlite3_errmsg(db);
  switch (sqlite3_errcode(db)) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return {ErrorCode::data_loss, message + "; restore it from a copy", "database_damaged"};
    // Our own statements are at fault.
    case SQLITE_ERROR:
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
    case SQLITE_MISMATCH:
    case SQLITE_CONSTRAINT:
      return {ErrorCode::internal, message, "database"};
    case SQLITE_FULL:
      message += "; free space on its volume";
      break;
    case SQLITE_READONLY:
      message += "; make the file and its folder writable";
      break;
    case SQLITE_BUSY:
      message += "; close the other program that uses the file";
      break;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
      if (const int cause = sqlite3_system_errno(db); cause != 0) {
        std::array<char, 128> text{};
        message += std::string(" (") + strerror_r(cause, text.data(), text.size()) + ")";
      }
      break;
    default:
      break;
  }
  return {ErrorCode::unavailable, message, "storage"};
}

Statement::~Statement() {
  if (!prepared_) return;
  sqlite3_reset(prepared_);
  sqlite3_clear_bindings(prepared_);
}

void Statement::bind(std::int64_t value) {
  if (failed_ == SQLITE_OK) failed_ = sqlite3_bind_int64(prepared_, ++bound_, value);
}

// Copies: the arguments of a query may be temporaries that are gone when it is stepped.
void Statement::bind(std::string_view text) {
  if (failed_ == SQLITE_OK)
    failed_ = sqlite3_bind_text64(prepared_, ++bound_, text.data() ? text.data() : "", text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

void Statement::bind(BytesView blob) {
  if (failed_ != SQLITE_OK) return;
  // A null pointer would be NULL instead of a blob of no bytes.
  failed_ = blob.empty() ? sqlite3_bind_zeroblob(prepared_, ++bound_, 0)
                         : sqlite3_bind_blob64(prepared_, ++bound_, blob.data(), blob.size(), SQLITE_TRANSIENT);
}

void Statement::bind(std::nullopt_t) {
  if (failed_ == SQLITE_OK) failed_ = sqlite3_bind_null(prepared_, ++bound_);
}

Result<bool> Statement::next() {
  if (failed_ != SQLITE_OK) return failure_of(db_);
  const int rc = sqlite3_step(prepared_);
  if (rc == SQLITE_ROW) return true;
  if (rc == SQLITE_DONE) return false;
  return failure_of(db_);
}

Result<Database> Database::open(const std::filesystem::path& path, int flags) {
  sqlite3* raw = nullptr;
  // No mutex of its own: one thread at a time uses a connection here.
  const int rc = sqlite3_open_v2(path.c_str(), &raw, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  std::unique_ptr<sqlite3, Close> db{raw};
  if (!db) return Error{ErrorCode::unavailable, "there is no memory for a database connection", "storage"};
  if (rc != SQLITE_OK) {
    Error error = failure_of(db.get());
    error.message += ": " + path.string();
    return error;
  }
  sqlite3_busy_timeout(db.get(), static_cast<int>(kBusyTimeout.count()));
  return Database{std::move(db)};
}

Result<void> Database::script(const char* sql) {
  if (sqlite3_exec(db_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) return failure_of(db_.get());
  return {};
}

Statement Database::prepare(std::string_view sql) {
  auto& prepared = prepared_[std::string(sql)];
  int rc = SQLITE_OK;
  if (!prepared) {
    sqlite3_stmt* raw = nullptr;
    rc = sqlite3_prepare_v3(db_.get(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
    prepared.reset(raw);
  }
  return {db_.get(), prepared.get(), rc};
}

}  // namespace gstd::store::sqlite

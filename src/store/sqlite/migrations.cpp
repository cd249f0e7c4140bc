#include "store/sqlite/migrations.hpp"

#include <gstd/task.hpp>

namespace gstd::store::sqlite {
namespace {

// Stored in the file's header (SQLite file format, section 1.3), so that we never write our tables into somebody else's database.
constexpr std::int64_t kApplicationId = 0x47535444;  // "GSTD"

// Partial indices name states by number: tasks leave the two busiest orders as soon as they are no longer in them.
static_assert(static_cast<int>(TaskState::pending) == 1 && static_cast<int>(TaskState::assigned) == 2);
// The default of a column.
static_assert(static_cast<int>(GuestConvention::wasi) == 0);

// Number i leads from version i to version i + 1. A published one is never changed: what it made is in people's files.
constexpr std::array kMigrations{
    R"sql(
CREATE TABLE blobs (
  sha256 BLOB PRIMARY KEY,
  content BLOB NOT NULL
) STRICT;

CREATE TABLE modules (
  sha256 BLOB PRIMARY KEY,
  size_bytes INTEGER NOT NULL,
  uploader TEXT NOT NULL,
  uploaded_at INTEGER NOT NULL,
  imports TEXT NOT NULL,
  exports TEXT NOT NULL,
  memory_pages INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE devices (
  id TEXT PRIMARY KEY,
  wallet TEXT NOT NULL,
  key BLOB NOT NULL,
  type TEXT NOT NULL,
  registered_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX devices_by_wallet ON devices (wallet);
CREATE INDEX devices_by_key ON devices (key);

CREATE TABLE nonces (
  key BLOB NOT NULL,
  nonce TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (key, nonce)
) STRICT, WITHOUT ROWID;
CREATE INDEX nonces_by_end ON nonces (expires_at);

CREATE TABLE tasks (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  requester TEXT NOT NULL,
  type TEXT NOT NULL,
  operation TEXT NOT NULL,
  module BLOB NOT NULL,
  input BLOB NOT NULL,
  fuel INTEGER NOT NULL,
  memory_bytes_max INTEGER NOT NULL,
  wall_time_ms INTEGER NOT NULL,
  output_bytes_max INTEGER NOT NULL,
  log_bytes_max INTEGER NOT NULL,
  budget INTEGER NOT NULL,
  priority INTEGER NOT NULL,
  state INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  attempts_forgiven INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  lease_device TEXT,
  lease_worker TEXT,
  lease_key BLOB,
  lease_expires_at INTEGER,
  not_before INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  assigned_at INTEGER,
  completed_at INTEGER,
  last_error TEXT NOT NULL
) STRICT;
CREATE INDEX tasks_ready ON tasks (priority, created_at, number, not_before, memory_bytes_max) WHERE state = 1;
CREATE INDEX tasks_due ON tasks (not_before) WHERE state = 1;
CREATE INDEX tasks_leases ON tasks (lease_expires_at, number) WHERE state = 2;
CREATE INDEX tasks_lease_workers ON tasks (lease_worker) WHERE state = 2;
CREATE INDEX tasks_by_requester ON tasks (requester, created_at, number);
CREATE INDEX tasks_by_requester_state ON tasks (requester, state, created_at, number);
CREATE INDEX tasks_by_state ON tasks (state);

CREATE TABLE submissions (
  task TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  device TEXT NOT NULL,
  worker TEXT NOT NULL,
  key BLOB NOT NULL,
  outcome INTEGER NOT NULL,
  exit_code INTEGER NOT NULL,
  fuel_used INTEGER NOT NULL,
  execution_time_ms INTEGER NOT NULL,
  output BLOB NOT NULL,
  receipt BLOB NOT NULL,
  signature BLOB NOT NULL,
  submitted_at INTEGER NOT NULL,
  PRIMARY KEY (task, attempt)
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  task TEXT NOT NULL,
  requester TEXT NOT NULL,
  event INTEGER NOT NULL,
  state INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX events_by_requester ON events (requester, sequence);

CREATE TABLE challenges (
  task TEXT NOT NULL,
  wallet TEXT NOT NULL,
  challenge TEXT NOT NULL,
  difficulty_bits INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  nonce TEXT,
  verified_at INTEGER,
  PRIMARY KEY (task, wallet)
) STRICT, WITHOUT ROWID;
CREATE INDEX challenges_by_wallet ON challenges (wallet, expires_at) WHERE nonce IS NULL;
CREATE INDEX challenges_by_end ON challenges (expires_at);

CREATE TABLE replies (
  wallet TEXT NOT NULL,
  key TEXT NOT NULL,
  request BLOB NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (wallet, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE accounts (
  name TEXT PRIMARY KEY,
  balance INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE transfers (
  id TEXT PRIMARY KEY,
  from_account TEXT NOT NULL,
  to_account TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount > 0),
  task TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX transfers_by_receiver ON transfers (to_account, id, amount);
CREATE INDEX transfers_by_task ON transfers (task);
)sql",
    // Until then there was no other version of the proof of work.
    R"sql(
ALTER TABLE challenges ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
)sql",
    R"sql(
ALTER TABLE challenges ADD COLUMN wrong_nonces INTEGER NOT NULL DEFAULT 0;
)sql",
    R"sql(
CREATE TABLE pow_audit_log (
  number INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  task TEXT NOT NULL,
  worker_wallet TEXT NOT NULL,
  device TEXT NOT NULL,
  version INTEGER NOT NULL,
  difficulty_bits INTEGER NOT NULL,
  nonce TEXT NOT NULL,
  outcome INTEGER NOT NULL,
  reason TEXT NOT NULL,
  peer TEXT NOT NULL
) STRICT;
CREATE INDEX pow_audit_log_by_wallet ON pow_audit_log (worker_wallet, number);
CREATE INDEX pow_audit_log_by_time ON pow_audit_log (at);
)sql",
    // Until then every guest was a WASI program.
    R"sql(
ALTER TABLE tasks ADD COLUMN convention INTEGER NOT NULL DEFAULT 0;
)sql",
    // A lease from before has none, nor has its worker a receipt that would do: its task is tried again.
    R"sql(
ALTER TABLE tasks ADD COLUMN lease_receipt_nonce BLOB;
)sql",
    R"sql(
CREATE TABLE login_payloads (
  number INTEGER PRIMARY KEY,
  payload TEXT NOT NULL UNIQUE,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX login_payloads_by_end ON login_payloads (expires_at);

CREATE TABLE sessions (
  number INTEGER PRIMARY KEY,
  token_sha256 BLOB NOT NULL UNIQUE,
  wallet TEXT NOT NULL,
  key BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_by_wallet ON sessions (wallet, number);
CREATE INDEX sessions_by_end ON sessions (expires_at);
)sql",
    // What was accepted before stays out of the log: nobody has vouched for it.
    R"sql(
CREATE TABLE receipt_log (
  number INTEGER PRIMARY KEY,
  task TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  content BLOB NOT NULL,
  signature BLOB NOT NULL,
  UNIQUE (task, attempt)
) STRICT;
CREATE TABLE receipt_log_nodes (
  level INTEGER NOT NULL,
  number INTEGER NOT NULL,
  hash BLOB NOT NULL,
  PRIMARY KEY (level, number)
) STRICT, WITHOUT ROWID;
)sql",
    // Until then no task was encrypted.
    R"sql(
ALTER TABLE tasks ADD COLUMN sealing_suite INTEGER;
ALTER TABLE tasks ADD COLUMN sealed_input BLOB;
ALTER TABLE tasks ADD COLUMN sealing_sender BLOB;
ALTER TABLE tasks ADD COLUMN sealing_signature BLOB;
CREATE TABLE key_exchanges (
  task TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  request TEXT NOT NULL,
  granted TEXT,
  PRIMARY KEY (task, attempt)
) STRICT, WITHOUT ROWID;
)sql",
};

Result<std::int64_t> read_integer(Database& db, std::string_view sql) {
  auto statement = db.query(sql);
  auto row = statement.next();
  if (!row) return std::move(row).error();
  return static_cast<std::int64_t>(sqlite3_column_int64(statement.row(), 0));
}

Result<void> run_in_transaction(Database& db, const std::string& sql) {
  auto done = db.script(("BEGIN IMMEDIATE;" + sql + "COMMIT;").c_str());
  if (!done && db.in_transaction()) static_cast<void>(db.script("ROLLBACK"));
  return done;
}

}  // namespace

Result<void> migrate(Database& db) {
  const auto application = read_integer(db, "PRAGMA application_id");
  if (!application) return application.error();
  const auto objects = read_integer(db, "SELECT count(*) FROM sqlite_schema");
  if (!objects) return objects.error();
  if (*objects != 0 && *application != kApplicationId)
    return Error{ErrorCode::failed_precondition,
                 "the file is another program's database; name a file of its own for the coordinator", "foreign_database"};
  const auto version = read_integer(db, "PRAGMA user_version");
  if (!version) return version.error();
  const auto newest = static_cast<std::int64_t>(kMigrations.size());
  if (*version < 0 || *version > newest)
    return Error{ErrorCode::failed_precondition,
                 "the database was written by a newer libgstd (its schema has version " + std::to_string(*version) +
                     ", this one knows " + std::to_string(newest) + "); update libgstd",
                 "newer_schema"};
  for (std::int64_t next = *version; next < newest; ++next) {
    const std::string numbers =
        "PRAGMA application_id = " + std::to_string(kApplicationId) + "; PRAGMA user_version = " + std::to_string(next + 1) + ";";
    if (auto done = run_in_transaction(db, kMigrations[static_cast<std::size_t>(next)] + numbers); !done) return done;
  }
  return {};
}

}  // namespace gstd::store::sqlite

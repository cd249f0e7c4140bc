#pragma once

#include "store/sqlite/database.hpp"

namespace gstd::store::sqlite {

/// Brings the schema up to date, each step in a transaction of its own with the version number that it leads to.
/// Errors: failed_precondition, reason "newer_schema" or "foreign_database"; those of the storage.
Result<void> migrate(Database& db);

}  // namespace gstd::store::sqlite

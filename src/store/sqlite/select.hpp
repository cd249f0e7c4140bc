// The two shapes of a question: one row by its key, and a list.
#pragma once

#include "store/sqlite/row.hpp"

namespace gstd::store::sqlite {

/// The first row, as `read` makes it. Errors: `missing`: there is none.
template <class Read>
auto read_one(Statement statement, const Error& missing, Read read) -> decltype(read(std::declval<Row>())) {
  const auto row = statement.next();
  if (!row) return row.error();
  if (!*row) return missing;
  return read(Row{statement});
}

/// All rows, as `read` makes them.
template <class Read>
auto read_all(Statement statement, Read read) -> Result<std::vector<typename decltype(read(std::declval<Row>()))::value_type>> {
  std::vector<typename decltype(read(std::declval<Row>()))::value_type> out;
  for (;;) {
    const auto row = statement.next();
    if (!row) return row.error();
    if (!*row) return out;
    auto value = read(Row{statement});
    if (!value) return std::move(value).error();
    out.push_back(*std::move(value));
  }
}

/// The one number of a query that always gives one.
inline Result<std::int64_t> read_number(Statement statement) {
  return read_one(std::move(statement), Error{ErrorCode::internal, "a count gave no row", "database"},
                  [](Row row) -> Result<std::int64_t> { return row.integer(); });
}

inline Result<std::uint64_t> read_count(Statement statement) {
  const auto number = read_number(std::move(statement));
  if (!number) return number.error();
  return static_cast<std::uint64_t>(*number);
}

/// A bound as SQLite takes it, whose numbers are signed; a negative LIMIT would mean none.
inline std::int64_t clamp_limit(std::uint64_t limit) noexcept {
  return limit > static_cast<std::uint64_t>(INT64_MAX) ? INT64_MAX : static_cast<std::int64_t>(limit);
}

}  // namespace gstd::store::sqlite

// Reads one row from left to right. What our own code cannot have written is noticed and reported, not believed.
#pragma once

#include "store/sqlite/database.hpp"

namespace gstd::store::sqlite {

class Row {
 public:
  explicit Row(const Statement& statement) : row_(statement.row()) {}

  std::int64_t integer() { return sqlite3_column_int64(row_, column_++); }

  template <class T>
  T number() {
    return static_cast<T>(integer());
  }

  template <class E>
  E enumerator(int count) {
    const std::int64_t value = integer();
    damaged_ = damaged_ || value < 0 || value >= count;
    return static_cast<E>(value);
  }

  std::string text() {
    const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(row_, column_));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(row_, column_++));
    return data ? std::string(data, size) : std::string();
  }

  Bytes blob() {
    const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(row_, column_));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(row_, column_++));
    return data ? Bytes(data, data + size) : Bytes();
  }

  template <class T>
  T fixed() {
    auto value = T::from_bytes(blob());
    damaged_ = damaged_ || !value;
    return std::move(value).value_or(T{});
  }

  /// Empty where the column is: deposits belong to no task.
  template <class T>
  T id() {
    const std::string name = text();
    if (name.empty()) return T{};
    auto value = T::parse(name);
    damaged_ = damaged_ || !value;
    return std::move(value).value_or(T{});
  }

  Timestamp time() { return Timestamp{std::chrono::milliseconds{integer()}}; }
  std::chrono::milliseconds duration() { return std::chrono::milliseconds{integer()}; }
  Amount amount() { return Amount{integer()}; }

  bool skip_null() {
    if (sqlite3_column_type(row_, column_) != SQLITE_NULL) return false;
    ++column_;
    return true;
  }
  std::optional<Timestamp> optional_time() { return skip_null() ? std::nullopt : std::optional{time()}; }
  std::optional<std::string> optional_text() { return skip_null() ? std::nullopt : std::optional{text()}; }
  template <class T>
  std::optional<T> optional_fixed() {
    return skip_null() ? std::nullopt : std::optional{fixed<T>()};
  }
  void skip(int columns) { column_ += columns; }

  /// `value` if all that was read made sense. Errors: data_loss.
  template <class T>
  Result<T> finish(T value) const {
    if (damaged_)
      return Error{ErrorCode::data_loss, "the database holds a row that makes no sense; restore it from a copy",
                   "database_damaged"};
    return value;
  }

 private:
  sqlite3_stmt* row_;
  int column_ = 0;
  bool damaged_ = false;
};

}  // namespace gstd::store::sqlite

// Numbers and byte strings as they stand in the frames between a process and its runner: little-endian, fixed widths, a length
// before each string. Both ends are one build on one machine, so there is nothing to negotiate; but either end may be lying.
#pragma once

#include <gstd/base.hpp>

namespace gstd::wasm::process {

/// Appends values to a buffer of its own.
class Writer {
 public:
  void u8(std::uint8_t value) { bytes_.push_back(value); }
  void u32(std::uint32_t value) { put(value); }
  void u64(std::uint64_t value) { put(value); }
  void i32(std::int32_t value) { put(static_cast<std::uint32_t>(value)); }

  /// Length as u64, then the bytes.
  void bytes(BytesView value) {
    u64(value.size());
    raw(value);
  }
  void text(std::string_view value) { bytes(as_bytes(value)); }

  /// The bytes alone, where their number is known to the reader.
  void raw(BytesView value) { bytes_.insert(bytes_.end(), value.begin(), value.end()); }

  BytesView view() const noexcept { return bytes_; }

 private:
  template <class T>
  void put(T value) {
    for (std::size_t i = 0; i < sizeof(T); ++i) bytes_.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  }

  Bytes bytes_;
};

/// Takes values off borrowed bytes. What is missing reads as zero or empty and leaves the reader failed; failure is looked at once,
/// at the end.
class Reader {
 public:
  explicit Reader(BytesView bytes) : rest_(bytes) {}

  std::uint8_t u8() { return take<std::uint8_t>(); }
  std::uint32_t u32() { return take<std::uint32_t>(); }
  std::uint64_t u64() { return take<std::uint64_t>(); }
  std::int32_t i32() { return static_cast<std::int32_t>(take<std::uint32_t>()); }

  /// Borrowed; fails above `bytes_max`.
  BytesView bytes(std::uint64_t bytes_max) {
    const std::uint64_t size = u64();
    if (size > bytes_max || size > rest_.size()) return fail();
    return raw(static_cast<std::size_t>(size));
  }
  std::string text(std::uint64_t bytes_max) { return std::string{as_text(bytes(bytes_max))}; }

  BytesView raw(std::size_t size) {
    if (size > rest_.size()) return fail();
    const BytesView taken = rest_.first(size);
    rest_ = rest_.subspan(size);
    return taken;
  }

  /// Everything was there, and nothing is left.
  bool complete() const noexcept { return !failed_ && rest_.empty(); }

 private:
  template <class T>
  T take() {
    const BytesView taken = raw(sizeof(T));
    T value = 0;
    for (std::size_t i = 0; i < taken.size(); ++i) value = static_cast<T>(value | static_cast<T>(taken[i]) << (8 * i));
    return value;
  }

  BytesView fail() noexcept {
    failed_ = true;
    rest_ = {};
    return {};
  }

  BytesView rest_;
  bool failed_ = false;
};

}  // namespace gstd::wasm::process

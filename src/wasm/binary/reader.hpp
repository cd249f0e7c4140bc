// Reads the primitives of the WebAssembly binary format. A reader that has met a fault gives zeros and is at its end, so that
// loops over its contents stop by themselves and callers look once, after the last read.
// Source: WebAssembly core specification 3.0, chapter 5.
#pragma once

#include <gstd/base.hpp>

namespace gstd::wasm::binary {

/// Why a module is not accepted.
struct Fault {
  std::size_t offset = 0;  ///< In the module.
  std::string message;     ///< Without the offset.
  bool malformed = true;   ///< Not the binary format; otherwise well formed, as far as read, and refused.
};

class Reader {
 public:
  /// Faults go to `fault`, the first only; readers of parts share it with the reader of the whole.
  Reader(BytesView bytes, std::size_t offset, std::optional<Fault>& fault) : bytes_(bytes), base_(offset), fault_(&fault) {}

  bool good() const noexcept { return !fault_->has_value(); }
  bool at_end() const noexcept { return at_ == bytes_.size() || !good(); }

  /// Where the next byte stands in the module.
  std::size_t offset() const noexcept { return base_ + at_; }

  std::uint8_t byte() {
    if (at_ < bytes_.size() && good()) return bytes_[at_++];
    end_too_soon();
    return 0;
  }

  /// The next byte, which stays; 0 at the end.
  std::uint8_t peek() const noexcept { return at_ < bytes_.size() && good() ? bytes_[at_] : std::uint8_t{0}; }

  std::uint32_t u32() {
    const std::uint8_t first = peek();
    if (first < 0x80) return byte();
    return static_cast<std::uint32_t>(unsigned_leb(32));
  }
  std::int32_t s32() { return static_cast<std::int32_t>(signed_leb(32)); }
  std::int64_t s33() { return signed_leb(33); }
  std::int64_t s64() { return signed_leb(64); }

  /// A number of things that follow; each takes at least a byte, so that more than bytes is a fault, whatever `max` is.
  std::uint32_t count(std::uint32_t max, std::string_view things);

  std::string_view name();
  BytesView take(std::size_t size);

  /// The next `size` bytes as a reader of their own.
  Reader part(std::size_t size);

  /// The bytes from the one at `offset` of the module to the next.
  BytesView since(std::size_t offset) const noexcept {
    return good() ? bytes_.subspan(offset - base_, base_ + at_ - offset) : BytesView{};
  }

  /// What is left, which stays.
  BytesView rest() const noexcept { return good() ? bytes_.subspan(at_) : BytesView{}; }

  void malformed(std::size_t offset, std::string message) { note(offset, std::move(message), true); }
  void refuse(std::size_t offset, std::string message) { note(offset, std::move(message), false); }

 private:
  std::uint64_t unsigned_leb(unsigned bits);
  std::int64_t signed_leb(unsigned bits);
  void note(std::size_t offset, std::string message, bool malformed);
  void end_too_soon();

  BytesView bytes_;
  std::size_t base_;
  std::size_t at_ = 0;
  std::optional<Fault>* fault_;
};

}  // namespace gstd::wasm::binary

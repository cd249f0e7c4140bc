// Writes the primitives of the WebAssembly binary format.
// Source: WebAssembly core specification 3.0, chapter 5.
#pragma once

#include <gstd/base.hpp>

#include "wasm/binary/instruction.hpp"

namespace gstd::wasm::binary {

class Writer {
 public:
  Writer& byte(std::uint8_t value) {
    out_.push_back(value);
    return *this;
  }

  Writer& u32(std::uint32_t value) {
    for (; value >= 0x80; value >>= 7) out_.push_back(static_cast<std::uint8_t>(value | 0x80));
    return byte(static_cast<std::uint8_t>(value));
  }

  Writer& s64(std::int64_t value) {
    for (; value < -0x40 || value >= 0x40; value >>= 7) out_.push_back(static_cast<std::uint8_t>((value & 0x7f) | 0x80));
    return byte(static_cast<std::uint8_t>(value & 0x7f));
  }

  Writer& bytes(BytesView part) {
    out_.insert(out_.end(), part.begin(), part.end());
    return *this;
  }

  /// Its length, then itself.
  Writer& sized(BytesView part) { return u32(static_cast<std::uint32_t>(part.size())).bytes(part); }

  /// An instruction of one byte, or of a prefix and one byte, without its immediates.
  Writer& op(std::uint16_t opcode) {
    if (opcode > 0xff) byte(static_cast<std::uint8_t>(opcode >> 8));
    return byte(static_cast<std::uint8_t>(opcode));
  }
  Writer& op(std::uint16_t opcode, std::uint32_t immediate) { return op(opcode).u32(immediate); }
  Writer& i32_const(std::uint32_t value) { return op(kI32Const).s64(static_cast<std::int32_t>(value)); }

  void reserve(std::size_t size) { out_.reserve(size); }
  BytesView view() const noexcept { return out_; }
  Bytes take() && noexcept { return std::move(out_); }

 private:
  Bytes out_;
};

}  // namespace gstd::wasm::binary

#include "wasm/binary/appended_functions.hpp"

#include <gstd/wasm.hpp>

#include "wasm/binary/instrument.hpp"
#include "wasm/binary/limits.hpp"

namespace gstd::wasm::binary {
namespace {

constexpr std::uint8_t kNoType = 0x40, kI32Type = 0x7f;
constexpr std::uint16_t kI32Eq = 0x46, kI32GtU = 0x4b, kI32LeU = 0x4d, kI64GtU = 0x56, kI32Add = 0x6a, kI32Sub = 0x6b,
                        kI64Add = 0x7c, kI64Shl = 0x86, kI64ExtendU = 0xad;

// Up to here, and up to a whole piece, it costs as much as so many bytes.
constexpr std::uint32_t kMiddleBytes = 4u << 10;

// Constants that are dropped cost a unit of fuel each and become no code.
void burn(Writer& code, std::uint32_t fuel) {
  for (std::uint32_t i = 0; i < fuel; ++i) code.i32_const(0).op(kDrop);
}

void get(Writer& code, std::uint32_t local) { code.op(kLocalGet, local); }

// local += amount, or -= amount.
void step(Writer& code, std::uint32_t local, std::uint16_t operation, std::uint32_t amount) {
  get(code, local);
  code.i32_const(amount).op(operation).op(kLocalSet, local);
}

void if_above(Writer& code, std::uint32_t local, std::uint32_t bound) {
  get(code, local);
  code.i32_const(bound).op(kI32GtU).op(kIf).byte(kNoType);
}

void repeat_while_above(Writer& code, std::uint32_t local, std::uint32_t bound) {
  get(code, local);
  code.i32_const(bound).op(kI32GtU).op(kBrIf, 0).op(kEnd);
}

constexpr std::uint32_t kTo = 0, kFrom = 1, kLength = 2;

void memory_operation(Writer& code, std::uint16_t opcode) {
  code.op(opcode).byte(0);
  if (opcode == kMemoryCopy) code.byte(0);
}

// Leaves the block around it where the stretch at `start` is not all inside the memory: the operation itself then traps, before
// it writes.
void leave_if_outside(Writer& code, std::uint32_t start) {
  get(code, start);
  code.op(kI64ExtendU);
  get(code, kLength);
  code.op(kI64ExtendU).op(kI64Add);
  constexpr std::int64_t kPageBits = 16;
  code.op(kMemorySize, 0).op(kI64ExtendU).op(kI64Const).s64(kPageBits).op(kI64Shl).op(kI64GtU).op(kBrIf, 0);
}

// Pieces from the end: what is copied to higher addresses must not overwrite what is still to be read.
void copy_backwards(Writer& code) {
  get(code, kTo);
  get(code, kFrom);
  code.op(kI32GtU).op(kIf).byte(kNoType).op(kLoop).byte(kNoType);
  burn(code, kPieceBytes / kBytesPerFuel);
  step(code, kLength, kI32Sub, kPieceBytes);
  for (std::uint32_t start : {kTo, kFrom}) {
    get(code, start);
    get(code, kLength);
    code.op(kI32Add);
  }
  code.i32_const(kPieceBytes);
  memory_operation(code, kMemoryCopy);
  repeat_while_above(code, kLength, kPieceBytes);
  code.op(kEnd);
}

void pieces_forwards(Writer& code, std::uint16_t opcode) {
  if_above(code, kLength, kPieceBytes);
  code.op(kLoop).byte(kNoType);
  burn(code, kPieceBytes / kBytesPerFuel);
  get(code, kTo);
  get(code, kFrom);
  code.i32_const(kPieceBytes);
  memory_operation(code, opcode);
  step(code, kTo, kI32Add, kPieceBytes);
  if (opcode == kMemoryCopy) step(code, kFrom, kI32Add, kPieceBytes);
  step(code, kLength, kI32Sub, kPieceBytes);
  repeat_while_above(code, kLength, kPieceBytes);
  code.op(kEnd);
}

void write_bulk(Writer& code, std::uint16_t opcode) {
  code.op(kBlock).byte(kNoType);
  get(code, kLength);
  code.i32_const(kShortBytes).op(kI32LeU).op(kBrIf, 0);
  leave_if_outside(code, kTo);
  if (opcode == kMemoryCopy) {
    leave_if_outside(code, kFrom);
    if_above(code, kLength, kPieceBytes);
    copy_backwards(code);
    code.op(kEnd);
  }
  pieces_forwards(code, opcode);
  if_above(code, kLength, kShortBytes);
  burn(code, kMiddleBytes / kBytesPerFuel);
  code.op(kEnd);
  if_above(code, kLength, kMiddleBytes);
  burn(code, (kPieceBytes - kMiddleBytes) / kBytesPerFuel);
  code.op(kEnd).op(kEnd);
  get(code, kTo);
  get(code, kFrom);
  get(code, kLength);
  memory_operation(code, opcode);
}

// Steps of `short_max` things, each `fuel`; no more than `most`, which is what the operation that follows can do without a trap.
void write_charge(Writer& code, std::uint32_t short_max, std::uint32_t fuel, std::uint32_t most) {
  constexpr std::uint32_t kCount = 0, kLeft = 1;
  get(code, kCount);
  get(code, kCount);
  code.op(kLocalSet, kLeft);
  if_above(code, kLeft, most);
  code.i32_const(most).op(kLocalSet, kLeft).op(kEnd);
  if_above(code, kLeft, short_max);
  code.op(kLoop).byte(kNoType);
  burn(code, fuel);
  step(code, kLeft, kI32Sub, short_max);
  repeat_while_above(code, kLeft, short_max);
  code.op(kEnd);
}

void write_grow(Writer& code, const Layout& layout, std::uint32_t pages_wanted) {
  constexpr std::uint32_t kPages = 0, kAnswer = 1;
  const std::uint32_t most = layout.memory->pages_max.value_or(kMemoryPagesMax);
  get(code, kPages);
  code.op(kMemoryGrow).byte(0).op(kLocalTee, kAnswer).i32_const(0xffffffff).op(kI32Eq);
  get(code, kPages);
  code.i32_const(kMemoryPagesMax).op(kI32LeU).op(0x71);  // i32.and: from here on the sum does not wrap
  code.op(kIf).byte(kNoType);
  code.op(kMemorySize, 0);
  get(code, kPages);
  code.op(kI32Add).op(kLocalTee, kPages).i32_const(most).op(kI32LeU);
  get(code, kPages);
  code.op(kGlobalGet, pages_wanted).op(kI32GtU).op(0x71).op(kIf).byte(kNoType);
  get(code, kPages);
  code.op(kGlobalSet, pages_wanted).op(kEnd).op(kEnd);
  get(code, kAnswer);
}

}  // namespace

Bytes appended_body(Appended function, const Layout& layout, std::uint32_t pages_wanted) {
  // One element of a table costs a unit; below a few dozens the call does.
  constexpr std::uint32_t kShortElements = 64;
  Writer code;
  switch (function) {
    case Appended::memory_fill:
      code.u32(0);  // no locals
      write_bulk(code, kMemoryFill);
      break;
    case Appended::memory_copy:
      code.u32(0);
      write_bulk(code, kMemoryCopy);
      break;
    case Appended::memory_grow:
      code.u32(1).u32(1).byte(kI32Type);
      write_grow(code, layout, pages_wanted);
      break;
    case Appended::charge_bytes:
      code.u32(1).u32(1).byte(kI32Type);
      write_charge(code, kShortBytes, kShortBytes / kBytesPerFuel, kModuleBytesMax);
      break;
    case Appended::charge_elements:
      code.u32(1).u32(1).byte(kI32Type);
      write_charge(code, kShortElements, kShortElements, kTableElementsMax);
      break;
  }
  code.op(kEnd);
  return std::move(code).take();
}

}  // namespace gstd::wasm::binary

// Instructions of the languages that the profile accepts, with their immediates. Types on the operand stack are not looked at:
// Wasmtime validates those.
// Source: WebAssembly core specification 3.0, section 5.4.
#pragma once

#include "wasm/binary/reader.hpp"

namespace gstd::wasm::binary {

/// Parts of the language beyond the first version of WebAssembly. The order is that of feature_name().
enum class Feature : std::uint8_t {
  bulk_memory,
  extended_const,
  function_references,
  multi_value,
  mutable_globals,
  reference_types,
  saturating_conversions,
  sign_extension,
  simd,
  tail_calls,
};
inline constexpr std::size_t kFeatures = 10;

std::string_view feature_name(Feature feature) noexcept;

/// A set of features.
class Features {
 public:
  void add(Feature feature) noexcept { bits_ |= 1u << static_cast<unsigned>(feature); }
  bool has(Feature feature) const noexcept { return (bits_ >> static_cast<unsigned>(feature) & 1u) != 0; }

 private:
  std::uint32_t bits_ = 0;
};

/// One character per type: `i` i32, `I` i64, `f` f32, `d` f64, `v` v128, `r` any reference to functions.
char read_value_type(Reader& reader, Features& features);

/// As above, where only a reference may stand.
char read_reference_type(Reader& reader, Features& features);

/// Opcodes that more than the decoder knows by name. A prefixed one has its prefix as the upper byte.
enum Opcode : std::uint16_t {
  kUnreachable = 0x00,
  kBlock = 0x02,
  kLoop = 0x03,
  kIf = 0x04,
  kElse = 0x05,
  kEnd = 0x0b,
  kBr = 0x0c,
  kBrIf = 0x0d,
  kBrTable = 0x0e,
  kReturn = 0x0f,
  kCall = 0x10,
  kCallIndirect = 0x11,
  kReturnCall = 0x12,
  kReturnCallIndirect = 0x13,
  kCallRef = 0x14,
  kReturnCallRef = 0x15,
  kDrop = 0x1a,
  kSelect = 0x1b,
  kSelectTyped = 0x1c,
  kLocalGet = 0x20,
  kLocalSet = 0x21,
  kLocalTee = 0x22,
  kGlobalGet = 0x23,
  kGlobalSet = 0x24,
  kTableGet = 0x25,
  kTableSet = 0x26,
  kMemorySize = 0x3f,
  kMemoryGrow = 0x40,
  kI32Const = 0x41,
  kI64Const = 0x42,
  kF32Const = 0x43,
  kF64Const = 0x44,
  kRefNull = 0xd0,
  kRefIsNull = 0xd1,
  kRefFunc = 0xd2,
  kBrOnNull = 0xd5,
  kBrOnNonNull = 0xd6,
  kMemoryInit = 0xfc08,
  kDataDrop = 0xfc09,
  kMemoryCopy = 0xfc0a,
  kMemoryFill = 0xfc0b,
  kTableInit = 0xfc0c,
  kElemDrop = 0xfc0d,
  kTableCopy = 0xfc0e,
  kTableGrow = 0xfc0f,
  kTableSize = 0xfc10,
  kTableFill = 0xfc11,
};

/// What stands after a block's opcode.
struct BlockType {
  bool indexed = false;     ///< `index` names a signature; otherwise no parameters and at most one result.
  std::uint32_t index = 0;  ///< Of the type section.
  bool has_result = false;
};

struct Instruction {
  std::size_t offset = 0;    ///< Of the opcode, in the module.
  std::uint16_t opcode = 0;  ///< See Opcode.
  std::uint32_t first = 0;   ///< First index or label; of i32.const the value, of br_table the number of targets but the default.
  std::uint32_t second = 0;  ///< Second index, in the order of the bytes.
  BlockType block{};         ///< Of block, loop and if.
  bool makes_v128 = false;   ///< One of the instructions of SIMD.
};

/// Reads one instruction; false where the reader met a fault, which names an instruction that the profile refuses.
bool read_instruction(Reader& reader, Instruction& out, Features& features);

/// Reads a constant expression with its `end`.
void read_constant_expression(Reader& reader, Features& features);

}  // namespace gstd::wasm::binary

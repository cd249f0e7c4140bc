#include "wasm/binary/stack_weight.hpp"

#include <algorithm>

namespace gstd::wasm::binary {
namespace {

/// How many operands an instruction takes and gives.
struct Arity {
  std::int8_t takes = 0;
  std::int8_t gives = 0;
};

constexpr Arity kNothing{0, 0}, kConstant{0, 1}, kUnary{1, 1}, kBinary{2, 1}, kTernary{3, 1}, kSink{1, 0}, kStore{2, 0},
    kBulk{3, 0};

using Arities = std::array<Arity, 256>;

constexpr void set(Arities& table, unsigned first, unsigned last, Arity arity) {
  for (unsigned code = first; code <= last; ++code) table[code] = arity;
}

// Control instructions are not in the table.
constexpr Arities make_plain() {
  Arities table{};
  table[kDrop] = kSink;
  table[kSelect] = table[kSelectTyped] = kTernary;
  table[kLocalGet] = table[kGlobalGet] = kConstant;
  table[kLocalSet] = table[kGlobalSet] = kSink;
  table[kLocalTee] = table[kTableGet] = kUnary;
  table[kTableSet] = kStore;
  set(table, 0x28, 0x35, kUnary);  // loads
  set(table, 0x36, 0x3e, kStore);
  table[kMemorySize] = kConstant;
  table[kMemoryGrow] = kUnary;
  set(table, kI32Const, kF64Const, kConstant);
  set(table, 0x45, 0xc4, kUnary);
  set(table, 0x46, 0x4f, kBinary);  // comparisons of i32
  set(table, 0x51, 0x66, kBinary);  // of i64, f32, f64
  set(table, 0x6a, 0x78, kBinary);  // arithmetic on i32
  set(table, 0x7c, 0x8a, kBinary);  // on i64
  set(table, 0x92, 0x98, kBinary);  // on f32
  set(table, 0xa0, 0xa6, kBinary);  // on f64
  table[kRefNull] = table[kRefFunc] = kConstant;
  table[kRefIsNull] = kUnary;
  table[0xd4] = kUnary;  // ref.as_non_null
  return table;
}

constexpr Arities make_fc() {
  Arities table{};
  set(table, 0x00, 0x07, kUnary);
  for (auto opcode : {kMemoryInit, kMemoryCopy, kMemoryFill, kTableInit, kTableCopy, kTableFill}) table[opcode & 0xff] = kBulk;
  table[kTableGrow & 0xff] = kBinary;
  table[kTableSize & 0xff] = kConstant;
  return table;
}

constexpr Arities make_fd() {
  Arities table{};
  set(table, 0x00, 0xff, kUnary);
  table[0x0b] = kStore;
  table[0x0c] = kConstant;
  set(table, 0x0d, 0x0e, kBinary);                                                         // shuffle, swizzle
  for (unsigned code : {0x17u, 0x1au, 0x1cu, 0x1eu, 0x20u, 0x22u}) table[code] = kBinary;  // replace_lane
  set(table, 0x23, 0x4c, kBinary);                                                         // comparisons
  set(table, 0x4e, 0x51, kBinary);                                                         // and, andnot, or, xor
  table[0x52] = kTernary;                                                                  // bitselect
  set(table, 0x54, 0x57, kBinary);                                                         // loads of one lane
  set(table, 0x58, 0x5b, kStore);
  set(table, 0x65, 0x66, kBinary);  // narrow
  set(table, 0x6b, 0x73, kBinary);  // shifts and arithmetic on i8x16
  set(table, 0x76, 0x79, kBinary);
  table[0x7b] = kBinary;
  table[0x82] = kBinary;
  set(table, 0x85, 0x86, kBinary);  // on i16x8
  set(table, 0x8b, 0x93, kBinary);
  set(table, 0x95, 0x9f, kBinary);
  set(table, 0xab, 0xbf, kBinary);  // on i32x4
  set(table, 0xcb, 0xdf, kBinary);  // on i64x2
  set(table, 0xe4, 0xeb, kBinary);  // on f32x4
  set(table, 0xf0, 0xf7, kBinary);  // on f64x2
  return table;
}

constexpr Arities kPlain = make_plain(), kFc = make_fc(), kFd = make_fd();

constexpr Arity arity_of(std::uint16_t opcode) noexcept {
  const std::uint8_t code = opcode & 0xff;
  if (opcode < 0x100) return kPlain[code];
  return (opcode >> 8) == 0xfc ? kFc[code] : kFd[code];
}

static_assert(arity_of(kUnreachable).takes == kNothing.takes);

std::uint32_t values(std::string_view types) { return static_cast<std::uint32_t>(types.size()); }

bool has_vector(std::string_view types) { return types.find('v') != types.npos; }

constexpr std::uint32_t kVectorUnits = 2;

// Of the values that an optimiser keeps, see the note in the header.
constexpr std::uint32_t kInstructionsPerUnit = 16;
constexpr std::uint32_t kMovedUnitsMax = 16;

}  // namespace

OperandHeight::OperandHeight(const Layout& layout, const Signature& signature) : layout_(&layout) {
  frames_.push_back(Frame{0, 0, values(signature.results)});
  vectors_ = has_vector(signature.parameters) || has_vector(signature.results);
}

void OperandHeight::pop(std::uint32_t count) {
  const std::uint32_t base = frames_.back().base;
  if (reachable_ && height_ < base + count) consistent_ = false;
  height_ = height_ >= base + count ? height_ - count : base;  // in unreachable code, what is missing is made up
}

void OperandHeight::push(std::uint32_t count) {
  height_ += count;
  greatest_ = std::max(greatest_, height_);
}

void OperandHeight::open(const Instruction& instruction) {
  if (instruction.opcode == kIf) pop(1);
  Frame frame;
  if (instruction.block.indexed) {
    const auto& signature = layout_->signatures[instruction.block.index];
    frame.parameters = values(signature.parameters);
    frame.results = values(signature.results);
  } else {
    frame.results = instruction.block.has_result ? 1 : 0;
  }
  pop(frame.parameters);
  frame.base = height_;
  frame.reachable = reachable_;
  push(frame.parameters);
  frames_.push_back(frame);
}

void OperandHeight::call(std::uint32_t signature, std::uint32_t operands_beside) {
  const auto& type = layout_->signatures[signature];
  pop(values(type.parameters) + operands_beside);
  push(2 * values(type.results));  // where the callee leaves them, and where they go
  pop(values(type.results));
  vectors_ = vectors_ || has_vector(type.parameters) || has_vector(type.results);
}

void OperandHeight::leave() {
  height_ = frames_.back().base;
  reachable_ = false;
}

void OperandHeight::feed(const Instruction& instruction) {
  ++instructions_;
  vectors_ = vectors_ || instruction.makes_v128;
  switch (instruction.opcode) {
    case kBlock:
    case kLoop:
    case kIf:
      return open(instruction);
    case kElse:
      height_ = frames_.back().base;
      reachable_ = frames_.back().reachable;
      return push(frames_.back().parameters);
    case kEnd: {
      const Frame frame = frames_.back();
      if (reachable_ && height_ != frame.base + frame.results) consistent_ = false;
      height_ = frame.base;
      reachable_ = frame.reachable;
      push(frame.results);
      if (frames_.size() > 1) frames_.pop_back();
      return;
    }
    case kUnreachable:
    case kBr:
    case kBrTable:
    case kReturn:
    case kReturnCall:
    case kReturnCallIndirect:
    case kReturnCallRef:
      return leave();
    case kBrIf:
      return pop(1);
    case 0xd5:  // br_on_null: a reference stays
      return;
    case 0xd6:  // br_on_non_null
      return pop(1);
    case kCall:
      return call(layout_->functions[instruction.first], 0);
    case kCallIndirect:
    case kCallRef:
      return call(instruction.first, 1);
    default: {
      const Arity arity = arity_of(instruction.opcode);
      pop(static_cast<std::uint32_t>(arity.takes));
      push(static_cast<std::uint32_t>(arity.gives));
    }
  }
}

std::uint32_t OperandHeight::units() const noexcept {
  return greatest_ * (vectors_ ? kVectorUnits : 1) + std::min(instructions_ / kInstructionsPerUnit, kMovedUnitsMax);
}

std::uint32_t stack_weight(const Signature& signature, std::span<const LocalRun> locals, const OperandHeight& operands) {
  // Return address, frame pointer, and what every function of the engine saves.
  constexpr std::uint32_t kFrameUnits = 8;
  std::uint32_t units = kFrameUnits + operands.units();
  for (char type : signature.parameters) units += type == 'v' ? kVectorUnits : 1;
  for (const auto& run : locals) units += run.count * (run.type == 'v' ? kVectorUnits : 1);
  return units;
}

}  // namespace gstd::wasm::binary

#include "wasm/binary/instruction.hpp"

#include "wasm/binary/limits.hpp"

namespace gstd::wasm::binary {
namespace {

constexpr std::array<std::string_view, kFeatures> kFeatureNames{
    "bulk-memory",     "extended-const",         "function-references", "multi-value", "mutable-globals",
    "reference-types", "saturating-conversions", "sign-extension",      "simd",        "tail-calls"};

/// What follows an opcode.
enum class Form : std::uint8_t {
  unknown,
  none,
  block,
  index,  // or label, or local
  index_pair,
  branch_table,
  select_types,
  heap_type,
  memory_argument,
  memory_index,
  i32,
  i64,
  f32,
  f64,
};

constexpr void set(std::array<Form, 256>& forms, unsigned first, unsigned last, Form form) {
  for (unsigned code = first; code <= last; ++code) forms[code] = form;
}

constexpr std::array<Form, 256> make_plain_forms() {
  std::array<Form, 256> forms{};
  set(forms, 0x00, 0x01, Form::none);   // unreachable, nop
  set(forms, 0x02, 0x04, Form::block);  // block, loop, if
  forms[kElse] = forms[kEnd] = forms[kReturn] = Form::none;
  forms[kBr] = forms[kBrIf] = Form::index;
  forms[kBrTable] = Form::branch_table;
  forms[kCall] = forms[kReturnCall] = forms[kCallRef] = forms[kReturnCallRef] = Form::index;
  forms[kCallIndirect] = forms[kReturnCallIndirect] = Form::index_pair;
  forms[kDrop] = forms[kSelect] = Form::none;
  forms[kSelectTyped] = Form::select_types;
  set(forms, kLocalGet, kTableSet, Form::index);
  set(forms, 0x28, 0x3e, Form::memory_argument);  // loads and stores
  set(forms, kMemorySize, kMemoryGrow, Form::memory_index);
  forms[kI32Const] = Form::i32;
  forms[kI64Const] = Form::i64;
  forms[kF32Const] = Form::f32;
  forms[kF64Const] = Form::f64;
  set(forms, 0x45, 0xc4, Form::none);  // comparisons, arithmetic, conversions
  forms[kRefNull] = Form::heap_type;
  forms[kRefIsNull] = Form::none;
  forms[kRefFunc] = Form::index;
  forms[0xd4] = Form::none;             // ref.as_non_null
  set(forms, 0xd5, 0xd6, Form::index);  // br_on_null, br_on_non_null
  return forms;
}

constexpr std::array<Form, 256> kPlainForms = make_plain_forms();

void note_plain_feature(std::uint8_t code, Features& features) {
  if (code >= 0xc0 && code <= 0xc4) features.add(Feature::sign_extension);
  if (code == kReturnCall || code == kReturnCallIndirect || code == kReturnCallRef) features.add(Feature::tail_calls);
  if (code == kSelectTyped || code == kTableGet || code == kTableSet || (code >= kRefNull && code <= kRefFunc))
    features.add(Feature::reference_types);
  if (code == kCallRef || code == kReturnCallRef || (code >= 0xd4 && code <= 0xd6)) features.add(Feature::function_references);
}

std::string hex_opcode(std::uint32_t prefix, std::uint32_t code) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text = "0x";
  if (prefix != 0) {
    text += kDigits[prefix >> 4];
    text += kDigits[prefix & 15];
    text += " 0x";
  }
  std::string digits;
  for (std::uint32_t rest = code; rest != 0 || digits.size() < 2; rest >>= 4) digits.insert(digits.begin(), kDigits[rest & 15]);
  return text + digits;
}

void refuse_plain(Reader& reader, std::size_t offset, std::uint8_t code) {
  std::string_view proposal = "no language that the profile knows";
  if ((code >= 0x06 && code <= 0x0a) || code == 0x18 || code == 0x19 || code == 0x1f) proposal = "exception handling";
  if (code == 0xd3 || code == 0xfb) proposal = "garbage collection";
  if (code >= 0xe0 && code <= 0xe6) proposal = "stack switching";
  if (code == 0xfe) proposal = "threads";
  reader.refuse(offset, "the instruction " + hex_opcode(0, code) + " belongs to " + std::string(proposal) +
                            ", which the profile does not accept");
}

void refuse_prefixed(Reader& reader, std::size_t offset, std::uint8_t prefix, std::uint32_t code, std::string_view proposal) {
  reader.refuse(offset, "the instruction " + hex_opcode(prefix, code) + " belongs to " + std::string(proposal) +
                            ", which the profile does not accept");
}

constexpr std::string_view kUnknownLanguage = "no language that the profile knows";

// `max`: heap types are the same numbers as reference types, but for the indices of signatures.
char read_heap_type(Reader& reader, Features& features) {
  const std::size_t start = reader.offset();
  const std::int64_t heap = reader.s33();
  if (!reader.good() || heap == -0x10) return 'r';  // func
  if (heap >= 0) {
    features.add(Feature::function_references);
    if (heap >= kTypesMax) reader.malformed(start, "a reference names a signature that is none");
    return 'r';
  }
  if (heap == -0x11)
    reader.refuse(start, "the module uses references to things outside it (externref); the host has none to give");
  else if (heap == -0x17 || heap == -0x0c)
    reader.refuse(start, "a reference to exceptions belongs to exception handling, which the profile does not accept");
  else if (heap == -0x18 || heap == -0x0b)
    reader.refuse(start, "a reference to continuations belongs to stack switching, which the profile does not accept");
  else if ((heap <= -0x0d && heap >= -0x16))
    reader.refuse(start, "a reference to objects belongs to garbage collection, which the profile does not accept");
  else
    reader.malformed(start, "a reference to nothing that is known");
  return 'r';
}

void read_block_type(Reader& reader, BlockType& block, Features& features) {
  const std::uint8_t next = reader.peek();
  block = {};
  if (next == 0x40) {
    reader.byte();
    return;
  }
  if (next > 0x40 && next < 0x80) {  // a negative number of one byte
    read_value_type(reader, features);
    block.has_result = true;
    return;
  }
  const std::size_t start = reader.offset();
  const std::int64_t index = reader.s33();
  if (index < 0 || index >= kTypesMax) reader.malformed(start, "a block has a type that is none");
  block.indexed = true;
  block.index = static_cast<std::uint32_t>(index);
  features.add(Feature::multi_value);
}

void read_memory_index(Reader& reader) {
  const std::size_t start = reader.offset();
  if (reader.u32() != 0) reader.refuse(start, "a second memory belongs to multiple memories, which the profile does not accept");
}

void read_memory_argument(Reader& reader) {
  const std::size_t start = reader.offset();
  const std::uint32_t alignment = reader.u32();
  constexpr std::uint32_t kMemoryFollows = 1u << 6;
  if (alignment & kMemoryFollows)
    reader.refuse(start, "an access that names its memory belongs to multiple memories, which the profile does not accept");
  reader.u32();  // offset
}

void read_branch_table(Reader& reader, Instruction& out) {
  const std::size_t start = reader.offset();
  out.first = reader.u32();
  if (out.first > kBranchTargetsMax)
    return reader.refuse(start, "a br_table has " + std::to_string(out.first) + " targets; at most " +
                                    std::to_string(kBranchTargetsMax) + " are accepted");
  for (std::uint32_t i = 0; i <= out.first && reader.good(); ++i) reader.u32();
}

void read_select_types(Reader& reader, Features& features) {
  const std::size_t start = reader.offset();
  if (reader.u32() != 1) return reader.malformed(start, "a select has other than one type");
  read_value_type(reader, features);
}

// Saturating conversions and the operations on whole stretches of memory and tables.
void read_fc(Reader& reader, Instruction& out, Features& features) {
  const std::uint32_t code = reader.u32();
  if (!reader.good()) return;
  if (code > 0x11) {
    const auto proposal = code >= 0x13 && code <= 0x16 ? "wide arithmetic" : kUnknownLanguage;
    return refuse_prefixed(reader, out.offset, 0xfc, code, proposal);
  }
  out.opcode = static_cast<std::uint16_t>(0xfc00 | code);
  if (code <= 7) return features.add(Feature::saturating_conversions);
  features.add(code >= 0x0f ? Feature::reference_types : Feature::bulk_memory);
  switch (out.opcode) {
    case kMemoryInit:
      out.first = reader.u32();
      return read_memory_index(reader);
    case kMemoryCopy:
      read_memory_index(reader);
      return read_memory_index(reader);
    case kMemoryFill:
      return read_memory_index(reader);
    case kTableInit:  // segment, table
    case kTableCopy:  // to, from
      out.first = reader.u32();
      out.second = reader.u32();
      return;
    default:
      out.first = reader.u32();
  }
}

void read_fd(Reader& reader, Instruction& out, Features& features) {
  const std::uint32_t code = reader.u32();
  if (!reader.good()) return;
  if (code >= 0x100) {
    const auto proposal = code <= 0x113 ? "relaxed SIMD (its results depend on the machine)" : kUnknownLanguage;
    return refuse_prefixed(reader, out.offset, 0xfd, code, proposal);
  }
  features.add(Feature::simd);
  out.opcode = static_cast<std::uint16_t>(0xfd00 | code);
  out.makes_v128 = true;
  if (code <= 0x0b || code == 0x5c || code == 0x5d) return read_memory_argument(reader);
  if (code == 0x0c || code == 0x0d) {  // v128.const, i8x16.shuffle
    reader.take(16);
    return;
  }
  if (code >= 0x54 && code <= 0x5b) {  // loads and stores of one lane
    read_memory_argument(reader);
    reader.byte();
    return;
  }
  if (code >= 0x15 && code <= 0x22) reader.byte();  // lane
}

}  // namespace

std::string_view feature_name(Feature feature) noexcept { return kFeatureNames[static_cast<std::size_t>(feature)]; }

char read_reference_type(Reader& reader, Features& features) {
  const std::size_t start = reader.offset();
  const std::uint8_t code = reader.peek();
  if (code == 0x63 || code == 0x64) {  // (ref null ...), (ref ...)
    reader.byte();
    features.add(Feature::function_references);
    return read_heap_type(reader, features);
  }
  if (code < 0x65 || code > 0x75) {
    reader.malformed(start, "a type of references is none");
    return 'r';
  }
  return read_heap_type(reader, features);
}

char read_value_type(Reader& reader, Features& features) {
  const std::size_t start = reader.offset();
  switch (reader.peek()) {
    case 0x7f:
      reader.byte();
      return 'i';
    case 0x7e:
      reader.byte();
      return 'I';
    case 0x7d:
      reader.byte();
      return 'f';
    case 0x7c:
      reader.byte();
      return 'd';
    case 0x7b:
      reader.byte();
      features.add(Feature::simd);
      return 'v';
    default:
      break;
  }
  const std::uint8_t code = reader.peek();
  if (code < 0x63 || code > 0x75) {
    reader.malformed(start, "a type of values is none");
    return 'i';
  }
  features.add(Feature::reference_types);
  return read_reference_type(reader, features);
}

bool read_instruction(Reader& reader, Instruction& out, Features& features) {
  out.offset = reader.offset();
  out.makes_v128 = false;
  const std::uint8_t code = reader.byte();
  out.opcode = code;
  switch (kPlainForms[code]) {
    case Form::none:
      break;
    case Form::block:
      read_block_type(reader, out.block, features);
      break;
    case Form::index:
      out.first = reader.u32();
      break;
    case Form::index_pair:
      out.first = reader.u32();
      out.second = reader.u32();
      break;
    case Form::branch_table:
      read_branch_table(reader, out);
      break;
    case Form::select_types:
      read_select_types(reader, features);
      break;
    case Form::heap_type:
      read_heap_type(reader, features);
      break;
    case Form::memory_argument:
      read_memory_argument(reader);
      break;
    case Form::memory_index:
      read_memory_index(reader);
      break;
    case Form::i32:
      out.first = static_cast<std::uint32_t>(reader.s32());
      break;
    case Form::i64:
      reader.s64();
      break;
    case Form::f32:
      reader.take(4);
      break;
    case Form::f64:
      reader.take(8);
      break;
    case Form::unknown:
      if (code == 0xfc)
        read_fc(reader, out, features);
      else if (code == 0xfd)
        read_fd(reader, out, features);
      else
        refuse_plain(reader, out.offset, code);
      break;
  }
  note_plain_feature(code, features);
  return reader.good();
}

void read_constant_expression(Reader& reader, Features& features) {
  constexpr std::uint16_t kV128Const = 0xfd0c;
  Instruction instruction;
  while (read_instruction(reader, instruction, features)) {
    switch (instruction.opcode) {
      case kEnd:
        return;
      case kI32Const:
      case kI64Const:
      case kF32Const:
      case kF64Const:
      case kGlobalGet:
      case kRefNull:
      case kRefFunc:
      case kV128Const:
        continue;
      case 0x6a:  // i32.add, sub, mul
      case 0x6b:
      case 0x6c:
      case 0x7c:  // i64.add, sub, mul
      case 0x7d:
      case 0x7e:
        features.add(Feature::extended_const);
        continue;
      default:
        return reader.malformed(instruction.offset, "an instruction stands where only constants may");
    }
  }
}

}  // namespace gstd::wasm::binary

// The code section. Blocks are counted, never entered by recursion.
#include "wasm/binary/layout.hpp"
#include "wasm/binary/limits.hpp"

namespace gstd::wasm::binary {
namespace {

void check_instruction(Reader& reader, const Instruction& instruction, const Layout& layout) {
  const auto index_below = [&](std::uint32_t index, std::size_t count, std::string_view thing) {
    if (index >= count) reader.malformed(instruction.offset, "an instruction names a " + std::string(thing) + " that is none");
  };
  switch (instruction.opcode) {
    case kBlock:
    case kLoop:
    case kIf:
      if (instruction.block.indexed) index_below(instruction.block.index, layout.signatures.size(), "signature");
      break;
    case kCall:
    case kReturnCall:
      index_below(instruction.first, layout.functions.size(), "function");
      break;
    case kCallIndirect:
    case kReturnCallIndirect:
      index_below(instruction.second, layout.tables.size(), "table");
      [[fallthrough]];
    case kCallRef:
    case kReturnCallRef:
      index_below(instruction.first, layout.signatures.size(), "signature");
      break;
    case kTableInit:
      index_below(instruction.first, layout.element_segments.size(), "segment");
      index_below(instruction.second, layout.tables.size(), "table");
      break;
    case kTableCopy:
      index_below(instruction.second, layout.tables.size(), "table");
      [[fallthrough]];
    case kTableGrow:
    case kTableFill:
      index_below(instruction.first, layout.tables.size(), "table");
      break;
    case kMemoryGrow:
    case kMemoryCopy:
    case kMemoryFill:
    case kMemoryInit:
      if (!layout.memory) reader.malformed(instruction.offset, "an instruction needs a memory, and the module has none");
      break;
    default:
      break;
  }
}

// See kLiveRangesMax.
struct LiveRanges {
  std::uint64_t blocks = 0;
  std::uint64_t values = 0;

  void add(const Instruction& instruction, const Layout& layout) {
    if (instruction.opcode == kBrTable) blocks += instruction.first;
    if (instruction.opcode != kBlock && instruction.opcode != kLoop && instruction.opcode != kIf) return;
    ++blocks;
    if (instruction.block.has_result) ++values;
    if (!instruction.block.indexed || instruction.block.index >= layout.signatures.size()) return;
    const Signature& signature = layout.signatures[instruction.block.index];
    values += signature.parameters.size() + signature.results.size();
  }
  // Neither factor exceeds 2^30: a function has kFunctionBytesMax bytes, and a block at most kParametersMax + kResultsMax values.
  bool too_many() const { return blocks * values > kLiveRangesMax; }
};

void read_body(Reader& reader, Layout& layout, std::uint32_t function) {
  std::vector<LocalRun> runs;
  const std::size_t start = reader.offset();
  read_locals(reader, runs, layout.features);
  for (const auto& run : runs) layout.locals += run.count;
  if (layout.locals > kLocalsTotalMax)
    return reader.refuse(start, "the functions declare more than " + std::to_string(kLocalsTotalMax) + " locals");
  LiveRanges live;
  for (const auto& run : runs) live.values += run.count;
  if (const Signature* signature = layout.signature_of(function)) live.values += signature->parameters.size();
  Instruction instruction;
  std::uint32_t depth = 0;
  std::uint32_t loops = 0;
  while (read_instruction(reader, instruction, layout.features)) {
    check_instruction(reader, instruction, layout);
    live.add(instruction, layout);
    if (live.too_many())
      return reader.refuse(instruction.offset, "a function has too many blocks for its locals and values: their product exceeds " +
                                                   std::to_string(kLiveRangesMax));
    if (instruction.opcode == kLoop && ++loops > kLoopsMax)
      return reader.refuse(instruction.offset, "a function has more than " + std::to_string(kLoopsMax) + " loops");
    if (instruction.opcode == kBlock || instruction.opcode == kLoop || instruction.opcode == kIf) {
      if (++depth > kNestingMax)
        return reader.refuse(instruction.offset, "blocks stand in each other more than " + std::to_string(kNestingMax) + " times");
    } else if (instruction.opcode == kEnd && depth-- == 0) {
      if (!reader.at_end()) reader.malformed(reader.offset(), "a function goes on after its end");
      return;
    }
  }
}

}  // namespace

void read_locals(Reader& reader, std::vector<LocalRun>& runs, Features& features) {
  std::uint64_t total = 0;
  runs.clear();
  for (std::uint32_t left = reader.count(kLocalsMax, "declarations of locals in one function"); left > 0 && reader.good(); --left) {
    const std::size_t start = reader.offset();
    LocalRun run;
    run.count = reader.u32();
    total += run.count;
    if (total > kLocalsMax)
      return reader.refuse(start, "a function declares " + std::to_string(total) + " locals; at most " +
                                      std::to_string(kLocalsMax) + " are accepted");
    run.type = read_value_type(reader, features);
    runs.push_back(run);
  }
}

void read_code(Reader& reader, Layout& layout) {
  const std::size_t start = reader.offset();
  const std::uint32_t count = reader.count(kFunctionsMax, "functions");
  if (reader.good() && count != layout.functions.size() - layout.functions_imported)
    return reader.malformed(start, "the numbers of functions declared and defined differ");
  layout.bodies.reserve(count);
  for (std::uint32_t i = 0; i < count && reader.good(); ++i) {
    const std::size_t at = reader.offset();
    const std::uint32_t size = reader.u32();
    if (size > kFunctionBytesMax)
      return reader.refuse(
          at, "a function has " + std::to_string(size) + " bytes; at most " + std::to_string(kFunctionBytesMax) + " are accepted");
    const std::size_t offset = reader.offset();
    Reader body = reader.part(size);
    layout.bodies.push_back(Body{offset, body.rest()});
    read_body(body, layout, layout.functions_imported + i);
  }
}

}  // namespace gstd::wasm::binary

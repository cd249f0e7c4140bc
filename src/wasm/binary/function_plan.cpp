#include "wasm/binary/function_plan.hpp"

#include "wasm/binary/stack_weight.hpp"

namespace gstd::wasm::binary {
namespace {

// Functions that call no other are not counted up to this weight: two kilobytes of stack, once.
constexpr std::uint32_t kLeafUnitsMax = 256;

bool is_edited(std::uint16_t opcode) noexcept {
  switch (opcode) {
    case kReturn:
    case kReturnCall:
    case kReturnCallIndirect:
    case kReturnCallRef:
    case kMemoryGrow:
    case kMemoryFill:
    case kMemoryCopy:
    case kMemoryInit:
    case kTableInit:
    case kTableCopy:
    case kTableGrow:
    case kTableFill:
      return true;
    default:
      return false;
  }
}

// Host functions never call the guest.
bool calls_guest(const Instruction& instruction, const Layout& layout) noexcept {
  if (instruction.opcode == kCall) return instruction.first >= layout.functions_imported;
  return instruction.opcode == kCallIndirect || instruction.opcode == kCallRef;
}

}  // namespace

Result<void> plan_function(const Layout& layout, std::size_t index, FunctionPlan& plan) {
  const Body& body = layout.bodies[index];
  const auto& signature = layout.signatures[layout.functions[layout.functions_imported + index]];
  std::optional<Fault> fault;
  Reader reader{body.bytes, body.offset, fault};
  Features features;
  std::vector<LocalRun> locals;
  read_locals(reader, locals, features);

  plan.code_offset = reader.offset();
  plan.counted = false;
  plan.edits.clear();
  OperandHeight height{layout, signature};
  Instruction instruction;
  while (!reader.at_end() && read_instruction(reader, instruction, features)) {
    if (is_edited(instruction.opcode))
      plan.edits.push_back({instruction.offset, reader.offset() - instruction.offset, instruction.opcode, height.depth()});
    plan.counted = plan.counted || calls_guest(instruction, layout);
    height.feed(instruction);
  }
  if (fault)
    return Error{ErrorCode::invalid_argument, fault->message + ", at byte " + std::to_string(fault->offset), "module_invalid"};
  plan.weight = stack_weight(signature, locals, height);
  plan.counted = plan.counted || plan.weight > kLeafUnitsMax;
  return {};
}

}  // namespace gstd::wasm::binary

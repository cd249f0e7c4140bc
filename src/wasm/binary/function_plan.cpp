#include "wasm/binary/function_plan.hpp"

#include "wasm/binary/appended_functions.hpp"
#include "wasm/binary/stack_weight.hpp"

namespace gstd::wasm::binary {
namespace {

// Functions that call no other are not counted up to this weight: two kilobytes of stack, once.
constexpr std::uint32_t kLeafUnitsMax = 256;

bool is_edited(const Instruction& instruction, const Instruction& before) noexcept {
  switch (instruction.opcode) {
    case kReturn:
    case kReturnCall:
    case kReturnCallIndirect:
    case kReturnCallRef:
    case kMemoryGrow:
    case kMemoryInit:
    case kTableInit:
    case kTableCopy:
    case kTableGrow:
    case kTableFill:
      return true;
    case kMemoryFill:
    case kMemoryCopy:
      // Compilers make short operations of known length, which the engine expands in place.
      return before.opcode != kI32Const || before.first > kShortBytes;
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
  Instruction instruction, before;
  while (!reader.at_end() && read_instruction(reader, instruction, features)) {
    if (is_edited(instruction, before))
      plan.edits.push_back({instruction.offset, reader.offset() - instruction.offset, instruction.opcode, height.depth()});
    plan.counted = plan.counted || calls_guest(instruction, layout);
    height.feed(instruction);
    if (!height.consistent()) {
      reader.malformed(instruction.offset, "an instruction does not find its operands");
      break;
    }
    before = instruction;
  }
  if (fault)
    return Error{ErrorCode::invalid_argument, fault->message + ", at byte " + std::to_string(fault->offset), "module_invalid"};
  plan.weight = stack_weight(signature, locals, height);
  plan.counted = plan.counted || plan.weight > kLeafUnitsMax;
  return {};
}

}  // namespace gstd::wasm::binary

#include "wasm/binary/meter.hpp"

#include <algorithm>

#include "wasm/binary/layout.hpp"
#include "wasm/binary/writer.hpp"

namespace gstd::wasm::binary {
namespace {

enum : std::uint16_t {
  kI64LessSigned = 0x53,
  kI64Load = 0x29,
  kI64Sub = 0x7d,
  kI64Or = 0x84,
};
constexpr std::uint8_t kVoid = 0x40;
constexpr std::uint8_t kTypeI64 = 0x7e;

// Flag of a memory argument: an index of a memory follows. The lower bits are the alignment as a power of two.
constexpr std::uint8_t kNamesMemory = 0x40;
constexpr std::uint8_t kAlignedTo8 = 3;

// Shape the code, and become no instruction of any machine.
bool is_free(std::uint16_t opcode) {
  constexpr std::uint16_t kNop = 0x01;
  return opcode == kNop || opcode == kBlock || opcode == kLoop || opcode == kElse || opcode == kEnd || opcode == kDrop;
}

bool is_defined_call(const Instruction& instruction, const MeterPlan& plan) {
  switch (instruction.opcode) {
    case kCall:
    case kReturnCall:
      return instruction.first >= plan.functions_imported;
    case kCallIndirect:
    case kReturnCallIndirect:
    case kCallRef:
    case kReturnCallRef:
      return true;
    default:
      return false;
  }
}

bool is_tail_call(std::uint16_t opcode) {
  return opcode == kReturnCall || opcode == kReturnCallIndirect || opcode == kReturnCallRef;
}

// Branches if a reference is null, or is not; takes its label as kBrIf does.
bool is_conditional_branch(std::uint16_t opcode) { return opcode == kBrIf || opcode == kBrOnNull || opcode == kBrOnNonNull; }

// What comes after it in the code begins a stretch of its own.
bool ends_stretch(std::uint16_t opcode) {
  return is_conditional_branch(opcode) || opcode == kLoop || opcode == kIf || opcode == kElse || opcode == kEnd || opcode == kBr ||
         opcode == kBrTable || opcode == kReturn || opcode == kUnreachable || is_tail_call(opcode);
}

// What comes after it, up to the end of the block, never runs.
bool never_goes_on(std::uint16_t opcode) {
  return opcode == kBr || opcode == kBrTable || opcode == kReturn || opcode == kUnreachable || is_tail_call(opcode);
}

// Whether a branch may leave the function: its label is that of the function's own block.
bool may_leave(const Instruction& instruction, BytesView bytes, std::uint32_t depth) {
  if (instruction.opcode == kReturn || is_tail_call(instruction.opcode)) return true;
  if (instruction.opcode == kBr || is_conditional_branch(instruction.opcode)) return instruction.first == depth;
  if (instruction.opcode != kBrTable) return false;
  std::optional<Fault> fault;
  Reader reader{bytes.subspan(1), 0, fault};
  for (std::uint64_t left = std::uint64_t{reader.u32()} + 1; left > 0 && reader.good(); --left)
    if (reader.u32() == depth) return true;
  return false;
}

// What a function holds, and what is to be paid at the start of each stretch, in the order of the code.
struct Plan {
  std::vector<std::uint32_t> charges;
  bool calls = false;  ///< Functions of the module.
  bool calls_host = false;
  bool loops = false;
  bool carries_fuel() const noexcept { return calls || calls_host || loops; }
};

// Collects the stretches of one function.
class Stretches {
 public:
  Stretches() {
    begin_region();
    add();  // the call itself
  }

  // A loop, or the function itself.
  void begin_region() {
    regions_.push_back({charges_.size(), {}});
    charges_.push_back(0);
  }
  void begin_stretch() {
    regions_.back().others.push_back(charges_.size());
    charges_.push_back(0);
  }
  // The stretches of a small region go to the account of its first.
  void end_region() {
    const Region& region = regions_.back();
    std::uint64_t total = 0;
    for (const std::size_t other : region.others) total += charges_[other];
    if (total <= (regions_.size() == 1 ? kFunctionAdvanceMax : kLoopAdvanceMax))
      for (const std::size_t other : region.others) charges_[region.first] += std::exchange(charges_[other], 0);
    regions_.pop_back();
  }
  void add() { ++charges_.back(); }
  std::vector<std::uint32_t> take() && {
    end_region();
    return std::move(charges_);
  }

 private:
  struct Region {
    std::size_t first;  // its first stretch
    std::vector<std::size_t> others;
  };
  std::vector<std::uint32_t> charges_;
  std::vector<Region> regions_;
};

// Calls `each` with every instruction, its bytes, and how many blocks are open around it.
template <class Each>
void walk(Reader& reader, Each each) {
  Features features;
  Instruction instruction;
  std::uint32_t depth = 0;
  while (!reader.at_end() && read_instruction(reader, instruction, features)) {
    const std::uint16_t opcode = instruction.opcode;
    each(instruction, reader.since(instruction.offset), depth);
    if (opcode == kBlock || opcode == kLoop || opcode == kIf) ++depth;
    if (opcode == kEnd && depth > 0) --depth;
  }
}

Plan make_plan(Reader reader, const MeterPlan& where) {
  Plan plan;
  Stretches stretches;
  struct Block {
    bool is_loop;
    bool live;  // where it began
  };
  std::vector<Block> blocks;
  bool live = true;
  walk(reader, [&](const Instruction& instruction, BytesView, std::uint32_t) {
    const std::uint16_t opcode = instruction.opcode;
    if (is_defined_call(instruction, where)) {
      plan.calls = true;
    } else if (opcode == kCall || opcode == kReturnCall) {
      plan.calls_host = true;
    }
    if (live && !is_free(opcode)) stretches.add();
    if (opcode == kBlock || opcode == kLoop || opcode == kIf) blocks.push_back({opcode == kLoop, live});
    if (never_goes_on(opcode)) live = false;
    if (opcode == kElse && !blocks.empty()) live = blocks.back().live;
    if (opcode == kEnd && !blocks.empty()) {
      if (blocks.back().is_loop) stretches.end_region();
      live = blocks.back().live;
      blocks.pop_back();
    }
    if (opcode == kLoop) {
      plan.loops = true;
      stretches.begin_region();
    } else if (ends_stretch(opcode)) {
      stretches.begin_stretch();
    }
  });
  plan.charges = std::move(stretches).take();
  return plan;
}

class Metered {
 public:
  Metered(Writer& out, const Plan& plan, const MeterPlan& where, std::uint32_t fuel_local)
      : out_(out), plan_(plan), where_(where), local_(fuel_local) {}

  void enter() {
    if (plan_.carries_fuel()) out_.op(kGlobalGet, where_.fuel_global).op(kLocalSet, local_);
    charge();
    look(0);
  }

  void instruction(const Instruction& instruction, BytesView bytes, std::uint32_t depth) {
    const std::uint16_t opcode = instruction.opcode;
    const bool call = opcode == kCall || opcode == kCallIndirect || opcode == kCallRef;
    const bool last = opcode == kEnd && depth == 0;
    // Before the guest's own trap, too, so that its fuel is known there.
    if (plan_.carries_fuel() && (call || last || opcode == kUnreachable || may_leave(instruction, bytes, depth)))
      out_.op(kLocalGet, local_).op(kGlobalSet, where_.fuel_global);
    out_.bytes(bytes);
    if (call && is_defined_call(instruction, where_)) out_.op(kGlobalGet, where_.fuel_global).op(kLocalSet, local_);
    if (last) return;
    if (opcode == kLoop) {
      charge();
      look(++loops_);
    } else if (ends_stretch(opcode)) {
      charge();
    }
  }

 private:
  void get_fuel() { plan_.carries_fuel() ? out_.op(kLocalGet, local_) : out_.op(kGlobalGet, where_.fuel_global); }
  void set_fuel() { plan_.carries_fuel() ? out_.op(kLocalSet, local_) : out_.op(kGlobalSet, where_.fuel_global); }

  void charge() {
    const std::uint32_t cost = plan_.charges[next_++];
    if (cost == 0) return;
    get_fuel();
    out_.op(kI64Const).s64(cost).op(kI64Sub);
    set_fuel();
  }

  void look(std::uint32_t word) {
    get_fuel();
    out_.i32_const(0).op(kI64Load).byte(kNamesMemory | kAlignedTo8).u32(where_.interrupt_memory).u32(word * 8);
    out_.op(kI64Or).op(kI64Const).s64(0).op(kI64LessSigned).op(kIf).byte(kVoid);
    // Used up, or interrupted, unless both.
    get_fuel();
    out_.op(kI64Const).s64(kFuelInterrupted);
    get_fuel();
    out_.op(kI64Const).s64(0).op(kI64LessSigned).op(kSelect);
    out_.op(kGlobalSet, where_.fuel_global).op(kUnreachable).op(kEnd);
  }

  Writer& out_;
  const Plan& plan_;
  const MeterPlan& where_;
  const std::uint32_t local_;
  std::size_t next_ = 0;
  std::uint32_t loops_ = 0;
};

}  // namespace

Bytes meter_body(BytesView body, std::uint32_t parameters, const MeterPlan& where) {
  std::optional<Fault> fault;
  Reader reader{body, 0, fault};
  std::vector<LocalRun> runs;
  Features features;
  read_locals(reader, runs, features);
  std::uint32_t locals = parameters;
  for (const auto& run : runs) locals += run.count;

  const Plan plan = make_plan(reader, where);
  Writer out;
  out.reserve(body.size() + body.size() / 2);
  std::optional<Fault> none;
  Reader declarations{body, 0, none};
  declarations.u32();
  const std::size_t first_run = declarations.offset();
  const BytesView runs_bytes = body.subspan(first_run, reader.offset() - first_run);
  out.u32(static_cast<std::uint32_t>(runs.size()) + (plan.carries_fuel() ? 1 : 0)).bytes(runs_bytes);
  if (plan.carries_fuel()) out.u32(1).byte(kTypeI64);

  Metered metered{out, plan, where, locals};
  metered.enter();
  walk(reader, [&](const Instruction& instruction, BytesView bytes, std::uint32_t depth) {
    metered.instruction(instruction, bytes, depth);
  });
  return std::move(out).take();
}

}  // namespace gstd::wasm::binary

#include "wasm/binary/instrument.hpp"

#include <algorithm>
#include <map>

#include "wasm/binary/appended_functions.hpp"
#include "wasm/binary/function_plan.hpp"
#include "wasm/binary/meter.hpp"

namespace gstd::wasm {
namespace binary {
namespace {

constexpr std::uint8_t kNoType = 0x40, kI32Type = 0x7f, kI64Type = 0x7e, kFunctionForm = 0x60, kVariable = 1, kHasMaximum = 1;
constexpr std::uint16_t kI32GtU = 0x4b, kI32Add = 0x6a, kI32Sub = 0x6b;

class Instrumentation {
 public:
  explicit Instrumentation(const Layout& layout)
      : layout_(layout),
        stack_units_(layout.globals),
        pages_wanted_(layout.globals + 1),
        fuel_(layout.globals + 2),
        meter_{layout.functions_imported, fuel_, layout.memory ? 1u : 0u} {}

  Result<Bytes> write() {
    Writer code;
    if (auto written = write_bodies(code); !written) return std::move(written).error();
    constexpr std::array<std::uint8_t, 8> kHeader{0, 'a', 's', 'm', 1, 0, 0, 0};
    out_.reserve(layout_.size + layout_.size / 2);
    out_.bytes(kHeader);
    for (SectionId id : kSectionOrder) write_section(id, code);
    return std::move(out_).take();
  }

 private:
  // The code comes first: it tells which types and functions are needed.
  Result<void> write_bodies(Writer& code) {
    FunctionPlan plan;
    for (std::size_t i = 0; i < layout_.bodies.size(); ++i) {
      if (auto planned = plan_function(layout_, i, plan); !planned) return planned;
      const auto parameters = layout_.signature_of(layout_.functions_imported + static_cast<std::uint32_t>(i))->parameters.size();
      if (!plan.counted && plan.edits.empty()) {
        write_metered(code, layout_.bodies[i].bytes, parameters);
      } else {
        Writer body;
        body.reserve(layout_.bodies[i].bytes.size() + 64 + 16 * plan.edits.size());
        write_body(body, i, plan);
        write_metered(code, body.view(), parameters);
      }
    }
    for (Appended function : appended_)
      write_metered(code, appended_body(function, layout_, pages_wanted_), appended_parameters(function));
    return {};
  }

  void write_metered(Writer& code, BytesView body, std::size_t parameters) const {
    code.sized(meter_body(body, static_cast<std::uint32_t>(parameters), meter_));
  }

  void write_body(Writer& body, std::size_t index, const FunctionPlan& plan) {
    const Body& original = layout_.bodies[index];
    std::size_t copied = original.offset;
    const auto copy_to = [&](std::size_t offset) {
      body.bytes(original.bytes.subspan(copied - original.offset, offset - copied));
      copied = offset;
    };
    copy_to(plan.code_offset);
    if (plan.counted) enter(body, plan.weight, layout_.functions[layout_.functions_imported + index]);
    for (const Edit& edit : plan.edits) {
      copy_to(edit.offset);
      if (replace(body, edit, plan)) copied += edit.size;
    }
    copy_to(original.offset + original.bytes.size());
    if (plan.counted) {
      leave(body, plan.weight);
      body.op(kEnd);
    }
  }

  // Writes what stands for the instruction, or before it; true where it stands for it.
  bool replace(Writer& body, const Edit& edit, const FunctionPlan& plan) {
    switch (edit.opcode) {
      case kReturn:
        if (!plan.counted) return false;
        body.op(kBr, edit.depth);
        return true;
      case kReturnCall:
      case kReturnCallIndirect:
      case kReturnCallRef:
        if (plan.counted) leave(body, plan.weight);
        return false;
      case kMemoryFill:
        body.op(kCall, appended(Appended::memory_fill));
        return true;
      case kMemoryCopy:
        body.op(kCall, appended(Appended::memory_copy));
        return true;
      case kMemoryGrow:
        body.op(kCall, appended(Appended::memory_grow));
        return true;
      case kMemoryInit:
        body.op(kCall, appended(Appended::charge_bytes));
        return false;
      default:
        body.op(kCall, appended(Appended::charge_elements));
        return false;
    }
  }

  // The variable is written before it is compared, so that the host finds it above the limit.
  void enter(Writer& body, std::uint32_t weight, std::uint32_t signature) {
    body.op(kGlobalGet, stack_units_).i32_const(weight).op(kI32Add).op(kGlobalSet, stack_units_);
    body.op(kGlobalGet, stack_units_).i32_const(kStackUnitsMax).op(kI32GtU);
    body.op(kIf).byte(kNoType).op(kUnreachable).op(kEnd);
    body.op(kBlock);
    const auto& results = layout_.signatures[signature];
    if (results.results.empty())
      body.byte(kNoType);
    else if (results.results.size() == 1)
      body.bytes(results.result_bytes);
    else
      body.s64(type_with_results(signature));
  }

  void leave(Writer& body, std::uint32_t weight) {
    body.op(kGlobalGet, stack_units_).i32_const(weight).op(kI32Sub).op(kGlobalSet, stack_units_);
  }

  std::uint32_t add_type(Bytes type) {
    const auto found = std::ranges::find(types_, type);
    const auto position = static_cast<std::uint32_t>(found - types_.begin());
    if (found == types_.end()) types_.push_back(std::move(type));
    return static_cast<std::uint32_t>(layout_.signatures.size()) + position;
  }

  // () -> the results of a signature.
  std::uint32_t type_with_results(std::uint32_t signature) {
    auto& type = result_types_[signature];
    if (type == 0) {
      const auto& of = layout_.signatures[signature];
      Writer bytes;
      bytes.byte(kFunctionForm).u32(0).u32(static_cast<std::uint32_t>(of.results.size())).bytes(of.result_bytes);
      type = add_type(std::move(bytes).take()) + 1;  // 0 means none yet
    }
    return type - 1;
  }

  static std::size_t appended_parameters(Appended function) {
    return function == Appended::memory_fill || function == Appended::memory_copy ? 3 : 1;
  }

  std::uint32_t type_of(Appended function) {
    if (appended_parameters(function) == 3) return add_type({kFunctionForm, 3, kI32Type, kI32Type, kI32Type, 0});
    return add_type({kFunctionForm, 1, kI32Type, 1, kI32Type});
  }

  // Index of an appended function, which is added where it is not there yet.
  std::uint32_t appended(Appended function) {
    auto found = std::ranges::find(appended_, function);
    const auto position = static_cast<std::uint32_t>(found - appended_.begin());
    if (found == appended_.end()) {
      appended_.push_back(function);
      appended_types_.push_back(type_of(function));
    }
    return static_cast<std::uint32_t>(layout_.functions.size()) + position;
  }

  // A vector with `added` entries, whose bytes are `entries`, behind those of the original section.
  void write_extended(SectionId id, std::size_t added, BytesView entries) {
    const auto& original = layout_.section(id);
    if (!original && added == 0) return;
    Writer content;
    std::uint32_t count = 0;
    BytesView before;
    if (original) {
      std::optional<Fault> fault;
      Reader reader{original->bytes, original->offset, fault};
      count = reader.u32();
      before = reader.rest();
    }
    content.reserve(before.size() + entries.size() + 8);
    content.u32(count + static_cast<std::uint32_t>(added)).bytes(before).bytes(entries);
    out_.byte(static_cast<std::uint8_t>(id)).sized(content.view());
  }

  void write_memories() {
    Writer entry;
    entry.byte(kHasMaximum).u32(kInterruptPages).u32(kInterruptPages);
    write_extended(SectionId::memory, 1, entry.view());
  }

  void write_globals() {
    Writer entries;
    for (int i = 0; i < 2; ++i) entries.byte(kI32Type).byte(kVariable).i32_const(0).op(kEnd);
    entries.byte(kI64Type).byte(kVariable).op(kI64Const).s64(0).op(kEnd);
    write_extended(SectionId::global, 3, entries.view());
  }

  void write_exports() {
    Writer entries;
    std::size_t count = 0;
    const auto add = [&](std::string_view name, ExternKind kind, std::uint32_t index) {
      entries.sized(as_bytes(name)).byte(static_cast<std::uint8_t>(kind)).u32(index);
      ++count;
    };
    add(kStackUnitsExport, ExternKind::global, stack_units_);
    add(kPagesWantedExport, ExternKind::global, pages_wanted_);
    add(kFuelExport, ExternKind::global, fuel_);
    add(kInterruptExport, ExternKind::memory, meter_.interrupt_memory);
    if (layout_.start) add(kStartExport, ExternKind::function, *layout_.start);
    write_extended(SectionId::export_, count, entries.view());
  }

  void write_section(SectionId id, const Writer& code) {
    Writer entries;
    switch (id) {
      case SectionId::type:
        for (const Bytes& type : types_) entries.bytes(type);
        return write_extended(id, types_.size(), entries.view());
      case SectionId::function:
        for (std::uint32_t type : appended_types_) entries.u32(type);
        return write_extended(id, appended_.size(), entries.view());
      case SectionId::memory:
        return write_memories();
      case SectionId::global:
        return write_globals();
      case SectionId::start:
        return;
      case SectionId::export_:
        return write_exports();
      case SectionId::code: {
        const std::size_t count = layout_.bodies.size() + appended_.size();
        if (count == 0) return;
        Writer content;
        content.reserve(code.view().size() + 8);
        content.u32(static_cast<std::uint32_t>(count)).bytes(code.view());
        out_.byte(static_cast<std::uint8_t>(id)).sized(content.view());
        return;
      }
      default:
        if (const auto& section = layout_.section(id)) out_.byte(static_cast<std::uint8_t>(id)).sized(section->bytes);
    }
  }

  const Layout& layout_;
  const std::uint32_t stack_units_;
  const std::uint32_t pages_wanted_;
  const std::uint32_t fuel_;
  const MeterPlan meter_;
  std::vector<Bytes> types_;                             // appended
  std::map<std::uint32_t, std::uint32_t> result_types_;  // signature to type_with_results() + 1
  std::vector<Appended> appended_;
  std::vector<std::uint32_t> appended_types_;
  Writer out_;
};

}  // namespace
}  // namespace binary

Result<Bytes> instrument(BytesView module) {
  binary::Layout layout;
  const auto fault = read_layout(module, layout);
  if (fault || layout.refusal) {
    const auto& why = fault ? *fault : *layout.refusal;
    return Error{ErrorCode::invalid_argument, why.message + ", at byte " + std::to_string(why.offset), "module_invalid"};
  }
  return binary::Instrumentation{layout}.write();
}

}  // namespace gstd::wasm

#include "wasm/binary/layout.hpp"

#include <algorithm>

#include "wasm/binary/limits.hpp"
#include "wasm/printable.hpp"

namespace gstd::wasm::binary {
namespace {

struct Limits {
  std::uint32_t min = 0;
  std::optional<std::uint32_t> max;
};

std::string read_types(Reader& reader, std::uint32_t max, std::string_view things, Features& features) {
  std::string types;
  for (std::uint32_t left = reader.count(max, things); left > 0 && reader.good(); --left)
    types += read_value_type(reader, features);
  return types;
}

void read_type_section(Reader& reader, Layout& layout) {
  const std::uint32_t count = reader.count(kTypesMax, "signatures");
  layout.signatures.reserve(count);
  for (std::uint32_t i = 0; i < count && reader.good(); ++i) {
    const std::size_t start = reader.offset();
    const std::uint8_t form = reader.byte();
    if (form == 0x4e || form == 0x4f || form == 0x50 || form == 0x5e || form == 0x5f)
      return reader.refuse(start, "a type of objects belongs to garbage collection, which the profile does not accept");
    if (form == 0x5d)
      return reader.refuse(start, "a type of continuations belongs to stack switching, which the profile does not accept");
    if (form != 0x60) return reader.malformed(start, "a type is neither a signature nor anything else that is known");
    Signature signature;
    signature.parameters = read_types(reader, kParametersMax, "parameters in one signature", layout.features);
    Reader number = reader;
    number.u32();
    signature.results = read_types(reader, kResultsMax, "results in one signature", layout.features);
    signature.result_bytes = reader.since(number.offset());
    if (signature.results.size() > 1) layout.features.add(Feature::multi_value);
    layout.signatures.push_back(std::move(signature));
  }
}

Limits read_limits(Reader& reader, std::string_view of) {
  const std::size_t start = reader.offset();
  const std::uint8_t flags = reader.byte();
  constexpr std::uint8_t kHasMax = 1, kShared = 2, kWide = 4, kPageSize = 8;
  const auto refuse = [&](std::string_view proposal) {
    reader.refuse(start, "the limits of a " + std::string(of) + " belong to " + std::string(proposal) +
                             ", which the profile does not accept");
  };
  if (flags >= 16) reader.malformed(start, "the limits of a " + std::string(of) + " are of no known form");
  if (flags & kShared) refuse("threads");
  if (flags & kWide) refuse("64-bit memory");
  if (flags & kPageSize) refuse("custom page sizes");
  Limits limits;
  limits.min = reader.u32();
  if (flags & kHasMax) limits.max = reader.u32();
  if (limits.max && *limits.max < limits.min) reader.malformed(start, "a maximum is below its minimum");
  return limits;
}

Table read_table_type(Reader& reader, Layout& layout) {
  Table table;
  const std::size_t start = reader.offset();
  read_reference_type(reader, layout.features);
  table.element_type = reader.since(start);
  const std::size_t at = reader.offset();
  table.elements_min = read_limits(reader, "table").min;
  if (table.elements_min > kTableElementsMax)
    reader.refuse(at, "a table has " + std::to_string(table.elements_min) + " elements; at most " +
                          std::to_string(kTableElementsMax) + " are accepted");
  return table;
}

Memory read_memory_type(Reader& reader) {
  const std::size_t start = reader.offset();
  const Limits limits = read_limits(reader, "memory");
  if (limits.min > kMemoryPagesMax || limits.max.value_or(0) > kMemoryPagesMax)
    reader.malformed(start, "a memory has more than 65536 pages");
  return {limits.min, limits.max};
}

void read_global_type(Reader& reader, Layout& layout) {
  read_value_type(reader, layout.features);
  const std::size_t start = reader.offset();
  const std::uint8_t mutability = reader.byte();
  if (mutability == 2 || mutability == 3)
    return reader.refuse(start, "a shared global belongs to threads, which the profile does not accept");
  if (mutability > 1) reader.malformed(start, "a global is neither constant nor variable");
}

// What is no function is refused later, with its name; here it is read so that reading can go on.
void read_import_section(Reader& reader, Layout& layout) {
  const std::uint32_t count = reader.count(kImportsMax, "imports");
  for (std::uint32_t i = 0; i < count && reader.good(); ++i) {
    Import import;
    import.offset = reader.offset();
    import.module = reader.name();
    import.name = reader.name();
    const std::size_t at = reader.offset();
    const std::uint8_t kind = reader.byte();
    import.kind = static_cast<ExternKind>(kind);
    std::string_view refused;
    if (kind == 0) {
      import.type = reader.u32();
      layout.functions.push_back(import.type);
      ++layout.functions_imported;
      if (import.type >= layout.signatures.size()) reader.malformed(at + 1, "an import has a signature that is none");
    } else if (kind == 1) {
      refused = "a table";
      layout.tables.push_back(read_table_type(reader, layout));
    } else if (kind == 2) {
      refused = "a memory";
      layout.memory = read_memory_type(reader);
    } else if (kind == 3) {
      refused = "a global";
      read_global_type(reader, layout);
      ++layout.globals;
    } else if (kind == 4) {
      reader.refuse(at, "an imported tag belongs to exception handling, which the profile does not accept");
    } else {
      reader.malformed(at, "an import is of no known kind");
    }
    if (!reader.good()) return;
    layout.imports.push_back(import);
    if (!refused.empty() && !layout.refusal)
      layout.refusal = Fault{import.offset,
                             "the module imports " + quoted(import.name) + " from " + quoted(import.module) + ", " +
                                 std::string(refused) + "; only functions can be imported",
                             false};
  }
}

void read_function_section(Reader& reader, Layout& layout) {
  const std::uint32_t count = reader.count(kFunctionsMax, "functions");
  layout.functions.reserve(layout.functions.size() + count);
  for (std::uint32_t i = 0; i < count && reader.good(); ++i) {
    const std::size_t start = reader.offset();
    layout.functions.push_back(reader.u32());
    if (layout.functions.back() >= layout.signatures.size()) reader.malformed(start, "a function has a signature that is none");
  }
}

void read_table_section(Reader& reader, Layout& layout) {
  const std::size_t start = reader.offset();
  const std::uint32_t count = reader.count(kTablesMax, "tables");
  if (layout.tables.size() + count > kTablesMax)
    return reader.refuse(start, "the module has more than " + std::to_string(kTablesMax) + " tables");
  for (std::uint32_t i = 0; i < count && reader.good(); ++i) {
    const bool initialised = reader.peek() == 0x40;
    if (initialised) {
      reader.byte();
      const std::size_t at = reader.offset();
      if (reader.byte() != 0) reader.malformed(at, "a table is of no known form");
      layout.features.add(Feature::function_references);
    }
    layout.tables.push_back(read_table_type(reader, layout));
    if (initialised) read_constant_expression(reader, layout.features);
  }
}

void read_memory_section(Reader& reader, Layout& layout) {
  const std::size_t start = reader.offset();
  const std::uint32_t count = reader.count(kImportsMax, "memories");
  if (count + (layout.memory ? 1u : 0u) > 1)
    return reader.refuse(start, "a second memory belongs to multiple memories, which the profile does not accept");
  if (count == 1) layout.memory = read_memory_type(reader);
}

void read_global_section(Reader& reader, Layout& layout) {
  const std::uint32_t count = reader.count(kGlobalsMax, "globals");
  for (std::uint32_t i = 0; i < count && reader.good(); ++i) {
    read_global_type(reader, layout);
    read_constant_expression(reader, layout.features);
  }
  layout.globals += count;
}

void read_export_section(Reader& reader, Layout& layout) {
  const std::uint32_t count = reader.count(kExportsMax, "exports");
  layout.exports.reserve(count);
  for (std::uint32_t i = 0; i < count && reader.good(); ++i) {
    Export entry;
    entry.offset = reader.offset();
    entry.name = reader.name();
    const std::size_t at = reader.offset();
    const std::uint8_t kind = reader.byte();
    if (kind == 4) return reader.refuse(at, "an exported tag belongs to exception handling, which the profile does not accept");
    if (kind > 4) return reader.malformed(at, "an export is of no known kind");
    entry.kind = static_cast<ExternKind>(kind);
    entry.index = reader.u32();
    if (reader.good()) layout.exports.push_back(entry);
  }
}

void read_element_section(Reader& reader, Layout& layout) {
  std::uint64_t total = 0;
  const std::uint32_t count = reader.count(kElementSegmentsMax, "element segments");
  for (std::uint32_t i = 0; i < count && reader.good(); ++i) {
    const std::size_t start = reader.offset();
    const std::uint32_t flags = reader.u32();
    if (flags > 7) return reader.malformed(start, "an element segment is of no known form");
    const bool active = (flags & 1) == 0, explicit_table = (flags & 2) != 0, expressions = (flags & 4) != 0;
    if (active && explicit_table) reader.u32();
    if (active) read_constant_expression(reader, layout.features);
    if ((flags & 3) != 0) {
      if (expressions) {
        read_reference_type(reader, layout.features);
      } else {
        const std::size_t at = reader.offset();
        if (reader.byte() != 0) reader.malformed(at, "an element segment is of something else than functions");
      }
    }
    const std::size_t at = reader.offset();
    const std::uint32_t elements = reader.count(kElementsTotalMax, "elements in one segment");
    total += elements;
    if (total > kElementsTotalMax)
      return reader.refuse(at, "the element segments hold more than " + std::to_string(kElementsTotalMax) + " elements");
    for (std::uint32_t k = 0; k < elements && reader.good(); ++k) {
      if (expressions)
        read_constant_expression(reader, layout.features);
      else
        reader.u32();
    }
    layout.element_segments.push_back(elements);
  }
}

void read_data_section(Reader& reader, Layout& layout) {
  const std::uint32_t count = reader.count(kDataSegmentsMax, "data segments");
  layout.data_segments.reserve(count);
  for (std::uint32_t i = 0; i < count && reader.good(); ++i) {
    const std::size_t start = reader.offset();
    const std::uint32_t flags = reader.u32();
    if (flags > 2) return reader.malformed(start, "a data segment is of no known form");
    const std::size_t at = reader.offset();
    if (flags == 2 && reader.u32() != 0)
      return reader.refuse(at, "a second memory belongs to multiple memories, which the profile does not accept");
    if (flags != 1) read_constant_expression(reader, layout.features);
    const std::uint32_t size = reader.u32();
    reader.take(size);
    layout.data_segments.push_back(size);
  }
}

void read_section(Reader& reader, SectionId id, Layout& layout) {
  switch (id) {
    case SectionId::type:
      return read_type_section(reader, layout);
    case SectionId::import:
      return read_import_section(reader, layout);
    case SectionId::function:
      return read_function_section(reader, layout);
    case SectionId::table:
      return read_table_section(reader, layout);
    case SectionId::memory:
      return read_memory_section(reader, layout);
    case SectionId::global:
      return read_global_section(reader, layout);
    case SectionId::export_:
      return read_export_section(reader, layout);
    case SectionId::element:
      return read_element_section(reader, layout);
    case SectionId::code:
      return read_code(reader, layout);
    case SectionId::data:
      return read_data_section(reader, layout);
    case SectionId::start:
      layout.start = reader.u32();
      return;
    case SectionId::data_count:
      reader.u32();
      return;
    case SectionId::custom:
      return;
  }
}

void read_header(Reader& reader) {
  constexpr std::array<std::uint8_t, 4> kMagic{0, 'a', 's', 'm'};
  constexpr std::array<std::uint8_t, 4> kVersion{1, 0, 0, 0};
  constexpr std::array<std::uint8_t, 4> kComponent{0x0d, 0, 1, 0};
  const BytesView magic = reader.take(kMagic.size());
  if (!std::ranges::equal(magic, kMagic)) {
    if (reader.good()) reader.malformed(0, "not a module of WebAssembly");
    return;
  }
  const BytesView version = reader.take(kVersion.size());
  if (std::ranges::equal(version, kComponent)) return reader.refuse(kMagic.size(), "a component, not a core module");
  if (reader.good() && !std::ranges::equal(version, kVersion))
    reader.malformed(kMagic.size(), "not a module of WebAssembly version 1");
}

// Where `id` stands in kSectionOrder.
std::size_t rank_of(SectionId id) { return static_cast<std::size_t>(std::ranges::find(kSectionOrder, id) - kSectionOrder.begin()); }

void read_sections(Reader& reader, Layout& layout) {
  std::size_t next_rank = 0;
  while (!reader.at_end()) {
    const std::size_t start = reader.offset();
    const std::uint8_t id = reader.byte();
    if (id == 13) return reader.refuse(start, "the tag section belongs to exception handling, which the profile does not accept");
    if (id > 13) return reader.malformed(start, "the section " + std::to_string(id) + " is not known");
    const std::uint32_t size = reader.u32();
    const std::size_t at = reader.offset();
    Reader part = reader.part(size);
    if (id == 0) {
      layout.custom_sections.push_back(part.name());
      if (layout.custom_sections.size() > kCustomSectionsMax)
        reader.refuse(start, "the module has more than " + std::to_string(kCustomSectionsMax) + " custom sections");
      continue;
    }
    const auto section = static_cast<SectionId>(id);
    const std::size_t rank = rank_of(section);
    if (rank < next_rank)
      return reader.malformed(start, "the section " + std::to_string(id) +
                                         (layout.section(section) ? " is there twice" : " stands after one that it must precede"));
    next_rank = rank + 1;
    layout.sections[id] = Section{at, part.rest()};
    read_section(part, section, layout);
    if (!part.at_end()) part.malformed(part.offset(), "the section " + std::to_string(id) + " is longer than what it holds");
  }
}

}  // namespace

const Export* Layout::find_export(std::string_view name) const noexcept {
  for (const auto& entry : exports)
    if (entry.name == name) return &entry;
  return nullptr;
}

std::optional<Fault> read_layout(BytesView module, Layout& layout) {
  std::optional<Fault> fault;
  Reader reader{module, 0, fault};
  layout.size = module.size();
  read_header(reader);
  read_sections(reader, layout);
  const std::size_t defined = layout.functions.size() - layout.functions_imported;
  if (layout.bodies.size() != defined) reader.malformed(module.size(), "functions are declared without code");
  return fault;
}

}  // namespace gstd::wasm::binary

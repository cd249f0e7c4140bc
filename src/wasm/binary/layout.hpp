// A module taken apart: what its sections declare and where they stand. Views borrow the module's bytes.
#pragma once

#include "wasm/binary/instruction.hpp"

namespace gstd::wasm::binary {

enum class SectionId : std::uint8_t {
  custom = 0,
  type = 1,
  import = 2,
  function = 3,
  table = 4,
  memory = 5,
  global = 6,
  export_ = 7,
  start = 8,
  element = 9,
  code = 10,
  data = 11,
  data_count = 12,
};
inline constexpr std::size_t kSectionIds = 13;

/// Everything that the sections before may not follow: the order in which they stand in a module.
inline constexpr std::array kSectionOrder{SectionId::type,    SectionId::import,     SectionId::function, SectionId::table,
                                          SectionId::memory,  SectionId::global,     SectionId::export_,  SectionId::start,
                                          SectionId::element, SectionId::data_count, SectionId::code,     SectionId::data};

enum class ExternKind : std::uint8_t { function = 0, table = 1, memory = 2, global = 3 };

struct Signature {
  std::string parameters;  ///< As read_value_type().
  std::string results;
  BytesView result_bytes;  ///< The results' types as they stand in the module, after their number.
};

struct Import {
  std::size_t offset = 0;
  std::string_view module;
  std::string_view name;
  ExternKind kind{};
  std::uint32_t type = 0;  ///< Of a function.
};

struct Export {
  std::size_t offset = 0;
  std::string_view name;
  ExternKind kind{};
  std::uint32_t index = 0;
};

struct Table {
  BytesView element_type;
  std::uint32_t elements_min = 0;
};

struct Memory {
  std::uint32_t pages_min = 0;
  std::optional<std::uint32_t> pages_max;
};

/// The code of one function.
struct Body {
  std::size_t offset = 0;
  BytesView bytes;  ///< Declarations of locals, and instructions up to the last `end`.
};

struct Section {
  std::size_t offset = 0;  ///< Of `bytes`, in the module.
  BytesView bytes;         ///< Without identifier and size.
};

struct Layout {
  std::array<std::optional<Section>, kSectionIds> sections;  ///< By SectionId; the custom ones are names only.
  std::vector<std::string_view> custom_sections;
  std::vector<Signature> signatures;
  std::vector<Import> imports;
  std::vector<std::uint32_t> functions;  ///< Signature of each, the imported ones first.
  std::uint32_t functions_imported = 0;
  std::vector<Table> tables;
  std::optional<Memory> memory;
  std::uint32_t globals = 0;
  std::vector<Export> exports;
  std::optional<std::uint32_t> start;           ///< Index of the start function.
  std::vector<std::uint32_t> element_segments;  ///< Number of elements of each.
  std::vector<std::uint32_t> data_segments;     ///< Number of bytes of each.
  std::vector<Body> bodies;
  std::uint64_t locals = 0;
  Features features;
  std::size_t size = 0;

  /// The first thing that the profile refuses although reading could go on.
  std::optional<Fault> refusal;

  const std::optional<Section>& section(SectionId id) const { return sections[static_cast<std::size_t>(id)]; }

  /// The signature of a function; null where there is no such function.
  const Signature* signature_of(std::uint32_t function) const noexcept {
    if (function >= functions.size() || functions[function] >= signatures.size()) return nullptr;
    return &signatures[functions[function]];
  }

  /// The export with that name, or null.
  const Export* find_export(std::string_view name) const noexcept;
};

/// Reads a whole module. What it holds where a fault is given was read before that.
std::optional<Fault> read_layout(BytesView module, Layout& layout);

/// Reads the declarations of locals and gives their types, as read_value_type(), in runs.
struct LocalRun {
  std::uint32_t count = 0;
  char type = 'i';
};
void read_locals(Reader& reader, std::vector<LocalRun>& runs, Features& features);

/// Reads the code section: every instruction of every function.
void read_code(Reader& reader, Layout& layout);

}  // namespace gstd::wasm::binary

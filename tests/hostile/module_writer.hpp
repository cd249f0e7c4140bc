// Writes WebAssembly modules that no text can say, or that would fill a disk as text: a million functions, sections that lie about
// their length, bodies of millions of instructions. Nothing is checked here; that is what is tested.
// Source: binary format of WebAssembly, section 5.
#pragma once

#include <gstd/base.hpp>

namespace gstd::wasm::hostile {

inline void put_leb(Bytes& out, std::uint64_t value) {
  do {
    const auto low = static_cast<std::uint8_t>(value & 0x7f);
    value >>= 7;
    out.push_back(value != 0 ? low | 0x80 : low);
  } while (value != 0);
}

/// The value in exactly `length` bytes, as linkers write what they fill in later.
inline void put_padded_leb(Bytes& out, std::uint64_t value, unsigned length) {
  for (unsigned i = 0; i < length; ++i, value >>= 7)
    out.push_back(static_cast<std::uint8_t>((value & 0x7f) | (i + 1 < length ? 0x80 : 0)));
}

inline void put_signed_leb(Bytes& out, std::int64_t value) {
  for (bool more = true; more;) {
    const auto low = static_cast<std::uint8_t>(value & 0x7f);
    value >>= 7;
    more = !((value == 0 && (low & 0x40) == 0) || (value == -1 && (low & 0x40) != 0));
    out.push_back(more ? low | 0x80 : low);
  }
}

inline void put(Bytes& out, BytesView bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

inline void put_name(Bytes& out, std::string_view name) {
  put_leb(out, name.size());
  put(out, as_bytes(name));
}

enum class Section : std::uint8_t {
  custom = 0,
  type = 1,
  import = 2,
  function = 3,
  table = 4,
  memory = 5,
  global = 6,
  exports = 7,
  start = 8,
  element = 9,
  code = 10,
  data = 11,
  data_count = 12,
};

inline Bytes header() { return {0, 'a', 's', 'm', 1, 0, 0, 0}; }

inline void put_section(Bytes& module, Section id, BytesView content) {
  module.push_back(static_cast<std::uint8_t>(id));
  put_leb(module, content.size());
  put(module, content);
}

/// A vector: its count, then its entries one after the other.
inline Bytes vector_of(std::uint64_t count, BytesView entries) {
  Bytes out;
  put_leb(out, count);
  put(out, entries);
  return out;
}

/// The same entry again and again.
inline Bytes repeated(std::uint64_t count, BytesView entry) {
  Bytes entries;
  entries.reserve(count * entry.size());
  for (std::uint64_t i = 0; i < count; ++i) put(entries, entry);
  return entries;
}

/// A function body from its local declarations (a vector already) and its instructions without the closing `end`.
inline Bytes body(BytesView locals, BytesView instructions) {
  Bytes out;
  put_leb(out, locals.size() + instructions.size() + 1);
  put(out, locals);
  put(out, instructions);
  out.push_back(0x0b);
  return out;
}

inline const Bytes kNoLocals{0};

/// Type 0 is () -> (), which `_start` has.
inline const Bytes kCommandType{0x60, 0, 0};

/// The export section of a command: the memory, and the function with that index as `_start`.
inline Bytes command_exports(std::uint64_t start_function) {
  Bytes out{2};
  put_name(out, "memory");
  put(out, Bytes{2, 0});
  put_name(out, "_start");
  out.push_back(0);
  put_leb(out, start_function);
  return out;
}

/// What a command is made of; the defaults are one page, one function that returns.
struct Command {
  std::uint64_t types = 1;
  Bytes type_entries = kCommandType;
  std::uint64_t functions = 1;
  Bytes function_types{0};
  std::uint64_t memory_pages = 1;
  Bytes locals = kNoLocals;
  Bytes instructions;
  Bytes further_bodies;          ///< Those of the functions behind the first, which is `_start`.
  Bytes tables, elements, data;  ///< Contents of these sections, if any.

  Bytes module() const {
    Bytes out = header();
    put_section(out, Section::type, vector_of(types, type_entries));
    put_section(out, Section::function, vector_of(functions, function_types));
    if (!tables.empty()) put_section(out, Section::table, tables);
    Bytes memory{1, 0};
    put_leb(memory, memory_pages);
    put_section(out, Section::memory, memory);
    put_section(out, Section::exports, command_exports(0));
    if (!elements.empty()) put_section(out, Section::element, elements);
    Bytes bodies = body(locals, instructions);
    put(bodies, further_bodies);
    put_section(out, Section::code, vector_of(functions, bodies));
    if (!data.empty()) put_section(out, Section::data, data);
    return out;
  }
};

/// Where a section lies in a module.
struct Place {
  std::uint8_t id;
  std::size_t start;    ///< Of its id.
  std::size_t content;  ///< Behind its length.
  std::size_t end;
};

/// The sections of a well-formed module.
inline std::vector<Place> sections_of(BytesView module) {
  std::vector<Place> places;
  for (std::size_t at = 8; at < module.size();) {
    Place place{module[at], at, at + 1, 0};
    std::uint64_t length = 0;
    for (unsigned shift = 0;; shift += 7) {
      const std::uint8_t byte = module[place.content++];
      length |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if ((byte & 0x80) == 0) break;
    }
    place.end = at = place.content + length;
    places.push_back(place);
  }
  return places;
}

}  // namespace gstd::wasm::hostile

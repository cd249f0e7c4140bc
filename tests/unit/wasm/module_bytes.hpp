// Modules put together byte by byte, for what wat2wasm does not write.
#pragma once

#include <gstd/base.hpp>

#include <initializer_list>

namespace gstd::wasm {

inline Bytes leb(std::uint64_t value) {
  Bytes out;
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<std::uint8_t>(value | 0x80));
  out.push_back(static_cast<std::uint8_t>(value));
  return out;
}

inline Bytes join(std::initializer_list<Bytes> parts) {
  Bytes out;
  for (const auto& part : parts) out.insert(out.end(), part.begin(), part.end());
  return out;
}

inline Bytes repeat(std::size_t times, const Bytes& part) {
  Bytes out;
  out.reserve(times * part.size());
  for (std::size_t i = 0; i < times; ++i) out.insert(out.end(), part.begin(), part.end());
  return out;
}

/// Its length, then itself.
inline Bytes sized(const Bytes& content) { return join({leb(content.size()), content}); }
inline Bytes text(std::string_view content) { return sized(Bytes{content.begin(), content.end()}); }

inline Bytes section(std::uint8_t id, const Bytes& content) { return join({Bytes{id}, sized(content)}); }

inline Bytes module_of(std::initializer_list<Bytes> sections) {
  return join({Bytes{0, 'a', 's', 'm', 1, 0, 0, 0}, join(sections)});
}

/// The code section of functions without locals, each given by its instructions but the last `end`.
inline Bytes code_of(std::initializer_list<Bytes> functions) {
  Bytes content = leb(functions.size());
  for (const auto& instructions : functions) content = join({content, sized(join({Bytes{0}, instructions, Bytes{0x0b}}))});
  return section(10, content);
}

/// A valid program of so many functions that nobody has compiled it before somebody else looks.
inline Bytes module_slow_to_compile() {
  constexpr std::size_t kFunctions = 20'000;
  return module_of({section(1, {1, 0x60, 0, 0}), section(3, join({leb(kFunctions), Bytes(kFunctions, 0)})), section(5, {1, 0, 1}),
                    section(7, join({Bytes{2}, text("memory"), Bytes{2, 0}, text("_start"), Bytes{0, 0}})),
                    section(10, join({leb(kFunctions), repeat(kFunctions, {2, 0, 0x0b})}))});
}

/// A program of the convention wasi whose `_start`, function 0, has these instructions: one page of memory, one table of ten
/// functions, one constant and one variable i32. Signatures: 0 is () -> (), 1 is (i32) -> (i32).
inline Bytes program(const Bytes& instructions) {
  return module_of({section(1, {2, 0x60, 0, 0, 0x60, 1, 0x7f, 1, 0x7f}), section(3, {1, 0}), section(4, {1, 0x70, 0, 10}),
                    section(5, {1, 0, 1}), section(6, {2, 0x7f, 0, 0x41, 0, 0x0b, 0x7f, 1, 0x41, 0, 0x0b}),
                    section(7, join({Bytes{2}, text("memory"), Bytes{2, 0}, text("_start"), Bytes{0, 0}})),
                    code_of({instructions})});
}

/// Where the first of its instructions stands.
inline constexpr std::size_t kProgramCodeOffset = 73;

}  // namespace gstd::wasm

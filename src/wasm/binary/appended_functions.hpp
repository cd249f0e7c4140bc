// The functions that the instrumentation adds.
#pragma once

#include "wasm/binary/layout.hpp"
#include "wasm/binary/writer.hpp"

namespace gstd::wasm::binary {

/// Up to here an operation costs nothing beyond its call: a short memcpy stays cheap.
inline constexpr std::uint32_t kShortBytes = 1u << 10;

/// What is filled or copied between two looks at the interruption: a microsecond, where the memory was in use before.
inline constexpr std::uint32_t kPieceBytes = 16u << 10;

enum class Appended : std::uint8_t {
  memory_fill,      ///< (i32, i32, i32) -> ()
  memory_copy,      ///< (i32, i32, i32) -> ()
  memory_grow,      ///< (i32) -> (i32)
  charge_bytes,     ///< (i32) -> (i32): gives its argument, and costs as much fuel as that many bytes.
  charge_elements,  ///< The same for elements of tables.
};
inline constexpr std::size_t kAppended = 5;

/// The body of one, as it stands in the code section after its length. `pages_wanted` is the variable of that name.
Bytes appended_body(Appended function, const Layout& layout, std::uint32_t pages_wanted);

}  // namespace gstd::wasm::binary

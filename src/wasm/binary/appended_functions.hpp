// The functions that the instrumentation adds.
#pragma once

#include "wasm/binary/layout.hpp"
#include "wasm/binary/writer.hpp"

namespace gstd::wasm::binary {

/// Bytes that are filled or copied between two looks at the epoch: some microseconds.
inline constexpr std::uint32_t kPieceBytes = 64u << 10;

enum class Appended : std::uint8_t {
  memory_fill,  ///< (i32, i32, i32) -> ()
  memory_copy,  ///< (i32, i32, i32) -> ()
  memory_grow,  ///< (i32) -> (i32)
};

/// The body of one, as it stands in the code section after its length. `pages_wanted` is the variable of that name.
Bytes appended_body(Appended function, const Layout& layout, std::uint32_t pages_wanted);

}  // namespace gstd::wasm::binary

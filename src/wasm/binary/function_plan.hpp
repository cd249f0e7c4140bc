// What the instrumentation does to one function.
#pragma once

#include "wasm/binary/layout.hpp"

namespace gstd::wasm::binary {

/// An instruction that becomes something else. Whether it does may depend on the function being counted.
struct Edit {
  std::size_t offset = 0;  ///< Of the instruction, in the module.
  std::size_t size = 0;
  std::uint16_t opcode = 0;
  std::uint32_t depth = 0;  ///< Blocks that are open around it.
};

struct FunctionPlan {
  std::size_t code_offset = 0;  ///< Of the first instruction, in the module.
  std::uint32_t weight = 0;     ///< Units of stack.
  bool counted = false;
  std::vector<Edit> edits;  ///< In the order of the code.
};

/// Reads a function of a module that read_layout() accepted. `index` counts the defined functions.
/// Errors: invalid_argument: not such a module.
Result<void> plan_function(const Layout& layout, std::size_t index, FunctionPlan& plan);

}  // namespace gstd::wasm::binary

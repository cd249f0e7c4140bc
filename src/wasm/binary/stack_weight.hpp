// How much native stack a call of a function takes, estimated from its code alone, so that every engine and every machine comes to
// the same number.
//
// What a compiler keeps in a frame are the values that are alive across a call: locals, and operands that wait for an instruction
// to come. The weight counts all of them: parameters, locals, and the greatest height of the operand stack with room for the
// results of calls; a vector counts twice. An optimiser also keeps what it has moved out of loops, and what it will need for
// calculations that it has put off; of that the number of instructions gives an idea, which is bounded, since the largest functions
// of interpreters are otherwise taken for a hundred times of what they are. Measured against frames of Cranelift, optimised and
// not, the weight is one to four times the frame, but for code that is made for large frames; that meets the engine's own
// limit.
#pragma once

#include "wasm/binary/layout.hpp"

namespace gstd::wasm::binary {

/// Follows the height of the operand stack through one function.
class OperandHeight {
 public:
  OperandHeight(const Layout& layout, const Signature& signature);

  void feed(const Instruction& instruction);

  /// The blocks that are open, without the function's own.
  std::uint32_t depth() const noexcept { return static_cast<std::uint32_t>(frames_.size()) - 1; }

  /// False where the code cannot be valid: it takes operands that are not there, or leaves some behind.
  bool consistent() const noexcept { return consistent_; }

  /// Greatest height, in units of stack.
  std::uint32_t units() const noexcept;

 private:
  struct Frame {
    std::uint32_t base = 0;  ///< Height below the block's parameters.
    std::uint32_t parameters = 0;
    std::uint32_t results = 0;
    bool reachable = true;  ///< Where it begins.
  };

  void pop(std::uint32_t count);
  void push(std::uint32_t count);
  void open(const Instruction& instruction);
  void call(std::uint32_t signature, std::uint32_t operands_beside);
  void leave();

  const Layout* layout_;
  std::vector<Frame> frames_;
  std::uint32_t height_ = 0;
  std::uint32_t greatest_ = 0;
  std::uint32_t instructions_ = 0;
  bool vectors_ = false;
  bool reachable_ = true;
  bool consistent_ = true;
};

/// Units of the frame of a function with these parts.
std::uint32_t stack_weight(const Signature& signature, std::span<const LocalRun> locals, const OperandHeight& operands);

}  // namespace gstd::wasm::binary

// Adds to a valid module what the engine lacks: a depth of calls in units that are the same on every machine, operations on memory
// that can be interrupted, and a record of the memory that the guest asked for and did not get.
//
// Call depth. A variable counts the units (see stack_weight.hpp) of the functions that wait for one that they called. A function
// that would bring it above kStackUnitsMax ends by `unreachable`, and leaves it there for the host to see. Functions that call
// nothing but the host are left as they are, since one of them at most is active, unless they are large; and so is one that leaves
// by a tail call, which takes its frame with it. Its body becomes a block, to whose end `return` branches.
//
// Lengths. The engine looks at its epoch before an operation on a stretch of memory, and charges fuel for each byte, but does not
// look up again before it is done. So memory.fill and memory.copy become calls of functions that take long stretches in pieces. The
// other operations are left: a data segment, a table are never as long as to matter.
//
// Memory. memory.grow becomes a call that remembers the largest size that was refused although the module's own maximum allows it.
//
// Every index of the original stays; what is new stands behind. Custom sections are dropped.
#pragma once

#include <gstd/base.hpp>

namespace gstd::wasm {

/// An i32: the units in use. Above kStackUnitsMax after a trap: the guest's calls were too deep.
inline constexpr std::string_view kStackUnitsExport = "gstd:stack_units";

/// An i32: the largest size in pages that memory.grow refused although the module's maximum allows it; 0: none.
inline constexpr std::string_view kPagesWantedExport = "gstd:memory_pages_wanted";

/// Native stack that the engine must grant for kStackUnitsMax to be reached first: what Wasmtime gives at most.
inline constexpr std::size_t kInstrumentedStackBytes = 2u << 20;

/// Units of calls that may be active. A unit stands for eight bytes of native stack; three eighths of the stack are left for
/// functions that are not counted, and for frames that an optimiser makes larger than their weight.
inline constexpr std::uint32_t kStackUnitsMax = kInstrumentedStackBytes / 8 * 5 / 8;

/// Changes whenever the same module would become another one: fuel and call depth then change, too.
inline constexpr unsigned kInstrumentationRevision = 1;

/// The module with its instrumentation. `module` must be valid and accepted by check_module().
/// Errors: invalid_argument, reason "module_invalid": the module is not what it must be.
Result<Bytes> instrument(BytesView module);

}  // namespace gstd::wasm

// Adds to a valid module what no engine counts alike, or at all: fuel, the depth of calls, the length of operations on stretches of
// memory, and the memory that the guest asked for and did not get; and the means to end it from outside.
//
// Fuel and interruption: see meter.hpp.
//
// Call depth. A variable counts the units (see stack_weight.hpp) of the functions that wait for one that they called. A function
// that would bring it above kStackUnitsMax ends by `unreachable`, and leaves it there for the host to see. Functions that call
// nothing but the host are left as they are, since one of them at most is active, unless they are large; and so is one that leaves
// by a tail call, which takes its frame with it. Its body becomes a block, to whose end `return` branches.
//
// Lengths. Any operator counts as one, or not at all. So memory.fill and memory.copy become calls of functions that take long
// stretches in pieces, and the other operations get a call in front that is as long as they are. Each costs about one unit of fuel
// for kBytesPerFuel bytes, or for one element of a table.
//
// Memory. memory.grow becomes a call that remembers the largest size that was refused although the module's own maximum allows it.
//
// Every index of the original stays; what is new stands behind. Custom sections are dropped. A start function becomes an export,
// for the host to call once it has filled in the fuel.
#pragma once

#include <gstd/base.hpp>

namespace gstd::wasm {

/// The exports that are added, in this order behind those of the original.
enum class AddedExport : std::uint32_t { stack_units, pages_wanted, fuel, interrupt, start };

/// An i32: the units in use. Above kStackUnitsMax after a trap: the guest's calls were too deep.
inline constexpr std::string_view kStackUnitsExport = "gstd:stack_units";

/// An i32: the largest size in pages that memory.grow refused although the module's maximum allows it; 0: none.
inline constexpr std::string_view kPagesWantedExport = "gstd:memory_pages_wanted";

/// An i64: the fuel that is left; see meter.hpp for what negative values mean. The host sets it before each call.
inline constexpr std::string_view kFuelExport = "gstd:fuel";

/// A memory of one page: the host fills it with negative words to end the guest.
inline constexpr std::string_view kInterruptExport = "gstd:interrupt";

/// The start function of the original, if it has one.
inline constexpr std::string_view kStartExport = "gstd:start";

/// Native stack that the engine must grant for kStackUnitsMax to be reached first: what Wasmtime gives at most.
inline constexpr std::size_t kInstrumentedStackBytes = 2u << 20;

/// Units of calls that may be active. A unit stands for eight bytes of native stack; three eighths of the stack are left for
/// functions that are not counted, and for frames that an optimiser makes larger than their weight.
inline constexpr std::uint32_t kStackUnitsMax = kInstrumentedStackBytes / 8 * 5 / 8;

/// Bytes of memory that one unit of fuel fills or copies; a loop of the guest's own moves four at most.
inline constexpr std::uint32_t kBytesPerFuel = 64;

/// Changes whenever the same module would become another one: fuel and call depth then change, too.
inline constexpr unsigned kInstrumentationRevision = 4;

/// The module with its instrumentation. `module` must be valid and accepted by check_module().
/// Errors: invalid_argument, reason "module_invalid": the module is not what it must be.
Result<Bytes> instrument(BytesView module);

}  // namespace gstd::wasm

// Fuel and interruption, written into the code of a guest.
//
// Why not the engine's own: its checks call a function that may return, so that a compiler must save what is in registers around
// them in every loop (measured: 1.5 to 1.7 times the run time on ordinary kernels; these cost 1.05 to 1.2). And its count is the
// engine's: this one is the same for every engine, of every version, also where a trap cuts it short.
//
// Fuel. One per instruction, but for those that only shape the code, and one per call. A function carries what is left in a local
// variable; around calls and at its end it lives in a global one, gstd:fuel. Code is taken in stretches that run from their first
// instruction to their last. Where the paths of a small loop or function fork, all of them are paid for by who enters it; in larger
// ones each stretch when it is entered.
//
// Interruption. The guest looks whether its fuel is used up, and, in the same comparison, at a word of a second memory,
// gstd:interrupt, that the host makes negative: where a function is entered and where a loop begins. A host function looks, too.
// Each loop of a function has a word of its own, and the entry one: a compiler that finds two loads of one address with no store
// between them keeps the first. That suffices as long as the compiler does not put one function into another: Wasmtime 48 does not
// unless it is asked to.
#pragma once

#include <gstd/base.hpp>

#include <limits>

#include "wasm/binary/limits.hpp"

namespace gstd::wasm::binary {

/// Size of the memory that the host writes to end a guest: one page, a word of eight bytes for each loop of a function and one for
/// its entry.
inline constexpr std::uint32_t kInterruptPages = 1;
static_assert((kLoopsMax + 1) * 8 <= kInterruptPages << 16);

/// A loop, or a function without its loops, whose stretches beyond the first have no more instructions than this is paid for as a
/// whole by who enters it; in a larger one each stretch is paid for when it is entered. The less, the closer fuel is to what runs;
/// the more, the faster are small loops with branches in them.
inline constexpr std::uint32_t kLoopAdvanceMax = 64;
inline constexpr std::uint32_t kFunctionAdvanceMax = 16;

/// What the fuel becomes in a guest that was interrupted. Other negative values: it is used up.
inline constexpr std::int64_t kFuelInterrupted = std::numeric_limits<std::int64_t>::min();

/// Indices in the module that the code will be part of.
struct MeterPlan {
  std::uint32_t functions_imported = 0;
  std::uint32_t fuel_global = 0;       ///< A variable i64.
  std::uint32_t interrupt_memory = 0;  ///< A memory of kInterruptPages.
};

/// One function's code as it stands in the code section after its length, with its measures. `body` is valid; `parameters` is the
/// number of the function's.
Bytes meter_body(BytesView body, std::uint32_t parameters, const MeterPlan& plan);

}  // namespace gstd::wasm::binary

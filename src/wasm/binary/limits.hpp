// How large a module may be in each respect. What a compiler does with a module grows with these numbers, often faster than with
// the bytes, so that a small file could keep it busy for minutes or take gigabytes. Each bound is several times what the largest
// programs that people compile need (interpreters as one function of hundreds of kilobytes, Rust programs of tens of thousands of
// functions), and far below what a generator of hostile modules wants. What remains is bounded by the time given to compile().
#pragma once

#include <cstddef>
#include <cstdint>

namespace gstd::wasm {

/// Signatures. Toolchains merge equal ones; large programs have a few thousand.
inline constexpr std::uint32_t kTypesMax = 20'000;

/// Parameters of one signature, and its results. C compilers pass the rest through memory; generated code has tens. Each is moved
/// at every call.
inline constexpr std::uint32_t kParametersMax = 256;
inline constexpr std::uint32_t kResultsMax = 64;

/// Functions of a module. Tens of microseconds each for the smallest, so that this many take seconds.
inline constexpr std::uint32_t kFunctionsMax = 100'000;

/// Bytes of one function. The largest function of an interpreter written in C takes half a megabyte unoptimised; register
/// allocation of one function grows faster than its length. The engine refuses more than 7 654 321 bytes, and the instrumentation
/// makes of a call's two bytes eighteen at most.
inline constexpr std::uint32_t kFunctionBytesMax = 768u << 10;

/// Locals that one function declares, and all together: five bytes declare thousands, and a compiler initialises each.
inline constexpr std::uint32_t kLocalsMax = 20'000;
inline constexpr std::uint32_t kLocalsTotalMax = 8'000'000;

/// Blocks within each other. A `switch` of C becomes one block per case.
inline constexpr std::uint32_t kNestingMax = 50'000;

/// Loops of one function: each has a word of one page by which the host can end it. An interpreter's largest has a hundred.
inline constexpr std::uint32_t kLoopsMax = 8'000;

/// Targets of one br_table: the span of the cases of a `switch`. Cranelift's own bound; it would fail where a module has more.
inline constexpr std::uint32_t kBranchTargetsMax = 65'520;

/// What a compiler keeps track of in one function: blocks and branch targets, times the values that may live across them
/// (parameters, locals, what blocks take and give). Cranelift takes about 40 bytes and 0.2 microseconds for each pair, so that
/// without this bound 90 KB of code take tens of gigabytes. The interpreter loop of QuickJS has 120 thousand.
inline constexpr std::uint64_t kLiveRangesMax = 10'000'000;

/// Only host functions can be imported, and there are some sixty.
inline constexpr std::uint32_t kImportsMax = 1'000;

/// A program exports a handful; libraries that are linked at run time, thousands.
inline constexpr std::uint32_t kExportsMax = 20'000;

/// Bytes of a name. Mangled names of C++ templates reach thousands.
inline constexpr std::uint32_t kNameBytesMax = 8'192;

/// Each takes 16 bytes of every instance.
inline constexpr std::uint32_t kGlobalsMax = 20'000;

/// A table holds eight bytes of host memory per element, outside the guest's memory limit; a module may have kTablesMax of them.
inline constexpr std::uint32_t kTableElementsMax = 1u << 20;
inline constexpr std::uint32_t kTablesMax = 4;

/// Optimisers split the data at runs of zeros, up to the number that all browsers accept.
inline constexpr std::uint32_t kDataSegmentsMax = 100'000;

/// One per table is usual; incremental linkers make one per file.
inline constexpr std::uint32_t kElementSegmentsMax = 10'000;

/// Entries of all element segments together: four tables' worth.
inline constexpr std::uint32_t kElementsTotalMax = kTablesMax * kTableElementsMax;

/// Names, producers and a dozen of debugging information are usual.
inline constexpr std::uint32_t kCustomSectionsMax = 1'000;

/// Pages of 64 KiB in 32 bits of addresses.
inline constexpr std::uint32_t kMemoryPagesMax = 65'536;

}  // namespace gstd::wasm

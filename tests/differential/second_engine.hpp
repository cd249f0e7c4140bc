// A second opinion on what a guest does: the interpreter of Debian's wabt, with a host of its own. It shares no code with the
// sandbox, neither engine nor WASI, so that a mistake would have to be made twice to go unseen.
//
// C++17, as wabt's headers do not compile as C++20 under g++ 12; hence no header of libgstd here.
#pragma once

#include <cstdint>
#include <string>

namespace second_engine {

/// What of a guest is called: `_start`; `_initialize`, `alloc` and `run`; or `main` with the imports of the platform's `env`.
enum class Convention { program, reactor, env };

struct Task {
  std::string module;  ///< The binary.
  std::string input;
  Convention convention = Convention::program;
  std::uint64_t memory_bytes_max = 0;
  std::uint32_t table_elements_max = 0;
  std::uint64_t output_bytes_max = 0;
  std::uint64_t log_bytes_max = 0;
};

enum class End { returned, exited, trapped, output_limit, refused };

struct Answer {
  End end = End::refused;
  std::int32_t exit_code = 0;
  std::string trap;  ///< The interpreter's own words where end is `trapped`, why not where it is `refused`.
  std::string output;
  std::string log;
};

/// Instantiates the module, calls it, and tells what came of it. Has no clock and no fuel: a guest without end has none
/// here either.
Answer run(const Task& task);

}  // namespace second_engine

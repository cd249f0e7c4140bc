// The sandbox: runs a stranger's WASI preview 1 program with stdin as its input and stdout as its result, and nothing else.
#pragma once

#include <gstd/base.hpp>

#include <memory>

namespace gstd::wasm {

/// Largest module accepted, in bytes. The platform's HTTP API takes 2 MiB; modules from disk may be larger.
inline constexpr std::size_t kModuleBytesMax = 50u << 20;

/// How one run ended. A trap or an exhausted limit is an outcome, not an Error.
///
/// Memory: a module that declares more than memory_bytes_max ends as `memory_limit` without being started. A memory.grow beyond the
/// limit answers -1, as WebAssembly says, and the guest may do without; where it traps or exits with a code other than 0 after
/// that, the outcome is `memory_limit`. Growth that the module's own maximum forbids does not count.
struct Outcome {
  OutcomeKind kind = OutcomeKind::host_failure;
  std::int32_t exit_code = 0;   ///< The guest's; 0 unless kind is `completed` or `exited`.
  std::string trap;             ///< Stable name of the trap, e.g. "unreachable"; empty unless kind is `trapped`.
  Bytes output;                 ///< What the guest wrote to stdout; empty unless kind is `completed` or `exited`.
  std::string log;              ///< What it wrote to stderr, cut at log_bytes_max; not part of the result.
  std::uint64_t fuel_used = 0;  ///< Exact for `completed` and `exited`.
  std::uint64_t memory_bytes_peak = 0;
  std::chrono::microseconds wall_time{0};
  std::string message;  ///< For people: what a kind other than `completed` means here.
};

/// What a module wants and offers, read without running it.
struct ModuleInfo {
  Digest sha256;
  std::uint64_t size_bytes = 0;
  std::vector<std::string> imports;  ///< "module.name", in order of appearance.
  std::vector<std::string> exports;
  std::uint64_t memory_pages_min = 0;
  std::optional<std::uint64_t> memory_pages_max;
};

struct SandboxOptions {
  unsigned slots = 1;  ///< Runs that may be under way at once; also the size of the memory pool. 1 to 256.
  std::uint64_t slot_memory_bytes_max = 256ull << 20;  ///< Highest RunLimits::memory_bytes_max that a slot can give.
};

/// A compiled module. Cheap to copy (shared); may be run on several threads at once, by the Sandbox that compiled it.
class Module {
 public:
  const Digest& sha256() const noexcept;  ///< All zeros for a module that was default-constructed.

 private:
  friend class Sandbox;
  struct State;
  std::shared_ptr<const State> state_;
};

/// An engine with its limits. May be shared between threads. Each run and each compilation has a thread of its own, with a stack of
/// known size, for as long as it takes; the caller waits, and ends a guest whose time is over. No thread is left between calls, and
/// the process's signal handlers are never changed.
/// Every member answers `unimplemented` where libgstd was built with GSTD_WITH_WASMTIME=OFF.
class Sandbox {
 public:
  /// Errors: invalid_argument: options out of range. resource_exhausted, reason "address_space": slots times slot_memory_bytes_max
  /// is
  ///         more than the process may map; nothing of it is used before a guest does. unimplemented.
  static Result<Sandbox> create(const SandboxOptions& options = {});

  Sandbox(Sandbox&&) noexcept;
  Sandbox& operator=(Sandbox&&) noexcept;
  ~Sandbox();

  /// Checks the module against the profile (only wasi_snapshot_preview1 imports, exported `_start` and `memory`, size) and compiles
  /// it. Not bounded in time: a module of kModuleBytesMax may take a minute.
  /// Errors: invalid_argument, reason "module_invalid": not WebAssembly, or what the profile refuses, by name. resource_exhausted,
  ///         reason "compile" or none: the machine lacked what compiling takes; says nothing about the module.
  Result<Module> compile(BytesView module);

  /// Runs `_start` once in a fresh instance. Deterministic: NaNs are canonical; the guest's clocks start at 0 and advance by 1 ms
  /// per reading and by what it sleeps; its random bytes follow from the digests of module and input; it has no arguments,
  /// environment, files or network. Errors:    invalid_argument: limits out of bounds; memory above the slot's; a module of another
  /// Sandbox. deadline_exceeded: no
  ///            slot became free. resource_exhausted: no thread. All that happens to the guest is an Outcome.
  /// Ownership: borrows `input` until it returns.
  /// Threads:   any; waits for a free slot, at most `options.timeout`, then blocks for at most limits.wall_time and what ending a
  /// guest
  ///            takes: a millisecond, or the rest of one bulk operation on its memory. A stop request gives outcome `cancelled`,
  ///            also while waiting for a slot.
  Result<Outcome> run(const Module& module, BytesView input, const RunLimits& limits, const CallOptions& options = {});

  /// Name, version and hash of the configuration, e.g. "wasmtime-48.0.8/3f2b8c1e5d4a4e6f". Fuel is comparable between equal ones.
  const std::string& engine() const noexcept;

 private:
  struct State;
  explicit Sandbox(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Reads imports, exports and memory of a module, on a thread of its own; the profile is not applied. Takes as long as an
/// unoptimised compilation. Errors: invalid_argument, reason "module_invalid": not a valid module.
/// resource_exhausted, as Sandbox::compile(). unimplemented.
Result<ModuleInfo> inspect(BytesView module);

/// Whether this build has an engine.
bool is_available() noexcept;

// ---------------------------------------------------------------------------------------------------------------------
// JavaScript

/// Longest script, in bytes. What is longer is data, and data has its place in the input.
inline constexpr std::size_t kJavascriptBytesMax = 1u << 20;

/// Longest framed input: what a task's input may have on the wire.
inline constexpr std::size_t kJavascriptInputBytesMax = 10u << 20;

/// QuickJS as a module of convention `wasi`: compile it once, run it with what javascript_input() gives. A task of JavaScript names
/// it by its hash like any module. Empty where libgstd was built with GSTD_WITH_JAVASCRIPT=OFF. docs/guests.md says what scripts
/// see.
BytesView javascript_engine() noexcept;

/// The input of a run of javascript_engine(): `script` and the text of its global `input`, JSON in UTF-8; none where `input_json`
/// is empty. The engine judges both: what is not JavaScript or not JSON ends the run with exit code 1 and a message in the log.
/// Layout:  "GSTDJS1\n", the script's length as a little-endian u32, the script, the JSON text to the end.
/// Errors:  invalid_argument, reason "script_too_large" or "input_too_large". unimplemented: no engine in this build.
Result<Bytes> javascript_input(std::string_view script, std::string_view input_json);

}  // namespace gstd::wasm

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

/// What the sandbox's profile refuses in a module, and where.
struct Refusal {
  std::uint64_t offset = 0;  ///< In the module, in bytes.
  std::string message;       ///< One sentence that names the thing and its offset.
  bool operator==(const Refusal&) const = default;
};

/// What a module wants and offers, read without running or compiling it.
struct ModuleInfo {
  Digest sha256;
  std::uint64_t size_bytes = 0;
  std::vector<std::string> imports;  ///< "module.name", in order of appearance.
  std::vector<std::string> exports;
  bool has_memory = false;
  std::uint64_t memory_pages_min = 0;  ///< Pages of 64 KiB; 0 where there is no memory.
  std::optional<std::uint64_t> memory_pages_max;
  std::uint64_t function_count = 0;          ///< Without the imported ones.
  std::vector<std::string> features;         ///< Used beyond the first version of WebAssembly, e.g. "simd"; sorted.
  std::vector<std::string> custom_sections;  ///< Names, in order of appearance.

  /// The convention that its imports and exports are made for; nothing where they fit none.
  std::optional<GuestConvention> convention;

  /// The determinism verdict: what the profile refuses first. Nothing: the module gives the same result on every machine, and
  /// Sandbox::compile() accepts it under `convention` unless its code is not valid. What stands after a refused part may be missing
  /// in the lists above.
  std::optional<Refusal> refusal;
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

/// Reads a module and applies the profile, without compiling: milliseconds for each megabyte. Needs no engine.
/// Errors: invalid_argument, reason "module_invalid": not the binary format of WebAssembly; the message says at which byte.
Result<ModuleInfo> inspect(BytesView module);

/// Whether this build has an engine.
bool is_available() noexcept;

}  // namespace gstd::wasm

// The sandbox: runs a stranger's WebAssembly on bytes and gives back bytes, and nothing else. docs/guests.md tells how guests are
// written, docs/security.md what is promised about them.
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
/// Calls: nested deeper than the profile allows, the guest ends as `trapped` by "call_stack_exhausted", at the same call on every
/// machine. `stack_exhausted` is what remains: this host's own stack was too small for that.
struct Outcome {
  OutcomeKind kind = OutcomeKind::host_failure;
  std::int32_t exit_code = 0;   ///< The guest's; 0 unless kind is `completed` or `exited`.
  std::string trap;             ///< Stable name of the trap, e.g. "unreachable"; empty unless kind is `trapped`.
  Bytes output;                 ///< The result; empty unless kind is `completed` or `exited`.
  std::string log;              ///< What it logged (stderr), cut at log_bytes_max; not part of the result.
  std::uint64_t fuel_used = 0;  ///< Exact for `completed` and `exited`.
  std::uint64_t memory_bytes_peak = 0;
  std::chrono::microseconds wall_time{0};
  std::string message;  ///< For people: what a kind other than `completed` means here.
  std::string engine;   ///< Sandbox::engine() of the sandbox that ran it.

  /// Whether the outcome enters consensus (is_comparable()); otherwise it is worth a retry only, and never the worker's fault.
  bool comparable() const noexcept { return is_comparable(kind); }
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

/// Where guests compile and run.
enum class Isolation : std::int32_t {
  thread = 0,   ///< In this process. WebAssembly itself is the wall.
  process = 1,  ///< Each module in a child process of its own, which may do next to nothing. A few milliseconds more per run.
};

struct SandboxOptions {
  unsigned slots = 1;  ///< Runs and open instances at once; also the size of the memory pool. 1 to 256.
  std::uint64_t slot_memory_bytes_max = 256ull << 20;  ///< Highest RunLimits::memory_bytes_max that a slot can give.
  Isolation isolation = Isolation::thread;
  std::string runner_program{};   ///< With `process`: the program gstd-runner; empty: found beside the library, or by GSTD_RUNNER.
  std::string cache_directory{};  ///< Where compiled modules are kept between processes; empty: nowhere. Made if it is missing; its
                                  ///< owner must be this user, and nobody else may write there.
  std::uint64_t cache_bytes_max = 1ull << 30;  ///< What is kept there at most; what was used longest ago goes first.
  bool optimize = true;  ///< False compiles faster, to slower code: for modules that run once. The results are the same.
  /// Lets the engine install handlers for SIGSEGV, SIGBUS, SIGILL and SIGFPE in this process (it calls the handlers that it found
  /// for faults that are not its own), so that guard pages replace bounds checks. For programs that own their process; with
  /// `process`, the child does so anyway. The results are the same.
  bool signal_handlers = false;
};

/// A compiled module. Cheap to copy (shared); may be run on several threads at once, by the Sandbox that compiled it.
class Module {
 public:
  const Digest& sha256() const noexcept;  ///< Of the module as it was given; all zeros for a default-constructed one.
  GuestConvention convention() const noexcept;

 private:
  friend class Sandbox;
  struct State;
  std::shared_ptr<const State> state_;
};

/// An instance of a reactor that stays for many calls, each with input and output of its own; what the guest keeps in its memory
/// from one call to the next is its own affair. Not shared between threads. Holds a slot of its Sandbox, which must outlive it.
class Instance {
 public:
  Instance(Instance&&) noexcept;
  Instance& operator=(Instance&&) noexcept;
  ~Instance();

  /// One call of the guest's `run`. The limits given to Sandbox::open() hold for each call anew, but for the memory, which is the
  /// instance's. After any outcome but `completed` the instance is over.
  /// Errors:    failed_precondition, reason "instance_over".
  /// Ownership: borrows `input` until it returns.
  /// Threads:   one at a time; blocks as Sandbox::run() does. `options.timeout` is not used.
  Result<Outcome> call(BytesView input, const CallOptions& options = {});

 private:
  friend class Sandbox;
  struct State;
  explicit Instance(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// An engine with its limits. May be shared between threads. A guest runs on the thread of its caller, or, where that has too
/// little stack left, on a thread of its own for as long as it takes; compiling has a thread of its own, too. One more thread lives
/// as long as the Sandbox and ends guests whose time is over. The process's signal handlers are changed only where the options say
/// so. Every member answers `unimplemented` where libgstd was built with GSTD_WITH_WASMTIME=OFF.
class Sandbox {
 public:
  /// Errors: invalid_argument, reason "sandbox_options". failed_precondition, reason "cache_directory_unsafe": another user may
  ///         write to cache_directory; reason "cache_directory": it cannot be used. resource_exhausted, reason "address_space":
  ///         slots times slot_memory_bytes_max is more than the process may map (nothing of it is used before a guest does); reason
  ///         "thread". unimplemented.
  static Result<Sandbox> create(const SandboxOptions& options = {});

  Sandbox(Sandbox&&) noexcept;
  Sandbox& operator=(Sandbox&&) noexcept;
  ~Sandbox();

  /// Checks the module against the profile and compiles it, or takes the compiled form from the cache.
  /// Errors: invalid_argument, reason "module_invalid": not WebAssembly, or what the profile refuses, by name and byte offset.
  ///         deadline_exceeded, reason "compile_time": not done within `options.timeout`; what was begun on a thread ends by
  ///         itself. cancelled. resource_exhausted, reason "compile" or "compile_busy": the machine lacks what compiling takes;
  ///         says nothing about the module.
  Result<Module> compile(BytesView module, GuestConvention convention = GuestConvention::wasi, const CallOptions& options = {});

  /// Runs the guest once in a fresh instance. Deterministic: NaNs are canonical; the guest's clocks start at 0 and advance by 1 ms
  /// per reading and by what it sleeps; its random bytes follow from the digests of module and input; it has no arguments,
  /// environment, files or network.
  /// Errors:    invalid_argument: limits out of bounds; memory above the slot's; a module of another Sandbox. deadline_exceeded: no
  ///            slot became free. resource_exhausted: no thread. All that happens to the guest is an Outcome.
  /// Ownership: borrows `input` until it returns.
  /// Threads:   any; waits for a free slot, at most `options.timeout`, then blocks for at most limits.wall_time and what ending a
  ///            guest takes, about a millisecond. A stop request gives outcome `cancelled`, also while waiting for a slot.
  Result<Outcome> run(const Module& module, BytesView input, const RunLimits& limits, const CallOptions& options = {});

  /// An instance of a module of convention `reactor`. Its start-up counts as the first call: fuel and wall time of `limits`.
  /// Errors: as run(). invalid_argument, reason "convention": not a reactor. failed_precondition, reason "instance_failed": the
  ///         start-up ended otherwise than by returning; the message says how.
  Result<Instance> open(const Module& module, const RunLimits& limits, const CallOptions& options = {});

  /// Runs a built-in corpus of guests and compares each outcome, output and fuel with what every sound machine gives: whether
  /// results from here will agree with those from elsewhere. Some milliseconds, on one slot. Worker::start() does so. Errors:
  /// internal, reason "self_test": another result; both are in the message. Those of compile(), run() and open().
  Result<void> self_test(const CallOptions& options = {});

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

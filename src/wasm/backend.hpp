// Where guests compile and run: in this process, or in children. Sandbox checks what it is given, keeps the slots and the disk
// cache, and leaves the rest to one of these.
#pragma once

#include <gstd/wasm.hpp>

namespace gstd::wasm {

/// What a backend made of a module.
class Code {
 public:
  virtual ~Code() = default;
  Digest sha256;  ///< Of the module as it was given.
  GuestConvention convention = GuestConvention::wasi;
  std::uint64_t memory_pages_min = 0;
};

/// An instance of a reactor.
class Session {
 public:
  virtual ~Session() = default;
  virtual Outcome call(BytesView input, const std::stop_token& stop) = 0;
};

/// May be shared between threads. Never more runs and sessions at once than the sandbox has slots.
class Backend {
 public:
  virtual ~Backend() = default;

  /// Errors: those of Sandbox::compile().
  virtual Result<std::shared_ptr<const Code>> compile(BytesView module, GuestConvention convention, const CallOptions& options) = 0;

  /// The code as bytes, for the same backend of the same name() and variant() on this machine. They are trusted by load(): they may
  /// come from save() alone.
  virtual Result<Bytes> save(const Code& code) const = 0;
  /// Errors: internal: the engine does not take them.
  virtual Result<std::shared_ptr<const Code>> load(BytesView saved) const = 0;

  /// Errors: resource_exhausted: no thread, or no child.
  virtual Result<Outcome> run(const Code& code, BytesView input, const RunLimits& limits, const std::stop_token& stop) = 0;
  /// Errors: those of run(); failed_precondition, reason "instance_failed".
  virtual Result<std::unique_ptr<Session>> open(const Code& code, const RunLimits& limits, const std::stop_token& stop) = 0;

  virtual const std::string& engine() const noexcept = 0;  ///< As Sandbox::engine().
  /// What save() depends on besides the engine's name.
  virtual std::string variant() const = 0;
};

/// Errors: those of Sandbox::create().
Result<std::unique_ptr<Backend>> make_local_backend(const SandboxOptions& options);

}  // namespace gstd::wasm
